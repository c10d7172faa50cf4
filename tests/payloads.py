"""What Slack sends; the stand-in for Slack has the bodies."""

from bot.standin.payloads import (
    TEAM,
    Body,
    command,
    direct_message,
    encoded,
    envelope,
    in_message,
    in_private,
    in_view,
    mention,
    number,
    press,
    shortcut,
    submitted,
    ts,
)

__all__ = [
    "TEAM",
    "Body",
    "command",
    "direct_message",
    "encoded",
    "envelope",
    "in_message",
    "in_private",
    "in_view",
    "mention",
    "number",
    "press",
    "shortcut",
    "submitted",
    "ts",
]
