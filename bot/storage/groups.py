"""Rows of the review queue: which questions stand in which, and their counts."""

import json
import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlite_utils import Database

from bot.grouping import Pin, groups
from bot.review import Group, State
from bot.storage.database import Connections, as_time

AT_ONCE = 5  # questions placed in one transaction, which others that write wait for


@dataclass(frozen=True)
class Likeness:
    """How questions are compared, for `place`: what is like one, and what the queue says of a new row."""

    hold: Callable[[Sequence[tuple[int, str]]], None]  # take in (id, text) pairs
    held: Callable[[], Collection[int]]
    like: Callable[[int], Mapping[int, float]]  # held ids that mean the same, with their similarity
    part_of: Callable[[str], int | None]  # of the mandate; remembered, so that asking twice costs nothing


class Standing:
    """Where open questions stand, looked up as it is needed: to read a long queue whole each time takes too long."""

    def __init__(self, db: Database, workspace: str) -> None:
        self._db = db
        self._workspace = workspace
        self._groups: dict[int, int | None] = {}  # of the open questions looked up
        self._looked_up: set[int] = set()
        self._members: dict[int, set[int]] = {}

    def open_of(self, ids: Collection[int]) -> set[int]:
        """Those of some questions that are open."""
        new = [one for one in ids if one not in self._looked_up]
        if new:
            self._looked_up.update(new)
            rows = self._db.conn.execute(
                "SELECT id, group_id FROM unanswered WHERE id IN (SELECT value FROM json_each(?)) "
                "AND workspace = ? AND status = 'open'",
                (json.dumps(new), self._workspace),
            )
            self._groups.update((row["id"], row["group_id"]) for row in rows)
        return {one for one in ids if one in self._groups}

    def group_of(self, one: int) -> int | None:
        """The group of an open question, if it stands in one."""
        return self._groups[one]

    def members(self, group: int) -> set[int]:
        """The open questions of a group."""
        if group not in self._members:
            rows = self._db.conn.execute("SELECT id FROM unanswered WHERE group_id = ? AND status = 'open'", (group,))
            self._members[group] = self.open_of([row["id"] for row in rows])
        return self._members[group]

    def move(self, one: int, group: int) -> None:
        before = self._groups[one]
        if before is not None:
            self.members(before).discard(one)
        self.members(group).add(one)
        self._groups[one] = group


def place_all(connections: Connections, workspace: str, likeness: Likeness) -> int:
    """Bring every open question that stands in no group into one, a few in each transaction; how many there were."""
    placed, came = 0, AT_ONCE
    while came == AT_ONCE:
        with connections.reading() as db:
            texts = [row["question"] or "" for row in _loose(db, workspace)]
        for text in texts:  # which takes milliseconds each: not while others wait to write
            likeness.part_of(text)
        with connections.writing() as db:
            came = _place_loose(db, workspace, likeness)
        placed += came
    return placed


def _place_loose(db: Database, workspace: str, likeness: Likeness) -> int:
    hold_all(db, workspace, likeness)
    rows = _loose(db, workspace)
    standing = Standing(db, workspace)
    for row in rows:
        regroup(db, workspace, {row["id"]}, standing, likeness)
    return len(rows)


def _loose(db: Database, workspace: str) -> list[sqlite3.Row]:
    """The next AT_ONCE open questions without a group."""
    found = db.conn.execute(
        "SELECT u.id, q.question FROM unanswered u JOIN questions q ON q.id = u.question_id "
        "WHERE u.workspace = ? AND u.status = 'open' AND u.group_id IS NULL ORDER BY u.id LIMIT ?",
        (workspace, AT_ONCE),
    )
    return list(found.fetchall())


def regroup_all(db: Database, workspace: str, ids: Collection[int], likeness: Likeness) -> None:
    """Group some questions anew, as after a pin by hand."""
    hold_all(db, workspace, likeness)
    regroup(db, workspace, set(ids), Standing(db, workspace), likeness)


