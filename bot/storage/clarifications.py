"""What leads asked back, to whom it went until they replied, and the replies, which carry no name."""

import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlite_utils import Database

from bot.clarifying import Clarification, Sent
from bot.letters import Letter
from bot.review import Asker, ReviewError, to_tell
from bot.storage.audit import note_in
from bot.storage.database import Connections, as_text, as_time
from bot.storage.outbox import ASKED_BACK, write_in
from bot.storage.review import askers_in, unchanged_in

# A row that was joined with others has their questions back, too.
_OF_GROUP = (
    ASKED_BACK + "SELECT * FROM clarifications WHERE id IN (SELECT id FROM asked_back WHERE group_id = ?) ORDER BY id"
)


class AskedMeanwhile(ReviewError):
    """Another lead asked the same people back while the form was open; `other` is what they asked."""

    def __init__(self, other: Clarification) -> None:
        super().__init__("Another lead asked what they mean in the meantime, so nothing was sent.")
        self.other = other


class Clarifications:
    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def ask(
        self,
        workspace: str,
        group_id: int,
        version: int,
        seen: int,
        asked: Clarification,
        compose: Callable[[Asker, int], Letter],
    ) -> int:
        """Keep a question back with a letter to everybody who asked; how many people it goes to.

        `seen` is the id of the latest question back that the lead knew of, 0 for none; `compose` is given an asker
        and the id that their reply carries. Raises `ReviewError` when the row is closed, has gone, changed since
        `version`, has nobody left to ask, or when somebody else asked since (`AskedMeanwhile`).
        """
        with self._connections.writing() as db:
            group = unchanged_in(db, workspace, group_id, version)
            if not group.is_open:
                raise ReviewError("That question is closed. Reopen it first.")
            before = _of(db, group.id)
            if before and before[-1].id > seen:
                raise AskedMeanwhile(before[-1])
            people = to_tell(askers_in(db, group.id))
            if not people:
                raise ReviewError("Nobody who asked that can be reached any more, so nothing was sent.")
            cursor = db.conn.execute(
                "INSERT INTO clarifications (workspace, group_id, question, by, asked_at) VALUES (?, ?, ?, ?, ?)",
                (workspace, group.id, asked.question, asked.by, as_text(asked.asked_at)),
            )
            letters = [compose(asker, _send_to(db, int(cursor.lastrowid or 0), asker)) for asker in people]
            write_in(db, workspace, letters, asked.asked_at)
            note_in(db, workspace, asked.by, "queue:clarify", asked.asked_at, detail=f"row {group.id}")
        return len(people)

    def of(self, group_id: int) -> list[Clarification]:
        """What leads asked back about a row, oldest first, each with the replies so far and no person."""
        with self._connections.reading() as db:
            return _of(db, group_id)

    def find(self, workspace: str, sent_id: int) -> Sent | None:
        """A question back as it went to one person; None when that person erased it."""
        with self._connections.reading() as db:
            row = db.conn.execute(
                "SELECT s.id, s.person, s.replied_at, c.group_id, c.question, c.by FROM clarified s "
                "JOIN clarifications c ON c.id = s.clarification_id WHERE s.id = ? AND c.workspace = ?",
                (sent_id, workspace),
            ).fetchone()
        if row is None:
            return None
        return Sent(
            row["id"], row["group_id"], row["question"], row["by"], row["person"], row["replied_at"] is not None
        )

    def reply(
        self, workspace: str, sent_id: int, person: str, text: str, letters: Sequence[Letter], now: datetime
    ) -> bool:
        """Keep a reply, with `letters` that pass it on; the person's id goes. False when it is not theirs to give."""
        with self._connections.writing() as db:
            kept = db.conn.execute(
                "UPDATE clarified SET reply = ?, replied_at = ?, person = NULL "
                "WHERE id = ? AND person = ? AND replied_at IS NULL",
                (text, as_text(now), sent_id, person),
            ).rowcount
            if kept:
                write_in(db, workspace, letters, now)
        return bool(kept)


def _send_to(db: Database, clarification_id: int, asker: Asker) -> int:
    cursor = db.conn.execute(
        "INSERT INTO clarified (clarification_id, person) VALUES (?, ?)", (clarification_id, asker.person)
    )
    return int(cursor.lastrowid or 0)


def _of(db: Database, group_id: int) -> list[Clarification]:
    return [_clarification(db, row) for row in db.conn.execute(_OF_GROUP, (group_id,)).fetchall()]


def _clarification(db: Database, row: sqlite3.Row) -> Clarification:
    sent = db.conn.execute(
        "SELECT reply FROM clarified WHERE clarification_id = ? ORDER BY replied_at, id", (row["id"],)
    ).fetchall()
    replies = tuple(one["reply"] for one in sent if one["reply"] is not None)
    return Clarification(row["id"], row["question"], row["by"], as_time(row["asked_at"]), len(sent), replies)
