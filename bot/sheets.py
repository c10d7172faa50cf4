"""Spreadsheet files: rows of text out of .xlsx and .csv without trusting them, and the empty sheet into one."""

import csv
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from bot.errors import BotError
from bot.importing import COLUMNS, MOST_ROWS, Row
from bot.knowledge import Audience, Edition

MOST_BYTES = 5_000_000
MOST_UNPACKED = 50_000_000  # bytes, of a workbook's parts together
MOST_PARTS = 500
MOST_COLUMNS = 50
MOST_CELL = 32_767  # characters, as Excel has it; one long text can stand in a million cells of a small file
MOST_TEXT = 10_000_000  # characters of all cells together
LAST_ROW = 20_000  # how far down a sheet is looked through; formatting alone can run to its millionth row
SHEETS_MISSING = (
    'An .xlsx file needs openpyxl, which is not installed. Install "mandate-bot[sheets]", or save the sheet as .csv.'
)
DAMAGED = "{} is damaged, or not an .xlsx file. Open it in a spreadsheet and save it anew."
AS_CSV = ("utf-8-sig", "cp1252")  # UTF-8 with or without its mark, and what Excel on Windows writes otherwise
_HIDDEN = re.compile("[\ud800-\udfff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # halves of characters, control characters
# What openpyxl raises for files that are not what they say.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, ParseError, KeyError, ValueError, TypeError, AttributeError, IndexError, EOFError,
    NotImplementedError, RuntimeError, OverflowError,
)  # fmt: skip

HELP = {
    "question": "Help: one question a row, as people would ask it. Only question and answer have to be filled in.",
    "answer": "The whole answer, up to 2,500 characters. An empty line starts a paragraph; - starts a line of a list.",
    "also": "Other ways to ask it, 8 or more if you can, with | or a line break between them.",
    "source title": "What the answer comes from. Left empty, it is your CCG.",
    "source address": "Its web address, if it has one.",
    "source publisher": "Who published it.",
    "source date": "As the publisher gives it, such as Nov 2012.",
    "edition": f"One of {', '.join(Edition)}. Left empty: context.",
    "audience": f"One of {', '.join(Audience)}. Left empty: both.",
    "part": "Of the mandate, 1 to 9, if it is about one.",
    "for practices": "What it means for a practice, in a sentence or two.",
    "for ccgs": "What it means for the CCG, in a sentence or two.",
    "owner": "The role that keeps it right.",
    "review by": "A date, day first, such as 31/05/2027. Left empty: in a year.",
}
EXAMPLE = {
    "question": "Example: Who is our CCG's lead for dementia?",
    "answer": "Dr A. Person leads on dementia for the CCG. Write to dementia@example.org.",
    "also": "who do I ask about dementia | dementia lead contact",
    "source title": "Who does what in our CCG",
    "source address": "https://example.org/who-does-what",
    "source publisher": "Anytown CCG",
    "source date": "Nov 2012",
    "edition": "context",
    "audience": "practices",
    "part": "2",
    "for practices": "Call before you refer.",
    "for ccgs": "",
    "owner": "dementia lead",
    "review by": "31/05/2027",
}


def read_rows(path: Path) -> list[Row]:
    """The rows of a sheet that are not empty, the header first. Raises `BotError` for a file that cannot be read."""
    kind = path.suffix.lower()
    if kind not in (".csv", ".xlsx"):
        raise BotError(f"{path} should be an .xlsx or a .csv file. Save the sheet as one of them.")
    raw = read_bytes(path, MOST_BYTES, ". Split it into smaller sheets.")
    table = _xlsx_table(path, raw) if kind == ".xlsx" else _csv_table(path, raw)
    rows = []
    for number, cells in enumerate(table, start=1):
        if any(cell.strip() for cell in cells):
            rows.append(Row(number, cells))
        if len(rows) > MOST_ROWS:
            raise BotError(f"{path} has more than {MOST_ROWS:,} rows. Split it into smaller sheets.")
    return rows


def read_bytes(path: Path, most: int, if_more: str) -> bytes:
    """The whole of a file. Raises `BotError` for one that cannot be read or has more than `most` bytes."""
    try:
        with path.open("rb") as file:
            raw = file.read(most + 1)
    except OSError as error:
        raise BotError(f"{path} cannot be read: {error.strerror}.") from error
    if len(raw) > most:
        raise BotError(f"{path} has more than {most:,} bytes{if_more}")
    return raw


def write_template(path: Path) -> None:
    """The empty sheet: a header, a line of help and an example, both of which an import skips."""
    if path.suffix.lower() not in (".csv", ".xlsx"):
        raise BotError(f"{path} should end in .xlsx or .csv.")
    made = _xlsx_template() if path.suffix.lower() == ".xlsx" else template_csv().encode("utf-8-sig")
    try:
        with path.open("xb") as file:
            file.write(made)
    except FileExistsError as error:
        raise BotError(f"{path} is there already, and is not overwritten. Give another name.") from error
    except OSError as error:
        raise BotError(f"{path} cannot be written: {error.strerror}.") from error


