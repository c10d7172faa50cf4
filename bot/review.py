"""The review queue: questions that mean the same, as one row, and the state it is in."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """Where a group of questions that mean the same stands."""

    NEW = "new"


@dataclass(frozen=True)
class Group:
    """Questions that mean the same, as one row of the queue."""

    id: int
    workspace: str
    state: State
    version: int  # grows when another group becomes one with it
    text: str  # the wording that was asked first
    times: int
    people: int
    practices: int
    first_asked_at: datetime
    last_asked_at: datetime
    part: int | None = None  # of the mandate, that of the best candidate
