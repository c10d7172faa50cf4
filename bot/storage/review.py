"""The review queue: what waits for the CCG, one row for each distinct question, and what leads did about it."""

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from bot.additions import Addition, Standing
from bot.letters import Letter
from bot.review import Asker, Filter, Group, Move, Moved, ReviewError, State, after
from bot.storage.additions import add_in, settle_in
from bot.storage.database import Connections, as_text, as_time
from bot.storage.groups import Likeness, as_group, place_loose, recount, regroup_all
from bot.storage.outbox import write_in

# The text stays with the questions alone, so that it goes with them.
_GROUPS = (
    "SELECT groups.*, (SELECT q.question FROM unanswered u JOIN questions q ON q.id = u.question_id "
    "WHERE u.group_id = groups.id ORDER BY q.asked_at, u.id LIMIT 1) AS text, "
    "(SELECT group_concat(DISTINCT u.entry) FROM unanswered u WHERE u.group_id = groups.id) AS unhelpful FROM groups "
)
# What a question's row says once its group is closed so; "My questions" reads it.
_STATUS = {State.ANSWERED: "answered", State.LINKED: "answered", State.DISMISSED: "dismissed"}

Compose = Callable[[Sequence[Asker]], Sequence[Letter]]


@dataclass(frozen=True)
class Closing:
    """How a group is closed, and what everybody who asked is sent; all of it stands, or none."""

    move: Move  # answer, link or dismiss
    by: str
    entry: str | None = None
    reason: str | None = None
    addition: Addition | None = None  # a new one, or with its id a draft or proposal that goes live
    standing: Standing = Standing.LIVE
    compose: Compose = lambda _: ()


class Review:
    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def workspaces_with_loose(self) -> list[str]:
        """Workspaces with open questions that stand in no group yet."""
        with self._connections.reading() as db:
            rows = db.conn.execute(
                "SELECT DISTINCT workspace FROM unanswered WHERE status = 'open' AND group_id IS NULL"
            ).fetchall()
        return [row["workspace"] for row in rows]

    def place(self, workspace: str, likeness: Likeness) -> int:
        """Bring the next open questions without a group into one; how many there were, 0 when all have one."""
        with self._connections.writing() as db:
            return place_loose(db, workspace, likeness)

    def pin(
        self, workspace: str, ones: Sequence[int], others: Sequence[int], together: bool, likeness: Likeness
    ) -> None:
        """Somebody says that these questions mean the same as those, or do not; that outlasts what comes later."""
        pairs = [(min(a, b), max(a, b)) for a in ones for b in others if a != b]
        with self._connections.writing() as db:
            db.conn.executemany(
                "INSERT OR REPLACE INTO pins VALUES (?, ?, ?, ?)",
                [(workspace, one, other, int(together)) for one, other in pairs],
            )
            regroup_all(db, workspace, {*ones, *others}, likeness)

    def groups(self, workspace: str | None = None) -> list[Group]:
        """Every group of one workspace or of all, oldest first, with its counts as they are now."""
        with self._connections.writing() as db:
            # Questions may have been taken back or erased since they were counted.
            for row in db.conn.execute("SELECT id FROM groups WHERE merged_into IS NULL").fetchall():
                recount(db, row["id"])
            rows = db.conn.execute(
                _GROUPS + "WHERE workspace = ifnull(?, workspace) AND merged_into IS NULL ORDER BY first_asked_at, id",
                (workspace,),
            ).fetchall()
        return [as_group(row) for row in rows]

    def page(self, workspace: str, wanted: Filter, first: int, most: int) -> tuple[list[Group], int]:
        """One page of the queue from row `first` on, oldest first and then most asked, and how many rows there are."""
        where = (
            f"WHERE workspace = ? AND merged_into IS NULL AND state IN ({', '.join('?' for _ in wanted.states)}) "
            "AND (? IS NULL OR part = ?) AND (? IS NULL OR assignee = ?)"
        )
        values = (workspace, *wanted.states, wanted.part, wanted.part, wanted.assignee, wanted.assignee)
        with self._connections.reading() as db:
            count = db.conn.execute(f"SELECT count(*) FROM groups {where}", values).fetchone()[0]
            rows = db.conn.execute(
                # By the day, so that the most asked of one day come first.
                f"{_GROUPS} {where} ORDER BY substr(first_asked_at, 1, 10), times DESC, id LIMIT ? OFFSET ?",
                (*values, most, first),
            ).fetchall()
        return [as_group(row) for row in rows], int(count)

    def find(self, workspace: str, group_id: int) -> Group | None:
        """A group, or the one that it became one with; None when its questions have gone."""
        with self._connections.reading() as db:
            return _find(db, workspace, group_id)

    def last_move(self, group_id: int) -> Moved | None:
        """Who did what with it last; None for a group that nobody touched."""
        with self._connections.reading() as db:
            return _last_move(db, group_id)

    def wordings(self, group_id: int) -> list[tuple[int, str]]:
        """A group's questions, oldest first: the row's id and its text."""
        with self._connections.reading() as db:
            rows = db.conn.execute(
                "SELECT u.id, q.question FROM unanswered u JOIN questions q ON q.id = u.question_id "
                "WHERE u.group_id = ? ORDER BY q.asked_at, u.id",
                (group_id,),
            ).fetchall()
        return [(row["id"], row["question"] or "") for row in rows]

    def askers(self, group_id: int) -> list[Asker]:
        """Everybody of a group who has not been told what became of it, a row each question."""
        with self._connections.reading() as db:
            return _askers(db, group_id)

    def assign(self, workspace: str, group_id: int, version: int, by: str, to: str, now: datetime) -> Group:
        """Give a group to a lead. Raises `ReviewError` when it is closed, has gone, or changed since `version`."""
        with self._connections.writing() as db:
            group = _unchanged(db, workspace, group_id, version)
            _write_move(db, group, Move.ASSIGN, by, now, to=to)
            db.conn.execute("UPDATE groups SET assignee = ? WHERE id = ?", (to, group.id))
            return _found(db, workspace, group.id)

    def reopen(self, workspace: str, group_id: int, version: int, by: str, now: datetime) -> Group:
        """Take a closed group up again. Raises `ReviewError` as `assign` does."""
        with self._connections.writing() as db:
            group = _unchanged(db, workspace, group_id, version)
            _write_move(db, group, Move.REOPEN, by, now)
            db.conn.execute("UPDATE groups SET entry = NULL, reason = NULL WHERE id = ?", (group.id,))
            db.conn.execute("UPDATE unanswered SET status = 'open' WHERE group_id = ?", (group.id,))
            return _found(db, workspace, group.id)

    def close(self, workspace: str, group_id: int, version: int, how: Closing, now: datetime) -> Group:
        """Answer, link or dismiss a group, and write what everybody who asked is sent.

        Raises `ReviewError` as `assign` does, or when the draft or proposal was dealt with before.
        """
        with self._connections.writing() as db:
            group = _unchanged(db, workspace, group_id, version)
            state = _write_move(db, group, how.move, how.by, now, entry=how.entry, reason=how.reason)
            db.conn.execute("UPDATE groups SET entry = ?, reason = ? WHERE id = ?", (how.entry, how.reason, group.id))
            db.conn.execute(
                "UPDATE unanswered SET status = ? WHERE group_id = ? AND status = 'open'", (_STATUS[state], group.id)
            )
            if how.addition is not None:
                _settle(db, workspace, how, now)
            write_in(db, workspace, how.compose(_askers(db, group.id)), now)
            return _found(db, workspace, group.id)


