"""What CCG leads add to the curated files: entries, phrasings, reviews and corrections, until the files have them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from bot.knowledge import Entry, Knowledge, Source, entry_from
from bot.text import comparable

LOCAL_TOPIC = "local"  # the file that exported local entries stand in


class Kind(StrEnum):
    """What an addition adds. Its content, as JSON, has the keys named here, and `file` if it came out of a sheet."""

    ENTRY = "entry"  # record: an entry as YAML has it, dates as ISO texts; source: a new source with its key, or null
    PHRASING = "phrasing"  # text
    REVIEW = "review"  # reviewed, reviewed_by, review_by
    CORRECTION = "correction"  # answer, note


class Standing(StrEnum):
    """How far an addition has come."""

    DRAFT = "draft"  # a form that is not submitted
    PROPOSED = "proposed"  # waits for a second lead
    LIVE = "live"
    RETIRED = "retired"  # the curated files have it now
    REFUSED = "refused"


@dataclass(frozen=True)
class Addition:
    """One thing that a lead added."""

    kind: Kind
    entry: str  # the id of the entry it makes or changes
    content: Mapping[str, Any]
    author: str
    id: int = 0
    standing: Standing = Standing.LIVE
    made_on: date | None = None
    approved_by: str | None = None
    group_id: int | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Applied:
    """Curated knowledge with additions."""

    knowledge: Knowledge
    retired: tuple[int, ...]  # ids of additions that the curated files have now
    left_out: tuple[int, ...]  # ids of additions that no longer fit, as when their entry has gone


def apply(curated: Knowledge, additions: Iterable[Addition]) -> Applied:
    """The knowledge to answer from. Additions come oldest first; a later one of a kind replaces an earlier one."""
    entries = dict(curated.entries)
    sources = dict(curated.sources)
    retired: list[int] = []
    left_out: list[int] = []
    additions = list(additions)
    overtaken = _overtaken(curated, additions)
    for addition in additions:
        before = curated.entries.get(addition.entry)
        if addition.id in overtaken or (before is not None and _is_in(before, addition)):
            retired.append(addition.id)
        elif addition.kind is Kind.ENTRY:
            source = source_of(addition)
            if source:
                sources.setdefault(source.key, source)
            made = entry_from(addition.content["record"], sources, LOCAL_TOPIC)
            if made is None or before is not None:
                left_out.append(addition.id)
            else:
                entries[made.id] = made
        elif addition.entry not in entries:
            left_out.append(addition.id)
        else:
            entries[addition.entry] = _changed(entries[addition.entry], addition)
    return Applied(replace(curated, entries=entries, sources=sources), tuple(retired), tuple(left_out))


def source_of(addition: Addition) -> Source | None:
    """The new source that a local entry brings along."""
    given = addition.content.get("source")
    return Source(**given) if given else None


def _overtaken(curated: Knowledge, additions: Iterable[Addition]) -> set[int]:
    """Answers whose entry has a later one that the curated files have by now."""
    earlier: dict[str, list[int]] = {}
    overtaken: set[int] = set()
    for addition in additions:
        if addition.kind not in (Kind.ENTRY, Kind.CORRECTION):
            continue
        before = curated.entries.get(addition.entry)
        if before is not None and _is_in(before, addition):
            overtaken.update(earlier.pop(addition.entry, []))
        else:
            earlier.setdefault(addition.entry, []).append(addition.id)
    return overtaken


def _is_in(entry: Entry, addition: Addition) -> bool:
    """Whether the curated entry has what the addition adds."""
    content = addition.content
    match addition.kind:
        case Kind.ENTRY:
            return comparable(entry.answer) == comparable(content["record"]["answer"])
        case Kind.PHRASING:
            return comparable(content["text"]) in {comparable(phrasing) for phrasing in entry.phrasings}
        case Kind.REVIEW:
            return entry.reviewed is not None and entry.reviewed >= date.fromisoformat(content["reviewed"])
    # To the letter, but for how lines are folded: a comma may be all that was corrected.
    return bool(entry.answer.split() == content["answer"].split())


def _changed(entry: Entry, addition: Addition) -> Entry:
    content = addition.content
    match addition.kind:
        case Kind.PHRASING:
            return replace(entry, also=(*entry.also, content["text"]))
        case Kind.REVIEW:
            return replace(
                entry,
                reviewed=date.fromisoformat(content["reviewed"]),
                reviewed_by=content["reviewed_by"],
                review_by=date.fromisoformat(content["review_by"]),
            )
    return replace(
        entry,
        answer=content["answer"],
        checked=addition.made_on or entry.checked,
        correction=content["note"].strip() or entry.correction,
    )
