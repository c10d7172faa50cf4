"""Whether an answer helped, and why not."""

from dataclasses import dataclass
from datetime import datetime

from bot.storage.database import Connections, as_text


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

        What did not help its asker joins the queue, with the entry that was served.
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
                db.conn.execute(
                    "DELETE FROM unanswered WHERE question_id = ? AND reason = 'not_helpful' AND status = 'open'",
                    (feedback.question_id,),
                )
            else:
                # Only what the asker says counts: somebody who looks on has not asked.
                db.conn.execute(
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