def _settle(db: Database, workspace: str, how: Closing, now: datetime) -> None:
    assert how.addition is not None
    if not how.addition.id:
        add_in(db, workspace, how.addition, now)
    elif not settle_in(db, how.addition.id, how.standing, how.by, now):
        raise ReviewError("That answer was dealt with already, so nothing was changed.")


def _unchanged(db: Database, workspace: str, group_id: int, version: int) -> Group:
    group = _find(db, workspace, group_id)
    if group is None:
        raise ReviewError("Whoever asked that has taken the question back, so nothing was changed.")
    if group.version == version and group.id == group_id:
        return group
    last = _last_move(db, group.id)
    raise Overtaken(last) if last else ReviewError("More questions joined that row. Look at it once more.")


class Overtaken(ReviewError):
    """Somebody else was quicker; `last` is what they did."""

    def __init__(self, last: Moved) -> None:
        super().__init__(f"Somebody else dealt with that question ({last.move}), so nothing was changed.")
        self.last = last


def _find(db: Database, workspace: str, group_id: int) -> Group | None:
    for _ in range(20):
        row = db.conn.execute(_GROUPS + "WHERE id = ? AND workspace = ?", (group_id, workspace)).fetchone()
        if row is None:
            return None
        if row["merged_into"] is None:
            return as_group(row)
        group_id = row["merged_into"]
    return None


def _found(db: Database, workspace: str, group_id: int) -> Group:
    group = _find(db, workspace, group_id)
    assert group is not None
    return group


def _write_move(db: Database, group: Group, move: Move, by: str, now: datetime, **detail: Any) -> State:
    state = after(group.state, move)
    told = {name: value for name, value in detail.items() if value is not None}
    db.conn.execute(
        "INSERT INTO moves (workspace, group_id, move, by, detail, made_at) VALUES (?, ?, ?, ?, ?, ?)",
        (group.workspace, group.id, move, by, json.dumps(told), as_text(now)),
    )
    db.conn.execute("UPDATE groups SET state = ?, version = version + 1 WHERE id = ?", (state, group.id))
    return state


def _last_move(db: Database, group_id: int) -> Moved | None:
    row = db.conn.execute("SELECT * FROM moves WHERE group_id = ? ORDER BY id DESC LIMIT 1", (group_id,)).fetchone()
    return Moved(Move(row["move"]), row["by"], as_time(row["made_at"])) if row else None


def _askers(db: Database, group_id: int) -> list[Asker]:
    rows: list[sqlite3.Row] = db.conn.execute(
        "SELECT q.* FROM unanswered u JOIN questions q ON q.id = u.question_id "
        "WHERE u.group_id = ? AND q.asker IS NOT NULL AND q.question IS NOT NULL ORDER BY q.id",
        (group_id,),
    ).fetchall()
    return [
        Asker(row["id"], row["asker"], row["surface"], row["channel"], row["thread_ts"], row["question"])
        for row in rows
    ]
