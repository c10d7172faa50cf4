"""What must hold between processes: things done once, who runs the timers, and how long rows are kept."""

import secrets
from datetime import datetime, timedelta

from sqlite_utils import Database

from bot.storage.additions import forget_in
from bot.storage.claims import is_free, me
from bot.storage.database import Connections, as_text
from bot.storage.groups import recount
from bot.storage.quotes import drop_orphans_in, unquote_in
from bot.storage.voters import forget_voter_in, forget_voters_in

# Table, the time that counts, and days kept. A question that still waits for the CCG stays.
RETENTION: tuple[tuple[str, str, int], ...] = (
    ("served", "served_at", 30),
    ("conversations", "served_at", 1),
    ("feedback", "given_at", 180),
    ("inbox", "received_at", 7),
    ("marks", "made_at", 180),
    ("clarifications", "asked_at", 180),
    ("audit", "done_at", 730),
)
# What of them stays: what is not done yet; and that somebody was asked for their practice, which happens once.
BUT_NOT = {"inbox": " AND state = 'done'", "marks": " AND name NOT LIKE 'practice-asked:%'"}
QUESTIONS_KEPT = 180
VOTERS_KEPT = 365  # after a poll closed; then its votes count on without the people
UNUSED_POLLS_KEPT = 30  # drafts, and what is left of deleted polls
OUTBOX_KEPT = {"sent": 7, "dead": 30, "doubtful": 30}
EVERYWHERE = "*"  # the workspace of marks that concern the deployment as a whole


class House:
    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._holder = f"{me()} {secrets.token_hex(4)}"

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
        """Whether this process holds the lease `name` now: taken, renewed, or with somebody else who lives."""
        with self._connections.writing() as db:
            row = db.conn.execute("SELECT * FROM leases WHERE name = ?", (name,)).fetchone()
            if row and row["holder"] != self._holder and row["until"] > as_text(now):
                process = row["holder"].partition(" ")[0]
                if not is_free(process, as_text(now), now):
                    return False
            db.conn.execute(
                "INSERT OR REPLACE INTO leases VALUES (?, ?, ?)", (name, self._holder, as_text(now + lasts))
            )
        return True

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
                but = BUT_NOT.get(table, "")
                cutoff = as_text(now - timedelta(days=days))
                gone += db.conn.execute(f"DELETE FROM {table} WHERE {column} < ?{but}", (cutoff,)).rowcount
            for state, days in OUTBOX_KEPT.items():
                cutoff = as_text(now - timedelta(days=days))
                gone += db.conn.execute("DELETE FROM outbox WHERE state = ? AND made_at < ?", (state, cutoff)).rowcount
            old = (
                "asked_at < ? AND id NOT IN (SELECT question_id FROM unanswered WHERE status = 'open')",
                (as_text(now - timedelta(days=QUESTIONS_KEPT)),),
            )
            gone += _delete_questions(db, *old)
            gone += db.conn.execute(
                "DELETE FROM polls WHERE state IN ('draft', 'deleted') AND made_at < ? "
                # A deleted one that still has to be drawn stays until its messages say so.
                "AND id NOT IN (SELECT poll_id FROM poll_messages WHERE drawn < wanted AND ts IS NOT NULL)",
                (as_text(now - timedelta(days=UNUSED_POLLS_KEPT)),),
            ).rowcount
            forget_voters_in(db, now - timedelta(days=VOTERS_KEPT))
            gone += drop_orphans_in(db)
        self._connections.scrub()
        return gone

    def erase(self, workspace: str, person: str) -> int:
        """Forget a person, wherever they stand; how many questions of theirs there were."""
        with self._connections.writing() as db:
            gone = _delete_questions(db, "workspace = ? AND asker = ?", (workspace, person))
            for table in ("feedback", "served", "conversations"):
                db.conn.execute(f"DELETE FROM {table} WHERE workspace = ? AND asker = ?", (workspace, person))
            forget_voter_in(db, workspace, person)
            db.conn.execute("UPDATE audit SET person = NULL WHERE workspace = ? AND person = ?", (workspace, person))
            for table in ("outbox", "direct_channels", "belongs", "no_reminders"):
                db.conn.execute(f"DELETE FROM {table} WHERE workspace = ? AND person = ?", (workspace, person))
            db.conn.execute(
                "DELETE FROM clarified WHERE person = ? AND clarification_id IN "
                "(SELECT id FROM clarifications WHERE workspace = ?)",
                (person, workspace),
            )
            for mark in ("told", "greeted", "left", "practice-asked"):
                db.conn.execute("DELETE FROM marks WHERE workspace = ? AND name = ?", (workspace, f"{mark}:{person}"))
            db.conn.execute(
                "UPDATE inbox SET state = 'done', request = NULL, reply = NULL "
                "WHERE workspace = ? AND json_extract(request, '$.user') = ?",
                (workspace, person),
            )
        self._connections.scrub()
        return gone


def _delete_questions(db: Database, where: str, values: tuple[str, ...]) -> int:
    """Delete questions, and count the rows of the queue anew that they stood in; how many questions went."""
    groups = db.conn.execute(
        "SELECT DISTINCT group_id FROM unanswered WHERE group_id IS NOT NULL AND question_id IN "
        f"(SELECT id FROM questions WHERE {where})",
        values,
    ).fetchall()
    gone = db.conn.execute(f"DELETE FROM questions WHERE {where} RETURNING question", values).fetchall()
    unquote_in(db, [row["group_id"] for row in groups])
    for row in groups:
        recount(db, row["group_id"])
    forget_in(db, [row["question"] for row in gone if row["question"]])
    return len(gone)
