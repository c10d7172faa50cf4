"""Answers from a spreadsheet: what is taken, and what is wrong with the rest."""

import csv
import io
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from bot.additions import Addition, Kind, apply
from bot.errors import BotError
from bot.importing import COLUMNS, MOST_ROWS, Row, Taken, Terms, take_sheet
from bot.knowledge import Ask, Audience, Edition, Entry, Knowledge, Source, Term
from bot.sheets import read_rows, template_csv, write_template

TODAY = date(2026, 11, 25)
TERMS = Terms("Ann", "Anytown CCG", TODAY, "sheet.csv")
ROTA = Source("rota", "The rota", "Us", "2012", "https://example.org")
TEA = Entry(
    "tea", "When is tea served?", ("tea time",), "At four.", (ROTA,), Edition.CONTEXT, TODAY, "me", TODAY, "house"
)
KNOWN = Knowledge(
    {"tea": TEA},
    {"rota": ROTA},
    {"glossary/ccg": Term("glossary/ccg", "CCG", "clinical commissioning group", "A body.")},
    asks=(Ask("time for a brew", ("tea",), "house"), Ask("who waters the plants", (), "house")),
)
GOOD = {"question": "who waters the plants", "answer": "Ms B. does."}


def sheet(*rows: dict[str, str]) -> list[Row]:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    return [Row(1, columns), *(Row(n, [row.get(c, "") for c in columns]) for n, row in enumerate(rows, start=2))]


def take(*rows: dict[str, str], knowledge: Knowledge = KNOWN, past: Sequence[Addition] = ()) -> Taken:
    return take_sheet(sheet(*rows), knowledge, past, TERMS)


def served(*additions: Addition) -> Knowledge:
    return apply(KNOWN, additions).knowledge


def imported(*rows: dict[str, str]) -> list[Addition]:
    return [replace(addition, id=number) for number, addition in enumerate(take(*rows).additions, start=1)]


def test_only_question_and_answer_are_needed() -> None:
    [addition] = take(GOOD).additions

    entry = served(addition).entries["who-waters-the-plants"]
    assert (entry.question, entry.answer, entry.also) == ("Who waters the plants?", "Ms B. does.", ())
    assert (entry.edition, entry.audience, entry.owner) == (Edition.CONTEXT, Audience.BOTH, "CCG lead")
    assert (entry.checked, entry.reviewed, entry.reviewed_by) == (TODAY, TODAY, "Anytown CCG")
    assert entry.review_by == date(2027, 11, 25)
    assert entry.sources[0].title == "Answer by Anytown CCG"


def test_every_column_is_taken() -> None:
    row = GOOD | {
        "also": "plant rota | who has the watering can\nwatering | plant rota",
        "source title": "Who does what", "source address": "https://example.org/who", "source publisher": "Us",
        "source date": "2012-11-01", "edition": "Final", "audience": "practices", "part": "Part 2",
        "for practices": "Bring plants.", "for ccgs": "Water them.", "owner": "gardener", "review by": "31/05/2027",
    }  # fmt: skip

    entry = served(*take(row).additions).entries["who-waters-the-plants"]

    assert set(row) == set(COLUMNS)
    assert entry.also == ("plant rota", "who has the watering can", "watering")
    assert (entry.edition, entry.audience, entry.part) == (Edition.FINAL, Audience.PRACTICES, 2)
    assert (entry.for_practices, entry.for_ccgs, entry.owner) == ("Bring plants.", "Water them.", "gardener")
    assert entry.review_by == date(2027, 5, 31)
    [source] = entry.sources
    assert (source.title, source.publisher, source.date) == ("Who does what", "Us", "November 2012")


def test_a_source_that_is_known_by_its_title_is_not_made_again() -> None:
    [addition] = take(GOOD | {"source title": "the rota"}).additions

    assert addition.content["record"]["sources"] == ["rota"]
    assert addition.content["source"] is None


def test_rows_share_a_source_that_says_the_same() -> None:
    other = {"question": "who feeds the cat", "answer": "Mr C.", "source title": "Who does what"}

    one, two = take(GOOD | {"source title": "Who does what"}, other).additions

    assert one.content["source"] == two.content["source"]


