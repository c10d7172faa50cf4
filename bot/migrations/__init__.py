"""Numbered steps that build and change the tables. A released step is never edited, and steps run in this order."""

from bot.migrations.overview import DASHBOARD_VIEWS, migrations
from bot.migrations.steps import ballot_migrations

# Every step of this version; a database that has others was written by a newer one.
KNOWN_STEPS = frozenset(
    {
        "m001_questions",
        "m002_inbox",
        "m003_review",
        "m004_answers",
        "m005_ids_used_once",
        "m006_practices",
        "m007_polls",
        "m008_people",
        "m009_results",
        "m010_views",
    }
)
KNOWN_BALLOT_STEPS = frozenset({"b001_boxes"})

__all__ = ["DASHBOARD_VIEWS", "KNOWN_BALLOT_STEPS", "KNOWN_STEPS", "ballot_migrations", "migrations"]
