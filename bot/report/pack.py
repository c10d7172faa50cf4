"""What a board pack holds: figures and words that anybody may read, so that nothing in it is one person's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.overview import Overview
from bot.polls import SMALLEST_GROUP, Count, Kind, Tally, Voice

APPRAISAL = "board-appraisal"  # the id of the template in knowledge/polls
NO_PART = "No part of the mandate"


class Done(StrEnum):
    """What was done about a question that had no answer."""

    ANSWERED = "answered"
    LINKED = "linked"
    DISMISSED = "dismissed"
    OPEN = "open"


@dataclass(frozen=True)
class Topic:
    """An answer, by the question that it answers, and how often it was given at once."""

    question: str
    part: int | None  # of the mandate
    times: int


@dataclass(frozen=True)
class Theme:
    """Questions that mean the same and had no answer."""

    question: str  # that of its answer, or as it was asked first; empty where fewer than five people asked
    part: int | None
    times: int  # in the span
    done: Done
    reason: str = ""  # why it was dismissed, in words


@dataclass(frozen=True)
class Result:
    """A closed poll, as others than leads may see it."""

    number: int
    title: str
    closed: date
    voice: Voice
    is_anonymous: bool
    is_appraisal: bool
    taking_part: int
    eligible: int  # 0 where nobody knows
    counts: tuple[Count, ...]  # empty where nothing may be shown
    localities: tuple[tuple[str, Tally], ...]
    notes: tuple[str, ...]
    heard: str = ""  # empty until its owner says what came of it
    will_do: str = ""
    said: date | None = None


@dataclass(frozen=True)
class Area:
    """The practices of one locality, or of several small ones."""

    name: str
    practices: int
    asked: int  # of them
    took_part: int  # of them, in a poll with names


@dataclass(frozen=True)
class Reach:
    """How many practices of the register asked and took part."""

    practices: int
    asked: int
    took_part: int
    areas: tuple[Area, ...]  # empty where there would be one alone


@dataclass(frozen=True)
class Pack:
    """All that a board pack says."""

    ccg_name: str
    first: date
    last: date
    made_on: date
    overview: Overview
    topics: tuple[Topic, ...]  # most asked first
    themes: tuple[Theme, ...]  # most asked first
    results: tuple[Result, ...]  # closed last first
    still_open: int  # polls
    appraisal_open: bool
    reach: Reach
    reasons: Mapping[str, int]  # why answers did not help, in words
    not_kept: int  # questions that are counted, but whose wording is no longer kept
    is_invented: bool = False

    @property
    def appraisals(self) -> tuple[Result, ...]:
        return tuple(one for one in self.results if one.is_appraisal)

    @property
    def polls(self) -> tuple[Result, ...]:
        """Those that are no appraisal."""
        return tuple(one for one in self.results if not one.is_appraisal)


def is_shown(count: Count) -> bool:
    """Whether what was answered to a question may be shown: in a large poll, too, fewer than five may answer one."""
    return count.question.kind is not Kind.TEXT and count.answered >= SMALLEST_GROUP


def leading(count: Count) -> tuple[str, ...]:
    """What was chosen most; several where as many chose each."""
    most = max(count.numbers, default=0)
    return tuple(
        choice for choice, number in zip(count.question.choices, count.numbers, strict=True) if most and number == most
    )
