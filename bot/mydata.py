"""What is held about a person, for themselves: to read, to take along, and to have erased."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.polls import State
from bot.retention import RETENTION, length_of
from bot.storage import Store

_KEPT = {kept.name: kept for kept in RETENTION}
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
    polls = [poll for poll in store.polls.listed(workspace, {State.OPEN}) if poll.box]
    taking_part = [
        {"poll": poll.plan.title, "you": "took part"}
        for poll in polls
        if poll.box and store.ballot_boxes.has_voted(poll.box, person)
    ]
    if taking_part:
        found["taking_part"] = taking_part
    return {
        "person": person,
        "workspace": workspace,
        "made_at": now.isoformat(timespec="seconds"),
        "held": {
            name: {"what": _KEPT[name].holds, "kept": _KEPT[name].how_long, "rows": rows}
            for name, rows in found.items()
        },
        "elsewhere": list(WHAT_ELSE),
    }


def erase(store: Store, workspace: str, person: str) -> Erased:
    """Forget a person. What stays is what `Erased` counts, and the records that `bot.retention` names as such."""
    # First, so that a crash in between leaves more to be erased and not less.
    boxes = [poll.box for poll in store.polls.listed(workspace, {State.OPEN}) if poll.box]
    open_boxes = store.ballot_boxes.forget(boxes, person)
    questions = store.house.erase(workspace, person)
    return Erased(questions, open_boxes, store.audit.count(workspace, person))
