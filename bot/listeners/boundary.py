"""The one place where an error becomes a sentence for the person."""

import logging
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPException
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot import blocks
from bot.blocks import notices
from bot.errors import BotError, StorageError
from bot.listeners.desk import say_privately
from bot.listeners.refusals import LOCKED_OUT, NOBODY_THERE, code_of, is_in_doubt

logger = logging.getLogger(__name__)
# Slack's word for a window that was opened too late, and for what it does not take just now.
_TOO_LATE = {"exchanged_trigger_id", "expired_trigger_id", "trigger_expired"}
_NOT_NOW = {"ratelimited", "rate_limited", "request_timeout", "service_unavailable"}


class Boundary:
    """Called as `with boundary(body, client):` around what follows an `ack()`; Bolt calls it for all else."""

    def __init__(self, app: App) -> None:
        app.error(self._from_bolt)

    @contextmanager
    def __call__(self, body: Mapping[str, Any], client: WebClient) -> Iterator[None]:
        # An error that reaches Bolt right after `ack()` can take the acknowledgement with it.
        try:
            yield
        except Exception as error:  # the boundary itself: everything else lets errors pass
            self.explain(error, body, client)

    def _from_bolt(self, error: Exception, body: dict[str, Any], client: WebClient) -> None:
        self.explain(error, body, client)

    def explain(self, error: Exception, body: Mapping[str, Any], client: WebClient) -> None:
        """Tell the person in one sentence; the log gets the traceback under the same reference."""
        sentence = sentence_for(error)
        try:
            tell_privately(body, client, sentence)
        except (SlackApiError, OSError, BotError) as trouble:
            logger.error("The person could not be told: %s", type(trouble).__name__)


def sentence_for(error: Exception) -> str:
    if isinstance(error, StorageError):
        logger.error("%s", error)
        return notices.DATABASE_TROUBLE
    if isinstance(error, BotError):
        return str(error)
    if isinstance(error, SlackApiError) and (sentence := _of_slack(error)):
        return sentence
    if isinstance(error, (OSError, HTTPException)):
        logger.warning("Slack could not be reached: %s", type(error).__name__)
        return notices.SLACK_TROUBLE
    reference = secrets.token_hex(2)
    logger.error("Unexpected error, reference %s", reference, exc_info=error)
    return notices.unexpected(reference)


def _of_slack(error: SlackApiError) -> str | None:
    """What to say of Slack's own refusals; None where the fault must be ours."""
    code = code_of(error)
    if code in LOCKED_OUT:
        logger.error("Slack does not accept the bot's token (%s). Set a new SLACK_BOT_TOKEN, then start again.", code)
        return notices.LOCKED_OUT
    if code in _TOO_LATE:
        logger.warning("A window did not open: %s", code)
        return notices.TOO_SLOW
    if code in _NOT_NOW or is_in_doubt(error):
        logger.warning("Slack did not take what should be shown: %s", code)
        return notices.SLACK_TROUBLE
    return None


def tell_privately(body: Mapping[str, Any], client: WebClient, sentence: str) -> None:
    """One sentence that only the person sees, wherever they are."""
    message = blocks.note(sentence)
    response_url = body.get("response_url")
    if response_url and say_privately(str(response_url), message, replace_original=False):
        return
    event = body.get("event") or {}
    user = (body.get("user") or {}).get("id") or body.get("user_id") or event.get("user")
    channel = (body.get("channel") or {}).get("id") or body.get("channel_id") or event.get("channel")
    if not user:
        return
    if channel and not str(channel).startswith("D"):
        thread_ts = event.get("thread_ts") or (body.get("container") or {}).get("thread_ts")
        try:
            client.chat_postEphemeral(channel=str(channel), user=str(user), thread_ts=thread_ts, **message.arguments())
            return
        except SlackApiError as error:
            if code_of(error) not in NOBODY_THERE:
                raise
            channel = user  # the bot may not write there: by direct message then
    client.chat_postMessage(channel=str(channel or user), **message.arguments())
