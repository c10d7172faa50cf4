"""Files that are traps: each is refused in a sentence, at once, before what they unpack to is there."""

import io
import re
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from bot.errors import BotError
from bot.knowledge.reading import Unreadable, read_yaml
from bot.practices import read_table
from bot.sheets import MOST_CELL, read_rows
from bot.tables import FORMULA_STARTS, as_csv

AT_ONCE = 5  # seconds, on a machine that has other things to do; the traps would take minutes


def workbook(rows: Sequence[list[Any]]) -> dict[str, bytes]:
    """The parts of a real workbook, by name."""
    book, written = Workbook(), io.BytesIO()
    for cells in rows:
        book.worksheets[0].append(cells)
    book.save(written)
    with zipfile.ZipFile(written) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def refusal(path: Path) -> str:
    """What is said of a sheet, which has to be said at once."""
    started = time.monotonic()
    with pytest.raises(BotError) as refused:
        read_rows(path)
    assert time.monotonic() - started < AT_ONCE
    return str(refused.value)


def test_a_workbook_that_unpacks_to_gigabytes_is_not_unpacked(tmp_path: Path) -> None:
    parts = workbook([["question", "answer"]])
    path = packed(tmp_path / "a.xlsx", parts)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/big.xml", "w") as big:
        for _ in range(300):
            big.write(b" " * 1_000_000)

    assert path.stat().st_size < 1_000_000
    assert "unpacks to far more than it is" in refusal(path)


def test_a_workbook_that_lies_about_its_size_is_not_unpacked_further(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.xlsx", workbook([["question", "answer"]]) | {"xl/big.xml": b" " * 40_000_000})
    raw = path.read_bytes()
    # The size stands twice: before the part, and in the list at the end.
    path.write_bytes(raw.replace((40_000_000).to_bytes(4, "little"), (1_000).to_bytes(4, "little")))

    assert "damaged" in refusal(path)


def test_a_workbook_of_many_parts_is_not_opened(tmp_path: Path) -> None:
    parts = workbook([["question", "answer"]]) | {f"xl/{number}.xml": b"" for number in range(600)}

    assert "unpacks to far more than it is" in refusal(packed(tmp_path / "a.xlsx", parts))


def test_a_workbook_with_entities_is_not_read(tmp_path: Path) -> None:
    parts = workbook([["question", "answer"]])
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    parts["xl/sharedStrings.xml"] = laughs.encode("utf-16")

    assert "declares an XML document type" in refusal(packed(tmp_path / "a.xlsx", parts))


@pytest.mark.parametrize("cells", [["_x0041_" * 500_000] * 40, ["a" * (MOST_CELL + 1)]], ids=["repeated", "one"])
def test_one_long_text_in_many_cells_is_not_copied(tmp_path: Path, cells: list[str]) -> None:
    parts = workbook([["question", "answer"], *([["SHARED"] * len(cells)] * 50)])
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = re.sub(rb't="inlineStr"><is><t>SHARED</t></is>', b't="s"><v>0</v>', parts[sheet])
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    listed = b'<Override PartName="/xl/sharedStrings.xml" ContentType="' + kind + b'"/></Types>'
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", listed)
    space = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    parts["xl/sharedStrings.xml"] = b"<sst " + space + b"><si><t>" + cells[0].encode() + b"</t></si></sst>"

    assert "has more text in row 2" in refusal(packed(tmp_path / "a.xlsx", parts))


def test_a_sheet_that_is_formatted_down_to_its_last_row_is_read(tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0].append(["question", "answer"])
    book.worksheets[0].cell(1_048_576, 1).value = ""
    book.save(tmp_path / "a.xlsx")

    assert len(read_rows(tmp_path / "a.xlsx")) == 1


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"question,answer" + b"," * 2_000_000 + b"x", "has more than 50 columns in row 1"),
        (b"question,answer\n" + b"a," * 60 + b"\n", "has more than 50 columns in row 2"),
        (b"question,answer\na," + b"b" * (MOST_CELL + 1), "has more text in row 2"),
    ],
    ids=["commas", "cells", "long cell"],
)
def test_a_table_too_wide_is_refused_with_its_row(tmp_path: Path, raw: bytes, text: str) -> None:
    (tmp_path / "a.csv").write_bytes(raw)

    assert text in refusal(tmp_path / "a.csv")


@pytest.mark.parametrize("text", ["," * 200, "a,b\n" * 100_001], ids=["wide", "long"])
def test_no_list_of_practices_is_that_large(text: str) -> None:
    with pytest.raises(BotError, match="That is no list of practices"):
        read_table(text)


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_no_cell_goes_out_as_a_formula(start: str) -> None:
    written = as_csv([["a", f"{start}1+1"]])

    assert written.split(",", 1)[1].lstrip('"').startswith("'")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]", "uses a YAML alias (line 1); write the value out instead"),
        ("&a [*a]", "uses a YAML alias"),
        ("[" * 1_000_000, "nesting depth"),
        ("- " * 900_000, "nesting depth"),
        ("[" * 20 + "]" * 20, "is nested more than 12 deep"),
        ("- 1" + ":59" * 600_000, "has a number of 1,800,001 characters (line 1); quotes make it a text"),
        ("- 0x" + "f" * 5_000, "has a number of 5,002 characters"),
        ("!!python/object/apply:os.system [ls]", "uses a YAML tag"),
        ("- !!bool x", "is not valid YAML"),
        ("- !!timestamp x", "is not valid YAML"),
        ("- {<<: {a: 1}}", "uses a YAML tag or a merge key"),
        ("#" * 2_000_001, "is 2,000,001 bytes, and 2,000,000 is the most"),
    ],
    ids=lambda value: value[:24],
)
def test_yaml_that_is_a_trap_is_refused_at_once(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "trap.yaml").write_text(text)
    started = time.monotonic()

    with pytest.raises(Unreadable) as refused:
        read_yaml(tmp_path / "trap.yaml")

    assert said in str(refused.value)
    assert time.monotonic() - started < AT_ONCE
