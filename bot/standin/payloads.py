"""What Slack sends: events, commands, shortcuts, button presses and submitted forms, as bodies of signed requests."""

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

Body = dict[str, Any]

TEAM = "T0001"
_numbers = itertools.count(1)


def number() -> int:
    """A number never used before, for ids and times that must differ."""
    return next(_numbers)


def ts() -> str:
    return f"1353600000.{number():06d}"


def envelope(event: Body, event_id: str | None = None) -> Body:
    return {
        "token": "unused",
        "team_id": TEAM,
        "api_app_id": "A0001",
        "event": event,
        "type": "event_callback",
        "event_id": event_id or f"Ev{number():08d}",
        "event_time": 1353600000,
        "authorizations": [{"team_id": TEAM, "user_id": "U0BOT", "is_bot": True}],
    }


def direct_message(text: str, user: str = "U1", **more: Any) -> Body:
    return {
        "type": "message",
        "channel_type": "im",
        "channel": f"D{user}",
        "user": user,
        "text": text,
        "ts": ts(),
        **more,
    }


def mention(text: str, user: str = "U1", channel: str = "C1", **more: Any) -> Body:
    return {"type": "app_mention", "channel": channel, "user": user, "text": f"<@U0BOT> {text}", "ts": ts(), **more}


def command(text: str, response_url: str, user: str = "U1", channel: str = "C1", name: str = "/mandate") -> Body:
    return {
        "command": name,
        "text": text,
        "response_url": response_url,
        "trigger_id": f"trigger.{number()}",
        "user_id": user,
        "channel_id": channel,
        "team_id": TEAM,
        "api_app_id": "A0001",
    }


def shortcut(message: Body, response_url: str, user: str = "U1", channel: str = "C1") -> Body:
    return {
        "type": "message_action",
        "callback_id": "ask_mandate_bot",
        "trigger_id": f"trigger.{number()}",
        "response_url": response_url,
        "team": {"id": TEAM, "domain": "anytown"},
        "user": {"id": user, "team_id": TEAM},
        "channel": {"id": channel, "name": "general"},
        "message": message,
        "message_ts": message.get("ts"),
    }


def press(element: Mapping[str, Any], value: str, place: Body, user: str = "U1", block_id: str = "b") -> Body:
    """A button press; `place` says where the button was (see `in_message`, `in_private`, `in_view`)."""
    action = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block_id,
        "value": value,
        "action_ts": ts(),
    }
    return {
        "type": "block_actions",
        "team": {"id": TEAM, "domain": "anytown"},
        "user": {"id": user, "team_id": TEAM},
        "api_app_id": "A0001",
        "trigger_id": f"trigger.{number()}",
        "actions": [action],
        **place,
    }


def in_message(message: Mapping[str, Any], response_url: str) -> Body:
    channel = message["channel"]
    container = {"type": "message", "message_ts": message["ts"], "channel_id": channel, "is_ephemeral": False}
    if message.get("thread_ts"):
        container["thread_ts"] = message["thread_ts"]
    return {
        "channel": {"id": channel, "name": "x"},
        "container": container,
        "message": dict(message),
        "response_url": response_url,
    }


def in_private(channel: str, response_url: str) -> Body:
    """A press in a message that only the presser sees: Slack sends no message body."""
    container = {"type": "message", "message_ts": ts(), "channel_id": channel, "is_ephemeral": True}
    return {"channel": {"id": channel, "name": "x"}, "container": container, "response_url": response_url}


def in_view(view_id: str, view: Mapping[str, Any], values: Body | None = None) -> Body:
    return {
        "container": {"type": "view", "view_id": view_id},
        "view": {**view, "id": view_id, "state": {"values": values or {}}},
    }


def submitted(view_id: str, view: Mapping[str, Any], values: Body, user: str = "U1") -> Body:
    return {
        "type": "view_submission",
        "team": {"id": TEAM, "domain": "anytown"},
        "user": {"id": user, "team_id": TEAM},
        "trigger_id": f"trigger.{number()}",
        "view": {**view, "id": view_id, "state": {"values": values}},
        "response_urls": [],
    }


def encoded(body: Body) -> tuple[str, str]:
    """A body as Slack sends it over HTTP, and its content type."""
    if body.get("type") == "event_callback":
        return json.dumps(body), "application/json"
    if "command" in body:
        return urlencode(body), "application/x-www-form-urlencoded"
    return urlencode({"payload": json.dumps(body)}), "application/x-www-form-urlencoded"


def elements_of(blocks: Sequence[Body]) -> Iterator[Body]:
    for block in blocks:
        yield from block.get("elements", [])
        if "accessory" in block:
            yield block["accessory"]


def find_button(blocks: Sequence[Body], label: str) -> tuple[Body, str]:
    """The element that shows `label`, and the value that pressing it sends. Raises `LookupError` without one."""
    for element in elements_of(blocks):
        if element.get("type") == "button" and element["text"]["text"] == label:
            return element, element.get("value", "")
        if element.get("type") == "feedback_buttons":
            for side in ("positive_button", "negative_button"):
                if element[side]["text"]["text"] == label:
                    return element, element[side]["value"]
    raise LookupError(f"no button {label!r} in {[e.get('text') for e in elements_of(blocks)]}")


def block_of(blocks: Sequence[Body], element: Body) -> str:
    """The id of the block that holds `element`, as Slack sends it with a press."""
    return next((str(block.get("block_id", "b")) for block in blocks if element in block.get("elements", [])), "b")
