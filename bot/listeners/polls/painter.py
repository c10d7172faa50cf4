"""Draws the messages of polls anew, within what Slack takes."""

import logging
import threading
import time
from datetime import timedelta
from http.client import HTTPException

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.blocks.polls.message import poll_message
from bot.errors import StorageError
from bot.listeners.desk import Desk
from bot.listeners.refusals import LOCKED_OUT, NOBODY_THERE, NOT_AS_BUILT, code_of, seconds_to_wait
from bot.polling import public_tally, taking_part
from bot.polls import Poll, Results, State, Tally
from bot.storage import Drawing

logger = logging.getLogger(__name__)
ROUND_LASTS = 10.0  # seconds; what is left then waits for the next round, so that other timers get their turn
PATIENCE = 5  # seconds with one redraw: well within what a claim lasts
# Slack's word that the message, or the whole channel, is not there any more.
_GONE = {"message_not_found", "channel_not_found", "cant_update_message", "edit_window_closed"}
# Slack's word that the bot may not write there now. It may be let in again.
_SHUT_OUT = LOCKED_OUT | NOBODY_THERE - _GONE | {"ekm_access_denied", "missing_scope", "team_access_not_granted"}


class Painter:
    """Draws the newest state of each message; what is over the limit waits, and the last state is always drawn.

    Safe to call from any thread and process: the store hands each message to one of them.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._messages = desk.store.poll_messages
        self._drawing = threading.Lock()
        self._looked = False

    def look(self, client: WebClient) -> None:
        """As `draw`, by a timer. The first time it also draws what a crash may have left undrawn."""
        if not self._looked:
            self._messages.want_where_anonymous()
            self._looked = True
        self.draw(client)

    def draw(self, client: WebClient) -> None:
        """Draw what may be drawn now. At once nothing where this process is at it already."""
        if not self._drawing.acquire(blocking=False):
            return
        try:
            # Of the client's own retries the budget would not know, and they would hold up the messages behind.
            hasty = WebClient(client.token, base_url=client.base_url, timeout=PATIENCE, retry_handlers=[])
            started = time.monotonic()
            while not self._desk.stopping.is_set() and time.monotonic() - started < ROUND_LASTS:
                drawing = self._messages.claim(self._desk.clock())
                if drawing is None:
                    break
                self._draw_one(hasty, drawing)
        finally:
            self._drawing.release()

    def nudge(self, client: WebClient) -> None:
        """As `draw`, soon after a vote. Where that fails, a timer draws instead: the vote counts anyway."""
        try:
            self.draw(client)
        except StorageError as error:
            logger.warning("A poll's message was not drawn and will be again: %s", error)

    def _draw_one(self, client: WebClient, drawing: Drawing) -> None:
        poll = self._desk.store.polls.find(drawing.workspace, drawing.poll_id)
        if poll is None:
            self._messages.gone(drawing)
            return
        now = self._desk.clock()
        message = poll_message(
            poll, taking_part(self._desk.store, poll), live_tally(self._desk, poll), self._desk.settings.ccg_name, now
        )
        try:
            client.chat_update(channel=drawing.channel, ts=drawing.ts, **message.arguments())
        except SlackApiError as error:
            self._refused(drawing, error)
        except (OSError, HTTPException) as error:
            logger.warning("A poll's message was not drawn and will be again: %s", type(error).__name__)
            self._messages.failed(drawing, self._desk.clock())
        else:
            self._messages.drawn(drawing, self._desk.clock())

    def _refused(self, drawing: Drawing, error: SlackApiError) -> None:
        code, now = code_of(error), self._desk.clock()
        if code in _GONE:
            self._messages.gone(drawing)
        elif code in _SHUT_OUT:
            self._messages.shut_out(drawing, now)
        elif code in NOT_AS_BUILT:
            logger.error("Slack refused the message of poll %d (%s).", drawing.poll_id, code)
            self._messages.drawn(drawing, now)
        elif code == "ratelimited":
            self._messages.pause(drawing, now, timedelta(seconds=max(1.0, seconds_to_wait(error))))
        else:
            logger.warning("A poll's message was not drawn and will be again: %s", code)
            self._messages.failed(drawing, now)


def live_tally(desk: Desk, poll: Poll) -> Tally | None:
    """What everybody may see in the message of a poll now."""
    if poll.plan.results is not Results.LIVE or poll.state is not State.OPEN:
        return None
    return public_tally(desk.store, poll, desk.clock())
