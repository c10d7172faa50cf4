"""From the rows of a spreadsheet to additions, or everything that is wrong with them, by row and column."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from bot.additions import LOCAL_TOPIC, Addition, Kind
from bot.drafting import Asked, Mistakes, Typed, as_published, as_question, draft
from bot.knowledge import Audience, Edition, Entry, Knowledge, Source
from bot.knowledge.shape import ENTRY, MOST_QUESTION, SOURCE, Key, found
from bot.text import comparable, visible

COLUMNS = (
    "question", "answer", "also", "source title", "source address", "source publisher", "source date", "edition",
    "audience", "part", "for practices", "for ccgs", "owner", "review by",
)  # fmt: skip
NEEDED = ("question", "answer")
A_SHEET = "a spreadsheet"  # the author of a sheet that names none
SKIPPED = ("help:", "example:")  # rows of the empty sheet, by how their first cell starts
MOST_ROWS = 2_000
ERROR_CELLS = ("#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!")
DATE_FORMS = ("%d/%m/%Y", "%d/%m/%y", "%d-%m-%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y", "%d-%b-%y", "%d-%b-%Y")

# What the form of `bot.drafting` calls a column.
_FIELDS = {
    "question": "question",
    "answer": "answer",
    "source": "source title",
    "source_title": "source title",
    "source_address": "source address",
    "edition": "edition",
    "audience": "audience",
    "part": "part",
    "owner": "owner",
    "review_by": "review by",
}
# Cells that are taken as YAML takes them.
_KEYS: Mapping[str, Key] = {
    "question": ENTRY["question"],
    "answer": ENTRY["answer"],
    "source title": SOURCE["title"],
    "source address": SOURCE["address"],
    "source publisher": SOURCE["publisher"],
    "source date": SOURCE["date"],
    "edition": ENTRY["edition"],
    "audience": ENTRY["audience"],
    "for practices": ENTRY["for_practices"],
    "for ccgs": ENTRY["for_ccgs"],
    "owner": ENTRY["owner"],
}
_SHORT = {"draft": Edition.DRAFT.value, "final": Edition.FINAL.value}


@dataclass(frozen=True)
class Row:
    """One row of the sheet: its number there, the header's being 1 as a rule, and its cells as text."""

    number: int
    cells: Sequence[str]


@dataclass(frozen=True)
class RowProblem:
    """One mistake in the sheet."""

    row: int
    column: str | None
    text: str

    def __str__(self) -> str:
        return f"Row {self.row}, {self.column}: {self.text}" if self.column else f"Row {self.row}: {self.text}"


@dataclass(frozen=True)
class Terms:
    """Who imports, for whom, when, and out of which file."""

    author: str  # A_SHEET where nobody is named
    ccg_name: str
    today: date
    file: str


@dataclass
class Taken:
    """What a sheet comes to. `additions` are worth nothing while there are `problems`."""

    additions: list[Addition] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    new: int = 0
    changed: int = 0
    same: int = 0


def take_sheet(rows: Sequence[Row], knowledge: Knowledge, past: Sequence[Addition], terms: Terms) -> Taken:
    """Additions for every row that says something new, or every problem of every row.

    `knowledge` is what is served now, `past` every addition there has been, oldest first. A row whose question is a
    local entry's changes that entry; one with an answer that was imported before changes nothing.
    """
    taken = Taken()
    columns = _header(rows, taken.problems)
    if columns is None:
        return taken
    reading = _Reading(knowledge, past, terms, taken)
    for row in rows[1:]:
        cells = {name: row.cells[at].strip() for name, at in columns.items() if at < len(row.cells)}
        if any(cells.values()) and not cells.get("question", "").casefold().startswith(SKIPPED):
            reading.read(row.number, cells)
    if not (taken.problems or taken.new or taken.changed or taken.same):
        taken.problems.append(
            RowProblem(rows[0].number, None, "names the columns, and there is no answer below it yet.")
        )
    return taken


