"""The review queue: what waits for the CCG, one row for each distinct question, and what leads did about it."""

import json
import re
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from bot.additions import Addition, Standing
from bot.letters import Letter
from bot.review import Asker, Filter, Group, Move, Moved, ReviewError, State, after
from bot.storage.additions import add_in, settle_in
from bot.storage.audit import note_in
from bot.storage.database import Connections, as_text, as_time
from bot.storage.groups import Likeness, as_group, hold_all, place_all, recount, regroup_all, stale_in
from bot.storage.outbox import write_in
from bot.storage.rollups import waited_in

# The text stays with the questions alone, so that it goes with them.
_GROUPS = (
    "SELECT groups.*, (SELECT q.question FROM unanswered u JOIN questions q ON q.id = u.question_id "
    "WHERE u.group_id = groups.id ORDER BY q.asked_at, u.id LIMIT 1) AS text, "
    "(SELECT group_concat(DISTINCT u.entry) FROM unanswered u WHERE u.group_id = groups.id) AS unhelpful FROM groups "
)
# What a question's row says once its group is closed so; "My questions" reads it.
_STATUS = {State.ANSWERED: "answered", State.LINKED: "answered", State.DISMISSED: "dismissed"}

_NEWS = "workspace = ? AND announced_at IS NULL AND merged_into IS NULL AND state = 'new'"
PINNED_EACH = 20  # questions of either side that a pin by hand names
ROW_CHANGED = "That row has changed: questions joined it, or were set apart. Look at it once more."

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


