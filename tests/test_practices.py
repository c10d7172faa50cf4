"""Which practices there are, as the NHS or a CCG lists them, and finding one."""

from datetime import date

import pytest

from bot.blocks.practices import practice_options
from bot.errors import BotError
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
from tests.practice_samples import ELM, NHS_FILE, OAK, TWO, nhs_row

TODAY = date(2012, 11, 22)


def taken(text: str, ccg: str = "00Z") -> Taken:
    return take_epraccur(read_table(text), ccg, TODAY)


def names(text: str) -> Taken:
    return take_names(read_table(text))


def test_the_active_gp_practices_of_one_ccg_are_taken_from_the_nhs_file() -> None:
    found = taken(NHS_FILE, ccg=" 00z")

    assert found.problems == []
    assert found.practices == [
        Practice("Z81001", "ELM TREE SURGERY", "ZZ1 1AA"),
        Practice("Z81002", "ST OAK'S MEDICAL CENTRE, ANYTOWN", "ZZ1 1AA"),
    ]


@pytest.mark.parametrize(
    ("dates", "is_taken"),
    [
        ({"closed": "20121121"}, False),
        ({"closed": "20121122"}, True),
        ({"opened": "20121123"}, False),
        ({"opened": "20121122"}, True),
        ({"opened": ""}, True),
    ],
    ids=["closed yesterday", "closes today", "opens tomorrow", "opened today", "no date"],
)
def test_a_practice_is_active_from_its_open_date_to_its_close_date(dates: dict[str, str], is_taken: bool) -> None:
    found = taken(nhs_row("Z81001", "ELM TREE SURGERY", **dates))

    assert found.problems == []
    assert bool(found.practices) is is_taken


def test_commissioners_are_counted_over_practices_that_are_open_today() -> None:
    rows = [
        nhs_row("Z81001", "OPEN SURGERY", ccg="00A"),
        nhs_row("Z81002", "OLD SURGERY", ccg="00B", closed="20120331"),
    ]

    assert commissioners(read_table("\n".join(rows)), TODAY) == [("00A", 1)]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (nhs_row("Z8100!", "A SURGERY"), 'Row 2, code: expected letters and digits, such as A81001, found "Z8100!".'),
        (nhs_row("", "A SURGERY"), "Row 2, code: expected letters and digits, such as A81001, found nothing."),
        (nhs_row("Z81009", " "), "Row 2, name: it is empty."),
        (nhs_row("Z81009", "x" * 201), "Row 2, name: expected at most 200 characters, found 201."),
        (nhs_row("z81001", "A SURGERY"), "Row 2, code: Z81001 stands in row 1 already."),
        (
            nhs_row("Z81009", "A SURGERY", closed="31/03/2013"),
            'Row 2, close date: expected a date such as 19740401, found "31/03/2013".',
        ),
        ("Z81009,CUT OFF", "Row 2: expected 27 columns, found 2."),
    ],
    ids=["code", "no code", "no name", "long name", "twice", "date", "cut off"],
)
def test_a_bad_row_is_reported_by_its_number(row: str, said: str) -> None:
    assert taken(nhs_row("Z81001", "ELM TREE SURGERY") + "\n" + row).problems == [said]


def test_commissioners_are_listed_the_most_frequent_first_and_at_most_twenty() -> None:
    rows = [nhs_row(f"Z8{n:04}", "A SURGERY", ccg=f"{n % 30:02}A") for n in range(61)]

    found = commissioners(read_table("\n".join(rows)), TODAY)

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
