"""From what leads added to the curated YAML files: a plan of what each file says then, checked before it is written."""

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from bot.additions import LOCAL_TOPIC, Addition, Kind, apply, source_of
from bot.checking import check_folder
from bot.errors import BotError
from bot.knowledge import Ask, Entry, Knowledge, Problem, load_knowledge
from bot.knowledge.shape import ENTRY, SOURCE
from bot.splicing import CannotSplice, add_item, append_key, append_record, remove_record, set_value
from bot.text import comparable

SOURCES_FILE, LOCAL_FILE = "sources.yaml", f"{LOCAL_TOPIC}.yaml"
LOCAL_HEADER = "# Answers that CCG leads wrote in Slack or in a spreadsheet. Edit them here like any other.\n"
DATES = ("checked", "review_by", "reviewed")

Check = Callable[[Path, date], tuple[Knowledge, list[Problem]]]


@dataclass(frozen=True)
class Plan:
    """What an export writes. Files are named as within the knowledge folder."""

    before: Mapping[str, str]  # the text of each file that changes; empty for a new one
    after: Mapping[str, str]
    lines: tuple[tuple[str, str], ...]  # file, and what changes in it
    left_out: tuple[tuple[Addition, str], ...]  # and why


def plan_export(folder: Path, additions: Sequence[Addition], today: date, check: Check = check_folder) -> Plan:
    """What writing these additions into `folder` comes to; nothing is written yet.

    An addition that would leave a mistake in the files is left out, and the others are tried again. Raises
    `KnowledgeError` when the folder has mistakes already, `BotError` when no one addition is to blame for one.
    """
    curated = load_knowledge(folder)
    wanted = _latest(curated, additions)
    refused: dict[int, tuple[Addition, str]] = {}
    while True:
        draft = _Draft(folder, curated)
        for addition in wanted:
            if addition.id not in refused:
                draft.take(addition)
        to_blame = _to_blame(draft, _mistakes(draft, today, check)) if draft.after else {}
        if not to_blame:
            return draft.plan(tuple(refused.values()))
        refused |= to_blame


def write_plan(plan: Plan, folder: Path) -> None:
    """Write the files, each whole or not at all. Raises `BotError` when one was edited since, or cannot be written."""
    for name, before in plan.before.items():
        if _text_of(folder / name) != before:
            raise BotError(f"{name} was edited in the meantime, so nothing was written. Export again.")
    # A running bot reads the folder after each of them: what others lean on goes first.
    for name in sorted(plan.after, key=lambda name: (not name.startswith("asks/"), name != SOURCES_FILE, name)):
        try:
            _replace(folder / name, plan.after[name])
        except OSError as error:
            raise BotError(f"{folder / name} cannot be written: {error.strerror}.") from error


def copy_folder(folder: Path, out: Path) -> None:
    """The whole folder again at `out`. Raises `BotError` when something is there already."""
    if out.resolve().is_relative_to(folder.resolve()):
        raise BotError(f"{out} is inside the knowledge folder, where it would be read too. Give another folder.")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise BotError(f"{out} is there already, and nothing in it is overwritten. Give a new or an empty folder.")
    try:
        shutil.copytree(folder, out, ignore=shutil.ignore_patterns(".*"), dirs_exist_ok=True)
        for path in (out, *out.rglob("*")):  # whoever exports says who may read it
            path.chmod(0o700 if path.is_dir() else 0o600)
    except (OSError, shutil.Error) as error:
        raise BotError(f"The knowledge cannot be copied to {out}: {error}.") from error


def _latest(curated: Knowledge, additions: Iterable[Addition]) -> list[Addition]:
    """Those that the files lack, oldest first: the last review and the last correction of each entry stand for all."""
    last: dict[object, Addition] = {}
    for addition in additions:
        content = {key: value.strip() if isinstance(value, str) else value for key, value in addition.content.items()}
        text = comparable(content["text"]) if addition.kind is Kind.PHRASING else ""
        last[addition.kind, addition.entry, text] = replace(addition, content=content)
    wanted = sorted(last.values(), key=lambda addition: addition.id)
    there_already = set(apply(curated, wanted).retired)
    return [addition for addition in wanted if addition.id not in there_already]


