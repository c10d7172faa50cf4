"""Questions that have waited for so long that leads are told, once for each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.letters import Letter
from bot.storage.database import Connections, as_text, as_time
from bot.storage.outbox import write_in


@dataclass(frozen=True)
class LongWait:
    """How many questions have waited for long that leads were not told of, and since when the oldest has."""

    workspace: str
    questions: int
    since: datetime


class Waits:
    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def untold(self, before: datetime) -> list[LongWait]:
        """One for each workspace that has any asked before that moment."""
        with self._connections.reading() as db:
            rows = db.conn.execute(
                "SELECT u.workspace, count(*) AS questions, min(q.asked_at) AS since FROM unanswered u "
                "JOIN questions q ON q.id = u.question_id "
                "WHERE u.status = 'open' AND u.warned_at IS NULL AND q.asked_at < ? GROUP BY u.workspace",
                (as_text(before),),
            ).fetchall()
        return [LongWait(row["workspace"], row["questions"], as_time(row["since"])) for row in rows]

    def tell(self, workspace: str, before: datetime, compose: Callable[[int], Sequence[Letter]], now: datetime) -> None:
        """Write to leads of those questions, all of which count as told; `compose` is given how many they are."""
        with self._connections.writing() as db:
            told = db.conn.execute(
                "UPDATE unanswered SET warned_at = ? WHERE workspace = ? AND status = 'open' AND warned_at IS NULL "
                "AND question_id IN (SELECT id FROM questions WHERE asked_at < ?)",
                (as_text(now), workspace, as_text(before)),
            ).rowcount
            if told:
                write_in(db, workspace, compose(told), now)
