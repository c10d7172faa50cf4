"""Messages of polls that Slack refused: the lead is told of each refusal once, and may have it posted again."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.letters import Letter
from bot.storage.database import Connections
from bot.storage.outbox import write_in


@dataclass(frozen=True)
class Refusal:
    """The message of a poll that a channel did not get."""

    posting_id: int
    workspace: str
    poll_id: int
    channel: str
    error: str  # Slack's word


class PollRefusals:
    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def untold(self) -> list[Refusal]:
        """Refusals that no lead was told of, oldest first, in every workspace."""
        return self._found("id NOT IN (SELECT posting_id FROM poll_refusals WHERE is_told)")

    def find(self, workspace: str, posting_id: int) -> Refusal | None:
        """A refusal that still stands."""
        found = self._found("workspace = ? AND id = ?", workspace, posting_id)
        return found[0] if found else None

    def of(self, poll_id: int) -> list[Refusal]:
        """Those of one poll that stand, told or not."""
        return self._found("name LIKE ?", f"poll:{poll_id}:%")

    def tell(self, refusal: Refusal, compose: Callable[[int], Iterable[Letter]], now: datetime) -> None:
        """Write to leads of a refusal, once, whoever else is at it; `compose` is given how many there were."""
        with self._connections.writing() as db:
            told = db.conn.execute(
                "INSERT INTO poll_refusals VALUES (?, 1, 1) ON CONFLICT (posting_id) "
                "DO UPDATE SET is_told = 1, times = times + 1 WHERE NOT is_told RETURNING times",
                (refusal.posting_id,),
            ).fetchone()
            if told:
                write_in(db, refusal.workspace, compose(told["times"]), now)

    def forget(self, posting_id: int) -> None:
        """It is posted again; another refusal is news."""
        with self._connections.writing() as db:
            db.conn.execute("UPDATE poll_refusals SET is_told = 0 WHERE posting_id = ?", (posting_id,))

    def _found(self, where: str, *values: object) -> list[Refusal]:
        with self._connections.reading() as db:
            rows = db.conn.execute(
                "SELECT * FROM outbox WHERE kind = 'poll' AND state = 'dead' AND body IS NOT NULL "
                f"AND {where} ORDER BY id",
                values,
            ).fetchall()
        return [
            Refusal(row["id"], row["workspace"], int(row["name"].split(":")[1]), row["channel"], row["error"] or "")
            for row in rows
        ]