@dataclass(frozen=True)
class Sorting:
    """A lead joins or splits groups by hand."""

    by: str
    at: datetime
    seen: Sequence[tuple[int, int]]  # the groups they looked at, each with its version


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
        """Bring every open question without a group into one, a few in each transaction; how many there were."""
        self.hold_open(workspace, likeness)
        return place_all(self._connections, workspace, likeness)

    def hold_open(self, workspace: str, likeness: Likeness) -> None:
        """Have every open question held by `likeness`: seconds for thousands, in which others go on writing."""
        with self._connections.reading() as db:
            hold_all(db, workspace, likeness)

    def workspaces_with_open(self) -> list[str]:
        """Workspaces where a question waits."""
        with self._connections.reading() as db:
            rows = db.conn.execute("SELECT DISTINCT workspace FROM unanswered WHERE status = 'open'").fetchall()
        return [row["workspace"] for row in rows]

    def pin(
        self,
        workspace: str,
        ones: Sequence[int],
        others: Sequence[int],
        together: bool,
        likeness: Likeness,
        sorting: Sorting | None = None,
    ) -> None:
        """Somebody says that these questions mean the same as those, or do not; that outlasts what comes later.

        Raises `ReviewError` when a group has changed since they looked at it.
        """
        self.hold_open(workspace, likeness)
        with self._connections.writing() as db:
            if sorting:
                for group_id, version in sorting.seen:
                    group = unchanged_in(db, workspace, group_id, version)
                    write_move_in(db, group, Move.SORT, sorting.by, sorting.at)
            sides = [json.dumps(list(ones)), json.dumps(list(others))]
            db.conn.execute(
                "DELETE FROM pins WHERE workspace = ? AND ("
                "(one IN (SELECT value FROM json_each(?)) AND other IN (SELECT value FROM json_each(?))) OR "
                "(one IN (SELECT value FROM json_each(?)) AND other IN (SELECT value FROM json_each(?))))",
                (workspace, *sides, *sides[::-1]),
            )
            first, second = (_spread(db, side) for side in sides)
            pairs = {(min(a, b), max(a, b)) for a in first for b in second if a != b}
            db.conn.executemany(
                "INSERT INTO pins VALUES (?, ?, ?, ?)", [(workspace, *pair, int(together)) for pair in sorted(pairs)]
            )
            regroup_all(db, workspace, {*ones, *others}, likeness)

    def groups(self, workspace: str | None = None) -> list[Group]:
        """Every group of one workspace or of all, oldest first, with its counts as they are now."""
        with self._connections.writing() as db:
            # Questions may have been taken back or erased since they were counted.
            counted = "SELECT id, times, people, practices FROM groups WHERE merged_into IS NULL"
            for group_id in stale_in(db, db.conn.execute(counted).fetchall()):
                recount(db, group_id)
            rows = db.conn.execute(
                _GROUPS + "WHERE workspace = ifnull(?, workspace) AND merged_into IS NULL ORDER BY first_asked_at, id",
                (workspace,),
            ).fetchall()
        return [as_group(row) for row in rows]

    def page(self, workspace: str, wanted: Filter, first: int, most: int) -> tuple[list[Group], int]:
        """One page of the queue from row `first` on, oldest first and then most asked, and how many rows there are.

        Of an assignee, "" stands for the rows that nobody has. The counts of the rows shown are as they are now.
        """
        while True:
            with self._connections.reading() as db:
                rows, count = _page(db, workspace, wanted, first, most)
                stale = stale_in(db, rows)
            if not stale:
                return [as_group(row) for row in rows], count
            with self._connections.writing() as db:
                for group_id in stale:
                    recount(db, group_id)

    def count_open(self, workspace: str) -> int:
        """How many rows wait."""
        with self._connections.reading() as db:
            return _count(db, *_where(workspace, Filter()))

    def search(self, workspace: str, typed: str, most: int) -> list[tuple[int, int, str]]:
        """Open groups with a wording that contains `typed`, oldest first: each one's id, version and that wording."""
        pattern = "%" + re.sub(r"([%_!])", r"!\1", typed) + "%"
        with self._connections.reading() as db:
            rows = db.conn.execute(
                "SELECT g.id, g.version, q.question FROM unanswered u JOIN questions q ON q.id = u.question_id "
                "JOIN groups g ON g.id = u.group_id WHERE u.workspace = ? AND u.status = 'open' "
                "AND q.question LIKE ? ESCAPE '!' ORDER BY q.asked_at, u.id LIMIT ?",
                (workspace, pattern, 10 * most),
            ).fetchall()
        found: dict[int, tuple[int, int, str]] = {}
        for row in rows:
            found.setdefault(row["id"], tuple(row))
        return list(found.values())[:most]

    def news(self, workspace: str, now: datetime, every: timedelta, most: int) -> tuple[list[Group], int]:
        """Up to `most` new groups that the leads' channel has not heard of, oldest first, and how many there are.

        Neither while the last word of new groups is still on its way, or went out less than `every` ago.
        """
        with self._connections.reading() as db:
            if not _may_announce(db, workspace, now, every):
                return [], 0
            count = db.conn.execute(f"SELECT count(*) FROM groups WHERE {_NEWS}", (workspace,)).fetchone()[0]
            rows = db.conn.execute(
                f"{_GROUPS} WHERE id IN (SELECT id FROM groups WHERE {_NEWS} ORDER BY first_asked_at, id LIMIT ?) "
                "ORDER BY first_asked_at, id",
                (workspace, most),
            ).fetchall()
        return [as_group(row) for row in rows], int(count)

    def announce(self, workspace: str, letter: Letter, now: datetime) -> None:
        """Write the word of new groups, all of which count as announced."""
        with self._connections.writing() as db:
            if write_in(db, workspace, [letter], now):
                db.conn.execute(f"UPDATE groups SET announced_at = ? WHERE {_NEWS}", (as_text(now), workspace))

    def find(self, workspace: str, group_id: int) -> Group | None:
        """A group, or the one that it became one with; None when its questions have gone."""
        with self._connections.reading() as db:
            return _find(db, workspace, group_id)

    def unchanged(self, workspace: str, group_id: int, version: int) -> Group:
        """A group that is as it was at `version`. Raises `ReviewError` as `assign` does, but for a closed one."""
        with self._connections.reading() as db:
            return unchanged_in(db, workspace, group_id, version)

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
            return askers_in(db, group_id)

    def assign(self, workspace: str, group_id: int, version: int, by: str, to: str, now: datetime) -> Group:
        """Give a group to a lead. Raises `ReviewError` when it is closed, has gone, or changed since `version`."""
        with self._connections.writing() as db:
            group = unchanged_in(db, workspace, group_id, version)
            write_move_in(db, group, Move.ASSIGN, by, now, to=to)
            db.conn.execute("UPDATE groups SET assignee = ? WHERE id = ?", (to, group.id))
            return _found(db, workspace, group.id)

    def reopen(self, workspace: str, group_id: int, version: int, by: str, now: datetime) -> Group:
        """Take a closed group up again. Raises `ReviewError` as `assign` does."""
        with self._connections.writing() as db:
            group = unchanged_in(db, workspace, group_id, version)
            write_move_in(db, group, Move.REOPEN, by, now)
            db.conn.execute("UPDATE groups SET entry = NULL, reason = NULL WHERE id = ?", (group.id,))
            db.conn.execute("UPDATE unanswered SET status = 'open' WHERE group_id = ?", (group.id,))
            # What has not left yet would tell people of an answer that is in question.
            db.conn.execute(
                "DELETE FROM outbox WHERE kind IN ('answer', 'dismissed') AND state = 'waiting' AND question_id IN "
                "(SELECT question_id FROM unanswered WHERE group_id = ?)",
                (group.id,),
            )
            return _found(db, workspace, group.id)

    def close(self, workspace: str, group_id: int, version: int, how: Closing, now: datetime) -> Group:
        """Answer, link or dismiss a group, and write what everybody who asked is sent.

        Raises `ReviewError` as `assign` does, or when the draft or proposal was dealt with before.
        """
        with self._connections.writing() as db:
            group = unchanged_in(db, workspace, group_id, version)
            waited = waited_in(db, group.id, now) if how.move is not Move.DISMISS else None
            state = write_move_in(
                db, group, how.move, how.by, now, entry=how.entry, reason=how.reason, part=group.part, waited=waited
            )
            db.conn.execute("UPDATE groups SET entry = ?, reason = ? WHERE id = ?", (how.entry, how.reason, group.id))
            db.conn.execute(
                "UPDATE unanswered SET status = ? WHERE group_id = ? AND status = 'open'", (_STATUS[state], group.id)
            )
            if how.addition is not None:
                _settle(db, workspace, how, now)
            write_in(db, workspace, how.compose(askers_in(db, group.id)), now)
            return _found(db, workspace, group.id)


