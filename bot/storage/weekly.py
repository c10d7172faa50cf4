"""What goes out once a week, whoever runs the timers."""

from collections.abc import Sequence
from datetime import date, datetime

from bot.letters import Letter
from bot.storage.database import Connections
from bot.storage.house import EVERYWHERE, House
from bot.storage.outbox import write_in


class Weekly:
    """Remembers each week by a mark of its own. `what` is such as "reminded"; weeks go by their Monday."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def is_due(self, what: str, week: date, now: datetime) -> bool:
        """Whether that has not gone out this week yet.

        A bot that starts on a Thursday has forgotten nobody on Monday: what it does first goes out the week after.
        """
        with self._connections.reading() as db:
            found = db.conn.execute(
                "SELECT name FROM marks WHERE workspace = ? AND name GLOB ?", (EVERYWHERE, f"{what}:*")
            )
            marked = {row["name"] for row in found}
        if not marked:
            with self._connections.writing() as db:
                House.mark_in(db, EVERYWHERE, mark(what, week), now)
            return False
        return mark(what, week) not in marked

    def send(self, what: str, workspace: str, letters: Sequence[Letter], week: date, now: datetime) -> None:
        """Write a week's letters, once whoever asks; none where there is nothing to say."""
        with self._connections.writing() as db:
            if House.mark_in(db, EVERYWHERE, mark(what, week), now):
                write_in(db, workspace, letters, now)


def mark(what: str, week: date) -> str:
    return f"{what}:{week}"
