"""The command line, run as people and programs run it."""

import csv
import io
import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.commands.parser import STATES
from bot.review import Move, State
from bot.settings import shipped_knowledge
from bot.storage import Closing, Store
from tests.process import Run

KEYS = {"question", "outcome", "entry", "confidence", "text", "sources", "suggestions", "ranking", "parts"}


def objects(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    assert done.returncode == 0, done.stderr
    assert done.stdout.isascii()
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_question_is_answered_with_its_source(bot: Run) -> None:
    done = bot("ask", "do we as a practice get the mandate's duties handed down to us?")

    text = done.stdout.decode()
    assert text.startswith("No. Responsibility for the mandate's objectives is not delegated to practices.")
    assert "Source: CCGs 'will not delegate mandate responsibilities to practices', Pulse" in text


def test_one_object_has_every_key(bot: Run) -> None:
    [made] = objects(bot("ask", "how many objectives are in it", "--json"))

    assert set(made) == KEYS
    assert (made["outcome"], made["entry"], made["parts"]) == ("answer", "objectives-count-final", [])
    assert made["confidence"] == made["ranking"][0]["confidence"]
    assert set(made["sources"][0]) == {"key", "title", "publisher", "date", "url"}
    assert len(made["ranking"]) == 5


def test_a_batch_is_one_object_a_line_in_order(bot: Run, tmp_path: Path) -> None:
    questions = ["how many objectives are in it", "who feeds the office cat", "hello", "what does HWB stand for", ""]
    (tmp_path / "asked.txt").write_text("\n".join(questions) + "\n")

    made = objects(bot("ask", "--batch", "asked.txt", "--json"))

    assert [one["question"] for one in made] == questions
    assert [one["outcome"] for one in made] == ["answer", "no_answer", "small_talk", "answer", "no_answer"]
    assert [one["entry"] for one in made] == ["objectives-count-final", None, "small-talk/hello", "glossary/hwb", None]
    assert made[4]["confidence"] == 0


def test_two_questions_are_told_apart_under_parts(bot: Run) -> None:
    [made] = objects(
        bot("ask", "--json", "Who feeds the office cat? And how many objectives are there in the mandate?")
    )

    assert [part["outcome"] for part in made["parts"]] == ["no_answer", "answer"]
    assert made["entry"] == "objectives-count-final"
    assert "24 objectives" in made["text"]
    assert "I don't have an answer to that yet." in made["text"]
    assert all(set(part) == KEYS for part in made["parts"])


def test_lines_end_at_line_feeds_alone_and_bad_bytes_are_replaced(bot: Run) -> None:
    stdin = "one\u2028two\x0bthree\r\n".encode() + b"caf\xe9 \x00 menu\nlast"

    made = objects(bot("ask", "--batch", "-", "--json", stdin=stdin))

    assert [one["question"] for one in made] == ["one\u2028two\x0bthree", "caf\ufffd \x00 menu", "last"]


def test_a_blank_line_is_not_stored(bot: Run) -> None:
    bot("ask", "--batch", "-", "--json", stdin=b"\n  \n?!\nwho feeds the office cat\n")

    assert [row["question"] for row in json.loads(bot("unanswered", "--json").stdout)] == ["who feeds the office cat"]


def test_unanswered_is_an_array_oldest_first_with_times_that_have_an_offset(bot: Run) -> None:
    bot("ask", "--batch", "-", stdin=b"who feeds the office cat\nwhere is the stapler gone\n")

    rows = json.loads(bot("unanswered", "--json").stdout)

    assert [row["question"] for row in rows] == ["who feeds the office cat", "where is the stapler gone"]
    assert set(rows[0]) >= {"id", "workspace", "question", "asked_at", "status", "count", "people", "practices"}
    assert rows[0]["phrasings"] == ["who feeds the office cat"]
    assert all(set(one) == {"entry", "confidence"} for one in rows[0]["candidates"])
    assert (rows[0]["workspace"], rows[0]["status"]) == ("local", "new")
    assert rows[0]["asked_at"].endswith("+00:00")


def test_the_list_of_the_unanswered_has_headings(bot: Run) -> None:
    bot("ask", "--batch", "-", stdin=b"who feeds the office cat\n")

    heading, row = bot("unanswered").stdout.decode().splitlines()

    assert heading == "Asked on    State      Times  Question"
    assert row[12:] == "new            1  who feeds the office cat"


def test_no_cell_of_the_spreadsheet_starts_a_formula(bot: Run) -> None:
    bot("ask", "--batch", "-", stdin=b"=1+2 who feeds the office cat\n")

    [row] = csv.DictReader(io.StringIO(bot("unanswered", "--csv").stdout.decode()))

    assert row["question"].startswith("'=")


def test_a_chat_is_one_conversation(bot: Run) -> None:
    stdin = b"how many objectives are in it\nand in the draft?\nwhere does it say so?\n"

    made = objects(bot("chat", "--json", stdin=stdin))

    assert [one["entry"] for one in made] == [
        "objectives-count-final",
        "objectives-count-draft",
        "objectives-count-draft",
    ]
    assert "22 objectives" in made[1]["text"]


def test_one_chat_does_not_follow_another(bot: Run) -> None:
    bot("chat", "--json", stdin=b"how many objectives are in it\n")

    [made] = objects(bot("chat", "--json", stdin=b"and in the draft?\n"))

    assert made["entry"] == "small-talk/which-answer"


def test_what_follows_a_refused_question_is_not_about_the_answer_before_it(bot: Run) -> None:
    typed = b"how many objectives are in it\nmy patient Mrs Joan Invented wants her records\nand in the draft?\n"

    made = objects(bot("chat", "--json", stdin=typed))

    assert [one["outcome"] for one in made][:2] == ["answer", "refused"]
    assert made[2]["entry"] == "small-talk/which-answer"


def test_a_chat_that_is_piped_answers_in_plain_text(bot: Run) -> None:
    done = bot("chat", stdin=b"hello\nhow many objectives are in it\n")

    assert done.returncode == 0
    assert b"\x1b" not in done.stdout
    assert b"The final mandate has 24 objectives." in done.stdout


def test_a_bare_number_picks_a_suggestion(bot: Run) -> None:
    vague = b"mandate\n"
    [offered] = objects(bot("chat", "--json", stdin=vague))
    assert offered["outcome"] == "suggestions"

    _, picked = objects(bot("chat", "--json", stdin=vague + b"1\n"))

    assert (picked["outcome"], picked["entry"]) == ("answer", offered["suggestions"][0]["entry"])


@pytest.mark.parametrize("slip", [b"9\n", b"1" * 5000 + b"\n"])
def test_a_number_that_was_not_offered_offers_again(bot: Run, slip: bytes) -> None:
    first, again = objects(bot("chat", "--json", stdin=b"mandate\n" + slip))

    assert again["suggestions"] == first["suggestions"]
    assert json.loads(bot("unanswered", "--json").stdout) == []


def test_zero_is_none_of_these(bot: Run) -> None:
    _, none = objects(bot("chat", "--json", stdin=b"mandate\n0\n"))

    assert none["outcome"] == "no_answer"
    assert [row["question"] for row in json.loads(bot("unanswered", "--json").stdout)] == ["mandate"]


@pytest.mark.parametrize(
    "arguments", [("ask",), ("ask", "a", "--batch", "b"), ("nonsense",), (), ("unanswered", "--xml")]
)
def test_wrong_usage_exits_with_2(bot: Run, arguments: tuple[str, ...]) -> None:
    assert bot(*arguments).returncode == 2


@pytest.mark.parametrize(
    "command",
    ["unanswered", "polls list", "polls show 1", "digest", "audit", "mydata U1 --export", "purge", "practices list"],
)
def test_a_database_that_was_named_and_is_not_there_is_said_and_not_made(
    bot: Run, tmp_path: Path, command: str
) -> None:
    done = bot(*command.split(), "--db", str(tmp_path / "slip.db"))

    assert done.returncode == 1
    assert b"There is no database at " in done.stderr
    assert not (tmp_path / "slip.db").exists()


def test_a_file_that_is_not_there_is_named(bot: Run) -> None:
    done = bot("ask", "--batch", "nowhere.txt")

    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr == b"nowhere.txt cannot be read: No such file or directory.\n"


def test_run_without_tokens_names_all_that_is_missing_and_points_to_chat(bot: Run) -> None:
    done = bot("run")

    assert done.returncode == 1
    for piece in (b"SLACK_BOT_TOKEN", b"SLACK_APP_TOKEN", b"Run it in Slack", b"mandate-bot chat"):
        assert piece in done.stderr


def test_settings_come_from_a_file_in_the_folder_too(bot: Run, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("MANDATE_CCG_NAME=Anytown CCG\n")

    assert b"not yet reviewed by Anytown CCG." in bot("ask", "how many objectives are in it").stdout
    assert (
        b"not yet reviewed by Other CCG." in bot("ask", "objectives count in it", MANDATE_CCG_NAME="Other CCG").stdout
    )


def test_an_edit_is_picked_up_while_chatting(tmp_path: Path, model_cache: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    for path in shipped_knowledge().glob("s*.yaml"):
        (folder / path.name).write_bytes(path.read_bytes())
    entry = (
        "- {id: tea, question: When is tea served?, also: [tea time], answer: At four., sources: [pulse-space],"
        " edition: context, checked: 2012-11-01, owner: me, review_by: 2099-01-01}\n"
    )
    (folder / "tea.yaml").write_text(entry)
    command = [
        sys.executable,
        "-m",
        "bot",
        "chat",
        "--json",
        "--knowledge",
        str(folder),
        "--db",
        str(tmp_path / "c.db"),
    ]
    root = str(Path(__file__).parent.parent)
    env = {**os.environ, "PYTHONPATH": root, "XDG_CACHE_HOME": str(model_cache)}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root, env=env) as chat:
        assert chat.stdin
        assert chat.stdout

        def ask() -> str:
            assert chat.stdin
            assert chat.stdout
            chat.stdin.write(b"When is tea served?\n")
            chat.stdin.flush()
            return str(json.loads(chat.stdout.readline())["text"])

        assert ask().startswith("At four.")
        (folder / "tea.yaml").write_text(entry.replace("At four.", "At five."))
        give_up_at = time.monotonic() + 30
        while not (answer := ask()).startswith("At five.") and time.monotonic() < give_up_at:
            time.sleep(0.1)
        chat.stdin.close()

    assert answer.startswith("At five.")


def test_unanswered_shows_the_states_and_the_part_that_are_asked_for(bot: Run, tmp_path: Path) -> None:
    bot("ask", "--batch", "-", stdin=b"who feeds the office cat\nwhere is the stapler gone\n")
    store = Store(tmp_path / "bot.db")
    first = json.loads(bot("unanswered", "--json").stdout)[0]
    [group] = [one for one in store.review.groups() if one.id == first["id"]]
    now = datetime.now(UTC)
    group = store.review.assign("local", group.id, group.version, "ULEAD", "UOTHER", now)
    store.review.close("local", group.id, group.version, Closing(Move.LINK, "ULEAD", entry="local-cat"), now)
    store.close()

    def states(*options: str) -> list[str]:
        return [row["status"] for row in json.loads(bot("unanswered", "--json", *options).stdout)]

    assert states() == states("--state", "open") == ["new"]
    assert states("--state", "linked", "--state", "new") == states("--state", "all") == ["linked", "new"]
    assert states("--state", "assigned") == states("--part", "9") == []
    [linked] = json.loads(bot("unanswered", "--json", "--state", "linked").stdout)
    assert (linked["assignee"], linked["entry"]) == ("UOTHER", "local-cat")
    assert bot("unanswered", "--state", "dismissed").stdout == b"No questions like that.\n"


def test_the_states_of_the_command_line_are_those_of_the_queue() -> None:
    assert set(STATES) == {*State, "open", "all"}
