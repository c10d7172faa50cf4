"""The one place where an error becomes a sentence for the person."""

import logging
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot import blocks
from bot.blocks import notices
from bot.errors import BotError, StorageError
from bot.listeners.desk import say_privately

logger = logging.getLogger(__name__)


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
    reference = secrets.token_hex(2)
    logger.error("Unexpected error, reference %s", reference, exc_info=error)
    return notices.unexpected(reference)


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
        client.chat_postEphemeral(channel=str(channel), user=str(user), thread_ts=thread_ts, **message.arguments())
    else:
        client.chat_postMessage(channel=str(channel or user), **message.arguments())