def _header(rows: Sequence[Row], problems: list[RowProblem]) -> dict[str, int] | None:
    """Where each column stands; None, with problems, when that cannot be told."""
    if not rows:
        problems.append(RowProblem(1, None, "should name the columns, and the sheet is empty."))
        return None
    header = rows[0]
    columns: dict[str, int] = {}
    for at, cell in enumerate(header.cells):
        name = comparable(cell.replace("_", " "))
        if not name:
            continue
        if name not in COLUMNS:
            problems.append(RowProblem(header.number, None, f"has “{cell}”. Columns are: {', '.join(COLUMNS)}."))
        elif name in columns:
            problems.append(RowProblem(header.number, None, f"has the column “{cell}” twice."))
        else:
            columns[name] = at
    problems += [
        RowProblem(header.number, None, f"should name the columns, and there is none called “{name}”.")
        for name in NEEDED
        if name not in columns
    ]
    return None if problems else columns


class _Reading:
    """One walk down a sheet: what it has claimed so far, and what came of its rows."""

    def __init__(self, knowledge: Knowledge, past: Sequence[Addition], terms: Terms, taken: Taken) -> None:
        self._knowledge = knowledge
        self._past = past
        self._terms = terms
        self._taken = taken
        self._ids = {*knowledge.entries, *(addition.entry for addition in past)}
        self._sources = dict(knowledge.sources)
        self._same_sources = {replace(source, key=""): source for source in knowledge.sources.values()}
        titled = reversed([source for source in knowledge.sources.values() if comparable(source.title)])
        self._by_title = {comparable(source.title): source for source in titled}  # the first of a title
        self._row_of: dict[str, int] = {}  # comparable wording to the row that has it
        self._local = {comparable(e.question): e for e in knowledge.entries.values() if e.topic == LOCAL_TOPIC}
        self._claimed = {comparable(one): talk.id for talk in knowledge.small_talk.values() for one in talk.also}
        self._claimed |= {comparable(name): term.id for term in knowledge.terms.values() for name in term.names}
        self._claimed |= {comparable(one): e.id for e in knowledge.entries.values() for one in e.phrasings}
        self._asks = {comparable(ask.ask): ask for ask in knowledge.asks}

    def read(self, number: int, cells: dict[str, str]) -> None:
        """Take in one row that is not empty."""
        wrong: dict[str, str] = {}
        clean = _clean(cells, wrong)
        local = self._local.get(comparable(clean.get("question", "")))
        also = self._also(number, clean, local, wrong)
        made = self._change(number, clean, also, local, wrong) if local else self._new(clean, also, wrong)
        if wrong:
            self._taken.problems += [RowProblem(number, name, wrong[name]) for name in COLUMNS if name in wrong]
        else:
            self._taken.additions += made

    def _also(self, number: int, clean: Mapping[str, str], local: Entry | None, wrong: dict[str, str]) -> list[str]:
        """The other wordings, each once; what stands elsewhere is a mistake."""
        question = clean.get("question", "")
        pieces = [" ".join(visible(piece).split()) for piece in re.split(r"[|\n]", clean.get("also", ""))]
        once: dict[str, str] = {}
        for piece in pieces:
            if comparable(piece) not in ("", comparable(question)):
                once.setdefault(comparable(piece), piece)
        for column, words, said in [("question", comparable(question), question)] + [
            ("also", words, said) for words, said in once.items()
        ]:
            problem = self._elsewhere(words, said, number, local)
            if problem and words:
                wrong.setdefault(column, problem)
        also = list(once.values())
        if "also" in clean and "also" not in wrong:
            _check("also", ENTRY["also"], also, wrong)
        return also

    def _elsewhere(self, words: str, said: str, number: int, local: Entry | None) -> str | None:
        first = self._row_of.setdefault(words, number)
        if first != number:
            return f"“{said}” is in row {first} too. Keep one of them."
        key = self._claimed.get(words)
        if key and not (local and key == local.id):
            return f"“{said}” is answered by “{key}” already. Change that entry, or word this differently."
        ask = self._asks.get(words)
        if ask and ask.expect and not (local and local.id in ask.expect):
            return f"“{said}” tests whether “{ask.expect[0]}” is found (asks/{ask.topic}.yaml). Word it differently."
        return None

    def _new(self, clean: Mapping[str, str], also: list[str], wrong: dict[str, str]) -> list[Addition]:
        known = self._known_source(clean)
        for name in ("source publisher", "source date"):
            if clean.get(name) and not clean.get("source title"):
                wrong.setdefault(name, "Type the title of this source too, so that people can see what it is.")
        typed = Typed(
            answer=clean.get("answer", ""),
            question=clean.get("question", ""),
            source=known.key if known else "",
            source_title="" if known else clean.get("source title", ""),
            source_address="" if known else clean.get("source address", ""),
            edition=clean.get("edition", ""),
            audience=clean.get("audience", ""),
            part=clean.get("part", ""),
            owner=clean.get("owner", ""),
            review_by=clean.get("review by", ""),
        )
        # Whether its words stand elsewhere is known by now, so the form has no entries to go through again.
        sources = Knowledge(sources=self._sources)
        drafted = draft(typed, Asked(()), sources, self._ids, self._terms.ccg_name, self._terms.today)
        if isinstance(drafted, Mistakes):
            for name, text in drafted.by_field.items():
                wrong.setdefault(_FIELDS[name], text)
            return []
        record = {**drafted.record, "also": also}
        for column, key in (("for practices", "for_practices"), ("for ccgs", "for_ccgs")):
            if clean.get(column):
                record[key] = clean[column]
        source = self._completed(drafted.source, clean) if drafted.source else None
        if source:
            record["sources"] = [source.key]
        self._ids.add(record["id"])
        self._taken.new += 1
        content = {"record": record, "source": vars(source).copy() if source else None}
        return [self._addition(Kind.ENTRY, record["id"], content)]

    def _known_source(self, clean: Mapping[str, str]) -> Source | None:
        """A source that has this key or title, and this address where one is given."""
        title, address = clean.get("source title", ""), clean.get("source address", "")
        source = self._knowledge.sources.get(title) or self._by_title.get(comparable(title))
        return source if source and address in ("", source.address) else None

    def _completed(self, source: Source, clean: Mapping[str, str]) -> Source:
        """A new source with what the row says of it, or one that says the same."""
        source = replace(
            source,
            publisher=clean.get("source publisher") or source.publisher,
            date=clean.get("source date") or source.date,
            address=clean.get("source address") or source.address,
        )
        source = self._same_sources.setdefault(replace(source, key=""), source)
        self._sources[source.key] = source
        return source

    def _change(
        self, number: int, clean: Mapping[str, str], also: list[str], local: Entry, wrong: dict[str, str]
    ) -> list[Addition]:
        """What the row changes in an entry that is there: its answer, and more wordings."""
        if not clean.get("answer"):
            wrong.setdefault("answer", "There is nothing here yet. Type the answer.")
        known = {comparable(phrasing) for phrasing in local.phrasings}
        made = [
            self._addition(Kind.PHRASING, local.id, {"text": text}) for text in also if comparable(text) not in known
        ]
        answer = clean.get("answer", "")
        if answer and answer != local.answer.strip():
            if answer in self._said_before(local.id):
                self._taken.notes.append(f"Row {number}: “{local.id}” was corrected since, and stays as it is.")
            else:
                by = "" if self._terms.author == A_SHEET else f" by {self._terms.author}"
                content = {"answer": answer, "note": f"The answer was changed in a sheet{by}."}
                made.append(self._addition(Kind.CORRECTION, local.id, content))
        others = [column for column, is_same in self._others(clean, local).items() if not is_same]
        if others:
            self._taken.notes.append(
                f"Row {number}: “{local.id}” is there already, so only its answer and more wordings are taken. "
                f"Change {', '.join(others)} in {LOCAL_TOPIC}.yaml after an export."
            )
        self._taken.changed += bool(made)
        self._taken.same += not made
        return made

    def _addition(self, kind: Kind, entry: str, content: Mapping[str, Any]) -> Addition:
        return Addition(kind, entry, {**content, "file": self._terms.file}, self._terms.author)

    def _said_before(self, entry: str) -> set[str]:
        """Answers that additions have given this entry: a sheet with one of them is an old one."""
        own = [addition for addition in self._past if addition.entry == entry]
        said = [one.content["record"]["answer"] for one in own if one.kind is Kind.ENTRY]
        return {answer.strip() for answer in [*said, *(o.content["answer"] for o in own if o.kind is Kind.CORRECTION)]}

    def _others(self, clean: Mapping[str, str], local: Entry) -> dict[str, bool]:
        """Columns that a row fills in and that cannot change an entry that is there: whether each says the same."""
        source = local.sources[0]
        now = {
            "source title": source.title,
            "source address": source.address,
            "source publisher": source.publisher,
            "source date": source.date,
            "edition": local.edition.value,
            "audience": local.audience.value,
            "part": str(local.part or ""),
            "for practices": local.for_practices or "",
            "for ccgs": local.for_ccgs or "",
            "owner": local.owner,
            "review by": local.review_by.isoformat(),
        }
        return {
            name: clean[name] in (said, source.key if name == "source title" else said)
            for name, said in now.items()
            if clean.get(name)
        }


