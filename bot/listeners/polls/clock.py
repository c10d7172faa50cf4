"""Polls that open, close and repeat by themselves."""

import logging
from collections.abc import Callable
from functools import partial

from slack_sdk import WebClient

from bot.errors import StorageError
from bot.listeners.desk import Desk
from bot.listeners.polls.moves import close_poll, open_poll
from bot.polls import Poll, PollError

logger = logging.getLogger(__name__)


class PollClock:
    """Looked at with the other timers; costs a few small look-ups while nothing is due."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def look(self, client: WebClient) -> None:
        """Open and close what is due, and finish closings and deletions that a crash cut in two."""
        polls, now = self._desk.store.polls, self._desk.clock()
        for poll in polls.to_open(now):
            _attempt(poll, partial(open_poll, self._desk))
        for poll in [*polls.to_close(now), *self._half_closed()]:
            _attempt(poll, partial(close_poll, self._desk, by=None))
        self._discard_boxes()

    def _half_closed(self) -> list[Poll]:
        """Open polls whose ballot box takes no more votes."""
        store = self._desk.store
        boxes = store.polls.open_boxes()
        closed = store.ballot_boxes.closed() if boxes else set()
        found = [store.polls.find(*about) for box, about in boxes.items() if box in closed]
        return [poll for poll in found if poll]

    def _discard_boxes(self) -> None:
        """Leave no ballot box of a poll that was deleted."""
        store = self._desk.store
        # Boxes are looked up before polls: a box comes after its poll.
        if names := store.ballot_boxes.names():
            for box in names - store.polls.boxes():
                store.ballot_boxes.discard(box)


def _attempt(poll: Poll, move: Callable[[Poll], Poll]) -> None:
    try:
        move(poll)
    except PollError:
        pass  # another process was quicker
    except StorageError:
        raise
    except Exception:  # one bad poll must not keep the polls behind it from opening and closing
        logger.exception("Poll %d neither opened nor closed, and is tried again.", poll.id)
