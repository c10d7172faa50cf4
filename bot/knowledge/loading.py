"""Load a folder of YAML, or report everything that is wrong with it."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from bot.errors import KnowledgeError
from bot.knowledge import shape
from bot.knowledge.entry import Ask, Entry, FollowUp, Knowledge, SmallTalk, Source, Term
from bot.knowledge.reading import Unreadable, read_yaml
from bot.knowledge.shape import Key, Problem, found, take_record
from bot.text import comparable

SOURCES, GLOSSARY, SMALL_TALK, FOLLOW_UPS = "sources", "glossary", "small-talk", "follow-ups"
ASKS = "asks"
DATES = ("checked", "review_by", "reviewed")


def load_knowledge(folder: Path) -> Knowledge:
    """The knowledge in `folder`. Raises `KnowledgeError` with every mistake, warnings left out."""
    knowledge, problems = inspect_folder(folder)
    errors = [str(problem) for problem in problems if not problem.warning]
    if errors:
        raise KnowledgeError(errors)
    return knowledge


def entry_from(record: Mapping[str, Any], sources: Mapping[str, Source], topic: str) -> Entry | None:
    """One entry from a record as YAML has it, dates as ISO texts; None where the record has a mistake."""
    dated = {name: _as_date(value) if name in DATES else value for name, value in record.items()}
    values, problems = take_record(f"{topic}.yaml", dated, shape.ENTRY, topic)
    if values is None or problems:
        return None
    known = tuple(sources[name] for name in values["sources"] if name in sources)
    return Entry(**values | {"sources": known, "topic": topic}) if known else None


def _as_date(value: Any) -> Any:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return value


def fingerprint(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Changes when a file of the folder does: name, time of change in nanoseconds and size of each."""
    stats = ((path, path.stat()) for path in _yaml_files(folder.rglob("*.y*ml")))
    return tuple((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in stats)


def inspect_folder(folder: Path) -> tuple[Knowledge, list[Problem]]:
    """What could be loaded, and every problem found on the way."""
    if not folder.is_dir():
        return Knowledge(), [Problem(str(folder), None, None, "is not a folder; --knowledge takes a folder of YAML")]
    reading = _Reading(folder)
    for path in _yaml_files(folder.glob("*.yaml")):
        reading.read(path)
    for path in _yaml_files((folder / ASKS).glob("*.yaml")):
        reading.read_asks(path)
    for path in _yaml_files(folder.rglob("*.yml")):
        reading.problems.append(Problem(reading.name(path), None, None, "ends in .yml; rename it to .yaml"))
    return reading.knowledge(), reading.problems + reading.cross_check()


def _yaml_files(found: Iterable[Path]) -> list[Path]:
    """In order, without the hidden files that editors leave beside what they edit."""
    return sorted(path for path in found if not path.name.startswith("."))


class _Reading:
    """One walk through a folder: the records so far, and what was wrong with the others."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        self.sources: dict[str, Source] = {}
        self.entries: dict[str, dict[str, Any]] = {}
        self.terms: dict[str, Term] = {}
        self.small_talk: dict[str, SmallTalk] = {}
        self.follow_ups: list[FollowUp] = []
        self.asks: list[Ask] = []
        self.topics: set[str] = set()
        self.file_of: dict[str, str] = {}  # id to file

    def name(self, path: Path) -> str:
        return str(Path(self.folder.name) / path.relative_to(self.folder))

    def read(self, path: Path) -> None:
        """Take in one file, by what its name says that it holds."""
        self.topics.add(path.stem)
        if path.stem == SOURCES:
            self._read_sources(path)
            return
        kinds: dict[str, tuple[Mapping[str, Key], str]] = {
            GLOSSARY: (shape.TERM, f"{GLOSSARY}/"),
            SMALL_TALK: (shape.SMALL_TALK, f"{SMALL_TALK}/"),
            FOLLOW_UPS: (shape.FOLLOW_UP, ""),
        }
        keys, prefix = kinds.get(path.stem, (shape.ENTRY, ""))
        for values in self._records(path, keys):
            if path.stem == FOLLOW_UPS:
                self.follow_ups.append(FollowUp(**values))
                continue
            values["id"] = prefix + values["id"]
            if self._is_repeated(path, values["id"]):
                continue
            if path.stem == GLOSSARY:
                self.terms[values["id"]] = Term(**values)
            elif path.stem == SMALL_TALK:
                self.small_talk[values["id"]] = SmallTalk(**values)
            else:
                self.entries[values["id"]] = values | {"topic": path.stem}

    def read_asks(self, path: Path) -> None:
        """Take in one file of held-out questions."""
        if path.stem not in self.topics:
            text = f"mirrors no file; {self.folder.name}/{path.name} does not exist"
            self.problems.append(Problem(self.name(path), None, None, text))
        self.asks += [Ask(topic=path.stem, **values) for values in self._records(path, shape.ASK)]

    def _records(self, path: Path, keys: Mapping[str, Key]) -> list[dict[str, Any]]:
        file = self.name(path)
        content = self._content(path)
        if content is None:
            return []
        if not isinstance(content, list):
            self.problems.append(Problem(file, None, None, f"should be a list of records, found {found(content)}"))
            return []
        good = []
        for number, record in enumerate(content, start=1):
            values, problems = take_record(file, record, keys, f"number {number}")
            self.problems += problems
            if values is not None:
                good.append(values)
        return good

    def _read_sources(self, path: Path) -> None:
        content = self._content(path)
        if not isinstance(content, dict):
            text = f"should be source keys, each with its title, publisher, date and address, found {found(content)}"
            self.problems.append(Problem(self.name(path), None, None, text))
            return
        for key, record in content.items():
            values, problems = take_record(self.name(path), record, shape.SOURCE, str(key))
            self.problems += problems
            if values is not None:
                self.sources[str(key)] = Source(key=str(key), **values)

    def _content(self, path: Path) -> object:
        try:
            return read_yaml(path)
        except Unreadable as error:
            self.problems.append(Problem(self.name(path), None, None, str(error)))
            return None

    def _is_repeated(self, path: Path, key: str) -> bool:
        first = self.file_of.setdefault(key, self.name(path))
        if key in self.entries or key in self.terms or key in self.small_talk:
            self.problems.append(Problem(self.name(path), key, "id", f"is used twice, first in {first}"))
            return True
        return False

    def knowledge(self) -> Knowledge:
        entries = {}
        for key, values in self.entries.items():
            known = tuple(self.sources[name] for name in values["sources"] if name in self.sources)
            entries[key] = Entry(**values | {"sources": known})
        return Knowledge(entries, self.sources, self.terms, self.small_talk, tuple(self.follow_ups), tuple(self.asks))

    def cross_check(self) -> list[Problem]:
        """What only shows when all files are read: ids that point nowhere, and phrasings that stand twice."""
        problems = []
        for key, values in self.entries.items():
            file = self.file_of[key]
            for source in values["sources"]:
                if source not in self.sources:
                    text = f'names the source "{source}", which is not in {SOURCES}.yaml'
                    problems.append(Problem(file, key, "sources", text))
            if not values["sources"]:
                problems.append(Problem(file, key, "sources", "is empty; every answer needs at least one source"))
            for other in values.get("related", ()):
                if other not in self.entries:
                    problems.append(Problem(file, key, "related", f'names "{other}", and no entry has that id'))
                elif other == key:
                    problems.append(Problem(file, key, "related", "names the entry itself"))
            if ("reviewed" in values) != ("reviewed_by" in values):
                problems.append(Problem(file, key, "reviewed", "needs reviewed_by beside it, and the other way round"))
        for key, term in self.terms.items():
            if term.entry and term.entry not in self.entries:
                text = f'names "{term.entry}", and no entry has that id'
                problems.append(Problem(self.file_of[key], key, "entry", text))
        return problems + self._shared_phrasings() + self._asks_without_target()

    def _shared_phrasings(self) -> list[Problem]:
        problems = []
        first_of: dict[str, str] = {}
        phrased = [(key, [values["question"], *values["also"]]) for key, values in self.entries.items()]
        phrased += [(key, list(term.names)) for key, term in self.terms.items()]
        phrased += [(key, list(talk.also)) for key, talk in self.small_talk.items()]
        for key, phrasings in phrased:
            for phrasing in phrasings:
                first = first_of.setdefault(comparable(phrasing), key)
                if first != key:
                    text = f'has "{phrasing}", which also stands under "{first}" ({self.file_of[first]})'
                    problems.append(Problem(self.file_of[key], key, "also", text))
                elif not comparable(phrasing):
                    problems.append(Problem(self.file_of[key], key, "also", f'has "{phrasing}", which has no words'))
        return problems

    def _asks_without_target(self) -> list[Problem]:
        known = self.entries.keys() | self.terms.keys() | self.small_talk.keys()
        held_in = {comparable(p) for v in self.entries.values() for p in (v["question"], *v["also"])}
        problems = []
        for ask in self.asks:
            file = str(Path(self.folder.name) / ASKS / f"{ask.topic}.yaml")
            problems += [
                Problem(file, ask.ask, "expect", f'names "{key}", and nothing has that id')
                for key in ask.expect
                if key not in known
            ]
            if comparable(ask.ask) in held_in:
                problems.append(
                    Problem(file, ask.ask, "ask", "stands word for word in the knowledge; it is not held out")
                )
        return problems
