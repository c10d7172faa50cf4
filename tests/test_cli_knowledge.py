"""`mandate-bot knowledge`, run as people run it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.additions import Addition, Kind
from bot.storage import Store
from tests.process import Run

MINE = (
    "- {id: a, question: Good day to all of you?, also: [x], answer: Y., sources: [a], edition: context,"
    " checked: 2012-11-01, owner: me, review_by: 2000-01-01}\n"
)


@pytest.fixture
def own_knowledge(tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "sources.yaml").write_text("a:\n  title: A\n  publisher: B\n  date: '2012'\n  address: ''\n")
    (folder / "one.yaml").write_text(MINE)
    return folder


def test_a_sheet_is_imported_served_and_exported(bot: Run, tmp_path: Path, own_knowledge: Path) -> None:
    mine = ("--knowledge", str(own_knowledge))
    (tmp_path / "sheet.csv").write_text("question,answer\nwho waters the plants,The caretaker does.\n")

    imported = bot("knowledge", "import", "sheet.csv", "--author", "Ann", *mine)
    again = bot("knowledge", "import", "sheet.csv", *mine)

    assert imported.stdout.startswith(b"1 answer added, 0 changed, 0 in use already.")
    assert again.stdout == b"Nothing is new: 1 answer of this sheet is in use already.\n"
    assert b"The caretaker does." in bot("ask", "who waters the plants", *mine).stdout

    tried = bot("knowledge", "export", "--dry-run", *mine)
    assert b"2 files would change; nothing was written." in tried.stdout
    assert not (own_knowledge / "local.yaml").exists()

    written = bot("knowledge", "export", *mine)
    assert written.returncode == 0, written.stderr
    assert b'entry "who-waters-the-plants": new: Who waters the plants?' in written.stdout
    assert bot("check", str(own_knowledge)).returncode == 0
    assert b"The caretaker does." in bot("ask", "who waters the plants", *mine).stdout
    assert bot("knowledge", "export", *mine).stdout.startswith(b"There is nothing to write")


def test_nothing_of_a_sheet_is_loaded_when_a_row_is_bad(bot: Run, tmp_path: Path, own_knowledge: Path) -> None:
    (tmp_path / "sheet.csv").write_text(
        "question,answer,part\nwho waters the plants,The caretaker.,\nwho feeds the cat,,x\n"
    )

    done = bot("knowledge", "import", "sheet.csv", "--knowledge", str(own_knowledge))

    assert done.returncode == 1
    assert done.stdout.decode().splitlines() == [
        "Row 3, answer: There is nothing here yet. Type the answer.",
        'Row 3, part: should be a whole number from 1 to 9, found text "x".',
        "2 problems; nothing was imported.",
    ]
    assert b"nothing to write" in bot("knowledge", "export", "--dry-run", "--knowledge", str(own_knowledge)).stdout


def test_an_export_to_another_folder_leaves_the_first_alone(bot: Run, tmp_path: Path, own_knowledge: Path) -> None:
    store = Store(tmp_path / "bot.db")
    store.additions.add("T1", Addition(Kind.PHRASING, "a", {"text": "greetings"}, "ULEAD"), datetime.now(UTC))
    store.close()

    done = bot("knowledge", "export", "--out", "copy", "--knowledge", str(own_knowledge))

    assert done.stdout.decode().splitlines()[-1] == "1 file written."
    assert (own_knowledge / "one.yaml").read_text() == MINE
    assert (tmp_path / "copy" / "one.yaml").read_text() == MINE.replace("also: [x]", 'also: [x, "greetings"]')
    assert bot("knowledge", "export", "--out", "copy", "--knowledge", str(own_knowledge)).returncode == 1


def test_the_knowledge_inside_an_installed_bot_is_not_exported_into(bot: Run) -> None:
    done = bot("knowledge", "export", "--knowledge", str(Path(__file__).parent.parent / "bot" / "shipped_knowledge"))

    assert done.returncode == 1
    assert b"Use --out DIR" in done.stderr


def test_the_empty_sheet_is_written_as_a_workbook_or_as_csv(bot: Run, tmp_path: Path) -> None:
    assert bot("knowledge", "template").stdout.startswith(b"question,answer,also,source title,")
    assert bot("knowledge", "template", "--out", "empty.xlsx").returncode == 0
    assert (tmp_path / "empty.xlsx").read_bytes().startswith(b"PK")


def test_a_dry_run_takes_no_folder_to_write_to(bot: Run, own_knowledge: Path) -> None:
    done = bot("knowledge", "export", "--dry-run", "--out", "/nonexistent", "--knowledge", str(own_knowledge))

    assert (done.returncode, done.stdout) == (2, b"")
    assert b"--dry-run writes nothing, so it takes no --out" in done.stderr


def test_an_import_says_when_its_answers_are_served(bot: Run, tmp_path: Path, own_knowledge: Path) -> None:
    (tmp_path / "sheet.csv").write_text("question,answer\nwho waters the plants,The caretaker does.\n")

    done = bot("knowledge", "import", "sheet.csv", "--knowledge", str(own_knowledge))

    assert done.stdout.decode() == (
        "1 answer added, 0 changed, 0 in use already. A running bot takes that up within seconds; "
        "mandate-bot knowledge export writes it into the YAML files.\n"
    )


@pytest.mark.parametrize(
    ("author", "by"), [(("--author", "Ann"), " by Ann"), ((), "")], ids=["with a name", "without one"]
)
def test_history_tells_in_one_line_where_an_imported_answer_is_from(
    bot: Run, tmp_path: Path, own_knowledge: Path, author: tuple[str, ...], by: str
) -> None:
    mine = ("--knowledge", str(own_knowledge))
    (tmp_path / "sheet.csv").write_text("question,answer\nwho waters the plants,The caretaker does.\n")
    bot("knowledge", "import", str(tmp_path / "sheet.csv"), *author, *mine)

    shown = bot("history", "who-waters-the-plants", *mine).stdout.decode().splitlines()

    assert shown[:2] == ["who-waters-the-plants: Who waters the plants?", ""]
    assert shown[2].endswith(f" UTC: imported from sheet.csv{by}")
    assert shown[3:] == ["  answer: The caretaker does."]


def test_history_tells_where_an_imported_correction_and_wording_are_from(
    bot: Run, tmp_path: Path, own_knowledge: Path
) -> None:
    mine = ("--knowledge", str(own_knowledge))
    for name, row in (("first.csv", "The caretaker does.,"), ("second.csv", "The porter does.,plant watering")):
        (tmp_path / name).write_text(f"question,answer,also\nwho waters the plants,{row}\n")
        bot("knowledge", "import", name, *mine)
        shown = bot("history", "who-waters-the-plants", *mine).stdout.decode()

    assert "UTC: another answer imported from second.csv\n" in shown
    assert "UTC: a phrasing imported from second.csv\n  note: plant watering\n" in shown
    assert "answer was: The caretaker does." in shown