def _where(workspace: str, wanted: Filter) -> tuple[str, tuple[Any, ...]]:
    """The condition that the rows of the queue have to meet, and its values."""
    where = f"workspace = ? AND merged_into IS NULL AND state IN ({', '.join('?' for _ in wanted.states)})"
    values: tuple[Any, ...] = (workspace, *sorted(wanted.states))
    if wanted.part is not None:
        where, values = f"{where} AND part = ?", (*values, wanted.part)
    if wanted.assignee is not None:
        where, values = f"{where} AND ifnull(assignee, '') = ?", (*values, wanted.assignee)
    return where, values


def _count(db: Database, where: str, values: tuple[Any, ...]) -> int:
    return int(db.conn.execute(f"SELECT count(*) FROM groups WHERE {where}", values).fetchone()[0])


def _page(db: Database, workspace: str, wanted: Filter, first: int, most: int) -> tuple[list[sqlite3.Row], int]:
    where, values = _where(workspace, wanted)
    # By the day, so that the most asked of one day come first.
    order = "ORDER BY substr(first_asked_at, 1, 10), times DESC, id"
    # The texts of these rows alone are looked up: for all that meet the condition it would take too long.
    rows = db.conn.execute(
        f"{_GROUPS} WHERE id IN (SELECT id FROM groups WHERE {where} {order} LIMIT ? OFFSET ?) {order}",
        (*values, most, first),
    ).fetchall()
    return rows, _count(db, where, values)


