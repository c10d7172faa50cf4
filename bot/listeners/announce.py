"""Word of new questions for the leads' channel: batched, with the same buttons as on the Home tab."""

from datetime import timedelta

from bot import blocks
from bot.letters import Letter
from bot.listeners.desk import Desk
from bot.listeners.rows import rows_of
from bot.settings import LOCAL_WORKSPACE

EVERY = timedelta(minutes=10)
MOST_ROWS = 5


def announce(desk: Desk) -> int:
    """Write a letter about new rows, unless one went out in the last ten minutes; how many rows are new.

    Without a leads' channel nobody is told. What was asked in the terminal is nothing that Slack could show.
    """
    channel, review, told = desk.settings.leads_channel, desk.store.review, 0
    if channel is None:
        return 0
    for workspace in review.workspaces_with_open():
        groups, count = review.news(workspace, desk.clock(), EVERY, MOST_ROWS)
        if not groups or workspace == LOCAL_WORKSPACE:
            continue
        message = blocks.announcement(rows_of(desk, groups), count - len(groups))
        # Each row is news once, so the first of them names the letter.
        letter = Letter(f"announce:{groups[0].id}", "announce", channel, message.arguments())
        review.announce(workspace, letter, desk.clock())
        told += count
    return told
