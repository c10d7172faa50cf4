"""What an entry said when, who changed it, and whom a correction concerns."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.additions import Addition, Kind
from bot.knowledge import Entry
from bot.text import comparable

# How far back people are told that an answer was wrong; what was served to whom is kept no longer.
TOLD_BACK = timedelta(days=30)
# Keys of an entry that readers see, in the order in which a history shows them.
SAYS = (
    "question", "answer", "for_practices", "for_ccgs", "by_when", "measure", "duty", "sources", "edition",
    "reviewed", "reviewed_by", "review_by",
)  # fmt: skip
_REVIEW = ("reviewed", "reviewed_by", "review_by")

Wording = Mapping[str, str]  # an entry's keys in words; a key without a value is missing


class Told(StrEnum):
    """What became of the question whether to tell people that an answer was wrong."""

    OFFERED = "offered"
    TOLD = "told"
    DECLINED = "declined"


@dataclass(frozen=True)
class Version:
    """What an entry said from `seen_at` on."""

    id: int
    entry: str
    says: Wording
    by: str | None  # a Slack user id; None for the knowledge files
    note: str | None  # on a correction: what was wrong before and is right now
    seen_at: datetime


@dataclass(frozen=True)
class Recall:
    """An answer that was corrected, and how many people were given the old one."""

    workspace: str
    before: Version
    after: Version
    note: str
    people: int
    id: int = 0
    state: Told = Told.OFFERED
    decided_by: str | None = None


@dataclass(frozen=True)
class Decision:
    """What a lead decided about an entry, besides its wording."""

    what: str  # a move of the queue, an addition with its standing, or "told" and "declined" for a recall
    by: str
    at: datetime
    detail: Mapping[str, Any]


def wording(entry: Entry) -> dict[str, str]:
    """What readers see of an entry, each key in words."""
    said: dict[str, Any] = {name: getattr(entry, name) for name in SAYS}
    said["sources"] = ", ".join(source.key for source in entry.sources)
    if entry.by_when:
        said["by_when"] = f"{entry.by_when.text} ({entry.by_when.date})"
    if entry.duty:
        said["duty"] = entry.duty.kind + (f", section {entry.duty.section}" if entry.duty.section else "")
    return {name: str(value) for name, value in said.items() if value}


def digest(says: Wording) -> str:
    """Differs when the wording does."""
    return hashlib.sha256(json.dumps(dict(says), sort_keys=True).encode("utf-8", "replace")).hexdigest()[:24]


def shown_digest(entry: Entry) -> str:
    """Differs when what a reviewer reads does; who reviewed it and when is not part of that."""
    return digest({name: text for name, text in wording(entry).items() if name not in _REVIEW})


def changes(before: Wording, now: Wording) -> dict[str, tuple[str | None, str | None]]:
    """The keys that changed, each with what it said and what it says."""
    return {name: (before.get(name), now.get(name)) for name in SAYS if before.get(name) != now.get(name)}


def is_corrected(before: Wording, now: Wording) -> bool:
    """Whether the answer says something else; another line break or dash does not count."""
    return comparable(before.get("answer", "")) != comparable(now.get("answer", ""))


def brought_by(entry: str, changed: Collection[str], now: Wording, additions: Sequence[Addition]) -> Addition | None:
    """The newest addition that made a change, the answer's before any other; None when the files did.

    `additions` come oldest first.
    """
    looked_for = {"answer"} & set(changed) or set(changed)
    for addition in reversed(additions):
        brings = _brings(addition) if addition.entry == entry else {}
        if any(name in looked_for and now.get(name) == value for name, value in brings.items()):
            return addition
    return None


def note_on(entry: Entry, changed: Collection[str], addition: Addition | None) -> str | None:
    """What an author says about a change of the answer."""
    if "answer" not in changed:
        return None
    if addition is None:
        return entry.correction
    return str(addition.content["note"]).strip() or None if addition.kind is Kind.CORRECTION else None


def _brings(addition: Addition) -> Wording:
    match addition.kind:
        case Kind.ENTRY:
            record = addition.content["record"]
            return {name: str(record[name]).strip() for name in ("question", "answer")}
        case Kind.CORRECTION:
            return {"answer": str(addition.content["answer"]).strip()}
        case Kind.REVIEW:
            return {name: str(addition.content[name]) for name in _REVIEW}
    return {}
