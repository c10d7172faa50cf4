"""What reviewers said about answers, one after another, and which owners have left."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from bot.additions import Addition, Kind, Standing
from bot.letters import Letter
from bot.review import ReviewError
from bot.storage.additions import add_in, settle_in
from bot.storage.database import Connections
from bot.storage.house import House
from bot.storage.outbox import write_in

# Slack's word that a person is no longer there to be written to.
LEFT = ("user_not_found", "user_disabled")

Compose = Callable[[Sequence[Addition]], Sequence[Letter]]


class Forestalled(ReviewError):
    """Somebody else looked at that answer first."""


class Reviews:
    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def keep(
        self,
        workspace: str,
        additions: Sequence[Addition],
        seen: int,
        instead_of: Collection[Kind],
        now: datetime,
        compose: Compose = lambda _: (),
    ) -> None:
        """Keep what a reviewer says about one entry and the letters that it takes, all of it or none.

        `seen` is the newest addition to that entry that they knew of. Raises `Forestalled` where there is a newer one
        of the kinds `instead_of`, as when two reviewers press at once.
        """
        entry = additions[0].entry
        with self._connections.writing() as db:
            newer = db.conn.execute(
                f"SELECT 1 FROM additions WHERE entry = ? AND id > ? AND state IN (?, ?, ?) "
                f"AND kind IN ({', '.join('?' for _ in instead_of)})",
                (entry, seen, Standing.LIVE, Standing.PROPOSED, Standing.RETIRED, *instead_of),
            ).fetchone()
            if newer:
                raise Forestalled("Somebody else has looked at that answer since, so nothing was changed.")
            kept = [add_in(db, workspace, addition, now) for addition in additions]
            write_in(db, workspace, compose(kept), now)

    def decide(
        self, workspace: str, proposed: Addition, standing: Standing, by: str, also: Sequence[Addition], now: datetime
    ) -> None:
        """A second lead says what becomes of a proposal; `also` is kept with it. Raises `ReviewError` once decided."""
        with self._connections.writing() as db:
            if not settle_in(db, proposed.id, standing, by, now):
                raise ReviewError("Another lead dealt with that answer already, so nothing was changed.")
            for addition in also:
                add_in(db, workspace, addition, now)

    def left(self, workspace: str, people: Collection[str], now: datetime) -> set[str]:
        """Those of `people` whom a reminder could not reach because they have left; kept for as long as marks are."""
        with self._connections.writing() as db:
            for person in people:
                dead = db.conn.execute(
                    "SELECT 1 FROM outbox WHERE workspace = ? AND kind = 'reminder' AND channel = ? AND state = 'dead' "
                    f"AND error IN ({', '.join('?' for _ in LEFT)})",
                    (workspace, person, *LEFT),
                ).fetchone()
                if dead:
                    House.mark_in(db, workspace, f"left:{person}", now)
            names = db.conn.execute("SELECT name FROM marks WHERE workspace = ? AND name LIKE 'left:%'", (workspace,))
            marked = {row["name"].removeprefix("left:") for row in names}
        return marked & set(people)
