"""Whether an answer helped, and why not."""

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from bot.storage.database import Connections, as_text
from bot.storage.groups import recount


@dataclass(frozen=True)
class Feedback:
    """One person's verdict on one answer."""

    workspace: str
    question_id: int
    asker: str
    entry: str
    helpful: bool
    given_at: datetime
    reason: str | None = None  # wrong, unclear, out-of-date, not-what-i-asked
    note: str | None = None


class FeedbackGiven:
    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def give(self, feedback: Feedback) -> None:
        """Keep a person's latest verdict; a reason given before stays until another is given.

        What did not help its asker joins the queue, with the entry that was served. Only what the asker says counts
        there: somebody who looks on has not asked.
        """
        with self._connections.writing() as db:
            db.conn.execute(
                "INSERT INTO feedback (workspace, question_id, asker, entry, helpful, reason, note, given_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (workspace, question_id, entry, asker) DO UPDATE SET "
                "helpful = excluded.helpful, reason = ifnull(excluded.reason, reason), "
                "note = ifnull(excluded.note, note), given_at = excluded.given_at",
                (
                    feedback.workspace,
                    feedback.question_id,
                    feedback.asker,
                    feedback.entry,
                    int(feedback.helpful),
                    feedback.reason,
                    feedback.note,
                    as_text(feedback.given_at),
                ),
            )
            if feedback.helpful:
                row = db.conn.execute(
                    "DELETE FROM unanswered WHERE question_id = ? AND reason = 'not_helpful' AND status = 'open' "
                    "AND question_id IN (SELECT id FROM questions WHERE workspace = ? AND asker = ?) "
                    "RETURNING group_id",
                    (feedback.question_id, feedback.workspace, feedback.asker),
                ).fetchone()
                if row is not None:
                    recount(db, row["group_id"])
            else:
                queued = db.conn.execute(
                    "INSERT INTO unanswered (workspace, question_id, status, reason, queued_at, entry) "
                    "SELECT workspace, id, 'open', 'not_helpful', ?, ? FROM questions "
                    "WHERE workspace = ? AND id = ? AND asker = ? AND question IS NOT NULL "
                    "ON CONFLICT (question_id) DO NOTHING",
                    (
                        as_text(feedback.given_at),
                        feedback.entry,
                        feedback.workspace,
                        feedback.question_id,
                        feedback.asker,
                    ),
                )
                if not queued.rowcount:
                    _take_up_again(db, feedback)

    def all(self, workspace: str) -> list[Feedback]:
        """Every verdict in a workspace, oldest first."""
        with self._connections.reading() as db:
            rows = db.conn.execute("SELECT * FROM feedback WHERE workspace = ? ORDER BY id", (workspace,)).fetchall()
        return [
            Feedback(
                row["workspace"],
                row["question_id"],
                row["asker"],
                row["entry"],
                bool(row["helpful"]),
                datetime.fromisoformat(row["given_at"]),
                row["reason"],
                row["note"],
            )
            for row in rows
        ]


def _take_up_again(db: Database, feedback: Feedback) -> None:
    """A lead's answer did not help somebody who was told it: the row is open again, and theirs once more."""
    row = db.conn.execute(
        "SELECT u.group_id FROM unanswered u JOIN outbox o ON o.question_id = u.question_id AND o.kind = 'answer' "
        "WHERE u.workspace = ? AND u.question_id = ? AND u.status = 'answered' AND o.person = ?",
        (feedback.workspace, feedback.question_id, feedback.asker),
    ).fetchone()
    if row is None or row["group_id"] is None:
        return
    db.conn.execute(
        "UPDATE unanswered SET status = 'open', reason = 'not_helpful', entry = ? WHERE question_id = ?",
        (feedback.entry, feedback.question_id),
    )
    db.conn.execute("UPDATE questions SET asker = ? WHERE id = ?", (feedback.asker, feedback.question_id))
    db.conn.execute(
        "UPDATE groups SET state = 'reopened', version = version + 1, told = max(told - 1, 0) WHERE id = ?",
        (row["group_id"],),
    )
    recount(db, row["group_id"])
