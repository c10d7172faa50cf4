"""Questions: a direct message, a mention, /mandate, and the shortcut on somebody's message."""

from collections.abc import Callable, Sequence
from typing import Any

from slack_bolt import Ack, App, BoltContext, BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot import blocks
from bot.blocks import notices
from bot.errors import StorageError
from bot.guard import Kind
from bot.listeners.boundary import Boundary
from bot.listeners.desk import Desk, Request
from bot.listeners.gate import REFUSED
from bot.listeners.payloads import edit_of, has_only_files, is_question, typed_text, workspace_of

KEPT = "mandate_bot.kept"  # where the middleware leaves what it wrote down for the listener


def register(app: App, desk: Desk, boundary: Boundary) -> None:
    """Listen for questions, and write each down before Slack is told that it came."""

    @app.middleware
    def write_down_first(
        body: dict[str, Any], context: BoltContext, ack: Ack, next: Callable[[], None]
    ) -> BoltResponse | None:
        # Bolt acknowledges an event before its listener runs; a middleware runs before that.
        if not is_question(body):
            next()
            return None
        try:
            kept = _write_down(desk, body, context.get(REFUSED, ()))
        except StorageError:
            # Not acknowledged, so that Slack delivers it again.
            return BoltResponse(status=503, body="")
        if kept is None:
            return ack()
        context[KEPT] = kept
        next()
        return None

    @app.event("app_mention")
    def answer_mention(body: dict[str, Any], event: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        if KEPT not in context:
            return  # another bot's message
        inbox_id, request = context[KEPT]
        if inbox_id is not None:
            desk.answer(client, workspace_of(body), inbox_id, request)
        else:
            _say_edited(desk, client, workspace_of(body), request, str(event["ts"]))

    @app.event("message")
    def answer_direct_message(
        body: dict[str, Any], event: dict[str, Any], context: BoltContext, client: WebClient
    ) -> None:
        if KEPT not in context:
            return  # Slack's own message, or another bot's
        inbox_id, request = context[KEPT]
        if inbox_id is None:
            _say_edited(desk, client, workspace_of(body), request, str(_said_in(event)["ts"]))
        else:
            desk.answer(client, workspace_of(body), inbox_id, request)

    @app.command("/mandate")
    def answer_command(body: dict[str, Any], context: BoltContext, ack: Ack, client: WebClient) -> None:
        request = Request(
            surface="command",
            text=typed_text(body.get("text")) or "help",
            user=body["user_id"],
            asked_at=desk.clock().isoformat(),
            channel=body.get("channel_id"),
            response_url=body.get("response_url"),
            refused=context.get(REFUSED, ()),
        )
        inbox_id = desk.keep(workspace_of(body), str(body["trigger_id"]), request)
        ack()
        if inbox_id is not None:
            with boundary(body, client):
                desk.handle(client, workspace_of(body), inbox_id, request)

    @app.shortcut("ask_mandate_bot")
    def answer_shortcut(body: dict[str, Any], context: BoltContext, ack: Ack, client: WebClient) -> None:
        message = body.get("message") or {}
        request = Request(
            surface="shortcut",
            text=typed_text(message.get("text")),
            user=body["user"]["id"],
            asked_at=desk.clock().isoformat(),
            trigger_id=body["trigger_id"],
            only_files=has_only_files(message),
            has_files=bool(message.get("files")),
            refused=context.get(REFUSED, ()),
        )
        inbox_id = desk.keep(workspace_of(body), str(body["trigger_id"]), request)
        ack()
        if inbox_id is not None:
            with boundary(body, client):
                desk.handle(client, workspace_of(body), inbox_id, request)


def _write_down(desk: Desk, body: dict[str, Any], refused: Sequence[Kind]) -> tuple[int | None, Request] | None:
    """The request as the inbox has it, without an id where it is not to be answered again; None for a copy.

    An edit is not answered, unless its text is refused, or its first version was: then this is the question.
    """
    event, workspace, key = _said_in(body["event"]), workspace_of(body), str(body["event_id"])
    request, is_edit = _request_of(event, desk, refused), "edited" in event or body["event"] is not event
    first = f"refused:{request.channel}:{event['ts']}"
    is_new = not desk.store.inbox.knows(workspace, key)
    is_first_after_refusal = is_edit and is_new and desk.store.house.unmark(workspace, first)
    if refused:
        desk.store.house.mark_once(workspace, first, desk.clock())
    if is_edit and (refused or is_first_after_refusal):
        inbox_id = desk.keep(workspace, key, request)
    elif body["event"] is not event:
        inbox_id = None
    else:
        inbox_id = desk.keep(workspace, key, request, str(event["ts"]))
    return None if inbox_id is None and not (is_edit and is_new) else (inbox_id, request)


def _said_in(event: dict[str, Any]) -> dict[str, Any]:
    """A message as it reads now."""
    return {**event, **event["message"]} if edit_of(event) else event


def _request_of(event: dict[str, Any], desk: Desk, refused: Sequence[Kind]) -> Request:
    direct = event.get("channel_type") == "im" or str(event["channel"]).startswith("D")
    return Request(
        surface="direct" if direct else "channel",
        text=typed_text(event.get("text")),
        user=event["user"],
        asked_at=desk.clock().isoformat(),
        channel=event["channel"],
        # A private sentence in a thread that nobody has opened would not be seen.
        thread_ts=event.get("thread_ts") or (None if direct or refused else event["ts"]),
        only_files=has_only_files(event),
        has_files=bool(event.get("files")),
        refused=refused,
    )


def _say_edited(desk: Desk, client: WebClient, workspace: str, request: Request, ts: str) -> None:
    """Say once for each answered message that its first version is the one that was answered."""
    channel, house = request.channel or "", desk.store.house
    name = f"edited:{channel}:{ts}"
    if not desk.store.inbox.has_answered(workspace, channel, ts) or not house.mark_once(workspace, name, desk.clock()):
        return
    try:
        client.chat_postMessage(channel=channel, thread_ts=request.thread_ts, **blocks.note(notices.EDITED).arguments())
    except (SlackApiError, OSError):
        house.unmark(workspace, name)
        raise