def _clean(cells: Mapping[str, str], wrong: dict[str, str]) -> dict[str, str]:
    """The filled cells as a form would have them: small letters for choices, ISO dates. `wrong` gains the others."""
    clean: dict[str, str] = {}
    for name, cell in cells.items():
        if not cell:
            continue
        text = _without_controls(cell)
        if text.startswith("="):
            wrong[name] = "This is a formula, and only text is taken. Type the words themselves."
        elif text in ERROR_CELLS:
            wrong[name] = f"The spreadsheet shows {text} here. Type the words themselves."
        elif name == "review by":
            clean[name] = _iso(text) or ""
            if not clean[name]:
                wrong[name] = f"should be a date, day first, such as 31/05/2027, found {found(text)}."
        elif name == "part":
            clean[name] = text.casefold().removeprefix("part").strip()
            _check(name, ENTRY["part"], int(clean[name]) if clean[name].isdecimal() else text, wrong)
        else:
            clean[name] = _choice(name, text)
            if name in _KEYS:
                _check(name, _KEYS[name], clean[name], wrong)
    return clean


def _without_controls(cell: str) -> str:
    """A cell with "\\n" for every line end, a space for a tab, and nothing else that is neither seen nor a space."""
    lines = cell.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").strip()
    return "".join(char for char in lines if char == "\n" or unicodedata.category(char) not in ("Cc", "Cs"))


