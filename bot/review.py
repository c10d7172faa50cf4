"""The review queue: questions that mean the same, as one row, the state it is in, and which moves are allowed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.errors import BotError


class State(StrEnum):
    """Where a group of questions that mean the same stands."""

    NEW = "new"
    ASSIGNED = "assigned"
    ANSWERED = "answered"
    LINKED = "linked"
    DISMISSED = "dismissed"
    REOPENED = "reopened"


class Move(StrEnum):
    """What a lead does with a group."""

    ASSIGN = "assign"
    ANSWER = "answer"
    LINK = "link"  # an entry that is there already answers it
    DISMISS = "dismiss"
    REOPEN = "reopen"
    SORT = "sort"  # joined with another group, or split


OPEN = frozenset({State.NEW, State.ASSIGNED, State.REOPENED})
_ENDS_IN: Mapping[Move, State] = {  # the others leave it as it is
    Move.ASSIGN: State.ASSIGNED,
    Move.ANSWER: State.ANSWERED,
    Move.LINK: State.LINKED,
    Move.DISMISS: State.DISMISSED,
    Move.REOPEN: State.REOPENED,
}
# Why a question is closed without an answer, as leads pick it and askers read it.
REASONS: Mapping[str, str] = {
    "not-about-the-mandate": "it is not about the mandate or the CCG",
    "about-a-patient": "it is about a patient or about clinical care",
    "cannot-be-answered": "nobody can answer it yet",
    "not-a-question": "it is not a question",
}


class ReviewError(BotError):
    """A lead's move that is not allowed, or that somebody else was quicker with."""


@dataclass(frozen=True)
class Group:
    """Questions that mean the same, as one row of the queue."""

    id: int
    workspace: str
    state: State
    version: int  # grows with every move, and when another group becomes one with it
    text: str  # the wording that was asked first; empty where its askers took every wording away
    times: int
    people: int
    practices: int
    first_asked_at: datetime
    last_asked_at: datetime
    part: int | None = None  # of the mandate, that of the best candidate
    assignee: str | None = None
    entry: str | None = None  # what answers it, once something does
    reason: str | None = None  # a key of REASONS, once it is dismissed
    unhelpful: tuple[str, ...] = ()  # entries that were served for it and did not help

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


@dataclass(frozen=True)
class Moved:
    """The last move of a group, for whoever comes second."""

    move: Move
    by: str
    made_at: datetime


@dataclass(frozen=True)
class Asker:
    """Somebody to tell what became of their question, and where they asked it."""

    question_id: int
    person: str
    surface: str  # direct, channel, command, shortcut, home, terminal
    channel: str | None
    thread_ts: str | None
    question: str


@dataclass(frozen=True)
class Filter:
    """Which rows of the queue to show. None shows all of that kind; without states, the open ones."""

    states: frozenset[State] = OPEN
    part: int | None = None
    assignee: str | None = None


def after(state: State, move: Move) -> State:
    """The state that a move leads to. Raises `ReviewError` for a move that is not allowed."""
    if (move is Move.REOPEN) == (state in OPEN):
        raise ReviewError(
            "That question is open already." if state in OPEN else "That question is closed. Reopen it first."
        )
    return _ENDS_IN.get(move, state)


def to_tell(askers: list[Asker]) -> list[Asker]:
    """Whom to tell, each once: where they asked last. Those who asked in the terminal read the list there."""
    latest = {asker.person: asker for asker in sorted(askers, key=lambda asker: asker.question_id)}
    return [asker for asker in latest.values() if asker.surface not in ("terminal", "batch")]
