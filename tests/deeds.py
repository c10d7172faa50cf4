"""What leads change leaves a row in the log: looked at with every press and form of a lead, in every test."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from bot.settings import Settings

# What leads alone change, and what of it; the timers do so, too, but not while a press is at work.
CHANGED = (
    "SELECT 'move', id, move FROM moves",
    "SELECT 'addition', id, state FROM additions",
    "SELECT 'clarification', id, question FROM clarifications",
    "SELECT 'recall', id, state FROM recalls",
    "SELECT 'poll', id, state, plan, form, outcome, reminders FROM polls",
)


@contextmanager
def logged_deeds(settings: Settings, body: dict[str, Any]) -> Iterator[None]:
    """Fail where a lead's press changed something of theirs, and left no row of the log."""
    user = (body.get("user") or {}).get("id") or body.get("user_id")
    if user not in settings.leads:
        yield
        return
    before = _read(settings)
    yield
    after = _read(settings)
    if before and after:
        changed = after[0] ^ before[0]
        assert not changed or after[1] > before[1], f"{sorted(map(str, changed))[:3]} left no row in the log"


def _read(settings: Settings) -> tuple[set[Any], int] | None:
    """Those rows, and how many rows the log has; None where a test has broken the database."""
    try:
        with closing(sqlite3.connect(settings.db)) as db:
            rows = {tuple(row) for sql in CHANGED for row in db.execute(sql)}
            return rows, int(db.execute("SELECT count(*) FROM audit").fetchone()[0])
    except sqlite3.DatabaseError:
        return None
