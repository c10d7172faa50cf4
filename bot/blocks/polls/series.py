"""What owners are told of polls that open by themselves."""

from typing import Any

from bot.blocks.kit import escape_short, marked
from bot.blocks.polls.terms import quoted
from bot.polls import Poll, Repeats
from bot.schedule import spoken

EVERY = {Repeats.WEEKLY: "every week", Repeats.MONTHLY: "every month"}
MOST = 2_500


def repeats_body(poll: Poll, follower: Poll) -> dict[str, Any]:
    """That a poll repeats, when next, and how to stop it."""
    told = f"Your poll {quoted(poll.plan.title)} is open, and opens again {EVERY[poll.plan.repeats]}."
    return _body(f"{told} {_next(follower)} {_how_to_stop()}")


def missed_body(poll: Poll, follower: Poll | None) -> dict[str, Any]:
    """That a poll was never open, because nobody was there to open it."""
    told = f"Your poll {quoted(poll.plan.title)} was not posted: I was not running while it should have been open"
    until = f", until {spoken(poll.plan.closes_at)}" if poll.plan.closes_at else ""
    again = f" {_next(follower)}" if follower else ""
    return _body(f"{told}{until}. Nobody could vote. To ask now, open it on my Home tab and press Copy.{again}")


def after_deleting(poll: Poll, deleted: str) -> str:
    """What a lead is told who deleted a poll; `deleted` where it did not repeat."""
    if poll.plan.repeats is Repeats.NEVER:
        return deleted
    if poll.opened_at is None:
        return "That planned poll was deleted, and none follows it: it does not repeat any more."
    return f"{deleted} The next one is planned already. To end the series, delete that one too."


def _next(follower: Poll) -> str:
    opens_at, closes_at = follower.plan.opens_at, follower.plan.closes_at
    if opens_at is None or closes_at is None:
        return ""
    return f"The next one opens on {spoken(opens_at)} and closes on {spoken(closes_at)}."


def _how_to_stop() -> str:
    return "To stop, open the planned poll on my Home tab and press Delete: then none follows it."


def _body(said: str) -> dict[str, Any]:
    text = escape_short(said, MOST)
    return {"text": text, "blocks": [marked(text)]}
