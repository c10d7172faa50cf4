"""Block Kit pieces that keep Slack's limits, and the escaping of everything a person typed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

Block = dict[str, Any]

# https://docs.slack.dev/reference/block-kit/blocks
MOST_SECTION = 3_000
MOST_BUTTON = 75
MOST_TEXT = 4_000  # what chat.update takes
MOST_BLOCKS = 50
MOST_TITLE = 24


@dataclass(frozen=True)
class Message:
    """What is handed to Slack: blocks, and a text that says the same for notifications and screen readers."""

    text: str
    blocks: list[Block] = field(default_factory=list)

    def arguments(self) -> dict[str, Any]:
        return {"text": self.text, "blocks": self.blocks}


def escape(text: str) -> str:
    """`text` as Slack shows it letter for letter: nobody is pinged, nothing becomes a link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shorten(text: str, most: int) -> str:
    """`text` cut at a word so that it has at most `most` characters, with an ellipsis."""
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    at = cut.rfind(" ")
    return (cut[:at] if at > most // 2 else cut).rstrip(" ,.;:") + "…"


def escape_short(text: str, most: int) -> str:
    """`text` escaped, and shortened first where that would pass `most` characters."""
    length = most
    while len(escaped := escape(shorten(text, length))) > most and length > 1:
        length = max(1, length * most // len(escaped) - 1)
    return escaped


def plain(text: str, most: int = MOST_SECTION) -> Block:
    return {"type": "plain_text", "text": shorten(text, most), "emoji": False}


def section(text: str, **more: Any) -> Block:
    """A paragraph; `text` is plain and is escaped here."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": escape_short(text, MOST_SECTION)}, **more}


def marked(text: str) -> Block:
    """A paragraph with mark-up of ours, such as a mention; what a person typed in it is escaped by the caller."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def typed(text: str) -> Block:
    """A paragraph that a person typed: shown letter for letter, never as mark-up."""
    return {"type": "section", "text": plain(escape_short(text, MOST_SECTION))}


def typed_context(text: str, block_id: str | None = None) -> Block:
    """Small print that a person typed."""
    block = {"type": "context", "elements": [plain(escape_short(text, MOST_SECTION))]}
    return {**block, "block_id": block_id} if block_id else block


def header(text: str) -> Block:
    return {"type": "header", "text": plain(text, 150)}


def context(lines: Iterable[str]) -> Block:
    """Small print, a line each; at most ten."""
    elements = [{"type": "mrkdwn", "text": escape_short(line, MOST_SECTION)} for line in lines]
    return {"type": "context", "elements": elements[:10]}


def divider() -> Block:
    return {"type": "divider"}


def button(text: str, action_id: str, value: str = "", **more: Any) -> Block:
    made = {"type": "button", "text": plain(text, MOST_BUTTON), "action_id": action_id, **more}
    return made | ({"value": value} if value else {})


def confirmation(title: str, text: str, yes: str, no: str) -> Block:
    """What is asked before a button does something that cannot be undone."""
    return {"title": plain(title), "text": plain(text, 300), "confirm": plain(yes), "deny": plain(no)}


def actions(buttons: Sequence[Block], block_id: str | None = None) -> Block:
    made: Block = {"type": "actions", "elements": list(buttons)}
    return made | ({"block_id": block_id} if block_id else {})


def modal(title: str, blocks: Sequence[Block], *, callback_id: str, submit: str | None = None, **more: Any) -> Block:
    view: Block = {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, MOST_TITLE),
        "close": plain("Close", MOST_TITLE),
        "blocks": list(blocks)[:100],
        **more,
    }
    return view | ({"submit": plain(submit, MOST_TITLE)} if submit else {})
