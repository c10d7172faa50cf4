"""What a poll came to, as files: from its window, and on the command line."""

import csv
import io
import json
import sys
from typing import Any

import pytest

from bot.polls import Answer, Poll
from bot.standin.workspace import File
from bot.tables import as_csv
from tests import payloads
from tests.ballots import LONG, MORNINGS, opened
from tests.harness import Workspace, words_of
from tests.poll_window import Window
from tests.practice_samples import ELM, OAK, TWO
from tests.process import Run

TEAM = payloads.TEAM
BALLOT = Answer((0,)), Answer((0, 2)), Answer((4,)), Answer(text="=HYPERLINK(1)")


@pytest.fixture
def anytown(desk: Workspace) -> Workspace:
    desk.store.practices.replace_register(TWO)
    for person, practice in (("U1", ELM), ("U2", OAK)):
        desk.store.practices.choose(TEAM, person, practice.code, desk.clock())
    return desk


def voted(slack: Workspace) -> Poll:
    """A long poll in which two practices voted."""
    poll = opened(slack, *LONG)
    slack.store.votes.cast(TEAM, poll.id, "U1", BALLOT, slack.clock())
    slack.store.votes.cast(TEAM, poll.id, "U2", (Answer((1,)), *BALLOT[1:3], Answer()), slack.clock())
    return poll


def files(slack: Workspace) -> dict[str, File]:
    """Every shared file by its name."""
    return {file.name: file for file in slack.slack.files.values() if file.channel}


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_window_sends_both_files_by_direct_message(anytown: Workspace) -> None:
    poll = voted(anytown)

    said = Window(anytown, poll.id).press("Export")

    assert said.startswith("The export is in your direct messages from me.")
    sent = files(anytown)
    table, data = sent[f"poll-{poll.id}.csv"], sent[f"poll-{poll.id}.json"]
    assert (table.channel, data.channel) == ("DLEAD", "DLEAD")
    assert (table.content or b"").startswith(b"\xef\xbb\xbfquestion,kind,option,count,")
    assert json.loads(data.content or b"")["options"][0] == {"text": "Yes", "count": 1}
    assert "It is for leads" in words_of(anytown.last("DLEAD"))


def test_the_table_is_safe_in_a_spreadsheet_and_names_nobody(anytown: Workspace) -> None:
    poll = voted(anytown)
    Window(anytown, poll.id).press("Close now")

    Window(anytown, poll.id).press("Export")

    text = (files(anytown)[f"poll-{poll.id}.csv"].content or b"").decode("utf-8-sig")
    found = rows(text)
    assert [row["text"] for row in found if row["text"]] == ["'=HYPERLINK(1)"]
    assert {row["practice"] for row in found} == {"", ELM.code, OAK.code}
    whole = [row for row in found if row["option"] == "Yes" and not row["practice"] and not row["locality"]]
    assert [(row["count"], row["one_voice_a_practice"]) for row in whole] == [("1", "1.0")]
    assert "U1" not in text + str(files(anytown)[f"poll-{poll.id}.json"].content)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\n=1", "＝1+1"])
def test_no_cell_runs_as_a_formula(cell: str) -> None:
    assert rows(as_csv([["text"], [cell]]))[0]["text"].startswith("'")


def test_while_a_poll_is_open_nobody_sees_what_each_practice_answered(anytown: Workspace) -> None:
    poll = voted(anytown)

    Window(anytown, poll.id).press("Export")

    made: dict[str, Any] = json.loads(files(anytown)[f"poll-{poll.id}.json"].content or b"")
    assert (made["practices"], made["localities"], made["one_voice_a_practice"]) == ([], [], None)


def test_with_the_extra_each_chart_goes_with_its_words(anytown: Workspace) -> None:
    poll = voted(anytown)

    Window(anytown, poll.id).press("Export")

    picture = files(anytown)[f"poll-{poll.id}-1.png"]
    assert (picture.content or b"").startswith(b"\x89PNG")
    assert "Yes: 1" in picture.alt_txt
    assert len([name for name in files(anytown) if name.endswith(".png")]) == 3


def test_without_the_extra_the_other_files_go(anytown: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "bot.charts", raising=False)
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    poll = voted(anytown)

    Window(anytown, poll.id).press("Export")

    assert sorted(files(anytown)) == [f"poll-{poll.id}.csv", f"poll-{poll.id}.json"]


def test_without_the_scope_a_lead_is_told_what_to_do(anytown: Workspace) -> None:
    anytown.slack.fail("files.getUploadURLExternal", "missing_scope")
    poll = voted(anytown)

    said = Window(anytown, poll.id).press("Export")

    assert "install it anew with the scope files:write" in said
    assert f"mandate-bot polls export {poll.id}" in said


def test_the_export_of_an_open_anonymous_poll_has_no_counts(anytown: Workspace) -> None:
    poll = opened(anytown, is_anonymous=True)
    anytown.store.ballot_boxes.cast(poll.box or "", poll.plan.questions, "U1", (Answer((0,)),))

    Window(anytown, poll.id).press("Export")

    found = rows((files(anytown)[f"poll-{poll.id}.csv"].content or b"").decode("utf-8-sig"))
    assert {row["count"] for row in found} == {""}


def exported(bot: Run, poll: Poll, *more: str) -> str:
    done = bot("polls", "export", str(poll.id), *more)
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode()


def test_the_command_line_exports_both_forms(anytown: Workspace, bot: Run) -> None:
    poll = voted(anytown)

    table, as_asked, data = exported(bot, poll), exported(bot, poll, "--csv"), exported(bot, poll, "--json")

    assert table == as_asked
    assert [row["count"] for row in rows(table) if row["question"] == MORNINGS.text] == ["1", "1", "0"]
    assert json.loads(data)["questions"][3]["text"] == ["=HYPERLINK(1)"]


def test_an_export_for_others_has_only_what_is_published(anytown: Workspace, bot: Run) -> None:
    poll = opened(anytown, *LONG)
    for number in range(6):
        anytown.store.votes.cast(TEAM, poll.id, f"U{number}", BALLOT, anytown.clock())
    before = bot("polls", "export", str(poll.id), "--public")
    Window(anytown, poll.id).press("Close now")

    made = json.loads(exported(bot, poll, "--public", "--json"))

    assert before.returncode == 1
    assert b"may be shown to others yet" in before.stderr
    assert made["options"][0] == {"text": "Yes", "count": 6}
    assert (made["practices"], made["one_voice_a_practice"]) == ([], None)
    assert made["questions"][3]["text"] == []
