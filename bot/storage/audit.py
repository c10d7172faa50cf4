"""What leads did, each row in the transaction of the deed itself. The table takes no change, and gives no row back."""

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from bot.storage.database import Connections, as_text, as_time

TERMINAL = "terminal"  # who does what is done outside Slack
EVERY_WORKSPACE = "*"  # of deeds that concern the deployment as a whole


@dataclass(frozen=True)
class Deed:
    """What a lead did; `by` is a person's id, or another name where it was done outside Slack."""

    action: str  # such as "poll:delete"
    by: str
    done_at: datetime


@dataclass(frozen=True)
class Hand:
    """Who does something, and when."""

    by: str
    at: datetime


@dataclass(frozen=True)
class Noted:
    """A row of the log: `detail` names rows, states and practices, and never says what anybody typed."""

    id: int
    workspace: str
    by: str
    action: str
    poll_id: int | None
    person: str | None  # whom it concerned
    detail: str
    at: datetime


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

    def between(self, first: datetime, last: datetime) -> list[Noted]:
        """Every row from `first` until before `last`, oldest first."""
        with self._connections.reading() as db:
            rows = db.conn.execute(
                "SELECT * FROM audit WHERE done_at >= ? AND done_at < ? ORDER BY done_at, id",
                (as_text(first), as_text(last)),
            ).fetchall()
        return [
            Noted(
                row["id"],
                row["workspace"],
                row["done_by"],
                row["action"],
                row["poll_id"],
                row["person"],
                row["detail"],
                as_time(row["done_at"]),
            )
            for row in rows
        ]

    def count(self, workspace: str, person: str) -> int:
        """How many rows name a person."""
        with self._connections.reading() as db:
            row = db.conn.execute(
                "SELECT count(*) FROM audit WHERE workspace = ? AND (done_by = ? OR person = ?)",
                (workspace, person, person),
            ).fetchone()
        return int(row[0])


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
