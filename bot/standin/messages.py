"""How Slack answers what is said: messages, direct channels and response URLs."""

from collections.abc import Sequence
from dataclasses import replace

from bot.standin.answers import Answer, Arguments, Refused, is_true, need
from bot.standin.checks import MOST_TEXT, check_blocks, check_metadata
from bot.standin.shapes import Place
from bot.standin.workspace import BOT, BOT_USER, TEAM, Posted, Workspace, direct_channel

MOST_UPDATED_TEXT = 4_000
RESPONSE_URL_USES = 5


def _check(workspace: Workspace, method: str, arguments: Arguments, most_text: int = MOST_TEXT) -> None:
    text, blocks = arguments.get("text") or "", arguments.get("blocks") or []
    if not text and not blocks:
        raise Refused("no_text")
    if len(str(text)) > most_text:
        raise Refused("msg_too_long")
    if not isinstance(blocks, list):
        raise Refused("invalid_blocks_format")
    place = Place([])
    if arguments.get("metadata") is not None:
        check_metadata(place.at("metadata"), arguments["metadata"])
    if place.complaints:
        raise Refused("invalid_metadata_format", place.complaints)
    check_blocks(place.at("blocks"), blocks, "message")
    if place.complaints:
        raise Refused("invalid_blocks", place.complaints)
    if not text:
        workspace.complaints.append(f"{method}: blocks without a text that says the same")


def writable(workspace: Workspace, channel: str) -> str:
    """The id of the channel to write to. Raises `Refused` where the bot may not."""
    if channel[:1] in ("U", "W"):
        channel = direct_channel(channel)
    if channel[:1] not in ("C", "D", "G"):
        raise Refused("channel_not_found")
    if channel in workspace.not_joined:
        raise Refused("not_in_channel")
    if channel in workspace.archived:
        raise Refused("is_archived")
    return channel


def _message_of(workspace: Workspace, arguments: Arguments) -> Posted:
    return Posted(
        channel=writable(workspace, str(arguments["channel"])),
        ts=workspace.next_ts(),
        thread_ts=arguments.get("thread_ts"),
        text=arguments.get("text") or "",
        blocks=arguments.get("blocks") or [],
        metadata=arguments.get("metadata") or None,
        ephemeral_to=arguments.get("user"),
    )


def _as_slack_says(message: Posted, with_metadata: bool = True) -> Answer:
    said: Answer = {"type": "message", "user": BOT_USER, "bot_id": BOT, "team": TEAM, "ts": message.ts}
    said |= {"text": message.text, "blocks": message.blocks}
    if message.thread_ts:
        said["thread_ts"] = message.thread_ts
    if with_metadata and message.metadata:
        said["metadata"] = message.metadata
    return said


def post_message(workspace: Workspace, arguments: Arguments) -> Answer:
    need(arguments, "channel")
    _check(workspace, "chat.postMessage", arguments)
    message = replace(_message_of(workspace, arguments), ephemeral_to=None)
    workspace.post(message)
    return {"channel": message.channel, "ts": message.ts, "message": _as_slack_says(message)}


def post_ephemeral(workspace: Workspace, arguments: Arguments) -> Answer:
    need(arguments, "channel", "user")
    _check(workspace, "chat.postEphemeral", arguments)
    message = _message_of(workspace, arguments)
    workspace.post(message)
    return {"message_ts": message.ts}


def _existing(workspace: Workspace, arguments: Arguments) -> Posted:
    need(arguments, "channel", "ts")
    if str(arguments["channel"])[:1] not in ("C", "D", "G"):
        raise Refused("channel_not_found")
    found = workspace.messages.get((arguments["channel"], arguments["ts"]))
    if found is None or found.ephemeral_to:
        raise Refused("message_not_found")
    return found


def update_message(workspace: Workspace, arguments: Arguments) -> Answer:
    """Blocks and metadata that are not sent stay as they were: https://docs.slack.dev/reference/methods/chat.update"""
    before = _existing(workspace, arguments)
    _check(workspace, "chat.update", arguments, MOST_UPDATED_TEXT)
    after = replace(
        before,
        text=arguments.get("text") or "",
        blocks=arguments["blocks"] if arguments.get("blocks") is not None else before.blocks,
        metadata=(arguments["metadata"] or None) if arguments.get("metadata") is not None else before.metadata,
    )
    workspace.post(after)
    return {"channel": after.channel, "ts": after.ts, "text": after.text, "message": _as_slack_says(after)}


def delete_message(workspace: Workspace, arguments: Arguments) -> Answer:
    gone = _existing(workspace, arguments)
    del workspace.messages[gone.channel, gone.ts]
    return {"channel": gone.channel, "ts": gone.ts}


def _readable(arguments: Arguments) -> str:
    need(arguments, "channel")
    channel = str(arguments["channel"])
    if not channel.startswith("D"):
        raise Refused("missing_scope", needed="channels:history", provided="chat:write,im:history")
    return channel


def _page(messages: Sequence[Posted], arguments: Arguments) -> Answer:
    with_metadata = is_true(arguments.get("include_all_metadata"))
    limit = int(arguments.get("limit") or 100)
    said = [_as_slack_says(message, with_metadata) for message in messages[:limit]]
    return {"messages": said, "has_more": len(messages) > limit}


def history(workspace: Workspace, arguments: Arguments) -> Answer:
    """A direct channel's messages, newest first; what was said in a thread is conversations.replies' to tell."""
    oldest, latest = float(arguments.get("oldest") or 0), float(arguments.get("latest") or "inf")
    found = [
        message
        for message in workspace.visible_to_all(_readable(arguments))
        if message.thread_ts in (None, message.ts) and oldest < float(message.ts) < latest
    ]
    return _page(found, arguments)


def replies(workspace: Workspace, arguments: Arguments) -> Answer:
    """A thread of a direct channel, oldest first. The stand-in knows only what the bot itself said in it."""
    channel = _readable(arguments)
    need(arguments, "ts")
    found = [one for one in workspace.visible_to_all(channel) if arguments["ts"] in (one.ts, one.thread_ts)]
    return _page(found[::-1], arguments)


def respond(workspace: Workspace, arguments: Arguments) -> Answer:
    """A post to a response URL. https://docs.slack.dev/interactivity/handling-user-interaction"""
    left = workspace.uses_left.get(arguments.get("response_url", ""))
    if left is None:
        raise Refused("expired_url", status=404)
    if left == 0:
        raise Refused("used_url", status=404)
    if not is_true(arguments.get("delete_original")):
        try:
            _check(workspace, "response_url", arguments)
        except Refused as refused:
            refused.status = 400
            raise
    workspace.uses_left[arguments["response_url"]] = left - 1
    return {}
