"""Reminders of a poll: whether one may go out now, and to whom."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from bot.polls.poll import Poll, Voice, Vote, takes_votes

MOST_REMINDERS = 2  # a poll
APART = timedelta(days=3)


class NoReminder(StrEnum):
    """Why no reminder may go out now."""

    NOT_OPEN = "not open"
    TWICE = "twice"  # as many as there may be
    TOO_SOON = "too soon"  # after the one before
    NOBODY = "nobody"  # is left to remind


def why_none(poll: Poll, to_remind: Collection[str], now: datetime) -> NoReminder | None:
    """Why no reminder may go out now; None where one may."""
    if not takes_votes(poll, now):
        return NoReminder.NOT_OPEN
    if poll.reminders >= MOST_REMINDERS:
        return NoReminder.TWICE
    if not to_remind:
        return NoReminder.NOBODY
    return NoReminder.TOO_SOON if poll.reminded_at and now < poll.reminded_at + APART else None


def to_remind(
    poll: Poll,
    people: Mapping[str, str],
    listed: Collection[str],
    voted: Collection[str],
    unwilling: Collection[str],
) -> list[str]:
    """Who gets a reminder, sorted: people who chose a practice and did not vote, but for the `unwilling`.

    `people` has their practices, `voted` who voted: people, or the codes of practices where each has one voice.
    There only the practices of the register (`listed`) have one.
    """
    if poll.plan.voice is Voice.PRACTICE:
        waiting = {person for person, code in people.items() if code in listed and code not in voted}
    else:
        waiting = set(people) - set(voted)
    return sorted(waiting - set(unwilling))


def who_voted(poll: Poll, votes: Collection[Vote]) -> set[str]:
    """Of a named poll: people, or the codes of practices where each has one voice."""
    if poll.plan.voice is Voice.PRACTICE:
        return {vote.voter for vote in votes}
    return {vote.person for vote in votes if vote.person}
