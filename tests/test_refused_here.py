"""What the command line refuses, and that it stands nowhere afterwards."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.additions import Addition, Kind
from bot.blocks.refusals import SIGNPOST
from bot.settings import LOCAL_WORKSPACE
from bot.storage import Store
from tests.planting import PLANTED, TOLD, is_in, leaks
from tests.process import Run

REFUSED = {"outcome": "refused", "kinds": ["nhs-number", "name"]}


def counts(folder: Path) -> dict[tuple[str, str], int]:
    """How often what was refused, by surface and kind."""
    store = Store(folder / "bot.db")
    found = {(one.surface, one.kind.value): one.times for one in store.refusals.counted(LOCAL_WORKSPACE)}
    store.close()
    return found


def test_ask_says_why_and_keeps_nothing(bot: Run, tmp_path: Path) -> None:
    done = bot("ask", PLANTED)

    assert done.returncode == 0
    assert TOLD in done.stdout.decode()
    assert counts(tmp_path) == {("terminal", "nhs-number"): 1, ("terminal", "name"): 1}
    assert leaks(tmp_path) == []
    assert not is_in(done.stdout + done.stderr)


def test_for_programs_the_outcome_is_refused_and_the_question_is_not_repeated(bot: Run, tmp_path: Path) -> None:
    done = bot("ask", "--json", PLANTED)

    assert json.loads(done.stdout) == REFUSED
    assert leaks(tmp_path) == []


def test_a_batch_goes_on_after_a_refusal(bot: Run, tmp_path: Path) -> None:
    done = bot("ask", "--batch", "-", "--json", stdin=f"{PLANTED}\nwhat is a CCG\n".encode())

    refused, answered = map(json.loads, done.stdout.splitlines())
    assert refused == REFUSED
    assert answered["outcome"] == "answer"
    assert counts(tmp_path) == {("batch", "nhs-number"): 1, ("batch", "name"): 1}
    assert leaks(tmp_path) == []


def test_a_chat_goes_on_after_a_refusal(bot: Run, tmp_path: Path) -> None:
    done = bot("chat", "--json", stdin=f"what is a CCG\n{PLANTED}\nand for practices\n".encode())

    assert [json.loads(line)["outcome"] for line in done.stdout.splitlines()][1] == "refused"
    assert leaks(tmp_path) == []


def test_a_chat_reads_what_comes_together_with_what_went_before(bot: Run, tmp_path: Path) -> None:
    lines = b"what does the mandate say for my patient\nMr Zebedee Quillfeather\n"

    done = bot("chat", "--json", stdin=lines)

    assert json.loads(done.stdout.splitlines()[-1]) == {"outcome": "refused", "kinds": ["name"]}
    assert leaks(tmp_path) == []


def test_a_number_in_answer_to_suggestions_is_no_pick_when_it_is_long(bot: Run, tmp_path: Path) -> None:
    done = bot("chat", "--json", stdin=b"mandate\n9990123403\n")

    assert json.loads(done.stdout.splitlines()[-1])["outcome"] == "refused"
    assert leaks(tmp_path) == []


def test_explaining_looks_first_too(bot: Run) -> None:
    assert TOLD in bot("ask", "--explain", PLANTED).stdout.decode()


def test_a_clinical_question_gets_the_signpost(bot: Run, tmp_path: Path) -> None:
    done = bot("ask", "can she stop her metformin")

    assert done.stdout.decode().strip() == SIGNPOST
    assert counts(tmp_path) == {("terminal", "clinical"): 1}


@pytest.mark.parametrize("column", ["question", "answer", "also", "source title", "source publisher", "owner"])
def test_a_row_of_a_sheet_is_refused_by_its_number(
    bot: Run, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, column: str
) -> None:
    row = {"question": "who waters the plants", "answer": "The caretaker does."} | {column: PLANTED.replace(",", "")}
    sheet = tmp_path_factory.mktemp("outside") / "sheet.csv"
    sheet.write_text(f"{','.join(row)}\n{','.join(row.values())}\n")

    done = bot("knowledge", "import", str(sheet))

    assert done.returncode == 1
    assert done.stdout.decode().splitlines() == [
        "Row 2: this looks like an NHS number and a patient's name. Take it out.",
        "1 problem; nothing was imported.",
    ]
    assert leaks(tmp_path) == []


def test_a_heading_and_the_name_of_an_author_are_looked_at_too(
    bot: Run, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    sheet = tmp_path_factory.mktemp("outside") / "sheet.csv"
    sheet.write_text(f'question,answer,"{PLANTED}"\na,b,c\n')

    done = bot("knowledge", "import", str(sheet), "--author", PLANTED)

    assert [line.split(":")[0] for line in done.stdout.decode().splitlines()] == [
        "--author",
        "Row 1",
        "2 problems; nothing was imported.",
    ]
    assert not is_in(done.stdout + done.stderr)


def test_a_list_of_patients_is_no_register_of_practices(
    bot: Run, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    table = tmp_path_factory.mktemp("outside") / "practices.csv"
    table.write_text("A81001,The Elms\n9990123403,our patient Zebedee Quillfeather\n")

    done = bot("practices", "import", str(table))

    assert done.stdout.decode().startswith("Row 2: this looks like an NHS number")
    assert not is_in(done.stdout + done.stderr)
    assert leaks(tmp_path) == []


def test_what_was_added_before_the_guard_is_left_out_of_the_files(
    bot: Run, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    store = Store(tmp_path / "bot.db")
    wording = Addition(Kind.PHRASING, "objectives-count-final", {"text": PLANTED}, "ULEAD")
    store.additions.add("T0001", wording, datetime.now(UTC))
    store.close()
    out = tmp_path_factory.mktemp("outside") / "files"

    done = bot("knowledge", "export", "--out", str(out))

    assert done.returncode == 1
    assert 'left out: phrasing for "objectives-count-final"' in done.stdout.decode()
    assert "it looks like an NHS number and a patient's name" in done.stdout.decode()
    assert leaks(out) == []
    assert not is_in(done.stdout + done.stderr)