def _may_announce(db: Database, workspace: str, now: datetime, every: timedelta) -> bool:
    last = db.conn.execute(
        "SELECT state, ifnull(sent_at, made_at) AS at FROM outbox WHERE workspace = ? AND kind = 'announce' "
        "ORDER BY id DESC LIMIT 1",
        (workspace,),
    ).fetchone()
    return last is None or (last["state"] not in ("waiting", "sending") and last["at"] <= as_text(now - every))


def _spread(db: Database, ids: str) -> list[int]:
    """Up to PINNED_EACH of some questions, given as JSON; one of each wording first."""
    rows = db.conn.execute(
        "SELECT u.id, row_number() OVER (PARTITION BY q.question ORDER BY u.id) AS again FROM unanswered u "
        "JOIN questions q ON q.id = u.question_id WHERE u.id IN (SELECT value FROM json_each(?)) "
        "ORDER BY again, u.id LIMIT ?",
        (ids, PINNED_EACH),
    ).fetchall()
    return [row["id"] for row in rows]


def _settle(db: Database, workspace: str, how: Closing, now: datetime) -> None:
    assert how.addition is not None
    if not how.addition.id:
        add_in(db, workspace, how.addition, now)
    elif not settle_in(db, how.addition.id, how.standing, how.by, now):
        raise ReviewError("That answer was dealt with already, so nothing was changed.")


def unchanged_in(db: Database, workspace: str, group_id: int, version: int) -> Group:
    group = _find(db, workspace, group_id)
    if group is None:
        raise ReviewError("Whoever asked that has taken the question back, so nothing was changed.")
    if group.version == version and group.id == group_id:
        return group
    # What joined a row, or was set apart from it, is nobody's move.
    last = _last_move(db, group_id, version)
    if last is None and group.id != group_id and not group.is_open:
        last = _last_move(db, group.id)
    raise Overtaken(last) if last else ReviewError(ROW_CHANGED)


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


def write_move_in(db: Database, group: Group, move: Move, by: str, now: datetime, **detail: Any) -> State:
    state = after(group.state, move)
    told = {name: value for name, value in detail.items() if value is not None} | {"version": group.version + 1}
    db.conn.execute(
        "INSERT INTO moves (workspace, group_id, move, by, detail, made_at) VALUES (?, ?, ?, ?, ?, ?)",
        (group.workspace, group.id, move, by, json.dumps(told), as_text(now)),
    )
    db.conn.execute("UPDATE groups SET state = ?, version = version + 1 WHERE id = ?", (state, group.id))
    note_in(db, group.workspace, by, f"queue:{move}", now, detail=f"row {group.id}")
    return state


def _last_move(db: Database, group_id: int, version: int = 0) -> Moved | None:
    """The last move of a group, if it was made after `version`."""
    row = db.conn.execute(
        "SELECT * FROM moves WHERE group_id = ? AND json_extract(detail, '$.version') > ? ORDER BY id DESC LIMIT 1",
        (group_id, version),
    ).fetchone()
    return Moved(Move(row["move"]), row["by"], as_time(row["made_at"])) if row else None


def askers_in(db: Database, group_id: int) -> list[Asker]:
    rows: list[sqlite3.Row] = db.conn.execute(
        "SELECT q.* FROM unanswered u JOIN questions q ON q.id = u.question_id "
        "WHERE u.group_id = ? AND q.asker IS NOT NULL AND q.question IS NOT NULL ORDER BY q.id",
        (group_id,),
    ).fetchall()
    return [
        Asker(row["id"], row["asker"], row["surface"], row["channel"], row["thread_ts"], row["question"])
        for row in rows
    ]