def template_csv() -> str:
    """The empty sheet as CSV text."""
    written = io.StringIO()
    csv.writer(written).writerows(_template_rows())
    return written.getvalue()


def _template_rows() -> list[list[str]]:
    return [list(COLUMNS), [HELP[name] for name in COLUMNS], [EXAMPLE[name] for name in COLUMNS]]


def _csv_table(path: Path, raw: bytes) -> Iterator[Sequence[str]]:
    text = _decoded(path, raw)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)  # Excel separates by what the computer's region says
    try:
        yield from _within_limits(path, csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise BotError(f"{path} is not a CSV file that can be read: {error}.") from error


def _decoded(path: Path, raw: bytes) -> str:
    """The text of a .csv file, in UTF-16 where it has the mark of that."""
    has_mark = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = decode(raw, "utf-16") if has_mark else decode(raw, *AS_CSV)
    if text is None:
        raise BotError(f"{path} is not text. Save the sheet as CSV UTF-8, or as .xlsx.")
    return text


def decode(raw: bytes, *encodings: str) -> str | None:
    """Bytes as text, in the first of the encodings that they can be; None where they are no text."""
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    return None


def _within_limits(path: Path, table: Iterable[Sequence[str]]) -> Iterator[Sequence[str]]:
    """The same rows, without characters that hide others. Raises `BotError` at one that is too wide or too long."""
    length = 0
    for number, cells in enumerate(table, start=1):
        length += sum(map(len, cells))
        if length > MOST_TEXT or any(len(cell) > MOST_CELL for cell in cells):
            raise BotError(f"{path} has more text in row {number} than a sheet of answers can have. Make it shorter.")
        if any(cell.strip() for cell in cells[MOST_COLUMNS:]):
            raise BotError(f"{path} has more than {MOST_COLUMNS} columns in row {number}. Delete those without a name.")
        yield [_HIDDEN.sub("", cell) for cell in cells[:MOST_COLUMNS]]


def _xlsx_table(path: Path, raw: bytes) -> Sequence[Sequence[str]]:
    try:
        from openpyxl import load_workbook
        from openpyxl.utils.exceptions import InvalidFileException
    except ImportError as error:
        raise BotError(SHEETS_MISSING) from error
    _refuse_traps(path, raw)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions, which are not read
            book = load_workbook(io.BytesIO(raw), read_only=True, keep_links=False)
            rows = islice(book.worksheets[0].iter_rows(max_col=MOST_COLUMNS + 1, values_only=True), LAST_ROW)
            return list(_within_limits(path, ([_text(cell) for cell in cells] for cells in rows)))
    except (*_BROKEN, InvalidFileException) as error:
        raise BotError(DAMAGED.format(path)) from error


def _refuse_traps(path: Path, raw: bytes) -> None:
    """Refuse archives that unpack to far more than they are, and XML that could."""
    if raw.startswith(b"\xd0\xcf\x11\xe0"):
        raise BotError(f"{path} has a password or is an old .xls file. Save it as .xlsx without a password.")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise BotError(f"{path} unpacks to far more than it is. Copy only the rows into a new sheet.")
            for part in parts:
                # No spreadsheet declares a document type; it is how a few lines of XML become gigabytes.
                if b"<!DOCTYPE" in archive.read(part).replace(b"\0", b""):
                    raise BotError(f"{path} declares an XML document type, which no spreadsheet needs.")
    except _BROKEN as error:
        raise BotError(DAMAGED.format(path)) from error


def _text(value: Any) -> str:
    """A cell as text: dates in ISO 8601, whole numbers without a point, a formula as it is written."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if hasattr(value, "text"):  # a formula for a range of cells
        return f"={str(value.text).removeprefix('=')}"
    if len(text := str(value)) > MOST_CELL:
        return text
    # Excel writes characters that XML cannot hold so; https://learn.microsoft.com/openspecs, ST_Xstring
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text)


def _xlsx_template() -> bytes:
    try:
        from openpyxl import Workbook
        from openpyxl.styles import Alignment, Font
        from openpyxl.utils import get_column_letter
        from openpyxl.worksheet.datavalidation import DataValidation
    except ImportError as error:
        raise BotError(SHEETS_MISSING) from error
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Answers"
    for cells in _template_rows():
        sheet.append(cells)
    for at, name in enumerate(COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = 60 if name in ("question", "answer", "also") else 24
        sheet.cell(1, at).font = Font(bold=True)
        for row in (2, 3):
            sheet.cell(row, at).font = Font(italic=True, color="666666")
            sheet.cell(row, at).alignment = Alignment(wrap_text=True, vertical="top")
    for name, choices in (("edition", Edition), ("audience", Audience)):
        letter = get_column_letter(COLUMNS.index(name) + 1)
        listed = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True)
        listed.add(f"{letter}4:{letter}{MOST_ROWS}")
        sheet.add_data_validation(listed)
    sheet.freeze_panes = "A2"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
