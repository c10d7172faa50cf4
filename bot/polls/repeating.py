"""The poll that follows one that repeats."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.polls.poll import Plan, Repeats
from bot.schedule import at_london, in_london, next_time


def following(plan: Plan, openings: Sequence[datetime], now: datetime) -> Plan | None:
    """The plan of the next poll: the same time of day, open for as long, and still to come; None where none repeats.

    `openings` says when each poll of the series was to open, this one last. Times that passed while nobody was there
    to open a poll are left out.
    """
    if plan.repeats is Repeats.NEVER or not openings or plan.closes_at is None:
        return None
    opened = openings[-1]
    first = _first(openings, plan.repeats)
    opens_at = next_time(opened, plan.repeats, first)
    while opens_at <= now:
        opens_at = next_time(opens_at, plan.repeats, first)
    return replace(plan, opens_at=opens_at, closes_at=as_long(opened, plan.closes_at, opens_at))


def as_long(opened: datetime, closes_at: datetime, opens_at: datetime) -> datetime:
    """When something that opens at `opens_at` closes, to be open for as long by the clocks of London, in UTC."""
    length = _by_the_clock(closes_at) - _by_the_clock(opened)
    closes = _by_the_clock(opens_at) + length
    return at_london(closes.date(), closes.time())


def _by_the_clock(at: datetime) -> datetime:
    return in_london(at).replace(tzinfo=None)


def _first(openings: Sequence[datetime], repeats: Repeats) -> datetime:
    """The opening that says which time and day of the month are meant: the first one, or the last that a lead moved."""
    first = before = openings[0]
    for at in openings[1:]:
        expected = next_time(before, repeats, first)
        while expected < at:
            expected = next_time(expected, repeats, first)
        if expected != at:
            first = at
        before = at
    return first
