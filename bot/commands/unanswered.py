"""`mandate-bot unanswered`: the questions that had no answer, oldest first; those that mean the same are one row."""

import sys
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.commands.session import print_json, print_text
from bot.conversation import Understanding
from bot.keeping import cache_folder
from bot.library import Library
from bot.queueing import Queue
from bot.review import OPEN, Group, State
from bot.settings import Settings
from bot.storage import Store
from bot.tables import as_csv

COLUMNS = (
    "id", "workspace", "question", "asked_at", "last_asked_at", "status", "count", "people", "practices", "part",
    "assignee", "entry", "phrasings", "candidates", "unhelpful",
)  # fmt: skip
HEADINGS = f"{'Asked on':<10}  {'State':<9}  {'Times':>5}  Question"
MOST_CANDIDATES = 3


def run(
    settings: Settings, *, as_json: bool, as_csv: bool, states: Collection[str] | None = None, part: int | None = None
) -> int:
    """Print the queue, a row for each distinct question, in the form asked for.

    `states` are names of `State`, "open" or "all"; without them, the open ones. `part` is one of the mandate.
    """
    wanted = _states(states or ("open",))
    store = Store(settings.db)
    library = Library(settings.knowledge, cache_folder(), additions=store.additions)
    store.questions.queue_unpicked(datetime.now(UTC))
    Queue(store, library).group_waiting()
    groups = [one for one in store.review.groups() if one.state in wanted and part in (None, one.part)]
    waiting = [_row(group, store.review.wordings(group.id), library.current) for group in groups]
    store.close()
    if as_json:
        print_json(waiting)
    elif as_csv:
        sys.stdout.buffer.write(_csv(waiting).encode("utf-8"))
    elif waiting:
        print_text([HEADINGS, *map(_line, waiting)])
    else:
        print_text(["No questions like that." if states or part else "No unanswered questions."])
    return 0


def _states(names: Collection[str]) -> set[State]:
    wanted: set[State] = set()
    for name in names:
        wanted |= set(OPEN) if name == "open" else set(State) if name == "all" else {State(name)}
    return wanted


def _row(group: Group, wordings: Sequence[tuple[int, str]], understanding: Understanding) -> dict[str, Any]:
    near = understanding.ranker.rank(group.text)[:MOST_CANDIDATES]
    return {
        "id": group.id,
        "workspace": group.workspace,
        "question": group.text,
        "asked_at": group.first_asked_at.isoformat(),
        "last_asked_at": group.last_asked_at.isoformat(),
        "status": str(group.state),
        "count": group.times,
        "people": group.people,
        "practices": group.practices,
        "part": group.part,
        "assignee": group.assignee,
        "entry": group.entry,
        "phrasings": list(dict.fromkeys(text for _, text in wordings)),
        "candidates": [{"entry": match.entry.id, "confidence": match.confidence} for match in near],
        "unhelpful": list(group.unhelpful),
    }


def _line(row: dict[str, Any]) -> str:
    """One line, whatever line ends the question has."""
    asked = " ".join(str(row["question"]).split())
    why = f" (not helped by: {', '.join(row['unhelpful'])})" if row["unhelpful"] else ""
    return f"{str(row['asked_at'])[:10]}  {row['status']:<9}  {row['count']:>5}  {asked}{why}"


def _csv(rows: list[dict[str, Any]]) -> str:
    return as_csv([COLUMNS, *([_cell(row[name]) for name in COLUMNS] for row in rows)])


def _cell(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    return "; ".join(one if isinstance(one, str) else f"{one['entry']} ({one['confidence']:.0%})" for one in value)
