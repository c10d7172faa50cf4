"""Answers that were corrected: who was given the old one, and whether they are to be told."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlite_utils import Database

from bot.history import TOLD_BACK, Recall, Told, is_corrected
from bot.letters import Letter
from bot.review import Asker, ReviewError
from bot.storage.audit import note_in
from bot.storage.database import Connections, as_text
from bot.storage.outbox import write_in
from bot.storage.versions import as_version

# Who was given an entry, other than whoever corrected it, in a span of time.
_SERVED = (
    "FROM served s WHERE s.entry = ? AND s.served_at >= ? AND s.served_at <= ? AND s.asker IS NOT NULL "
    "AND s.asker IS NOT ? "
)


class Recalls:
    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def due(self, now: datetime, without: str) -> list[Recall]:
        """Corrections that nobody was asked about yet though people were given the old answer.

        One for each workspace, other than `without`.
        """
        with self._connections.reading() as db:
            rows = db.conn.execute(
                "SELECT * FROM versions WHERE note IS NOT NULL AND seen_at >= ? ORDER BY id",
                (as_text(now - TOLD_BACK),),
            ).fetchall()
            return [recall for row in rows for recall in _due_for(db, row, without)]

    def offer(self, recall: Recall, compose: Callable[[Recall], Sequence[Letter]], now: datetime) -> bool:
        """Ask the leads whether to tell people; False when they were asked before."""
        with self._connections.writing() as db:
            cursor = db.conn.execute(
                "INSERT INTO recalls (workspace, entry, version_before, version_after, note, state) "
                "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (
                    recall.workspace,
                    recall.after.entry,
                    recall.before.id,
                    recall.after.id,
                    recall.note,
                    Told.OFFERED,
                ),
            )
            if not cursor.rowcount:
                return False
            write_in(db, recall.workspace, compose(replace(recall, id=int(cursor.lastrowid or 0))), now)
        return True

    def find(self, workspace: str, recall_id: int) -> Recall | None:
        with self._connections.reading() as db:
            return _find(db, workspace, recall_id)

    def tell(
        self,
        workspace: str,
        recall_id: int,
        by: str,
        compose: Callable[[Sequence[Asker]], Sequence[Letter]],
        now: datetime,
    ) -> int:
        """Write to everybody who was given the old answer; how many that is. Raises `ReviewError` once decided."""
        with self._connections.writing() as db:
            recall = _decide(db, workspace, recall_id, Told.TOLD, by, now)
            letters = compose(_askers(db, recall))
            write_in(db, workspace, letters, now)
        return len(letters)

    def decline(self, workspace: str, recall_id: int, by: str, now: datetime) -> None:
        """Leave it. Raises `ReviewError` once decided."""
        with self._connections.writing() as db:
            _decide(db, workspace, recall_id, Told.DECLINED, by, now)


def _decide(db: Database, workspace: str, recall_id: int, state: Told, by: str, now: datetime) -> Recall:
    recall = _find(db, workspace, recall_id)
    if recall is None:
        raise ReviewError("I no longer have that correction, so nobody was told.")
    if recall.state is not Told.OFFERED:
        what = "has been sent to them" if recall.state is Told.TOLD else "is not to be sent, as a lead decided"
        raise ReviewError(f"The corrected answer {what} already, so nothing was changed.")
    db.conn.execute(
        "UPDATE recalls SET state = ?, decided_by = ?, decided_at = ? WHERE id = ?",
        (state, by, as_text(now), recall_id),
    )
    note_in(db, workspace, by, f"recall:{state}", now, detail=f"correction {recall_id}")
    return recall


def _find(db: Database, workspace: str, recall_id: int) -> Recall | None:
    row = db.conn.execute("SELECT * FROM recalls WHERE workspace = ? AND id = ?", (workspace, recall_id)).fetchone()
    if row is None:
        return None
    before, after = (
        as_version(db.conn.execute("SELECT * FROM versions WHERE id = ?", (row[name],)).fetchone())
        for name in ("version_before", "version_after")
    )
    recall = Recall(workspace, before, after, row["note"], 0, row["id"], Told(row["state"]), row["decided_by"])
    return replace(recall, people=len(_askers(db, recall)))


def _due_for(db: Database, row: sqlite3.Row, without: str) -> list[Recall]:
    earlier = db.conn.execute(
        "SELECT * FROM versions WHERE entry = ? AND id < ? ORDER BY id DESC LIMIT 1", (row["entry"], row["id"])
    ).fetchone()
    if earlier is None:
        return []
    before, after = as_version(earlier), as_version(row)
    if not is_corrected(before.says, after.says):
        return []
    counted = db.conn.execute(
        f"SELECT s.workspace, count(DISTINCT s.asker) AS people {_SERVED} AND s.workspace != ? "
        "AND NOT EXISTS (SELECT 1 FROM recalls r WHERE r.workspace = s.workspace AND r.version_after = ?) "
        "GROUP BY s.workspace",
        (row["entry"], *_span(after.seen_at), after.by, without, row["id"]),
    ).fetchall()
    return [Recall(one["workspace"], before, after, row["note"], one["people"]) for one in counted]


def _askers(db: Database, recall: Recall) -> list[Asker]:
    """Everybody who was given the old answer, each once, with the question that they were given it for last."""
    after = recall.after
    rows = db.conn.execute(
        f"SELECT max(s.question_id) AS question_id, s.asker {_SERVED} AND s.workspace = ? GROUP BY s.asker",
        (after.entry, *_span(after.seen_at), after.by, recall.workspace),
    ).fetchall()
    return [_asker(db, row["question_id"], row["asker"]) for row in rows]


def _asker(db: Database, question_id: int, person: str) -> Asker:
    row = db.conn.execute("SELECT * FROM questions WHERE id = ?", (question_id,)).fetchone()
    # Who looked at a related answer under somebody else's question is not shown that question.
    own = row["question"] if row["asker"] == person else None
    return Asker(question_id, person, row["surface"], row["channel"], row["thread_ts"], own or "")


def _span(until: datetime) -> tuple[str, str]:
    return as_text(until - TOLD_BACK), as_text(until)