@pytest.mark.parametrize(
    ("change", "column", "text"),
    [
        ({"answer": ""}, "answer", "Type the answer"),
        ({"question": ""}, "question", "Type one"),
        ({"question": "a" * 150}, "question", "140"),
        ({"answer": "a" * 2_501}, "answer", "has 2,501 characters, and 2,500 is the most that fits in Slack."),
        ({"answer": "=A1&B1"}, "answer", "is a formula"),
        ({"answer": "#REF!"}, "answer", "shows #REF!"),
        ({"question": "when is tea served"}, "question", "is answered by “tea” already"),
        ({"question": "CCG"}, "question", "is answered by “glossary/ccg” already"),
        ({"also": "tea time"}, "also", "“tea time” is answered by “tea” already"),
        ({"also": "time for a brew"}, "also", "tests whether “tea” is found"),
        ({"also": "b" * 601}, "also", "has 601 characters"),
        ({"edition": "second"}, "edition", "should be one of draft-2012-07, final-2012-11, later, context"),
        ({"audience": "patients"}, "audience", "should be one of practices, ccgs, both"),
        ({"part": "12"}, "part", "should be a whole number from 1 to 9"),
        ({"part": "two"}, "part", "should be a whole number from 1 to 9"),
        ({"review by": "05/31/2027"}, "review by", "day first, such as 31/05/2027"),
        ({"review by": "soon"}, "review by", "should be a date"),
        ({"review by": "01/01/2020"}, "review by", "has passed"),
        ({"source address": "https://example.org"}, "source address", "title of this source too"),
        ({"source title": "A", "source address": "example"}, "source address", "http"),
        ({"source date": "2012"}, "source date", "title of this source too"),
        ({"owner": "o" * 81}, "owner", "80"),
    ],
)  # fmt: skip
def test_a_bad_cell_is_reported_with_its_row_and_column(change: dict[str, str], column: str, text: str) -> None:
    taken = take({"question": "who feeds the cat", "answer": "Mr C."}, GOOD | change)

    [problem] = taken.problems
    assert (problem.row, problem.column) == (3, column)
    assert text in str(problem)


def test_every_problem_of_every_row_is_reported() -> None:
    taken = take(GOOD | {"part": "0", "edition": "x"}, {"question": "Who feeds the cat?"})

    assert [(problem.row, problem.column) for problem in taken.problems] == [(2, "edition"), (2, "part"), (3, "answer")]


def test_a_question_that_stands_twice_is_reported_with_the_first_row() -> None:
    taken = take(GOOD, {"question": "Who feeds the cat?", "answer": "C.", "also": "Who waters the plants?"})

    assert [str(problem) for problem in taken.problems] == [
        "Row 3, also: “Who waters the plants?” is in row 2 too. Keep one of them."
    ]


@pytest.mark.parametrize(
    ("columns", "text"),
    [
        (["question"], "there is none called “answer”"),
        (["question", "answer", "colour"], "has “colour”. Columns are: question, answer, also"),
        (["question", "answer", "Answer"], "has the column “Answer” twice"),
    ],
)
def test_a_header_that_is_not_understood_is_reported(columns: list[str], text: str) -> None:
    taken = take_sheet([Row(1, columns), Row(2, ["a", "b", "c"])], KNOWN, (), TERMS)

    assert text in str(taken.problems[0])


def test_columns_stand_in_any_order_and_spelling() -> None:
    rows = [
        Row(1, ["ANSWER", "", "Review_By", " Question "]),
        Row(2, ["Ms B.", "", "1/6/27", "Who waters the plants?"]),
    ]

    [addition] = take_sheet(rows, KNOWN, (), TERMS).additions

    assert addition.content["record"]["review_by"] == "2027-06-01"


@pytest.mark.parametrize(
    "text", ["2027-05-31", "31/05/2027", "31/5/27", "31-05-2027", "31.05.2027", "31 May 2027", "31-May-27"]
)
def test_dates_are_taken_as_they_are_written_in_britain(text: str) -> None:
    [addition] = take(GOOD | {"review by": text}).additions

    assert addition.content["record"]["review_by"] == "2027-05-31"


def test_the_same_sheet_again_adds_nothing() -> None:
    row = GOOD | {"also": "plant rota", "part": "2", "review by": "31/05/2027", "source title": "Who does what"}
    first = imported(row)

    again = take(row, knowledge=served(*first), past=first)

    assert (again.additions, again.same, again.notes) == ([], 1, [])


def test_a_changed_answer_and_new_wordings_change_what_is_there() -> None:
    first = imported(GOOD)

    taken = take(GOOD | {"answer": "Mr C. does.", "also": "plant rota"}, knowledge=served(*first), past=first)

    entry = served(*first, *taken.additions).entries["who-waters-the-plants"]
    assert (taken.new, taken.changed) == (0, 1)
    assert (entry.answer, entry.also) == ("Mr C. does.", ("plant rota",))


def test_an_old_sheet_does_not_undo_a_correction() -> None:
    first = imported(GOOD)
    corrected = Addition(Kind.CORRECTION, first[0].entry, {"answer": "Mr C. does.", "note": "Moved."}, "ULEAD", id=2)
    past = [*first, corrected]

    taken = take(GOOD, knowledge=served(*past), past=past)

    assert taken.additions == []
    assert taken.notes == ["Row 2: “who-waters-the-plants” was corrected since, and stays as it is."]


