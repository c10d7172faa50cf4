"""Questions: a direct message, a mention, /mandate, and the shortcut on somebody's message."""

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App, BoltContext, BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot import blocks
from bot.blocks import notices
from bot.errors import StorageError
from bot.listeners.boundary import Boundary
from bot.listeners.desk import Desk, Request
from bot.listeners.payloads import edit_of, has_only_files, is_personal, typed_text, workspace_of

KEPT = "mandate_bot.kept"  # where the middleware leaves what it wrote down for the listener


def register(app: App, desk: Desk, boundary: Boundary) -> None:
    """Listen for questions, and write each down before Slack is told that it came."""

    @app.middleware
    def write_down_first(
        body: dict[str, Any], context: BoltContext, ack: Ack, next: Callable[[], None]
    ) -> BoltResponse | None:
        # Bolt acknowledges an event before its listener runs; a middleware runs before that.
        event = body.get("event") or {}
        if event.get("type") not in ("message", "app_mention") or not is_personal(event):
            next()
            return None
        request = _request_of(event, desk)
        try:
            is_new = not desk.store.inbox.knows(workspace_of(body), str(body["event_id"]))
            inbox_id = desk.keep(workspace_of(body), str(body["event_id"]), request, str(event["ts"]))
        except StorageError:
            # Not acknowledged, so that Slack delivers it again.
            return BoltResponse(status=503, body="")
        if inbox_id is None and not ("edited" in event and is_new):
            return ack()
        context[KEPT] = (inbox_id, request)
        next()
        return None

    @app.event("app_mention")
    def answer_mention(body: dict[str, Any], event: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        if KEPT not in context:
            return  # another bot's message
        inbox_id, request = context[KEPT]
        if inbox_id is not None:
            desk.handle(client, workspace_of(body), inbox_id, request)
        else:
            _say_edited(desk, client, workspace_of(body), request, str(event["ts"]))

    @app.event("message")
    def answer_direct_message(
        body: dict[str, Any], event: dict[str, Any], context: BoltContext, client: WebClient
    ) -> None:
        edit = edit_of(event)
        if edit:
            asked_at = desk.clock().isoformat()
            note = Request("direct", "", edit.user, asked_at, channel=event["channel"], thread_ts=edit.thread_ts)
            _say_edited(desk, client, workspace_of(body), note, edit.ts)
        elif KEPT in context and context[KEPT][0] is not None:
            inbox_id, request = context[KEPT]
            desk.handle(client, workspace_of(body), inbox_id, request)
            desk.store.outbox.know_direct_channel(workspace_of(body), request.user, request.channel)

    @app.command("/mandate")
    def answer_command(body: dict[str, Any], ack: Ack, client: WebClient) -> None:
        request = Request(
            surface="command",
            text=typed_text(body.get("text")) or "help",
            user=body["user_id"],
            asked_at=desk.clock().isoformat(),
            channel=body.get("channel_id"),
            response_url=body.get("response_url"),
        )
        inbox_id = desk.keep(workspace_of(body), str(body["trigger_id"]), request)
        ack()
        if inbox_id is not None:
            with boundary(body, client):
                desk.handle(client, workspace_of(body), inbox_id, request)

    @app.shortcut("ask_mandate_bot")
    def answer_shortcut(body: dict[str, Any], ack: Ack, client: WebClient) -> None:
        message = body.get("message") or {}
        request = Request(
            surface="shortcut",
            text=typed_text(message.get("text")),
            user=body["user"]["id"],
            asked_at=desk.clock().isoformat(),
            trigger_id=body["trigger_id"],
            only_files=has_only_files(message),
            has_files=bool(message.get("files")),
        )
        inbox_id = desk.keep(workspace_of(body), str(body["trigger_id"]), request)
        ack()
        if inbox_id is not None:
            with boundary(body, client):
                desk.handle(client, workspace_of(body), inbox_id, request)


def _request_of(event: dict[str, Any], desk: Desk) -> Request:
    direct = event.get("channel_type") == "im" or str(event["channel"]).startswith("D")
    return Request(
        surface="direct" if direct else "channel",
        text=typed_text(event.get("text")),
        user=event["user"],
        asked_at=desk.clock().isoformat(),
        channel=event["channel"],
        thread_ts=event.get("thread_ts") or (None if direct else event["ts"]),
        only_files=has_only_files(event),
        has_files=bool(event.get("files")),
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