def hold_all(db: Database, workspace: str, likeness: Likeness) -> None:
    """Have every open question held by `likeness`."""
    rows = db.conn.execute("SELECT id FROM unanswered WHERE workspace = ? AND status = 'open'", (workspace,))
    held = likeness.held()
    missing = sorted(row[0] for row in rows if row[0] not in held)
    for at in range(0, len(missing), 500):
        some = missing[at : at + 500]
        texts = db.conn.execute(
            "SELECT u.id, q.question FROM unanswered u JOIN questions q ON q.id = u.question_id "
            "WHERE u.id IN (SELECT value FROM json_each(?))",
            (json.dumps(some),),
        ).fetchall()
        likeness.hold([(row["id"], row["question"] or "") for row in texts])


def regroup(db: Database, workspace: str, seeds: set[int], standing: Standing, likeness: Likeness) -> None:
    """Group `seeds` and every open question that they are joined with, and write down what came of it."""
    pins = [
        Pin(row["one"], row["other"], bool(row["together"]))
        for row in db.conn.execute("SELECT * FROM pins WHERE workspace = ?", (workspace,))
    ]
    members, edges = _closure(seeds, standing, likeness, pins)
    group_of = {one: standing.group_of(one) for one in members}
    before = {group: frozenset(standing.members(group)) for group in group_of.values() if group is not None}
    after: dict[int, int] = {}
    kept: set[int] = set()
    for together in groups(members, edges, pins):
        free = sorted({group for one in together if (group := group_of[one]) is not None} - kept)
        group = free[0] if free else _new_group(db, workspace, min(together), group_of[min(together)], likeness)
        kept.add(group)
        after.update(dict.fromkeys(together, group))
    moved = [one for one in sorted(members) if after[one] != group_of[one]]
    db.conn.executemany("UPDATE unanswered SET group_id = ? WHERE id = ?", [(after[one], one) for one in moved])
    for one in moved:
        standing.move(one, after[one])
    for group, ones in before.items():
        if group not in kept:
            _merge(db, after[min(ones)], group)
        elif any(after[one] != group for one in ones):
            db.conn.execute("UPDATE groups SET version = version + 1 WHERE id = ?", (group,))
    for group in kept:
        recount(db, group)


def _closure(
    seeds: set[int], standing: Standing, likeness: Likeness, pins: Sequence[Pin]
) -> tuple[set[int], list[tuple[int, int, float]]]:
    """The seeds, what they are like, the groups of those, and what any of them is pinned to; with all their edges.

    What already stands in one group needs no more than a chain through it, unless a pin keeps some of it apart.
    """
    members: set[int] = set()
    edges: list[tuple[int, int, float]] = []
    waiting = standing.open_of(seeds)
    pinned = {one for pin in pins if not pin.together for one in (pin.one, pin.other)}
    seen_groups: set[int] = set()
    while waiting:
        one = waiting.pop()
        if one in members:
            continue
        members.add(one)
        group = standing.group_of(one)
        whole = sorted(standing.members(group)) if group is not None else []
        is_apart = not pinned.isdisjoint(whole)
        if one in seeds or is_apart or one in pinned:
            like = likeness.like(one)
            near = standing.open_of(like)
            edges += [(one, other, like[other]) for other in near]
            waiting.update(near)
        if group is not None and group not in seen_groups:
            seen_groups.add(group)
            waiting.update(whole)
            if not is_apart:
                edges += [(first, second, 1.0) for first, second in pairwise(whole)]
        for pin in pins:
            if one in (pin.one, pin.other):
                waiting.update(standing.open_of((pin.one, pin.other)))
    return members, edges


def _new_group(db: Database, workspace: str, first: int, left: int | None, likeness: Likeness) -> int:
    """A row for `first` and what joins it; one that was set apart from `left` is no news if that was none."""
    row = db.conn.execute(
        "SELECT q.question, q.asked_at FROM unanswered u JOIN questions q ON q.id = u.question_id WHERE u.id = ?",
        (first,),
    ).fetchone()
    cursor = db.conn.execute(
        "INSERT INTO groups (workspace, state, version, times, people, practices, first_asked_at, last_asked_at, part,"
        " announced_at) VALUES (?, 'new', 1, 0, 0, 0, ?, ?, ?, (SELECT announced_at FROM groups WHERE id = ?))",
        (workspace, row["asked_at"], row["asked_at"], likeness.part_of(row["question"] or ""), left),
    )
    return int(cursor.lastrowid or 0)