def test_what_a_sheet_cannot_change_is_said() -> None:
    first = imported(GOOD)

    taken = take(GOOD | {"part": "3"}, knowledge=served(*first), past=first)

    assert "only its answer and more wordings are taken. Change part in local.yaml" in taken.notes[0]


# Files.


def write_csv(path: Path, rows: Sequence[Sequence[str]], encoding: str, delimiter: str = ",") -> None:
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter).writerows(rows)
    path.write_bytes(written.getvalue().encode(encoding))


def write_xlsx(path: Path, *rows: Sequence[Any]) -> None:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    book.save(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_whatever_program_wrote_it(tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows = [["question", "answer"], ["Who’s in?", "Renée – the\nfirst, “I think”; £5"]]
    write_csv(tmp_path / "a.csv", rows, encoding, delimiter)

    assert read_rows(tmp_path / "a.csv") == [Row(1, rows[0]), Row(2, rows[1])]


def test_empty_rows_count_but_are_not_read(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", [["question", "answer"], [], ["", " "], ["a", "b"]], "utf-8")

    assert [row.number for row in read_rows(tmp_path / "a.csv")] == [1, 4]


def test_cells_of_a_workbook_become_text(tmp_path: Path) -> None:
    write_xlsx(
        tmp_path / "a.xlsx", ["question", "answer"], [datetime(2027, 5, 31), date(2012, 11, 1), 2.0, 3, "=A1&B1", None]
    )

    assert read_rows(tmp_path / "a.xlsx")[1].cells[:6] == ["2027-05-31", "2012-11-01", "2", "3", "=A1&B1", ""]


@pytest.mark.parametrize("name", ["empty.csv", "empty.xlsx"])
def test_the_empty_sheet_has_nothing_to_import(tmp_path: Path, name: str) -> None:
    write_template(tmp_path / name)

    taken = take_sheet(read_rows(tmp_path / name), KNOWN, (), TERMS)

    assert [str(problem) for problem in taken.problems] == [
        "Row 1: names the columns, and there is no answer below it yet."
    ]


def test_the_example_of_the_empty_sheet_would_be_taken_without_its_mark() -> None:
    header, _, example = csv.reader(io.StringIO(template_csv()))
    example[0] = example[0].removeprefix("Example: ")

    taken = take_sheet([Row(1, header), Row(3, example)], KNOWN, (), TERMS)

    assert (taken.problems, taken.new) == ([], 1)


def test_the_empty_sheet_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("mine")

    with pytest.raises(BotError, match="is there already"):
        write_template(tmp_path / "a.csv")


def zipped(**parts: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return written.getvalue()


@pytest.mark.parametrize(
    ("name", "raw", "text"),
    [
        ("a.xlsx", b"question,answer", "damaged, or not an .xlsx file"),
        ("a.xlsx", zipped(a=b"x"), "damaged, or not an .xlsx file"),
        ("a.xlsx", zipped(a=b"x" * 60_000_000), "unpacks to far more than it is"),
        ("a.xlsx", zipped(a=b'<!DOCTYPE a [<!ENTITY b "c">]>'), "document type"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "has a password or is an old .xls file"),
        ("a.csv", b"a\0b", "is not text"),
        ("a.csv", b"question,answer\n" + b"a,b\n" * (MOST_ROWS + 1), "more than 2,000 rows"),
        ("a.csv", b"x" * 5_000_001, "more than 5,000,000 bytes"),
        ("a.csv", b'question,answer\n"' + b"x" * 200_000 + b'"', "not a CSV file that can be read"),
        ("a.ods", b"", "should be an .xlsx or a .csv file"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(tmp_path: Path, name: str, raw: bytes, text: str) -> None:
    (tmp_path / name).write_bytes(raw)

    with pytest.raises(BotError) as refused:
        read_rows(tmp_path / name)

    assert text in str(refused.value)


def test_half_a_workbook_is_refused_in_a_sentence(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "a.xlsx", ["question", "answer"])
    whole = (tmp_path / "a.xlsx").read_bytes()

    for part in range(0, len(whole), 97):
        (tmp_path / "a.xlsx").write_bytes(whole[:part] + whole[part + 50 :])
        with suppress(BotError):  # and nothing else
            read_rows(tmp_path / "a.xlsx")


def test_without_openpyxl_a_workbook_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_xlsx(tmp_path / "a.xlsx", ["question", "answer"])
    monkeypatch.setitem(__import__("sys").modules, "openpyxl", None)

    with pytest.raises(BotError, match=r'Install "mandate-bot\[sheets\]", or save the sheet as \.csv'):
        read_rows(tmp_path / "a.xlsx")


def test_times_of_day_have_no_place_in_a_date(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "a.xlsx", ["a"], [datetime(2027, 5, 31, 9, 30, tzinfo=UTC).replace(tzinfo=None)])

    assert read_rows(tmp_path / "a.xlsx")[1].cells[0] == "2027-05-31 09:30:00"
