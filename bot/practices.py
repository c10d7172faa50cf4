"""The practice register: which practices a CCG has, out of the NHS's own file or a list of codes and names."""

import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from bot.errors import BotError
from bot.text import visible, words

# epraccur.csv has no header; columns count from 0 here, from 1 in the NHS's description of it:
# https://digital.nhs.uk/services/organisation-data-service/export-data-files/csv-downloads/gp-and-gp-practice-related-data
EPRACCUR_COLUMNS = 27
_CODE, _NAME, _POSTCODE, _OPENED, _CLOSED, _STATUS, _COMMISSIONER, _SETTING = 0, 1, 9, 10, 11, 12, 14, 25
ACTIVE, GP_PRACTICE = "A", "4"
MOST_ROWS, MOST_COLUMNS = 100_000, 100  # the whole of England has some 15,000 rows
MOST_NAME = 200  # characters of a name or a locality
MOST_FOUND = 100  # as many as a menu in Slack shows
MOST_COMMISSIONERS = 20  # listed when nothing matches
HEADER_WORDS = frozenset(
    {"area", "code", "gp", "id", "localities", "locality", "name", "national", "nhs", "ods", "organisation"}
    | {"practice", "practices", "surgery"}
)
_CODE_FORM = re.compile(r"(?=.*[0-9])[A-Z0-9]{3,12}")


@dataclass(frozen=True)
class Practice:
    """A practice of the register; `postcode` and `locality` are empty where they are not known."""

    code: str
    name: str
    postcode: str = ""
    locality: str = ""
    is_listed: bool = True  # in the file that was imported last


class Kind(StrEnum):
    """What a file holds."""

    EPRACCUR = "epraccur"
    NAMES = "names"
    LOCALITIES = "localities"


@dataclass(frozen=True)
class Row:
    """A row of a file: its number there, the first being 1, and its cells, visible characters on one line each."""

    number: int
    cells: Sequence[str]


@dataclass
class Taken:
    """What a file comes to: practices, or localities by code. Worth nothing while there are `problems`."""

    practices: list[Practice] = field(default_factory=list)
    localities: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def read_table(text: str) -> list[Row]:
    """The rows of a CSV file that are not empty. Raises `BotError` for what is no CSV, or has no rows."""
    first = text.lstrip().split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)  # Excel separates by what the computer's region says
    # Strict, for otherwise a quotation mark that is never closed takes the rest of the file into one name.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    table: list[Row] = []
    try:
        for number, cells in enumerate(reader, start=1):
            if number > MOST_ROWS or len(cells) > MOST_COLUMNS:
                raise BotError(
                    f"The file has more than {MOST_ROWS:,} rows, or more than {MOST_COLUMNS} columns in row {number}. "
                    "That is no list of practices. Nothing was imported."
                )
            if any(cell.strip() for cell in cells):
                table.append(Row(number, [_line(cell) for cell in cells]))
    except csv.Error as error:
        where = f"Line {reader.line_num} is not CSV that can be read"
        raise BotError(f"{where}: {error}. Look for a stray quotation mark. Nothing was imported.") from error
    if not table:
        raise BotError("The file has no rows, so nothing was imported.")
    return table


def kind_of(table: Sequence[Row]) -> Kind:
    """What the file is, by its columns and its header. Raises `BotError` for neither."""
    if any(len(row.cells) == EPRACCUR_COLUMNS for row in table):
        return Kind.EPRACCUR
    [(width, _)] = Counter(len(_trimmed(row.cells)) for row in table).most_common(1)
    if width != 2:
        raise BotError(
            f"Expected the NHS's epraccur.csv, which has {EPRACCUR_COLUMNS} columns, or a file with two: "
            f"code and name, or code and locality. Most rows of this one have {width}. Nothing was imported."
        )
    return Kind.LOCALITIES if {"locality", "localities"} & set(_header_words(table[0])) else Kind.NAMES


def take_epraccur(table: Sequence[Row], ccg: str, today: date) -> Taken:
    """The GP practices of one CCG (`ccg`: its code, such as 00C) that are active today.

    Of other rows only the width is looked at.
    """
    taken, seen = Taken(), dict[str, int]()
    wanted = as_code(ccg)
    for row in table:
        if len(row.cells) != EPRACCUR_COLUMNS:
            taken.problems.append(f"Row {row.number}: expected {EPRACCUR_COLUMNS} columns, found {len(row.cells)}.")
        elif _is_active(row) and as_code(row.cells[_COMMISSIONER]) == wanted:
            wrong_dates = _wrong_dates(row)
            if not wrong_dates and not _is_open(row, today):
                continue
            code, name = as_code(row.cells[_CODE]), row.cells[_NAME]
            problems = [*_wrong(row, code, "name", name, seen), *wrong_dates]
            taken.problems += problems
            if not problems:
                taken.practices.append(Practice(code, name, row.cells[_POSTCODE].upper()))
    return taken


def commissioners(table: Iterable[Row], today: date) -> list[tuple[str, int]]:
    """Commissioner codes of a file's active GP practices with how many each has, at most 20, the most frequent first.

    Of all its rows where none is an active GP practice.
    """
    whole = [row for row in table if len(row.cells) == EPRACCUR_COLUMNS and row.cells[_COMMISSIONER]]
    active = [row for row in whole if _is_active(row) and _is_open(row, today)]
    counted = Counter(as_code(row.cells[_COMMISSIONER]) for row in active or whole)
    return sorted(counted.items(), key=lambda one: (-one[1], one[0]))[:MOST_COMMISSIONERS]


