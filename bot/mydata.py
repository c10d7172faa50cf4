"""What is held about a person, for themselves: to read, to take along, and to have erased."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.polls import Poll, State
from bot.retention import BY_NAME, length_of
from bot.storage import Store

WHAT_ELSE = (
    "Slack keeps its own copy of our messages, for as long as the workspace says.",
    f"Backups hold what was there when they were made, and are deleted after {length_of('backups')}.",
    "An anonymous poll keeps nothing that joins a person to what they chose.",
)


@dataclass(frozen=True)
class Erased:
    """What became of a person's data."""

    questions: int  # that went
    open_boxes: int  # open anonymous polls they took part in, which they may still not do twice
    deeds: int  # rows of the audit log that name them, which stay


def held(store: Store, workspace: str, person: str, now: datetime) -> dict[str, Any]:
    """Everything held about a person, each kind with what it is, how long it is kept and what there is."""
    found = dict(store.people.held(workspace, person))
    taking_part = [
        {"poll": poll.plan.title, "you": "took part"}
        for box, poll in _open_boxes(store, workspace).items()
        if store.ballot_boxes.has_voted(box, person)
    ]
    if taking_part:
        found["taking_part"] = taking_part
    return {
        "person": person,
        "workspace": workspace,
        "made_at": now.isoformat(timespec="seconds"),
        "held": {
            name: {"what": BY_NAME[name].holds, "kept": BY_NAME[name].how_long, "rows": rows}
            for name, rows in found.items()
        },
        "elsewhere": list(WHAT_ELSE),
    }


def erase(store: Store, workspace: str, person: str) -> Erased:
    """Forget a person. What stays is what `Erased` counts, and the records that `bot.retention` names as such."""
    # First, so that a crash in between leaves more to be erased and not less.
    open_boxes = store.ballot_boxes.forget(_open_boxes(store, workspace), person)
    questions = store.house.erase(workspace, person)
    return Erased(questions, open_boxes, store.audit.count(workspace, person))


def _open_boxes(store: Store, workspace: str) -> dict[str, Poll]:
    """The anonymous polls that are open, by their ballot boxes."""
    return {poll.box: poll for poll in store.polls.listed(workspace, {State.OPEN}) if poll.box}
