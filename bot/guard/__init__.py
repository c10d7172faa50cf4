"""Refuses what identifies a patient, and questions about one person's care, before anything is stored.

`look` says which kinds of thing it saw, and keeps nothing of the text. Rules look first; what was learned from cases
looks where they saw nothing. What neither can see is listed in the README, "What it refuses".
"""

from bot.guard.kinds import Kind, Refusal
from bot.guard.learned import kind_learned
from bot.guard.reading import Reading
from bot.guard.rules import kinds_by_rule

__all__ = ["Kind", "Refusal", "look"]


def look(text: str) -> Refusal | None:
    """Why `text` may not be kept, or None when nothing was seen in it."""
    reading = Reading(text)
    if kinds := kinds_by_rule(reading):
        return Refusal(kinds)
    kind = kind_learned(reading.text)
    return Refusal((kind,)) if kind else None
