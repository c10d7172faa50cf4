"""A week in five lines for the leads: what is new, waits, was answered, is open, and is due for review."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bot.overview import Figure, Overview, overview
from bot.polls import Poll
from bot.reminders import Due, Why, week_of

WEEKS = 8  # of a chart
URGENT = (Why.OVERDUE, Why.SOON)


@dataclass(frozen=True)
class Longest:
    """The row of the review queue that has waited longest."""

    row: int
    question: str  # empty where its askers took every wording back
    since: datetime


@dataclass(frozen=True)
class OpenPoll:
    """A poll that takes votes: how many people or practices voted, and of how many; 0 where nobody knows."""

    poll: Poll
    taking_part: int
    eligible: int


@dataclass(frozen=True)
class Digest:
    """One week, Monday to Sunday, and how things stand now."""

    week: Overview
    lately: Overview  # the last weeks up to and with it
    waiting: int  # rows of the review queue
    longest: Longest | None
    polls: Sequence[OpenPoll]  # those that close first come first
    due: Sequence[Due]  # the most urgent first

    @property
    def overdue(self) -> Sequence[Due]:
        return [one for one in self.due if one.why is Why.OVERDUE]

    @property
    def due_soon(self) -> Sequence[Due]:
        return [one for one in self.due if one.why is Why.SOON]

    @property
    def is_quiet(self) -> bool:
        """Whether there is nothing to say. That nobody ever reviewed an answer is no news of a week."""
        happened = self.week.asked or self.week.answered_by_leads
        return not (happened or self.waiting or self.polls or self.overdue or self.due_soon)


def week_before(now: datetime) -> date:
    """The Monday of the week that a digest sent now is about: the one before, from 09:00 on Mondays in London."""
    return week_of(now) - timedelta(days=7)


def digest(
    figures: Iterable[Figure],
    monday: date,
    *,
    waiting: int,
    longest: Longest | None,
    polls: Iterable[OpenPoll],
    due: Sequence[Due],
) -> Digest:
    """The digest of the week from `monday`; `figures` are those of one workspace in the last WEEKS weeks."""
    sunday, kept = monday + timedelta(days=6), list(figures)
    return Digest(
        week=overview(kept, monday, sunday),
        lately=overview(kept, since(sunday), sunday),
        waiting=waiting,
        longest=longest,
        polls=sorted(polls, key=lambda one: (str(one.poll.plan.closes_at or "~"), one.poll.id)),
        due=due,
    )


def since(last: date) -> date:
    """The Monday on which the last WEEKS weeks began, that of `last` among them."""
    return last - timedelta(days=last.weekday() + 7 * (WEEKS - 1))


def as_object(found: Digest) -> dict[str, Any]:
    """A digest as other programs read it; every key is always there."""
    week, longest = found.week, found.longest
    return {
        "from": week.first.isoformat(),
        "to": week.last.isoformat(),
        "quiet": found.is_quiet,
        "asked": week.asked,
        "answered": week.answered,
        "suggestions": week.suggested,
        "no_answer": week.unanswered,
        "waiting": found.waiting,
        "longest": {"id": longest.row, "question": longest.question, "asked_at": longest.since.isoformat()}
        if longest
        else None,
        "answered_by_leads": week.answered_by_leads,
        "median_minutes": week.median_minutes,
        "polls": [_poll_object(one) for one in found.polls],
        "reviews": [
            {"entry": one.entry.id, "why": str(one.why), "review_by": one.entry.review_by.isoformat()}
            for one in found.due
            if one.why in URGENT
        ],
        "never_reviewed": sum(one.why is Why.NEVER for one in found.due),
        "weeks": [
            {
                "from": one.starts.isoformat(),
                "asked": one.asked,
                "answered": one.answered,
                "suggestions": one.suggested,
                "no_answer": one.unanswered,
            }
            for one in found.lately.weeks
        ],
    }


def _poll_object(one: OpenPoll) -> dict[str, Any]:
    plan = one.poll.plan
    return {
        "id": one.poll.id,
        "title": plan.title,
        "closes_at": plan.closes_at.isoformat() if plan.closes_at else None,
        "taking_part": one.taking_part,
        "eligible": one.eligible,
    }