class _Draft:
    """The files as they will be, one addition after the other."""

    def __init__(self, folder: Path, curated: Knowledge) -> None:
        self.folder = folder
        self.curated = curated
        self.taken: list[Addition] = []
        self.after: dict[str, str] = {}
        self._sources = set(curated.sources)
        self._made: set[str] = set()
        self._asks_taken_out: list[Ask] = []
        self._lines: list[tuple[str, str]] = []
        self._left_out: list[tuple[Addition, str]] = []

    def plan(self, refused: tuple[tuple[Addition, str], ...]) -> Plan:
        before = {name: _text_of(self.folder / name) for name in self.after}
        return Plan(before, self.after, tuple(self._lines), (*refused, *self._left_out))

    def expected(self) -> Knowledge:
        """What the files should read as."""
        served = apply(self.curated, self.taken).knowledge
        return replace(served, asks=tuple(ask for ask in self.curated.asks if ask not in self._asks_taken_out))

    def take(self, addition: Addition) -> None:
        """Write an addition into the texts, or note why it is left out."""
        was = dict(self.after), set(self._sources), set(self._made), list(self._lines), list(self._asks_taken_out)
        try:
            self._write(addition)
        except CannotSplice as error:
            self.after, self._sources, self._made, self._lines, self._asks_taken_out = was
            self._left_out.append((addition, str(error)))
        else:
            self.taken.append(addition)

    def _write(self, addition: Addition) -> None:
        if addition.kind is Kind.ENTRY:
            self._write_entry(addition)
            return
        file = self._file_of(addition.entry)
        content = addition.content
        if addition.kind is Kind.PHRASING:
            self._splice(file, partial(add_item, entry=addition.entry, key="also", item=content["text"]))
            self._say(file, addition, f'"also" has "{content["text"]}" now')
            self._take_out_asks(addition)
        elif addition.kind is Kind.REVIEW:
            for key, behind in (("review_by", "owner"), ("reviewed", "review_by"), ("reviewed_by", "reviewed")):
                self._set(file, addition, key, _as_yaml(key, content[key]), behind)
            self._say(file, addition, f"reviewed on {content['reviewed']} by {content['reviewed_by']}")
        else:
            self._set(file, addition, "answer", content["answer"], "also")
            self._set(file, addition, "correction", content["note"] or None, "answer")
            self._set(file, addition, "checked", addition.made_on, "edition")
            self._say(file, addition, "the answer is corrected")

    def _write_entry(self, addition: Addition) -> None:
        if addition.entry in self.curated.entries:
            raise CannotSplice(f'{self._file_of(addition.entry)} has an entry "{addition.entry}" with another answer')
        source = source_of(addition)
        if source and source.key not in self._sources:
            values = {name: getattr(source, name) for name in SOURCE}
            self._splice(SOURCES_FILE, partial(append_key, key=source.key, values=values))
            self._lines.append((SOURCES_FILE, f'new source "{source.key}": {source.title}'))
            self._sources.add(source.key)
        record = addition.content["record"]
        ordered = {key: _as_yaml(key, record[key]) for key in ENTRY if record.get(key) is not None}
        self._splice(LOCAL_FILE, lambda text: append_record(text or LOCAL_HEADER, ordered))
        self._made.add(addition.entry)
        self._say(LOCAL_FILE, addition, f"new: {record['question']}")
        self._take_out_asks(addition)

    def _take_out_asks(self, addition: Addition) -> None:
        """A question that an entry has word for word now is held out no longer."""
        words = {comparable(text) for text in _phrasings(addition)}
        for ask in self.curated.asks:
            if comparable(ask.ask) in words and (not ask.expect or addition.entry in ask.expect):
                file = f"asks/{ask.topic}.yaml"
                self._splice(file, partial(remove_record, key="ask", value=ask.ask))
                self._lines.append((file, f'without "{ask.ask}", which "{addition.entry}" has word for word now'))
                self._asks_taken_out.append(ask)

    def _file_of(self, entry: str) -> str:
        known = self.curated.entries.get(entry)
        if known is None and entry not in self._made:
            raise CannotSplice(f'no file has an entry "{entry}"')
        return f"{known.topic}.yaml" if known else LOCAL_FILE

    def _set(self, file: str, addition: Addition, key: str, value: object, behind: str) -> None:
        if value is not None:
            self._splice(file, partial(set_value, entry=addition.entry, key=key, value=value, after=behind))

    def _splice(self, file: str, change: Callable[[str], str]) -> None:
        text = self.after[file] if file in self.after else _text_of(self.folder / file)
        mark = "\ufeff" if text.startswith("\ufeff") else ""  # some editors put one before UTF-8
        try:
            self.after[file] = mark + change(text.removeprefix(mark))
        except CannotSplice as error:
            raise CannotSplice(f"{file} {error}") from error

    def _say(self, file: str, addition: Addition, text: str) -> None:
        self._lines.append((file, f'entry "{addition.entry}": {text}'))