def _merge(db: Database, kept: int, other: int) -> None:
    """`other` becomes one with `kept`, and is found through it. Who was told, and who took it up, counts on."""
    db.conn.execute(
        "UPDATE groups SET version = groups.version + 1, told = groups.told + taken.told, "
        "told_practices = groups.told_practices + taken.told_practices, "
        "state = iif(groups.state = 'new', taken.state, groups.state), "
        "assignee = ifnull(groups.assignee, taken.assignee), "
        "announced_at = ifnull(groups.announced_at, taken.announced_at) "
        "FROM groups AS taken WHERE groups.id = ? AND taken.id = ?",
        (kept, other),
    )
    db.conn.execute("UPDATE groups SET merged_into = ? WHERE id = ?", (kept, other))


# A row of the queue, and the rows that have become one with it.
FAMILY = (
    "WITH RECURSIVE family (id) AS (VALUES (?) UNION SELECT g.id FROM groups g JOIN family f ON g.merged_into = f.id) "
)
_COUNTED = (
    # People who were told are numbers by now: the id of each has gone from their questions.
    "SELECT g.id, count(u.id) AS times, count(DISTINCT q.asker) + g.told AS people, "
    "count(DISTINCT q.practice) + g.told_practices AS practices, "
    "min(q.asked_at) AS first, max(q.asked_at) AS last "
    "FROM groups g LEFT JOIN unanswered u ON u.group_id = g.id LEFT JOIN questions q ON q.id = u.question_id "
    "WHERE g.id IN (SELECT value FROM json_each(?)) GROUP BY g.id"
)


def recount(db: Database, group_id: int | None) -> None:
    """Bring a group's counts up to date; one without questions goes. None, for a question without a group, is none."""
    counted = db.conn.execute(_COUNTED, (json.dumps([group_id]),)).fetchone()
    if counted is None:
        return
    if not counted["times"]:
        # What leads drafted for it says what was asked, and can no longer be sent to anybody.
        db.conn.execute(
            FAMILY
            + "DELETE FROM additions WHERE state IN ('draft', 'proposed') AND group_id IN (SELECT id FROM family)",
            (group_id,),
        )
        # Replies to "what did you mean" are about what was asked, too.
        db.conn.execute(
            FAMILY + "DELETE FROM clarifications WHERE group_id IN (SELECT id FROM family)",
            (group_id,),
        )
        db.conn.execute("DELETE FROM groups WHERE id = ?", (group_id,))
        return
    db.conn.execute(
        "UPDATE groups SET times = ?, people = ?, practices = ?, first_asked_at = ?, last_asked_at = ? WHERE id = ?",
        (*counted[1:], group_id),
    )


def stale_in(db: Database, rows: Sequence[sqlite3.Row]) -> list[int]:
    """The groups whose row no longer says what their questions do: some were taken back, erased or answered."""
    counted = db.conn.execute(_COUNTED, (json.dumps([row["id"] for row in rows]),)).fetchall()
    now = {one["id"]: tuple(one[1:4]) for one in counted}
    return [row["id"] for row in rows if now.get(row["id"]) != (row["times"], row["people"], row["practices"])]


def as_group(row: sqlite3.Row) -> Group:
    """A row of the table as the queue shows it."""
    return Group(
        id=row["id"],
        workspace=row["workspace"],
        state=State(row["state"]),
        version=row["version"],
        text=row["text"] or "",
        times=row["times"],
        people=row["people"],
        practices=row["practices"],
        first_asked_at=as_time(row["first_asked_at"]),
        last_asked_at=as_time(row["last_asked_at"]),
        part=row["part"],
        assignee=row["assignee"],
        entry=row["entry"],
        reason=row["reason"],
        unhelpful=tuple(filter(None, (row["unhelpful"] or "").split(","))),
    )
