"""Readers of what others write: whatever they are given, they answer, or say what is wrong in words of ours."""

import csv
import io
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from bot.errors import BotError
from bot.guard import Refusal, look
from bot.importing import COLUMNS, Taken, Terms, take_sheet
from bot.knowledge import Knowledge
from bot.knowledge.loading import inspect_folder
from bot.knowledge.reading import Unreadable, read_yaml
from bot.listeners.payloads import typed_text
from bot.polls.planning import problems
from bot.polls.quoting import Unclear, quick_poll
from bot.polls.templates import inspect_polls
from bot.practices import Kind, kind_of, read_table, take_epraccur, take_localities, take_names
from bot.sheets import read_rows
from bot.tables import FORMULA_STARTS, as_csv
from tests.fuzz import ANYTHING, fuzzed, mixed

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
TERMS = Terms("Ann", "Anytown CCG", date(2026, 11, 25), "sheet.csv")
IDENTIFYING = (
    "999 123 4567", "９９９", "\u200b", "QQ123456C", "<tel:07700900123|07700 900123>", "patient ", "Mrs Smith",
    "born on ", "1/2/1960", "SW1A 1AA", "a@example.org", "can she stop her ", "metformin", "0", "-", " ",
    "12 High Street", "\u202e",
)  # fmt: skip
QUOTES = ('"', "'", "“", "”", "„", "«", "»", "‘", "’", "''", " ", ",", ";", "\n", "Yes", "No", "don't", '6"x4"', "＂")
YAML = (
    "- ", "id: ", "\n", "  ", ": ", "{", "}", "[", "]", ", ", "&a ", "*a", "!!bool ", "!!timestamp ",
    "!!python/name:os ", "<<: ", "? ", "|", ">-", "'", '"', "#", "%YAML 1.1", "---", "...", "0x", "1", ":59", ".5",
    ".inf", "2012-11-31", "=", "question", "answer", "also", "sources", "questions", "kind", "options", "\t",
    "\\ud800", "null", "~", "yes", "_",
)  # fmt: skip
FIELDS = (
    "id", "question", "also", "answer", "sources", "part", "edition", "by_when", "names", "term", "entry", "title",
    "kind", "most", "options", "ends", "questions", "name", "purpose", "expect", "ask", "text",
)  # fmt: skip
SHEET = (
    *COLUMNS, ",", ";", "\t", "\n", "\r\n", '"', '""', "=1+1", "#REF!", "31/05/2027", "|", "final", "Part 2",
    "1e9",
)  # fmt: skip
PRACTICES = (
    "A81001", "Surgery", "code", "name", "locality", ",", ";", "\t", "\n", '"', "00C", "A", "4", "19740401",
    "," * 26,
)  # fmt: skip


@fuzzed
@given(st.one_of(ANYTHING, mixed(*IDENTIFYING)))
@example("\ud800" * 3)
@example("\0")
def test_the_guard_looks_at_anything(text: str) -> None:
    seen = look(text)

    assert seen is None or isinstance(seen, Refusal)


@fuzzed
@given(st.one_of(ANYTHING, mixed(*QUOTES)))
def test_a_quick_poll_is_read_from_anything(typed: str) -> None:
    read = quick_poll(typed_text(typed))

    plan = read.plan if isinstance(read, Unclear) else read
    assert problems(replace(plan, channels=("C1",)), NOW) is not None


@fuzzed
@given(
    st.one_of(ANYTHING, mixed(*YAML)).map(lambda text: text.encode("utf-8", "surrogatepass")) | st.binary(max_size=400)
)
def test_any_file_of_yaml_is_read_or_refused(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "any.yaml").write_bytes(raw)

    with suppress(Unreadable):
        read_yaml(tmp_path / "any.yaml")
    for problem in [*inspect_folder(tmp_path)[1], *inspect_polls(tmp_path)[1]]:
        assert str(problem)


@fuzzed
@given(
    st.sampled_from(["sources", "glossary", "small-talk", "follow-ups", "access"]),
    st.lists(
        st.dictionaries(
            st.sampled_from(FIELDS),
            st.recursive(
                st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.dates(),
                lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
                max_leaves=6,
            ),
        ),
        max_size=3,
    ),
)
def test_records_of_any_shape_are_taken_or_reported(tmp_path: Path, topic: str, records: list[object]) -> None:
    import yaml

    (tmp_path / f"{topic}.yaml").write_text(yaml.safe_dump(records, allow_unicode=False), encoding="utf-8")

    for problem in [*inspect_folder(tmp_path)[1], *inspect_polls(tmp_path)[1]]:
        assert str(problem)
    (tmp_path / f"{topic}.yaml").unlink()


@fuzzed
@given(st.one_of(ANYTHING, mixed(*SHEET)).map(lambda text: text.encode("utf-8", "replace")) | st.binary(max_size=400))
def test_any_sheet_is_taken_or_refused(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "any.csv"
    path.write_bytes(raw)

    with suppress(BotError):
        taken = take_sheet(read_rows(path), Knowledge(), (), TERMS)
        assert isinstance(taken, Taken)
        assert all(str(problem).encode("utf-8") for problem in taken.problems)


@fuzzed
@given(st.one_of(ANYTHING, mixed(*PRACTICES)))
def test_any_register_of_practices_is_taken_or_refused(text: str) -> None:
    with suppress(BotError):
        table = read_table(text)
        kind = kind_of(table)
        if kind is Kind.EPRACCUR:
            take_epraccur(table, "00C", NOW.date())
        elif kind is Kind.LOCALITIES:
            take_localities(table, {"A81001"})
        else:
            take_names(table)


@fuzzed
@given(st.lists(st.lists(st.one_of(ANYTHING, st.sampled_from(FORMULA_STARTS).map(lambda start: start + "1+1")))))
def test_no_cell_that_goes_out_is_a_formula(rows: list[list[str]]) -> None:
    # NUL cannot be read back, and is not let in.
    rows = [[cell.replace("\0", "") for cell in row] for row in rows]

    read = list(csv.reader(io.StringIO(as_csv(rows), newline="")))

    for cells in read:
        assert not any(cell.startswith(FORMULA_STARTS) for cell in cells)


@fuzzed
@given(
    st.one_of(
        ANYTHING, mixed("<@U1>", "<!channel>", "<", ">", "|", "&lt;", "&amp;", "&#0;", "&#xD800;", ":smile:", "<tel:")
    )
)
def test_what_was_typed_is_read_from_anything(text: str) -> None:
    assert typed_text(text).encode("utf-8", "surrogatepass") is not None
