"""The postman: takes letters from the outbox to Slack, each once; where nothing can tell, the leads are asked."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.errors import StorageError
from bot.letters import Letter, Posting
from bot.listeners.refusals import (
    LOCKED_OUT,
    NOBODY_THERE,
    NOT_AS_BUILT,
    code_of,
    is_in_doubt,
    is_posted,
    never_left,
    wait_after,
)
from bot.storage import Store

logger = logging.getLogger(__name__)
ROUND_LASTS = 20.0  # seconds; what is left then waits for the next round, so that other timers get their turn
# Slack's word that the bot may never look there, as opposed to not now.
_NO_LOOKING = NOBODY_THERE | {"missing_scope", "not_allowed_token_type"}


class Postman:
    """Safe to call from any thread and process: the outbox hands each letter to one of them. `clock` tells UTC."""

    def __init__(self, store: Store, clock: Callable[[], datetime], stopping: threading.Event) -> None:
        self._store = store
        self._outbox = store.outbox
        self._clock = clock
        self._stopping = stopping

    def deliver(self, client: WebClient) -> int:
        """Post the letters that are due; how many were tried. What Slack does not take now waits, or leads see it.

        Once the process is to stop no other letter is begun.
        """
        tried, started = 0, time.monotonic()
        while not self._stopping.is_set() and time.monotonic() - started < ROUND_LASTS:
            posting = self._outbox.claim(self._clock())
            if posting is None:
                break
            tried += 1
            try:
                self._deliver_one(client, posting)
            except StorageError:
                raise
            except Exception:  # one bad letter must not keep the letters behind it from being sent
                logger.exception("Letter %d cannot be sent, and is given up.", posting.id)
                self._outbox.give_up(posting.id, "not_sendable")
        return tried

    def _deliver_one(self, client: WebClient, posting: Posting) -> None:
        if not posting.may_have_arrived:
            self._post(client, posting)
        elif not posting.letter.channel.startswith("D"):
            # Nothing lets the bot look there, and a second message would be worse than a question.
            self._outbox.doubt(posting.id)
        else:
            self._look_first(client, posting)

    def _look_first(self, client: WebClient, posting: Posting) -> None:
        letter = posting.letter
        try:
            is_there = is_posted(client, letter.channel, letter.thread_ts, _payload(posting))
        except SlackApiError as error:
            if code_of(error) in _NO_LOOKING:
                self._outbox.doubt(posting.id)
            else:
                self._put_off(posting, error, in_doubt=True)
            return
        except (OSError, HTTPException) as error:
            self._later(posting, type(error).__name__, in_doubt=True)
            return
        if is_there:
            self._outbox.sent(posting.id, self._clock())
        else:
            self._post(client, posting)

    def _post(self, client: WebClient, posting: Posting, form: int = 0) -> None:
        letter, forms = posting.letter, _forms(posting.letter)
        try:
            answer = client.chat_postMessage(
                channel=letter.channel,
                thread_ts=letter.thread_ts,
                unfurl_links=False,
                metadata={"event_type": "mandate_outbox", "event_payload": _payload(posting)},
                text=letter.body["text"],
                blocks=forms[form],
            )
        except SlackApiError as error:
            if code_of(error) in NOT_AS_BUILT and form + 1 < len(forms):
                logger.error("Slack refused the blocks of a letter (%s); it goes in a plainer form.", code_of(error))
                self._post(client, posting, form + 1)
            else:
                self._refused(posting, error)
        except (OSError, HTTPException) as error:
            # It may or may not have arrived: the next attempt looks first.
            self._later(posting, type(error).__name__, in_doubt=not never_left(error))
        else:
            self._outbox.sent(posting.id, self._clock(), str(answer["ts"]))
            self._remember_channel(posting.workspace, letter, answer.get("channel"))

    def _refused(self, posting: Posting, error: SlackApiError) -> None:
        code = code_of(error)
        if code in NOBODY_THERE | NOT_AS_BUILT:
            self._outbox.give_up(posting.id, code)
        else:
            self._put_off(posting, error, in_doubt=is_in_doubt(error))

    def _put_off(self, posting: Posting, error: SlackApiError, *, in_doubt: bool) -> None:
        """Until later. While our token is not taken no attempt counts: the letter goes out once it is again."""
        code = code_of(error)
        self._later(posting, code, in_doubt=in_doubt, wait=wait_after(error), counts=code not in LOCKED_OUT)

    def _later(
        self, posting: Posting, error: str, *, in_doubt: bool, wait: timedelta = timedelta(), counts: bool = True
    ) -> None:
        logger.warning("Letter %d will be tried again: %s", posting.id, error)
        self._outbox.later(posting.id, self._clock(), error, in_doubt=in_doubt, wait=wait, counts=counts)

    def _remember_channel(self, workspace: str, letter: Letter, posted_in: object) -> None:
        """A letter to a person tells where their direct messages stand."""
        if letter.channel[:1] in ("U", "W") and isinstance(posted_in, str) and posted_in.startswith("D"):
            self._outbox.know_direct_channel(workspace, letter.channel, posted_in, self._clock())


def _forms(letter: Letter) -> list[Any]:
    """The blocks to try, one after the other where Slack refuses them; at last its text alone."""
    return [*filter(None, (letter.body.get("blocks"), letter.body.get("plainer"))), None]


def _payload(posting: Posting) -> dict[str, int]:
    return {"outbox": posting.id}