def take_names(table: Sequence[Row]) -> Taken:
    """The practices of a list of codes and names, with or without a header."""
    taken = Taken()
    for code, name, problems in _pairs(table, "name"):
        taken.problems += problems
        if not problems:
            taken.practices.append(Practice(code, name))
    return taken


def take_localities(table: Sequence[Row], known: Collection[str]) -> Taken:
    """The locality of each code, with or without a header. `known` are the codes of the register."""
    taken = Taken()
    for code, locality, problems in _pairs(table, "locality", known):
        taken.problems += problems
        if not problems:
            taken.localities[code] = locality
    return taken


def as_code(text: str) -> str:
    """A code as the register writes it."""
    return text.strip().upper()


def search(practices: Iterable[Practice], typed: str, most: int = MOST_FOUND) -> list[Practice]:
    """The practices whose name, code or postcode has every word typed, each perhaps not finished.

    In the order of their names; before them the one whose code was typed, and names that start so.
    """
    wanted = words(typed)
    found = [
        (practice.code.casefold() != "".join(wanted), not _starts(practice, wanted), practice.name.casefold(), practice)
        for practice in practices
        if _has_all(practice, wanted)
    ]
    return [practice for *_, practice in sorted(found, key=lambda one: (*one[:3], one[3].code))][:most]


def _line(cell: str) -> str:
    return " ".join(visible(cell).split())


def _trimmed(cells: Sequence[str]) -> Sequence[str]:
    """Without the empty cells at the end that spreadsheets leave."""
    width = max((at for at, cell in enumerate(cells, start=1) if cell), default=0)
    return cells[:width]


def _is_active(row: Row) -> bool:
    return row.cells[_STATUS].upper() == ACTIVE and row.cells[_SETTING] == GP_PRACTICE


def _is_open(row: Row, today: date) -> bool:
    """Whether its open date has come and its close date has not passed. Dates that are not given say nothing."""
    opened, closed = _date(row.cells[_OPENED]), _date(row.cells[_CLOSED])
    return (opened is None or opened <= today) and (closed is None or closed >= today)


def _wrong_dates(row: Row) -> list[str]:
    problems = []
    for at, what in ((_OPENED, "open date"), (_CLOSED, "close date")):
        if row.cells[at] and _date(row.cells[at]) is None:
            problems.append(
                f'Row {row.number}, {what}: expected a date such as 19740401, found "{row.cells[at][:40]}".'
            )
    return problems


def _date(cell: str) -> date | None:
    try:
        return datetime.strptime(cell, "%Y%m%d").date()
    except ValueError:
        return None


def _is_header(row: Row) -> bool:
    """Whether the row names columns. A practice is never taken for one: no code is a word of headers."""
    said = words(" ".join(row.cells))
    return bool(said) and HEADER_WORDS.issuperset(said)


def _header_words(row: Row) -> list[str]:
    return words(" ".join(row.cells)) if _is_header(row) else []


def _pairs(
    table: Sequence[Row], what: str, known: Collection[str] | None = None
) -> Iterator[tuple[str, str, list[str]]]:
    """Code, the other cell (`what` it is) and what is wrong, of every row after the header."""
    seen: dict[str, int] = {}
    has_header = _is_header(table[0])
    # A header may have its columns the other way round.
    code_at = int("code" in _header_words(table[0]) and "code" not in words(table[0].cells[0]))
    for row in table[has_header:]:
        cells = _trimmed(row.cells)
        if len(cells) > 2:
            yield "", "", [f"Row {row.number}: expected two columns, code and {what}, found {len(cells)}."]
            continue
        both = (*cells, "", "")[:2]
        code, other = as_code(both[code_at]), both[1 - code_at]
        problems = _wrong(row, code, what, other, seen)
        if not problems and known is not None and code not in known:
            problems = [f"Row {row.number}: {code} is not in the register. Import the practices first, or correct it."]
        yield code, other, problems


def _wrong(row: Row, code: str, what: str, other: str, seen: dict[str, int]) -> list[str]:
    """What is wrong with the code and the other cell of a row; `seen` has the row of every code so far."""
    problems = []
    if not _CODE_FORM.fullmatch(code):
        found = f'"{code[:40]}"' if code else "nothing"
        problems.append(f"Row {row.number}, code: expected letters and digits, such as A81001, found {found}.")
    elif code in seen:
        problems.append(f"Row {row.number}, code: {code} stands in row {seen[code]} already.")
    seen.setdefault(code, row.number)
    if not other:
        problems.append(f"Row {row.number}, {what}: it is empty.")
    elif len(other) > MOST_NAME:
        problems.append(f"Row {row.number}, {what}: expected at most {MOST_NAME} characters, found {len(other)}.")
    return problems


def _starts(practice: Practice, wanted: Sequence[str]) -> bool:
    return " ".join(words(practice.name)).startswith(" ".join(wanted))


def _has_all(practice: Practice, wanted: Sequence[str]) -> bool:
    held = words(f"{practice.name} {practice.code} {practice.postcode}")
    return all(any(word.startswith(start) for word in held) for start in wanted)
