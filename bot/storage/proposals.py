"""Answers that wait for a second lead, and new entries that the queue has not been tried against yet."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.additions import Addition, Standing
from bot.letters import Letter
from bot.review import Move, ReviewError
from bot.storage.additions import add_in, addition_of, named_in_log, settle_in
from bot.storage.audit import note_in
from bot.storage.database import Connections, as_text
from bot.storage.outbox import write_in
from bot.storage.review import unchanged_in, write_move_in

TRIED_WITHIN = timedelta(days=30)  # marks go after 180 days, and an old entry is not tried anew then


@dataclass(frozen=True)
class Published:
    """A new entry that is served, and who published it."""

    workspace: str
    addition: Addition

    @property
    def by(self) -> str:
        return self.addition.approved_by or self.addition.author

    @property
    def mark(self) -> str:
        """The mark that says that the queue was tried against it."""
        return f"backfilled:{self.addition.id}"


class Proposals:
    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def propose(self, workspace: str, draft: Addition, version: int, letters: Sequence[Letter], now: datetime) -> None:
        """A draft waits for a second lead, and its group is its author's. Raises `ReviewError` as `Review.close`."""
        with self._connections.writing() as db:
            group = unchanged_in(db, workspace, draft.group_id or 0, version)
            write_move_in(db, group, Move.ASSIGN, draft.author, now, to=draft.author, proposed=draft.id)
            db.conn.execute("UPDATE groups SET assignee = ? WHERE id = ?", (draft.author, group.id))
            if draft.standing is not Standing.DRAFT or not settle_in(db, draft.id, Standing.PROPOSED, None, now):
                raise ReviewError("That answer was sent already, so nothing was changed.")
            write_in(db, workspace, letters, now)

    def offer(
        self,
        workspace: str,
        addition: Addition,
        poll_id: int,
        compose: Callable[[Addition], Sequence[Letter]],
        now: datetime,
    ) -> bool:
        """Keep the answer made of a poll's outcome in the standing it has, in place of a draft of it.

        Its letters come from it as it is kept. False where another was kept before.
        """
        with self._connections.writing() as db:
            rows = db.conn.execute(
                "SELECT id, state FROM additions WHERE json_extract(content, '$.poll') = ? AND state != 'refused'",
                (poll_id,),
            ).fetchall()
            if [tuple(row) for row in rows] != ([(addition.id, Standing.DRAFT)] if addition.id else []):
                return False
            db.conn.execute("DELETE FROM additions WHERE id = ?", (addition.id,))
            write_in(db, workspace, compose(add_in(db, workspace, addition, now)), now)
        return True

    def approve_offer(self, proposal: Addition, by: str, now: datetime) -> None:
        """Serve an answer that nobody asked for. Raises `ReviewError` when it was dealt with before."""
        with self._connections.writing() as db:
            if not settle_in(db, proposal.id, Standing.LIVE, by, now):
                raise ReviewError("That answer was dealt with already, so nothing was changed.")

    def send_back(
        self, workspace: str, proposal: Addition, by: str, reason: str, letters: Sequence[Letter], now: datetime
    ) -> None:
        """A proposal is its author's draft again. Raises `ReviewError` when it was dealt with before."""
        with self._connections.writing() as db:
            cursor = db.conn.execute(
                "UPDATE additions SET state = 'draft', reason = ? "
                "WHERE workspace = ? AND id = ? AND state = 'proposed'",
                (reason, workspace, proposal.id),
            )
            if not cursor.rowcount:
                raise ReviewError("That answer was dealt with already, so nothing was changed.")
            note_in(db, workspace, by, "addition:send_back", now, detail=named_in_log(proposal.kind, proposal.id))
            write_in(db, workspace, letters, now)

    def untried(self, now: datetime) -> list[Published]:
        """Entries that went live of late and that no mark says were tried, oldest first."""
        with self._connections.reading() as db:
            rows = db.conn.execute(
                "SELECT * FROM additions a WHERE state = 'live' AND kind = 'entry' AND group_id IS NOT NULL "
                "AND ifnull(approved_at, made_at) > ? AND NOT EXISTS "
                "(SELECT 1 FROM marks m WHERE m.workspace = a.workspace AND m.name = 'backfilled:' || a.id) "
                "ORDER BY id",
                (as_text(now - TRIED_WITHIN),),
            ).fetchall()
        return [Published(row["workspace"], addition_of(row)) for row in rows]

    def tried(self, published: Published, letters: Sequence[Letter], now: datetime) -> bool:
        """Write down that the queue was tried, and what its publisher is sent; False when that stood before."""
        with self._connections.writing() as db:
            cursor = db.conn.execute(
                "INSERT INTO marks VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                (published.workspace, published.mark, as_text(now)),
            )
            if cursor.rowcount:
                write_in(db, published.workspace, letters, now)
        return cursor.rowcount > 0
