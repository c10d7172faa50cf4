"""Polls on the leads' Home tab, and the window with all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.blocks.kit import Block, actions, button, context, escape, header, marked, modal, section, shorten
from bot.blocks.polls.terms import took_part
from bot.polls import Poll, State
from bot.schedule import spoken

MOST_ROWS = 5  # on the tab
PAGE = 10  # in the window
MOST_TITLE = 150


@dataclass(frozen=True)
class PollRow:
    """A poll with what is shown of it; `taking_part` people or practices voted."""

    poll: Poll
    taking_part: int


def poll_rows(rows: Sequence[PollRow], now: datetime) -> list[Block]:
    """The leads' polls on the Home tab, open ones first: at most 7 blocks."""
    new = button("New poll", "poll:new", style="primary")
    buttons = [new, button("All polls", "poll:all")] if rows else [new]
    none = section("None yet. Hear what practices think: you see a preview before anything is posted.")
    return [
        header("Polls"),
        *([] if rows else [none]),
        *(_row(row, now) for row in rows[:MOST_ROWS]),
        actions(buttons, block_id="polls"),
    ]


def all_polls(rows: Sequence[PollRow], first: int, count: int, now: datetime) -> Block:
    """A window with one page of polls, newest first; `first` is the first of them, from 0, of `count`."""
    blocks = [_row(row, now) for row in rows] or [section("There are no polls yet.")]
    buttons = []
    if first > 0:
        buttons.append(button("Newer", "poll:page:newer", str(max(0, first - PAGE))))
    if first + len(rows) < count:
        buttons.append(button("Older", "poll:page:older", str(first + PAGE)))
    if buttons:
        blocks.append(context([f"Polls {first + 1:,} to {first + len(rows):,} of {count:,}, the newest first."]))
        blocks.append(actions(buttons, block_id="poll-pages"))
    return modal("All polls", blocks, callback_id="poll_all")


def _row(row: PollRow, now: datetime) -> Block:
    title = escape(shorten(" ".join(row.poll.plan.title.split()), MOST_TITLE))
    look = button("Details", "poll:open_desk", str(row.poll.id))
    return marked(f"{title}\n{_state(row, now)}") | {"accessory": look}


def _state(row: PollRow, now: datetime) -> str:
    poll, plan = row.poll, row.poll.plan
    if poll.state is State.SCHEDULED:
        return f"Planned: opens on {spoken(plan.opens_at, now)}" if plan.opens_at else "Planned"
    taking_part = f"{took_part(poll, row.taking_part)} took part" if row.taking_part else "nobody took part yet"
    if poll.state is State.CLOSED:
        taking_part = taking_part.removesuffix(" yet")
        return f"Closed on {spoken(poll.closed_at, now)}, {taking_part}" if poll.closed_at else f"Closed, {taking_part}"
    closes = f", closes on {spoken(plan.closes_at, now)}" if plan.closes_at else ""
    return f"Open: {taking_part}{closes}"
