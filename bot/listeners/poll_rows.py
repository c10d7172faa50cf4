"""Polls with what leads are shown of them, gathered for their Home tab and for the window with all of them."""

from collections.abc import Collection, Sequence

from bot.blocks import Block
from bot.blocks.polls.home import MOST_ROWS, PAGE, PollRow, all_polls, poll_rows
from bot.listeners.desk import Desk
from bot.polling import taking_part
from bot.polls import Poll, State

SHOWN = (State.OPEN, State.SCHEDULED, State.CLOSED)  # in this order on the Home tab


def polls_of(desk: Desk, workspace: str) -> list[Block]:
    """The leads' part of the Home tab about polls: what is open, then what is planned, then what is closed."""
    found: list[Poll] = []
    for state in SHOWN:
        found += _listed(desk, workspace, {state}, MOST_ROWS - len(found))
    return poll_rows(_rows(desk, found), desk.clock())


def page_of_polls(desk: Desk, workspace: str, first: int) -> Block:
    """The window with all polls from `first` on, newest first; its last page where there are fewer by now."""
    polls = _listed(desk, workspace, SHOWN, -1)
    first = min(first, max(0, (len(polls) - 1) // PAGE * PAGE))
    return all_polls(_rows(desk, polls[first : first + PAGE]), first, len(polls), desk.clock())


def _listed(desk: Desk, workspace: str, states: Collection[State], most: int) -> list[Poll]:
    return desk.store.polls.listed(workspace, states, most=most) if most else []


def _rows(desk: Desk, polls: Sequence[Poll]) -> list[PollRow]:
    return [PollRow(poll, taking_part(desk.store, poll)) for poll in polls]
