"""Asking those who asked what they meant, and their replies, which carry no name."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Clarification:
    """What a lead asked back about a row of the queue, and what came of it."""

    id: int
    question: str
    by: str  # the lead
    asked_at: datetime
    people: int  # how many it was sent to
    replies: tuple[str, ...] = ()  # in the order in which they came


@dataclass(frozen=True)
class Sent:
    """A question back, as it went to one person; `person` is None once they have replied or were answered."""

    id: int
    group_id: int
    question: str
    by: str
    person: str | None
    is_replied: bool
