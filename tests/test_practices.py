"""The practice register: reading the NHS's file, keeping it, and a person's own practice."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from bot.__main__ import main
from bot.blocks.practices import NOT_LISTED, practice_options
from bot.errors import BotError
from bot.library import Library
from bot.practices import (
    Kind,
    Practice,
    Taken,
    commissioners,
    kind_of,
    read_table,
    search,
    take_epraccur,
    take_localities,
    take_names,
)
from bot.standin import StandIn
from bot.standin.checks import check_view
from bot.storage import Store
from bot.storage.practices import Replaced
from tests import payloads
from tests.harness import Workspace, words_of

NOW = datetime(2012, 11, 22, 10, 0, tzinfo=UTC)
UNKNOWN = "who feeds the office cat"
ELM, OAK = Practice("Z81001", "ELM TREE SURGERY", "ZZ1 1AA"), Practice("Z81002", "ST OAK'S MEDICAL CENTRE", "ZZ1 2BB")
TWO = (ELM, OAK)


def nhs_row(
    code: str, name: str, *, ccg: str = "00Z", status: str = "A", setting: str = "4", postcode: str = "zz1 1aa"
) -> str:
    cells = [""] * 27
    cells[0], cells[1], cells[9], cells[10] = code, name, postcode, "19740401"
    cells[12], cells[14], cells[25] = status, ccg, setting
    return ",".join(f'"{cell}"' for cell in cells)


NHS_FILE = "\r\n".join(
    [
        nhs_row("Z81001", "ELM TREE SURGERY"),
        nhs_row("Z81002", "ST OAK'S MEDICAL CENTRE, ANYTOWN"),
        nhs_row("Z81003", "CLOSED SURGERY", status="C"),
        nhs_row("Z81004", "WALK-IN CENTRE", setting="1"),
        nhs_row("Z81005", "ELSEWHERE SURGERY", ccg="00Y"),
        "",
    ]
)


def taken(text: str, ccg: str = "00Z") -> Taken:
    return take_epraccur(read_table(text), ccg)


def names(text: str) -> Taken:
    return take_names(read_table(text))


# Reading


def test_the_active_gp_practices_of_one_ccg_are_taken_from_the_nhs_file() -> None:
    found = taken(NHS_FILE, ccg=" 00z")

    assert found.problems == []
    assert found.practices == [
        Practice("Z81001", "ELM TREE SURGERY", "ZZ1 1AA"),
        Practice("Z81002", "ST OAK'S MEDICAL CENTRE, ANYTOWN", "ZZ1 1AA"),
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (nhs_row("Z8100!", "A SURGERY"), 'Row 2, code: expected letters and digits, such as A81001, found "Z8100!".'),
        (nhs_row("", "A SURGERY"), "Row 2, code: expected letters and digits, such as A81001, found nothing."),
        (nhs_row("Z81009", " "), "Row 2, name: it is empty."),
        (nhs_row("Z81009", "x" * 201), "Row 2, name: expected at most 200 characters, found 201."),
        (nhs_row("z81001", "A SURGERY"), "Row 2, code: Z81001 stands in row 1 already."),
        ("Z81009,CUT OFF", "Row 2: expected 27 columns, found 2."),
    ],
    ids=["code", "no code", "no name", "long name", "twice", "cut off"],
)
def test_a_bad_row_is_reported_by_its_number(row: str, said: str) -> None:
    assert taken(nhs_row("Z81001", "ELM TREE SURGERY") + "\n" + row).problems == [said]


def test_commissioners_are_listed_the_most_frequent_first_and_at_most_twenty() -> None:
    rows = [nhs_row(f"Z8{n:04}", "A SURGERY", ccg=f"{n % 30:02}A") for n in range(61)]

    found = commissioners(read_table("\n".join(rows)))

    assert found[:2] == [("00A", 3), ("01A", 2)]
    assert len(found) == 20


@pytest.mark.parametrize(
    "text",
    [
        "Z81001,Elm Tree Surgery\nZ81002,Oak House\n",
        "Code,Name\r\nz81001, Elm  Tree Surgery\r\n\r\nZ81002,Oak House\r\n",
        "Practice name;Practice code\nElm Tree Surgery;Z81001\nOak House;Z81002\n",
        "Z81001,Elm Tree Surgery,,\nZ81002,Oak House,,\n",
    ],
    ids=["without header", "with header", "the other way round", "empty cells at the end"],
)
def test_a_list_of_codes_and_names_is_read(text: str) -> None:
    table = read_table(text)

    assert kind_of(table) is Kind.NAMES
    assert take_names(table).practices == [Practice("Z81001", "Elm Tree Surgery"), Practice("Z81002", "Oak House")]


def test_a_practice_in_the_first_row_is_not_taken_for_a_header() -> None:
    assert names("Z81001,Code Lane Surgery\n").practices == [Practice("Z81001", "Code Lane Surgery")]
    assert names("Z8100!,Practice Name Code\n").problems != []
    assert kind_of(read_table("Z81001,Locality House\n")) is Kind.NAMES


def test_every_bad_row_of_a_list_is_reported() -> None:
    found = names("Z81001,Elm\nZ81001,Oak\nOak House,Z81003\nZ81004,\nZ81005,Smith, Jones\n")

    assert found.problems == [
        "Row 2, code: Z81001 stands in row 1 already.",
        'Row 3, code: expected letters and digits, such as A81001, found "OAK HOUSE".',
        "Row 4, name: it is empty.",
        "Row 5: expected two columns, code and name, found 3.",
    ]


@pytest.mark.parametrize("text", ["", "\n\n", "a,b,c\n1,2,3\n", 'Z81001,"Elm\nZ81002,Oak\n'])
def test_a_file_that_is_something_else_is_refused_whole(text: str) -> None:
    with pytest.raises(BotError, match="othing was imported"):
        kind_of(read_table(text))


def test_localities_are_told_by_their_header_and_their_codes_have_to_be_known() -> None:
    table = read_table("Code,Locality\nZ81001,North\nZ81009,South\nZ81002,\n")

    found = take_localities(table, {"Z81001", "Z81002"})

    assert kind_of(table) is Kind.LOCALITIES
    assert found.localities == {"Z81001": "North"}
    assert found.problems == [
        "Row 3: Z81009 is not in the register. Import the practices first, or correct it.",
        "Row 4, locality: it is empty.",
    ]


@pytest.mark.parametrize("typed", ["elm", "TREE el", "z81001", "Z810 elm", "zz1 1"])
def test_a_practice_is_found_by_the_starts_of_words_of_its_name_code_or_postcode(typed: str) -> None:
    assert search(TWO, typed) == [ELM]


def test_all_practices_are_found_for_nothing_typed_but_no_more_than_slack_shows() -> None:
    many = [Practice(f"Z8{n:04}", f"SURGERY {n:04}") for n in range(150)]

    assert search(many, "") == many[:100]
    assert search(TWO, "st oaks") == [OAK]
    assert search(TWO, "% _ '") == list(TWO)
    assert search(TWO, "nowhere") == []


def test_a_long_name_still_shows_its_code() -> None:
    [made] = practice_options([Practice("Z81001", "LONG " * 40)])

    assert len(made["text"]["text"]) <= 75
    assert made["text"]["text"].endswith("(Z81001)")


# Keeping


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
    assert listed(tmp_path, capfd) == []


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


# Slack


@pytest.fixture
def anytown(slack: Workspace) -> Workspace:
    """A workspace with a register of two practices."""
    slack.store.practices.replace_register(TWO)
    return slack


def form(slack: Workspace, label: str = "Choose your practice", user: str = "U1") -> dict[str, Any]:
    slack.press_in_view(label, slack.open_home(user), "VHOME", user)
    view = slack.last_view()[1]
    assert check_view(view) == []
    return view


def submit(slack: Workspace, view: dict[str, Any], code: str | None, user: str = "U1") -> dict[str, Any]:
    picked = {"value": code} if code else None
    values = {"practice": {"practice:pick": {"type": "external_select", "selected_option": picked}}}
    response = slack.send(payloads.submitted("V1", view, values, user))
    assert response.status == 200
    return dict(json.loads(response.body)) if response.body else {}


def offered(slack: Workspace, typed: str) -> Sequence[str]:
    body = {
        "type": "block_suggestion",
        "team": {"id": payloads.TEAM},
        "user": {"id": "U1"},
        "action_id": "practice:pick",
        "block_id": "practice",
        "value": typed,
        "view": {"id": "V1"},
    }
    return [one["text"]["text"] for one in json.loads(slack.send(body).body)["options"]]


def tab(slack: Workspace) -> str:
    return words_of(slack.slack.calls_to("views.publish")[-1].arguments["view"])


def test_without_a_register_nobody_is_asked_for_their_practice(slack: Workspace) -> None:
    assert "Your practice" not in words_of(slack.open_home())


def test_a_practice_is_chosen_on_the_home_tab_and_can_be_changed(anytown: Workspace) -> None:
    submit(anytown, form(anytown), "Z81001")
    assert "Your practice: ELM TREE SURGERY" in tab(anytown)

    again = form(anytown, "Change")
    assert again["blocks"][0]["element"]["initial_option"]["value"] == "Z81001"
    submit(anytown, again, "Z81002")

    assert "Your practice: ST OAK'S MEDICAL CENTRE" in tab(anytown)


def test_the_menu_finds_practices_by_name_and_code(anytown: Workspace) -> None:
    assert offered(anytown, "oak") == ["ST OAK'S MEDICAL CENTRE (Z81002)"]
    assert offered(anytown, "z81001") == ["ELM TREE SURGERY (Z81001)"]
    assert len(offered(anytown, "")) == 2


def test_leaving_it_empty_keeps_no_practice(anytown: Workspace) -> None:
    submit(anytown, form(anytown), None)
    assert "Your practice: not chosen" in tab(anytown)
    submit(anytown, form(anytown), "Z81001")

    submit(anytown, form(anytown, "Change"), None)

    assert anytown.store.practices.practice_of(payloads.TEAM, "U1") is None
    assert "Your practice: not chosen" in tab(anytown)


def test_a_practice_that_is_not_listed_is_refused_at_its_field(anytown: Workspace) -> None:
    answered = submit(anytown, form(anytown), "Z99999")

    assert answered == {"response_action": "errors", "errors": {"practice": NOT_LISTED}}


def test_what_is_kept_says_that_the_practice_is_and_why(anytown: Workspace) -> None:
    anytown.press_in_view("What I keep about you", anytown.open_home(), "V1")

    said = words_of(anytown.last_view()[1])
    assert "your practice if you chose it on my Home tab" in said
    assert "Your practice is there to count how many practices ask the same." in said


def test_erasing_takes_the_practice_off_the_home_tab(anytown: Workspace) -> None:
    submit(anytown, form(anytown), "Z81001")
    anytown.press_in_view("What I keep about you", anytown.open_home(), "V1")
    view_id, view = anytown.last_view()

    anytown.press_in_view("Erase what you keep about me", view, view_id)

    assert "Your practice: not chosen" in tab(anytown)


def test_leads_see_how_many_practices_ask_the_same_and_no_names(
    tmp_path: Path, library: Library, standin: StandIn, capfd: pytest.CaptureFixture[str]
) -> None:
    slack = Workspace(tmp_path, library, standin, leads=("ULEAD",))
    slack.store.practices.replace_register(TWO)
    for user, code in (("UANN", "Z81001"), ("UBEN", "Z81002")):
        submit(slack, form(slack, user=user), code, user)
        slack.dm(UNKNOWN, user=user)
    slack.dm(UNKNOWN, user="UCAT")
    slack.timers.tick()

    home = slack.open_home("ULEAD")
    slack.close()
    capfd.readouterr()
    assert main(["unanswered", "--json", "--db", str(tmp_path / "bot.db")]) == 0
    [row] = json.loads(capfd.readouterr().out)

    assert "by 3 people from 2 practices" in words_of(home)
    assert (row["people"], row["practices"]) == (3, 2)
    shown = str(home) + str(row)
    assert not [name for name in ("UANN", "UBEN", "UCAT", "Z81001", "Z81002", "ELM", "OAK") if name in shown]


def test_a_question_keeps_the_practice_held_when_it_was_asked(anytown: Workspace, tmp_path: Path) -> None:
    anytown.dm(UNKNOWN)
    anytown.store.practices.choose(payloads.TEAM, "U1", "Z81001", NOW)
    anytown.dm(UNKNOWN)
    anytown.store.practices.choose(payloads.TEAM, "U1", "Z81002", NOW)

    assert [row["practice"] for row in Database(tmp_path / "bot.db")["questions"].rows] == [None, "Z81001"]


def test_a_lead_who_chooses_keeps_the_filter_of_their_queue(tmp_path: Path, library: Library, standin: StandIn) -> None:
    slack = Workspace(tmp_path, library, standin, leads=("ULEAD",))
    slack.store.practices.replace_register(TWO)
    home = {**slack.open_home("ULEAD"), "private_metadata": "dismissed all mine 0"}
    slack.press_in_view("Choose your practice", home, "VHOME", "ULEAD")

    submit(slack, slack.last_view()[1], "Z81001", "ULEAD")

    drawn = slack.slack.calls_to("views.publish")[-1].arguments["view"]
    assert drawn["private_metadata"] == "dismissed all mine 0"
    slack.close()
