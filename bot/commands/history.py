"""`mandate-bot history`: who changed an answer, what and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from itertools import pairwise
from typing import Any

from bot.additions import Standing, apply
from bot.blocks.wording import day
from bot.commands.session import print_json, print_text
from bot.errors import BotError
from bot.history import Decision, Version, changes
from bot.importing import A_SHEET
from bot.knowledge import load_knowledge
from bot.settings import Settings
from bot.storage import Store

THE_FILES = "the knowledge files"
_IMPORTED = {"correction": "another answer ", "phrasing": "a phrasing "}


@dataclass(frozen=True)
class _Change:
    """A version beside the one before it; the first has none."""

    version: Version
    changed: dict[str, tuple[str | None, str | None]]
    is_first: bool


def run(settings: Settings, entry: str, *, as_json: bool) -> int:
    """Print every change of an entry and what leads decided about it, oldest first. Raises `BotError` for no entry."""
    store = Store(settings.db)
    try:
        # What changed while no bot ran is noted first.
        additions = store.additions.of(standings={Standing.LIVE, Standing.RETIRED})
        live = [addition for addition in additions if addition.standing is Standing.LIVE]
        entries = apply(load_knowledge(settings.knowledge), live).knowledge.entries
        store.versions.record(entries, additions, datetime.now(UTC))
        versions, decisions = store.versions.of(entry), store.versions.decisions(entry)
    finally:
        store.close()
    if not versions:
        raise BotError(_unknown(entry, list(entries)))
    made = _changes(versions)
    if as_json:
        print_json(_as_object(entry, entry in entries, made, decisions))
    else:
        print_text(_as_text(entry, entry in entries, made, decisions))
    return 0


def _unknown(entry: str, known: Sequence[str]) -> str:
    near = get_close_matches(entry, known, n=3, cutoff=0.4)
    hint = f"The nearest: {', '.join(near)}." if near else "Its id stands in the knowledge files."
    return f'No entry has the id "{entry}". {hint}'


def _changes(versions: Sequence[Version]) -> list[_Change]:
    made = [_Change(versions[0], changes({}, versions[0].says), is_first=True)]
    pairs = pairwise(versions)
    return made + [_Change(now, changes(before.says, now.says), is_first=False) for before, now in pairs]


def _as_text(entry: str, is_there: bool, made: Sequence[_Change], decisions: Sequence[Decision]) -> list[str]:
    says, says_first = made[-1].version.says, made[0].version.says["answer"]
    lines = [f"{entry}: {says['question']}"]
    if not is_there:
        lines.append("It no longer stands in the knowledge.")
    written = _written(made[0], decisions)
    told = [(one.version.seen_at, _tell_change(one)) for one in made if not (written and one.is_first)]
    told += [(one.at, _tell_decision(one, says_first if one is written else None)) for one in decisions]
    for _, paragraph in sorted(told, key=lambda one: one[0]):
        lines += ["", *paragraph]
    return lines


def _written(first: _Change, decisions: Sequence[Decision]) -> Decision | None:
    """Who wrote what was first noted; None for the knowledge files."""
    before = [one for one in decisions if one.what in ("entry", "correction") and one.at <= first.version.seen_at]
    return before[-1] if before and before[-1].what == "entry" else None


def _tell_change(one: _Change) -> list[str]:
    version = one.version
    head = f"{_when(version.seen_at)}, {version.by or THE_FILES}"
    if one.is_first:
        return [f"{head}: first noted", f"  answer: {_line(version.says['answer'])}"]
    lines = [f"{head}: changed {', '.join(one.changed)}"]
    for name, (before, now) in one.changed.items():
        lines += [f"  {name} was: {_line(before)}", f"  {name} now: {_line(now)}"]
    return lines + ([f"  why: {_line(version.note)}"] if version.note else [])


def _tell_decision(one: Decision, answer: str | None = None) -> list[str]:
    detail = one.detail
    what = {
        "answer": "answered a question with it",
        "link": "said that it answers a question",
        "entry": "wrote it",
        "phrasing": "added a phrasing",
        "review": "reviewed it",
        "correction": "wrote another answer",
        "told": "had those told who were given the old answer",
        "declined": "did not have those told who were given the old answer",
    }.get(one.what, one.what)
    times = detail.get("times")
    asked = f" that was asked {'once' if times == 1 else f'{times} times'}" if times else ""
    standing = detail.get("standing")
    state = f" ({standing})" if standing and standing != Standing.LIVE else ""
    if file := detail.get("file"):
        by = "" if one.by == A_SHEET else f" by {one.by}"
        lines = [f"{_when(one.at)}: {_IMPORTED.get(one.what, '')}imported from {file}{by}{state}"]
    else:
        lines = [f"{_when(one.at)}, {one.by}: {what}{asked}{state}"]
    lines += [f"  answer: {_line(answer)}"] if answer else []
    for name, label in (("approved_by", "decided by"), ("reason", "reason"), ("note", "note")):
        lines += [f"  {label}: {_line(str(detail[name]))}"] if detail.get(name) else []
    return lines


def _as_object(entry: str, is_there: bool, made: Sequence[_Change], decisions: Sequence[Decision]) -> dict[str, Any]:
    return {
        "entry": entry,
        "question": made[-1].version.says["question"],
        "in_knowledge": is_there,
        "versions": [
            {
                "seen_at": one.version.seen_at.isoformat(),
                "by": one.version.by,
                "note": one.version.note,
                "first": one.is_first,
                "changed": {name: {"was": before, "now": now} for name, (before, now) in one.changed.items()},
            }
            for one in made
        ],
        "decisions": [{"at": one.at.isoformat(), "by": one.by, "what": one.what, **one.detail} for one in decisions],
    }


def _when(moment: datetime) -> str:
    return f"{day(moment)} at {moment:%H:%M} UTC"


def _line(text: str | None) -> str:
    return " ".join(text.split()) if text else "nothing"
