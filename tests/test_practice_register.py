"""The register of practices: what is kept, and the commands that fill and show it."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.practices import (
    Practice,
)
from bot.storage import Store
from bot.storage.practices import Replaced
from tests.practice_samples import ELM, NHS_FILE, OAK, TWO

NOW = datetime(2012, 11, 22, 10, 0, tzinfo=UTC)


def test_importing_again_updates_names_and_keeps_localities_and_what_went(store: Store) -> None:
    assert store.practices.replace_register(TWO) == Replaced(added=2, changed=0, gone=0)
    assert store.practices.set_localities({"Z81001": "North"}) == 1
    new = Practice("Z81003", "NEW SURGERY")

    again = store.practices.replace_register([Practice("Z81001", "Elm Tree"), new])

    assert again == Replaced(added=1, changed=1, gone=1)
    assert store.practices.listed() == [Practice("Z81001", "Elm Tree", "ZZ1 1AA", "North"), new]
    assert store.practices.codes() == {"Z81001", "Z81002", "Z81003"}
    assert store.practices.replace_register(TWO).added == 1


def test_a_person_keeps_a_practice_that_went_but_nobody_can_choose_it_any_more(store: Store) -> None:
    store.practices.replace_register(TWO)
    assert store.practices.choose("T1", "U1", "Z81002", NOW)

    store.practices.replace_register([ELM])

    held = store.practices.practice_of("T1", "U1")
    assert held is not None
    assert (held.name, held.is_listed) == (OAK.name, False)
    assert not store.practices.choose("T1", "U2", "Z81002", NOW)
    assert store.practices.search("oak") == []


def test_a_choice_is_one_a_person_and_workspace_and_can_be_changed_left_and_erased(store: Store) -> None:
    store.practices.replace_register(TWO)
    for code in ("Z81001", "Z81002"):
        assert store.practices.choose("T1", "U1", code, NOW)
        assert store.practices.choose("T1", "U2", code, NOW)

    store.practices.leave("T1", "U2")
    changed = store.practices.practice_of("T1", "U1")
    store.house.erase("T1", "U1")

    assert changed == OAK
    assert store.practices.practice_of("T1", "U2") is None
    assert store.practices.practice_of("T1", "U1") is None
    assert store.practices.practice_of("T2", "U1") is None


# The command line


def run(folder: Path, *arguments: str) -> int:
    return main(["practices", *arguments, "--db", str(folder / "bot.db")])


def write(folder: Path, name: str, text: str, encoding: str = "utf-8") -> str:
    (folder / name).write_bytes(text.encode(encoding))
    return str(folder / name)


def listed(folder: Path, capfd: pytest.CaptureFixture[str]) -> list[dict[str, str]]:
    capfd.readouterr()
    assert run(folder, "list", "--json") == 0
    return list(json.loads(capfd.readouterr().out))


def test_the_nhs_file_and_localities_are_imported_and_listed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, "import", write(tmp_path, "epraccur.csv", NHS_FILE), "--ccg", "00Z") == 0
    assert capfd.readouterr().out == "2 practices in the register: 2 added, 0 changed.\n"
    assert run(tmp_path, "import", write(tmp_path, "l.csv", "code,locality\nZ81001,North\n", "utf-8-sig")) == 0

    assert listed(tmp_path, capfd)[0] == {
        "code": "Z81001", "name": "ELM TREE SURGERY", "postcode": "ZZ1 1AA", "locality": "North"
    }  # fmt: skip
    assert run(tmp_path, "list") == 0
    assert capfd.readouterr().out.splitlines()[0] == "Z81001    ELM TREE SURGERY (ZZ1 1AA, North)"


def test_the_nhs_file_needs_a_ccg(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, "import", write(tmp_path, "any-name.csv", NHS_FILE)) == 2

    assert "say which CCG it is for, such as --ccg 00C" in capfd.readouterr().err
    assert not (tmp_path / "bot.db").exists()


def test_an_import_that_matches_nothing_lists_the_commissioners(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, "import", write(tmp_path, "e.csv", NHS_FILE), "--ccg", "00x") == 1

    said = capfd.readouterr().err
    assert "has the commissioner 00X, so nothing was imported" in said
    assert "the most frequent first: 00Z (2), 00Y (1)." in said


def test_one_bad_row_leaves_the_register_as_it_was(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, "import", write(tmp_path, "two.csv", "Z81001,Caf\xe9 Surgery\n", "cp1252")) == 0

    assert run(tmp_path, "import", write(tmp_path, "bad.csv", "Z81002,Oak\nZ81003,\n")) == 1

    assert "Row 2, name: it is empty.\n1 problem; nothing was imported." in capfd.readouterr().out
    assert [one["name"] for one in listed(tmp_path, capfd)] == ["Café Surgery"]


def test_a_file_called_localities_never_takes_the_place_of_the_register(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    run(tmp_path, "import", write(tmp_path, "two.csv", "Z81001,Elm\n"))

    assert run(tmp_path, "import", write(tmp_path, "Localities.csv", "Z81001,North\n")) == 0

    assert [(one["name"], one["locality"]) for one in listed(tmp_path, capfd)] == [("Elm", "North")]


def test_localities_without_a_header_need_the_flag(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    run(tmp_path, "import", write(tmp_path, "two.csv", "Z81001,Elm\n"))

    assert run(tmp_path, "import", write(tmp_path, "l.csv", "Z81001,North\n"), "--localities") == 0

    assert [(one["name"], one["locality"]) for one in listed(tmp_path, capfd)] == [("Elm", "North")]


@pytest.mark.parametrize(
    ("content", "said"),
    [("code,locality\nZ81001,North\n", "The register is empty"), ("code,name\n", "a header and no rows")],
)
def test_a_file_that_gives_nothing_says_why(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], content: str, said: str
) -> None:
    assert run(tmp_path, "import", write(tmp_path, "f.csv", content)) == 1

    assert said in capfd.readouterr().err


def test_a_zip_and_a_missing_file_are_refused(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, "import", write(tmp_path, "epraccur.zip", "PK\x03\x04\0\0")) == 1
    assert "Unzip it" in capfd.readouterr().err

    assert run(tmp_path, "import", str(tmp_path / "none.csv")) == 1
    assert "cannot be read" in capfd.readouterr().err