def _choice(name: str, text: str) -> str:
    """A cell as YAML has it: the spelling of a choice, a publisher's own form of a date that Excel made one of."""
    if name == "edition":
        return _SHORT.get(text.casefold(), text.casefold())
    if name == "audience":
        return {"ccg": Audience.CCGS.value, "practice": Audience.PRACTICES.value}.get(text.casefold(), text.casefold())
    if name == "source date" and re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        day = date.fromisoformat(text)
        return f"{day:%B %Y}" if day.day == 1 else as_published(day)  # Excel makes "Nov 2012" the first of November
    if name == "question":
        return text if len(text) > MOST_QUESTION else as_question(text)
    return text


def _iso(text: str) -> str | None:
    """A date as ISO 8601, from the forms that are written in Britain; None for anything else."""
    line = " ".join(text.split())
    for form in ("%Y-%m-%d", *DATE_FORMS):
        try:
            return datetime.strptime(line, form).date().isoformat()
        except ValueError:
            continue
    return None


def _check(name: str, key: Key, value: Any, wrong: dict[str, str]) -> None:
    """Take a cell as YAML would; `wrong` gains what is wrong with it."""
    try:
        key.take(value)
    except ValueError as error:
        own_words = str(error.args[0]) if error.args and str(error.args[0]).startswith("has ") else None
        text = own_words or f"should be {key.expected}, found {found(value)}"
        wrong.setdefault(name, f"{text}.")
