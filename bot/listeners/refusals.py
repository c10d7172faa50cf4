"""What it means when Slack does not take a message, and how to find one that it may have taken all the same."""

import socket
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry import HttpRequest, HttpResponse, RetryState
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

# Slack's word that there is nobody to post to.
NOBODY_THERE = {
    "not_in_channel", "channel_not_found", "is_archived", "user_not_found", "user_disabled",
    "restricted_action", "cannot_dm_bot", "thread_not_found", "message_not_found",
}  # fmt: skip
# Slack's word that it does not like how the message is built; its text alone may still pass.
NOT_AS_BUILT = {"invalid_blocks", "invalid_blocks_format", "msg_too_long", "msg_blocks_too_long", "invalid_arguments"}
# Slack's word that it does not take our token: nothing passes before somebody has put that right.
LOCKED_OUT = {"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"}
TRY_DOOR_EVERY = timedelta(minutes=5)
# Slack's word that it failed, and that some of what was asked may have been done all the same.
_IN_DOUBT = {"fatal_error", "internal_error"}
MOST_PATIENCE = 2  # seconds; who has to wait longer keeps what is to be sent, and holds up nobody
MOST_LOOKED_THROUGH = 200  # the latest messages of a direct channel
MOST_OF_THREAD = 1_000  # a thread comes oldest first, and this is the most that Slack gives at once


class Patience(RateLimitErrorRetryHandler):
    """Tries again where Slack asks for a moment of patience, and leaves longer waits to the caller."""

    def _can_retry(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        is_limited = super()._can_retry(state=state, request=request, response=response, error=error)
        return is_limited and response is not None and _asked_to_wait(response.headers) <= MOST_PATIENCE


def code_of(error: SlackApiError) -> str:
    """Slack's own word for what was wrong; "service_unavailable" where it could not say any."""
    return "service_unavailable" if _failed(error) else str(error.response.get("error", "unknown"))


def fault_of(error: SlackApiError | OSError) -> str:
    """For the log: Slack's own word, or how it could not be reached."""
    return code_of(error) if isinstance(error, SlackApiError) else type(error).__name__


def is_in_doubt(error: SlackApiError) -> bool:
    """Whether Slack failed without a word on what became of the message."""
    return _failed(error) or code_of(error) in _IN_DOUBT


def _failed(error: SlackApiError) -> bool:
    status = getattr(error.response, "status_code", 200)
    return isinstance(status, int) and status >= 500


def never_left(error: Exception) -> bool:
    """Whether no connection came about, so that Slack cannot have heard anything."""
    return isinstance(getattr(error, "reason", error), (ConnectionRefusedError, socket.gaierror))


def seconds_to_wait(error: SlackApiError) -> float:
    """How long Slack asks to be left alone; 0 where it does not say."""
    return _asked_to_wait(getattr(error.response, "headers", None) or {})


def wait_after(error: SlackApiError) -> timedelta:
    """When to try again at the earliest."""
    locked_out = code_of(error) in LOCKED_OUT
    return TRY_DOOR_EVERY if locked_out else timedelta(seconds=seconds_to_wait(error))


def _asked_to_wait(headers: Mapping[str, Any]) -> float:
    text = header_of(headers, "retry-after") or ""
    return float(text) if text.isdecimal() else 0.0


def header_of(headers: Mapping[str, Any], name: str) -> str | None:
    """A header of Slack's response, its `name` in small letters; None where it is not there or empty."""
    found = {str(one).lower(): value for one, value in headers.items()}.get(name)
    return str(found[0] if isinstance(found, list) else found) if found else None


def is_posted(client: WebClient, channel: str, thread_ts: str | None, payload: Mapping[str, Any]) -> bool:
    """Look for a message among the latest of a direct channel, by the metadata payload it carries."""
    if thread_ts:
        found = client.conversations_replies(
            channel=channel, ts=thread_ts, include_all_metadata=True, limit=MOST_OF_THREAD
        )
    else:
        found = client.conversations_history(channel=channel, include_all_metadata=True, limit=MOST_LOOKED_THROUGH)
    messages: Sequence[Mapping[str, Any]] = found["messages"]
    return any(message.get("metadata", {}).get("event_payload") == payload for message in messages)
