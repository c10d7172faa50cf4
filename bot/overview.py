"""What was asked, answered and waited for in a span of days, as whoever looks rather than reads wants it.

Nothing here says who: no person, and no choice of anybody. Days are days in Europe/London, both ends included.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

MANDATE_PARTS = range(1, 10)
# Outcomes of a question as it is stored. Small talk and blank lines are no questions and never stored; one that was
# taken back counts nowhere, so that these three always add up to what was asked.
ANSWERED, SUGGESTED, UNANSWERED = "answer", "suggestions", "no_answer"
ASKED = frozenset({ANSWERED, SUGGESTED, UNANSWERED})


@dataclass(frozen=True)
class Figure:
    """How often one thing happened on one day in Europe/London."""

    day: date
    measure: str  # questions, feedback, answered, refused
    part: int | None  # of the mandate
    outcome: str  # of a question; helpful, or why not; answer or link; what was seen in a text that was refused
    surface: str
    minutes: int  # that a question waited until it was answered; 0 for other measures
    times: int
    workspace: str


@dataclass(frozen=True)
class Week:
    """Seven days, or those of them that lie in the span."""

    starts: date  # a Monday, which may lie before the span
    asked: int
    answered: int
    suggested: int
    unanswered: int


@dataclass(frozen=True)
class Part:
    """What was asked of one part of the mandate."""

    number: int | None  # None for what belongs to no part
    asked: int
    answered: int
    unanswered: int


@dataclass(frozen=True)
class Overview:
    """All that the first page shows."""

    first: date
    last: date
    weeks: tuple[Week, ...]  # every week of the span, oldest first, also those with nothing
    asked: int
    answered: int
    suggested: int
    unanswered: int
    helpful: int
    not_helpful: int
    median_minutes: float | None  # that a question waited until leads answered it
    answered_by_leads: int  # questions that waited and were answered, or linked to an answer
    refused: int  # times that text about patients was refused, once for each kind of thing seen in it
    parts: tuple[Part, ...]  # the nine in order, and then what belongs to none where anything does

    @property
    def answered_share(self) -> float | None:
        """0 to 1; None of nothing. So are the others."""
        return _share(self.answered, self.asked)

    @property
    def suggested_share(self) -> float | None:
        return _share(self.suggested, self.asked)

    @property
    def unanswered_share(self) -> float | None:
        return _share(self.unanswered, self.asked)

    @property
    def helpful_share(self) -> float | None:
        return _share(self.helpful, self.helpful + self.not_helpful)


def overview(figures: Iterable[Figure], first: date, last: date) -> Overview:
    """The figures of these days in all, by week and by part of the mandate; of every workspace in them."""
    within = [one for one in figures if first <= one.day <= last]
    asked = [one for one in within if one.measure == "questions" and one.outcome in ASKED]
    feedback = _by_outcome(one for one in within if one.measure == "feedback")
    waits = Counter[int]()
    for one in within:
        if one.measure == "answered":
            waits[one.minutes] += one.times
    total = _by_outcome(asked)
    return Overview(
        first=first,
        last=last,
        weeks=tuple(_weeks(asked, first, last)),
        asked=total.total(),
        answered=total[ANSWERED],
        suggested=total[SUGGESTED],
        unanswered=total[UNANSWERED],
        helpful=feedback["helpful"],
        not_helpful=feedback.total() - feedback["helpful"],
        median_minutes=median_of(waits),
        answered_by_leads=waits.total(),
        refused=sum(one.times for one in within if one.measure == "refused"),
        parts=tuple(_parts(asked)),
    )


def median_of(times: Mapping[int, int]) -> float | None:
    """The middle of values of which each was seen so many times; of the two in the middle their mean."""
    total, seen = sum(times.values()), 0
    lower: int | None = None
    for value in sorted(times):
        seen += times[value]
        if lower is None and seen * 2 >= total and times[value]:
            lower = value
        if lower is not None and seen > total // 2:
            return (lower + value) / 2 if total % 2 == 0 else float(value)
    return None


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _weeks(asked: Sequence[Figure], first: date, last: date) -> Iterator[Week]:
    found: dict[date, Counter[str]] = {}
    starts = monday_of(first)
    while starts <= last:
        found[starts] = Counter()
        starts += timedelta(days=7)
    for one in asked:
        found[monday_of(one.day)][one.outcome] += one.times
    for starts, times in found.items():
        yield Week(starts, times.total(), times[ANSWERED], times[SUGGESTED], times[UNANSWERED])


def _parts(asked: Sequence[Figure]) -> Iterator[Part]:
    found: dict[int | None, Counter[str]] = {number: Counter() for number in MANDATE_PARTS}
    for one in asked:
        found.setdefault(one.part, Counter())[one.outcome] += one.times
    for number, times in found.items():
        yield Part(number, times.total(), times[ANSWERED], times[UNANSWERED])


def _by_outcome(figures: Iterable[Figure]) -> Counter[str]:
    times = Counter[str]()
    for one in figures:
        times[one.outcome] += one.times
    return times


def _share(some: int, whole: int) -> float | None:
    return some / whole if whole else None
