"""How often what was refused, and where: kinds and counts, never a text or a person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlite_utils import Database

from bot.guard import Kind
from bot.reminders import LONDON
from bot.storage.database import Connections


@dataclass(frozen=True)
class Refused:
    """How often a kind was seen on a day in what was typed on one surface."""

    day: date  # in London
    surface: str
    kind: Kind
    times: int


class Refusals:
    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def note(self, workspace: str, surface: str, kinds: Iterable[Kind], now: datetime) -> None:
        """Count one refused text, once under each of its kinds."""
        with self._connections.writing() as db:
            self.note_in(db, workspace, surface, kinds, now)

    @staticmethod
    def note_in(db: Database, workspace: str, surface: str, kinds: Iterable[Kind], now: datetime) -> None:
        """As `note`, within the caller's transaction."""
        day = now.astimezone(LONDON).date().isoformat()
        for kind in kinds:
            db.conn.execute(
                "INSERT INTO refusals (workspace, day, surface, kind, times) VALUES (?, ?, ?, ?, 1) "
                "ON CONFLICT DO UPDATE SET times = times + 1",
                (workspace, day, surface, str(kind)),
            )

    def counted(self, workspace: str) -> list[Refused]:
        """Every count of a workspace, by day, surface and kind."""
        with self._connections.reading() as db:
            rows = db.conn.execute(
                "SELECT * FROM refusals WHERE workspace = ? ORDER BY day, surface, kind", (workspace,)
            ).fetchall()
        return [
            Refused(date.fromisoformat(row["day"]), row["surface"], Kind(row["kind"]), row["times"]) for row in rows
        ]
