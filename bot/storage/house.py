"""What must hold between processes: things done once, who runs the timers, and how long rows are kept."""

import secrets
from datetime import datetime, timedelta

from sqlite_utils import Database

from bot.storage.additions import forget_in
from bot.storage.database import Connections, as_text
from bot.storage.groups import recount

# Table, the time that counts, and days kept. A question that still waits for the CCG stays.
RETENTION: tuple[tuple[str, str, int], ...] = (
    ("served", "served_at", 30),
    ("conversations", "served_at", 1),
    ("feedback", "given_at", 180),
    ("inbox", "received_at", 7),
    ("marks", "made_at", 180),
    ("clarifications", "asked_at", 180),
)
QUESTIONS_KEPT = 180
OUTBOX_KEPT = {"sent": 7, "dead": 30, "doubtful": 30}
EVERYWHERE = "*"  # the workspace of marks that concern the deployment as a whole


class House:
    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._holder = secrets.token_hex(8)

    def mark_once(self, workspace: str, name: str, now: datetime) -> bool:
        """True for the first caller with this name, in any process; False for everybody after."""
        with self._connections.writing() as db:
            return self.mark_in(db, workspace, name, now)

    @staticmethod
    def mark_in(db: Database, workspace: str, name: str, now: datetime) -> bool:
        """As `mark_once`, within the caller's transaction."""
        cursor = db.conn.execute(
            "INSERT INTO marks VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (workspace, name, as_text(now))
        )
        return cursor.rowcount > 0

    def unmark(self, workspace: str, name: str) -> None:
        """Let it happen once more, as after a failure."""
        with self._connections.writing() as db:
            db.conn.execute("DELETE FROM marks WHERE workspace = ? AND name = ?", (workspace, name))

    def hold(self, name: str, now: datetime, lasts: timedelta) -> bool:
        """Whether this process holds the lease `name` now: taken, renewed, or with somebody else."""
        with self._connections.writing() as db:
            db.conn.execute(
                "INSERT INTO leases VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, "
                "until = excluded.until WHERE holder = excluded.holder OR until <= ?",
                (name, self._holder, as_text(now + lasts), as_text(now)),
            )
            row = db.conn.execute("SELECT holder FROM leases WHERE name = ?", (name,)).fetchone()
        return bool(row["holder"] == self._holder)

    def purge_daily(self, now: datetime) -> None:
        """Purge, unless that was done today already."""
        today = f"purged:{now:%Y-%m-%d}"
        with self._connections.reading() as db:
            marked = "SELECT 1 FROM marks WHERE workspace = ? AND name = ?"
            done = db.conn.execute(marked, (EVERYWHERE, today)).fetchone()
        if not done:
            self.purge(now)
            self.mark_once(EVERYWHERE, today, now)

    def purge(self, now: datetime) -> int:
        """Delete what has been kept long enough; how many rows went."""
        gone = 0
        with self._connections.writing() as db:
            for table, column, days in RETENTION:
                unfinished = " AND state = 'done'" if table == "inbox" else ""
                cutoff = as_text(now - timedelta(days=days))
                gone += db.conn.execute(f"DELETE FROM {table} WHERE {column} < ?{unfinished}", (cutoff,)).rowcount
            for state, days in OUTBOX_KEPT.items():
                cutoff = as_text(now - timedelta(days=days))
                gone += db.conn.execute("DELETE FROM outbox WHERE state = ? AND made_at < ?", (state, cutoff)).rowcount
            old = (
                "asked_at < ? AND id NOT IN (SELECT question_id FROM unanswered WHERE status = 'open')",
                (as_text(now - timedelta(days=QUESTIONS_KEPT)),),
            )
            gone += _delete_questions(db, *old)
        return gone

    def erase(self, workspace: str, person: str) -> int:
        """Forget a person, wherever they stand; how many questions of theirs there were."""
        with self._connections.writing() as db:
            gone = _delete_questions(db, "workspace = ? AND asker = ?", (workspace, person))
            for table in ("feedback", "served", "conversations"):
                db.conn.execute(f"DELETE FROM {table} WHERE workspace = ? AND asker = ?", (workspace, person))
            for table in ("outbox", "direct_channels", "belongs"):
                db.conn.execute(f"DELETE FROM {table} WHERE workspace = ? AND person = ?", (workspace, person))
            db.conn.execute(
                "DELETE FROM clarified WHERE person = ? AND clarification_id IN "
                "(SELECT id FROM clarifications WHERE workspace = ?)",
                (person, workspace),
            )
            names = (f"told:{person}", f"greeted:{person}", f"left:{person}")
            db.conn.execute("DELETE FROM marks WHERE workspace = ? AND name IN (?, ?, ?)", (workspace, *names))
            db.conn.execute(
                "UPDATE inbox SET state = 'done', request = NULL, reply = NULL "
                "WHERE workspace = ? AND json_extract(request, '$.user') = ?",
                (workspace, person),
            )
        return gone


def _delete_questions(db: Database, where: str, values: tuple[str, ...]) -> int:
    """Delete questions, and count the rows of the queue anew that they stood in; how many questions went."""
    groups = db.conn.execute(
        "SELECT DISTINCT group_id FROM unanswered WHERE group_id IS NOT NULL AND question_id IN "
        f"(SELECT id FROM questions WHERE {where})",
        values,
    ).fetchall()
    gone = db.conn.execute(f"DELETE FROM questions WHERE {where} RETURNING question", values).fetchall()
    for row in groups:
        recount(db, row["group_id"])
    forget_in(db, [row["question"] for row in gone if row["question"]])
    return len(gone)
