"""Who changed an answer, what and when."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.additions import Addition, Kind, apply
from bot.history import Version, changes
from bot.knowledge import Knowledge, load_knowledge
from bot.storage import Store
from tests.small_knowledge import NEW, NOTE, OLD, PARKING, SOURCES, TEA, corrected

NOW = datetime(2012, 11, 22, 10, 0, tzinfo=UTC)
CORRECTED = Addition(Kind.CORRECTION, "parking", {"answer": NEW, "note": NOTE}, "ULEAD")
REVIEWED = Addition(
    Kind.REVIEW,
    "parking",
    {"reviewed": "2012-11-22", "reviewed_by": "Anytown CCG", "review_by": "2013-11-22"},
    "UOWNER",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "small"
    made.mkdir()
    (made / "sources.yaml").write_text(SOURCES)
    return write(made, PARKING + TEA)


def write(folder: Path, text: str) -> Path:
    (folder / "topic.yaml").write_text(text)
    return folder


def note(store: Store, knowledge: Knowledge, hours: int = 0) -> int:
    """Note what the knowledge says together with what leads added."""
    additions = store.additions.live()
    entries = apply(knowledge, additions).knowledge.entries
    return store.versions.record(entries, additions, NOW + timedelta(hours=hours))


def last(store: Store) -> Version:
    return store.versions.of("parking")[-1]


def test_the_first_look_notes_every_entry_and_the_next_none(store: Store, folder: Path) -> None:
    assert note(store, load_knowledge(folder)) == 2

    assert note(store, load_knowledge(folder)) == 0
    assert [version.by for version in store.versions.of("parking")] == [None]


def test_an_edit_of_a_file_is_a_new_version_of_that_entry_alone(store: Store, folder: Path) -> None:
    note(store, load_knowledge(folder))

    noted = note(store, load_knowledge(write(folder, corrected() + TEA)), hours=1)

    before, now = store.versions.of("parking")
    assert noted == 1
    assert changes(before.says, now.says) == {"answer": (OLD, NEW)}
    assert (now.by, now.note, now.seen_at) == (None, NOTE, NOW + timedelta(hours=1))


@pytest.mark.parametrize(
    ("addition", "author", "keys"),
    [(CORRECTED, "ULEAD", ["answer"]), (REVIEWED, "UOWNER", ["reviewed", "reviewed_by", "review_by"])],
    ids=["a correction", "a review"],
)
def test_what_a_lead_adds_is_theirs(
    store: Store, folder: Path, addition: Addition, author: str, keys: list[str]
) -> None:
    note(store, load_knowledge(folder))

    store.additions.add("T1", addition, NOW)
    note(store, load_knowledge(folder))

    before, now = store.versions.of("parking")
    assert now.by == author
    assert list(changes(before.says, now.says)) == keys


def test_an_edit_beside_an_earlier_correction_is_not_put_down_to_its_author(store: Store, folder: Path) -> None:
    store.additions.add("T1", CORRECTED, NOW)
    note(store, load_knowledge(folder))

    note(store, load_knowledge(write(folder, PARKING + "  for_practices: Tell your patients.\n" + TEA)))

    assert (last(store).says["answer"], last(store).by) == (NEW, None)


def test_a_correction_that_reaches_the_files_is_no_new_version(store: Store, folder: Path) -> None:
    note(store, load_knowledge(folder))
    store.additions.add("T1", CORRECTED, NOW)
    note(store, load_knowledge(folder))

    noted = note(store, load_knowledge(write(folder, corrected() + TEA)))

    assert noted == 0
    assert last(store).by == "ULEAD"


def test_a_note_that_stays_in_the_file_speaks_of_no_later_change(store: Store, folder: Path) -> None:
    note(store, load_knowledge(folder))
    note(store, load_knowledge(write(folder, corrected() + TEA)))

    note(store, load_knowledge(write(folder, corrected().replace(NEW, f"{NEW} Lock your car.") + TEA)))

    assert last(store).note is None


def test_history_shows_old_and_new_and_who_decided_what(
    store: Store, folder: Path, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    note(store, load_knowledge(folder))
    store.additions.add("T1", CORRECTED, NOW)

    done = main(["history", "parking", "--knowledge", str(folder), "--db", str(tmp_path / "bot.db")])

    shown = capfdbinary.readouterr().out.decode()
    assert done == 0
    assert "22 November 2012 at 10:00 UTC, the knowledge files: first noted" in shown
    assert f"ULEAD: changed answer\n  answer was: {OLD}\n  answer now: {NEW}\n  why: {NOTE}\n" in shown
    assert f"22 November 2012 at 10:00 UTC, ULEAD: wrote another answer\n  note: {NOTE}\n" in shown


def test_history_is_one_object_for_other_programs(
    store: Store, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    note(store, load_knowledge(folder))
    write(folder, corrected() + TEA)

    main(["history", "parking", "--json", "--knowledge", str(folder), "--db", str(tmp_path / "bot.db")])

    made = json.loads(capsys.readouterr().out)
    assert [one["changed"]["answer"] for one in made["versions"]] == [
        {"was": None, "now": OLD},
        {"was": OLD, "now": NEW},
    ]
    assert (made["versions"][1]["by"], made["versions"][1]["note"], made["decisions"]) == (None, NOTE, [])


def test_an_entry_that_is_not_there_is_answered_with_the_nearest(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done = main(["history", "parkin", "--knowledge", str(folder), "--db", str(tmp_path / "bot.db")])

    assert done == 1
    assert capsys.readouterr().err == 'No entry has the id "parkin". The nearest: parking.\n'
