"""Which lead did what: kept with the deed itself, so that of two leads the second can be told."""

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from bot.storage.database import Connections, as_text, as_time


@dataclass(frozen=True)
class Deed:
    """What a lead did; `by` is a person's id, or another name where it was done outside Slack."""

    action: str  # such as "poll:delete"
    by: str
    done_at: datetime


class Audit:
    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def note(self, workspace: str, by: str, action: str, now: datetime, *, poll_id: int | None = None) -> None:
        """Keep what a lead did, where it was not kept with the deed."""
        with self._connections.writing() as db:
            note_in(db, workspace, by, action, now, poll_id=poll_id)

    def latest(self, workspace: str, poll_id: int) -> Deed | None:
        """What was last done with a poll by hand."""
        with self._connections.reading() as db:
            row = db.conn.execute(
                "SELECT * FROM audit WHERE workspace = ? AND poll_id = ? ORDER BY id DESC LIMIT 1", (workspace, poll_id)
            ).fetchone()
        return Deed(row["action"], row["done_by"], as_time(row["done_at"])) if row else None


def note_in(
    db: Database,
    workspace: str,
    by: str,
    action: str,
    now: datetime,
    *,
    poll_id: int | None = None,
    person: str | None = None,
    detail: str = "",
) -> int:
    """Keep what a lead did, within the caller's transaction; its number. `person` is whom it concerned."""
    cursor = db.conn.execute(
        "INSERT INTO audit (workspace, done_by, action, poll_id, person, detail, done_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (workspace, by, action, poll_id, person, detail, as_text(now)),
    )
    return int(cursor.lastrowid or 0)
