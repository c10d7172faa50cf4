"""What Slack's payloads say, in our words."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_MENTION = re.compile(r"<@[UW][A-Z0-9]*(?:\|[^<>]*)?>")
_LABELLED = re.compile(r"<(?:[#@!][^|<>]*|(?:https?|mailto|tel|slack):[^|<>]*)\|([^<>]*)>")
_BARE_LINK = re.compile(r"<((?:https?|mailto|tel):[^|<>]*)>")
_SPECIAL = re.compile(r"<[!#@][^<>]*>")
_EMOJI = re.compile(r":[a-z0-9_+'-]{1,60}:(?::skin-tone-[2-6]:)?")
MOST_CHARACTERS = 12_000  # as long as a message gets in Slack; what follows is not read
# Subtypes that carry a person's own words; all others are Slack talking, or another app.
_PERSONAL = {None, "file_share", "thread_broadcast", "me_message"}

Payload = Mapping[str, Any]


def typed_text(text: str | None) -> str:
    """What the person typed: without mentions and mark-up, entities as characters."""
    plain = _MENTION.sub(" ", (text or "")[:MOST_CHARACTERS])
    plain = _LABELLED.sub(r"\1", plain)
    plain = _BARE_LINK.sub(r"\1", plain)
    return html.unescape(_EMOJI.sub(" ", _SPECIAL.sub(" ", plain))).strip()


def shown_text(text: str | None) -> str:
    """The same as Slack shows it to others, still with mark-up."""
    return _MENTION.sub(" ", (text or "")[:MOST_CHARACTERS]).strip()


def is_personal(event: Payload) -> bool:
    """Whether a person wrote it: not a bot, an edit notice or a join message."""
    return bool(event.get("user")) and not event.get("bot_id") and event.get("subtype") in _PERSONAL


def is_question(body: Payload) -> bool:
    """Whether an event is a person's message, or tells of an edit of one: the inbox keeps what is to be answered."""
    event = body.get("event") or {}
    is_message = event.get("type") in ("message", "app_mention")
    return is_message and (is_personal(event) or edit_of(event) is not None)


def has_only_files(event: Payload) -> bool:
    return bool(event.get("files")) and not typed_text(event.get("text"))


def workspace_of(body: Payload) -> str:
    """The workspace that a payload comes from."""
    team = body.get("team_id") or (body.get("team") or {}).get("id") or (body.get("user") or {}).get("team_id")
    return str(team or "unknown")


def number_in(action: Payload) -> int:
    """The id that a button carries; 0, which nothing has, where its value is none of ours."""
    value = str(action.get("value") or "")
    return int(value) if value.isdecimal() and len(value) <= 18 else 0


@dataclass(frozen=True)
class Edit:
    """A message that a person changed after it was sent."""

    user: str
    ts: str
    thread_ts: str | None


def edit_of(event: Payload) -> Edit | None:
    """The edit that an event tells of, or None: link previews and deletions arrive as changes too."""
    if event.get("subtype") != "message_changed":
        return None
    now, before = event.get("message") or {}, event.get("previous_message") or {}
    if now.get("bot_id") or now.get("subtype") not in _PERSONAL or not now.get("user"):
        return None
    if now.get("text") == before.get("text"):
        return None
    return Edit(str(now["user"]), str(now["ts"]), now.get("thread_ts"))