def _mistakes(draft: _Draft, today: date, check: Check) -> list[Problem]:
    """What would be wrong with the files that is not wrong with them now."""
    with tempfile.TemporaryDirectory() as made:
        copy = Path(made) / draft.folder.resolve().name
        copy_folder(draft.folder, copy)
        for name, text in draft.after.items():
            _replace(copy / name, text)
        knowledge, problems = check(copy, today)
    errors = [problem for problem in problems if not problem.warning]
    if errors:
        old = set(map(str, check(draft.folder.resolve(), today)[1]))
        errors = [problem for problem in errors if str(problem) not in old]
    return errors or [
        Problem(f"{topic}.yaml", entry, None, "cannot be changed without changing something else; change it by hand")
        for topic, entry in _differing(draft, knowledge)
    ]


def _differing(draft: _Draft, written: Knowledge) -> list[tuple[str, str]]:
    """Entries, as topic and id, that would not read as they should; everything else must read as before."""
    expected = draft.expected()
    corrected = {addition.entry for addition in draft.taken if addition.kind is Kind.CORRECTION}

    def bare(entry: Entry) -> Entry:
        return replace(entry, topic="", checked=date.min if entry.id in corrected else entry.checked)

    found = [
        (written.entries[key].topic if key in written.entries else entry.topic, key)
        for key, entry in expected.entries.items()
        if key not in written.entries or bare(written.entries[key]) != bare(entry)
    ]
    rest = ("sources", "terms", "small_talk", "follow_ups", "asks")
    if any(getattr(expected, name) != getattr(written, name) for name in rest) or set(written.entries) - set(
        expected.entries
    ):
        found += [(LOCAL_TOPIC, addition.entry) for addition in draft.taken if addition.kind is Kind.ENTRY]
    return found


def _to_blame(draft: _Draft, problems: Sequence[Problem]) -> dict[int, tuple[Addition, str]]:
    """The additions that made these mistakes, by id. Raises `BotError` for a mistake that none of them made."""
    blamed: dict[int, tuple[Addition, str]] = {}
    for problem in problems:
        found = _by_words(draft.taken, problem) or _by_entry(draft.taken, problem)
        if not found:
            raise BotError(
                f"Nothing was exported: the files would have a mistake that no one addition made.\n{problem}"
            )
        blamed = {addition.id: (addition, str(problem)) for addition in found} | blamed
    return blamed


def _by_words(additions: Iterable[Addition], problem: Problem) -> list[Addition]:
    said = {comparable(text) for text in (*re.findall(r'"(.*?)"', problem.text), problem.record or "")}
    return [one for one in additions if any(comparable(text) in said for text in _phrasings(one))]


def _by_entry(additions: Sequence[Addition], problem: Problem) -> list[Addition]:
    """Those of the entry that has the mistake, else those whose wordings take something from it."""
    own = [one for one in additions if one.entry == problem.record]
    return own or [one for one in additions if f'"{one.entry}"' in problem.text and _phrasings(one)]


def _phrasings(addition: Addition) -> list[str]:
    if addition.kind is Kind.ENTRY:
        record = addition.content["record"]
        return [record["question"], *record["also"]]
    return [addition.content["text"]] if addition.kind is Kind.PHRASING else []


def _as_yaml(key: str, value: Any) -> Any:
    return date.fromisoformat(value) if key in DATES else value


def _text_of(path: Path) -> str:
    """What a file says, line ends as they are; nothing for one that is not there."""
    return path.read_bytes().decode("utf-8") if path.is_file() else ""


def _replace(path: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, name)
        else:
            os.chmod(name, path.parent.stat().st_mode & 0o666)  # whoever may look into the folder may read it
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
