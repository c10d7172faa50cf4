"""The curated knowledge: what it holds, and loading it from YAML."""

from bot.knowledge.entry import (
    Ask,
    Audience,
    ByWhen,
    Duty,
    Edition,
    Entry,
    Facet,
    FollowUp,
    Knowledge,
    SmallTalk,
    Source,
    Term,
    Who,
)
from bot.knowledge.loading import entry_from, fingerprint, inspect_folder, load_knowledge
from bot.knowledge.shape import Problem

__all__ = [
    "Ask",
    "Audience",
    "ByWhen",
    "Duty",
    "Edition",
    "Entry",
    "Facet",
    "FollowUp",
    "Knowledge",
    "Problem",
    "SmallTalk",
    "Source",
    "Term",
    "Who",
    "entry_from",
    "fingerprint",
    "inspect_folder",
    "load_knowledge",
]
