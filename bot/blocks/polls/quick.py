"""What a lead is told, privately, of a poll that they typed in one line."""

from datetime import datetime

from bot.blocks.kit import Block, Message, actions, button, confirmation, escape_short, marked
from bot.blocks.polls.preview import refused
from bot.polls import Poll
from bot.schedule import spoken

MOST_TITLE = 300
DELETE = confirmation(
    "Delete this poll?", "Its votes go for good, and its message will say that it was deleted.", "Delete", "Keep it"
)


def posted_at_once(poll: Poll, now: datetime, *, is_there: bool) -> Message:
    """Says that a poll is open and when it closes, with a way to take it back."""
    title = escape_short(poll.plan.title, MOST_TITLE)
    where = "is posted" if is_there else "will be posted here as soon as Slack takes it"
    closes = f" It closes on {spoken(poll.plan.closes_at, now)}." if poll.plan.closes_at else ""
    said = (
        f"Your poll “{title}” {where}.{closes} "
        "Each person has one vote, leads see each practice's answers, and the results are posted once it is closed."
    )
    return Message(said, [marked(said), actions([_delete(poll)], block_id=f"quick-{poll.id}")])


def refused_at_once(poll: Poll, posting_id: int, channel: str, error: str) -> Message:
    """As `refused`, with a way to take the poll back instead."""
    message = refused(poll, posting_id, channel, error)
    *said, buttons = message.blocks
    return Message(message.text, [*said, buttons | {"elements": [*buttons["elements"], _delete(poll)]}])


def _delete(poll: Poll) -> Block:
    return button("Delete", "poll:delete", str(poll.id), style="danger", confirm=DELETE)
