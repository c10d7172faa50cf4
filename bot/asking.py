"""A question on its way to an answer, and what is remembered of it."""

from dataclasses import dataclass
from datetime import datetime

from bot.conversation import Part
from bot.matching import Answer, Courtesy, Definition, FacetAnswer, NoAnswer, Suggestions


@dataclass(frozen=True)
class Asking:
    """A message on its way to an answer: who asked, where, when."""

    text: str
    asker: str
    surface: str  # direct, channel, command, shortcut, home, terminal, batch
    workspace: str
    asked_at: datetime
    channel: str | None = None
    thread_ts: str | None = None
    place: str | None = None  # the conversation it belongs to; None for a question on its own


@dataclass(frozen=True)
class Recorded:
    """One part of a message, stored. `queued` says that it waits for the CCG."""

    part: Part
    question_id: int | None  # None for what is not stored: small talk, a blank line
    queued: bool = False


@dataclass(frozen=True)
class Unanswered:
    """A question that waits for the CCG, or did."""

    id: int
    workspace: str
    question: str
    asked_at: datetime
    status: str


@dataclass(frozen=True)
class AskedBefore:
    """A person's own question and what became of it."""

    question: str
    outcome: str
    entry: str | None
    status: str | None  # of the unanswered question, if it is one
    asked_at: datetime


@dataclass(frozen=True)
class StoredQuestion:
    """A question as its buttons need it: who may press them, and where it was asked."""

    id: int
    asker: str | None
    surface: str
    channel: str | None
    thread_ts: str | None
    question: str | None
    outcome: str
    entry: str | None


def outcome_name(part: Part) -> str:
    """The outcome as it is stored and printed."""
    match part.outcome:
        case Answer() | FacetAnswer() | Definition():
            return "answer"
        case Suggestions():
            return "suggestions"
        case Courtesy():
            return "small_talk"
    return "no_answer"


def confidence(part: Part) -> float:
    """That of the first candidate, 0 to 1; what was recognised by its form is certain."""
    if part.ranking:
        return part.ranking[0].confidence
    return 0.0 if isinstance(part.outcome, NoAnswer) else 1.0


def part_of_mandate(part: Part) -> int | None:
    """The part of the mandate, 1 to 9, of what it was served or of the first suggestion; None for anything else."""
    match part.outcome:
        case Answer(entry=entry) | FacetAnswer(entry=entry):
            return entry.part
        case Suggestions(matches=(first, *_)):
            return first.entry.part
    return None
