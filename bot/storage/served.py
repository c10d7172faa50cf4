"""Questions with what answers them, as far as people were content with it."""

from bot.storage.database import Connections

MOST_ANSWERED = 1_000

# What a lead answered or linked a question with goes before what it was served at first.
_ANSWERED = (
    "SELECT question, entry FROM (SELECT q.id, q.question, CASE WHEN g.state IN ('answered', 'linked') THEN g.entry "
    "WHEN q.outcome = 'answer' AND NOT EXISTS "
    "(SELECT 1 FROM feedback f WHERE f.question_id = q.id AND f.entry = q.entry AND f.helpful = 0) THEN q.entry END "
    "AS entry FROM questions q LEFT JOIN unanswered u ON u.question_id = q.id LEFT JOIN groups g ON g.id = u.group_id "
    "WHERE q.workspace = ? AND q.question IS NOT NULL) WHERE entry IS NOT NULL ORDER BY id DESC LIMIT ?"
)


class Served:
    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def latest_answered(self, workspace: str, most: int = MOST_ANSWERED) -> list[tuple[str, str]]:
        """The latest questions that were answered and not marked unhelpful, newest first: text and entry id."""
        with self._connections.reading() as db:
            rows = db.conn.execute(_ANSWERED, (workspace, most)).fetchall()
        return [(row["question"], row["entry"]) for row in rows]
