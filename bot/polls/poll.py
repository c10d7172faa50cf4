"""A poll: what is asked and of whom, the states it goes through, and whether a vote still counts."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.errors import BotError

RATINGS = ("1", "2", "3", "4", "5")
_TIMES = ("opens_at", "closes_at")
SMALLEST_GROUP = 5  # people, or practices where each practice has one voice: no answers of fewer are shown


class Kind(StrEnum):
    """How a question is answered."""

    ONE = "one"  # one of its options
    SEVERAL = "several"  # up to `most` of its options
    RATING = "rating"  # 1 to 5
    TEXT = "text"


class Results(StrEnum):
    """When those who vote see results. Leads see the counts of an open named poll at any time."""

    AFTER_CLOSE = "after-close"
    AFTER_VOTING = "after-voting"
    LIVE = "live"
    LEADS = "leads"


class Voice(StrEnum):
    """Who has one vote."""

    PERSON = "person"
    PRACTICE = "practice"


class Repeats(StrEnum):
    NEVER = "never"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class State(StrEnum):
    """Where a poll stands."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    OPEN = "open"
    CLOSED = "closed"
    DELETED = "deleted"


class PollError(BotError):
    """A vote or a lead's move that is not allowed now, said so that a person can act on it."""


@dataclass(frozen=True)
class Question:
    """One question of a poll, as it was typed."""

    text: str
    kind: Kind = Kind.ONE
    options: tuple[str, ...] = ()  # of ONE and SEVERAL
    most: int = 1  # options that may be picked, of SEVERAL
    ends: tuple[str, str] = ("", "")  # what 1 and 5 mean, of RATING

    @property
    def choices(self) -> tuple[str, ...]:
        """What is counted, in order; empty for free text."""
        return RATINGS if self.kind is Kind.RATING else self.options


@dataclass(frozen=True)
class Plan:
    """All that a lead decides about a poll. Times are UTC."""

    title: str
    questions: tuple[Question, ...]
    channels: tuple[str, ...] = ()
    opens_at: datetime | None = None  # None opens it when it is posted
    closes_at: datetime | None = None  # known once it is open
    is_anonymous: bool = False
    results: Results = Results.AFTER_CLOSE
    voice: Voice = Voice.PERSON
    repeats: Repeats = Repeats.NEVER
    owners: tuple[str, ...] = ()  # besides its author
    template: str | None = None  # the id of the template it was made from

    @property
    def is_quick(self) -> bool:
        """Whether buttons on the message are enough to vote."""
        return len(self.questions) == 1 and self.questions[0].kind in (Kind.ONE, Kind.RATING)


@dataclass(frozen=True)
class Outcome:
    """What was made of a poll, as its owner says it afterwards."""

    heard: str
    will_do: str
    by: str
    said_at: datetime


@dataclass(frozen=True)
class Poll:
    """A poll as it is kept."""

    id: int
    workspace: str
    state: State
    plan: Plan
    author: str
    version: int  # grows with every move, so that of two leads the second is told
    made_at: datetime
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None  # None where its time was up
    reopened: int = 0  # how often
    box: str | None = None  # names the ballot box of an anonymous poll
    follows: int | None = None  # the poll that this one repeats
    reminders: int = 0
    reminded_at: datetime | None = None
    outcome: Outcome | None = None

    @property
    def is_anonymous(self) -> bool:
        return self.plan.is_anonymous

    @property
    def owners(self) -> tuple[str, ...]:
        """Its author and those named besides, each once."""
        return tuple(dict.fromkeys((self.author, *self.plan.owners)))


@dataclass(frozen=True)
class Answer:
    """What somebody answered to one question: the positions of the options picked, from 0, or text."""

    picked: tuple[int, ...] = ()
    text: str = ""


Answers = tuple[Answer, ...]  # one for each question, in order


@dataclass(frozen=True)
class Vote:
    """A vote in a named poll."""

    id: int
    voter: str  # a person, or the code of a practice where each practice has one voice
    person: str | None  # who cast it; None once they were forgotten
    practice: str | None  # the code held when it was cast, or else the first that was chosen while it was open
    answers: Answers
    cast_at: datetime


def takes_votes(poll: Poll, now: datetime) -> bool:
    """Whether a vote at `now` counts: the closing time holds on paper too, when nobody was there to close it."""
    closes_at = poll.plan.closes_at
    return poll.state is State.OPEN and (closes_at is None or now < closes_at)


def plan_as_json(plan: Plan) -> dict[str, Any]:
    """A plan as JSON has it; times as ISO 8601."""
    made = asdict(plan)
    for name in _TIMES:
        made[name] = made[name].isoformat() if made[name] else None
    return made


def plan_from_json(made: Mapping[str, Any]) -> Plan:
    """The plan that `plan_as_json` wrote."""
    opens_at, closes_at = (datetime.fromisoformat(made[name]) if made[name] else None for name in _TIMES)
    questions = tuple(
        Question(one["text"], Kind(one["kind"]), tuple(one["options"]), one["most"], tuple(one["ends"]))
        for one in made["questions"]
    )
    return Plan(
        title=made["title"],
        questions=questions,
        channels=tuple(made["channels"]),
        opens_at=opens_at,
        closes_at=closes_at,
        is_anonymous=made["is_anonymous"],
        results=Results(made["results"]),
        voice=Voice(made["voice"]),
        repeats=Repeats(made["repeats"]),
        owners=tuple(made["owners"]),
        template=made["template"],
    )


def answers_as_json(answers: Answers) -> list[list[Any]]:
    return [[list(answer.picked), answer.text] for answer in answers]


def answers_from_json(made: list[list[Any]]) -> Answers:
    return tuple(Answer(tuple(picked), text) for picked, text in made)
