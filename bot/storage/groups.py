"""Rows of the review queue: which questions stand in which, and their counts."""

import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlite_utils import Database

from bot.grouping import Pin, groups
from bot.review import Group, State
from bot.storage.database import as_time

AT_ONCE = 200  # questions placed in one transaction


@dataclass(frozen=True)
class Likeness:
    """How questions are compared, for `place`: what is like one, and what the queue says of a new row."""

    hold: Callable[[Sequence[tuple[int, str]]], None]  # take in (id, text) pairs
    held: Callable[[], Collection[int]]
    like: Callable[[int], Mapping[int, float]]  # held ids that mean the same, with their similarity
    part_of: Callable[[str], int | None]  # of the mandate


def place_loose(db: Database, workspace: str, likeness: Likeness) -> int:
    """Bring up to AT_ONCE open questions that stand in no group into one; how many there were."""
    group_of = _hold_all(db, workspace, likeness)
    loose = sorted(one for one, group in group_of.items() if group is None)[:AT_ONCE]
    for one in loose:
        regroup(db, workspace, {one}, group_of, likeness)
    return len(loose)


def regroup_all(db: Database, workspace: str, ids: Collection[int], likeness: Likeness) -> None:
    """Group some questions anew, as after a pin by hand."""
    regroup(db, workspace, set(ids), _hold_all(db, workspace, likeness), likeness)


def _hold_all(db: Database, workspace: str, likeness: Likeness) -> dict[int, int | None]:
    """The group of each open question; all of them are held by `likeness` then."""
    rows = db.conn.execute(
        "SELECT id, group_id FROM unanswered WHERE workspace = ? AND status = 'open'", (workspace,)
    ).fetchall()
    group_of: dict[int, int | None] = {row["id"]: row["group_id"] for row in rows}
    held = likeness.held()
    missing = sorted(one for one in group_of if one not in held)
    for at in range(0, len(missing), 500):
        some = missing[at : at + 500]
        texts = db.conn.execute(
            "SELECT u.id, q.question FROM unanswered u JOIN questions q ON q.id = u.question_id "
            f"WHERE u.id IN ({_marks(some)})",
            some,
        ).fetchall()
        likeness.hold([(row["id"], row["question"] or "") for row in texts])
    return group_of


def regroup(db: Database, workspace: str, seeds: set[int], group_of: dict[int, int | None], likeness: Likeness) -> None:
    """Group `seeds` and every open question that they are joined with, and write down what came of it."""
    pins = [
        Pin(row["one"], row["other"], bool(row["together"]))
        for row in db.conn.execute("SELECT * FROM pins WHERE workspace = ?", (workspace,))
    ]
    members, edges = _closure(seeds, group_of, likeness, pins)
    taken: set[int] = set()
    for together in groups(members, edges, pins):
        before = sorted({group_of[one] for one in together} - {None} - taken, key=lambda group: group or 0)
        kept = before[0] if before else None
        if kept is None:
            kept = _new_group(db, workspace, min(together), likeness)
        elif len(before) > 1:
            _merge(db, kept, [group for group in before[1:] if group is not None])
        taken.add(kept)
        moved = [one for one in together if group_of[one] != kept]
        for at in range(0, len(moved), 500):
            some = moved[at : at + 500]
            db.conn.execute(f"UPDATE unanswered SET group_id = ? WHERE id IN ({_marks(some)})", (kept, *some))
        group_of.update(dict.fromkeys(together, kept))
        recount(db, kept)


def _closure(
    seeds: set[int], group_of: Mapping[int, int | None], likeness: Likeness, pins: Sequence[Pin]
) -> tuple[set[int], list[tuple[int, int, float]]]:
    """The seeds, what they are like, the groups of those, and what any of them is pinned to; with all their edges.

    What already stands in one group needs no more than a chain through it, unless a pin keeps some of it apart.
    """
    members: set[int] = set()
    edges: list[tuple[int, int, float]] = []
    waiting = set(seeds)
    in_group: dict[int, list[int]] = {}
    for one, group in group_of.items():
        if group is not None:
            in_group.setdefault(group, []).append(one)
    pinned = {one for pin in pins if not pin.together for one in (pin.one, pin.other)}
    seen_groups: set[int] = set()
    while waiting:
        one = waiting.pop()
        if one in members or one not in group_of:
            continue
        members.add(one)
        group = group_of[one]
        whole = in_group.get(group, []) if group is not None else []
        is_apart = not pinned.isdisjoint(whole)
        if one in seeds or is_apart or one in pinned:
            near = {other: how for other, how in likeness.like(one).items() if other in group_of}
            edges += [(one, other, how) for other, how in near.items()]
            waiting.update(near)
        if group is not None and group not in seen_groups:
            seen_groups.add(group)
            waiting.update(whole)
            if not is_apart:
                edges += [(first, second, 1.0) for first, second in pairwise(whole)]
        for pin in pins:
            if one in (pin.one, pin.other):
                waiting.update((pin.one, pin.other))
    return members, edges


def _new_group(db: Database, workspace: str, first: int, likeness: Likeness) -> int:
    row = db.conn.execute(
        "SELECT q.question, q.asked_at FROM unanswered u JOIN questions q ON q.id = u.question_id WHERE u.id = ?",
        (first,),
    ).fetchone()
    cursor = db.conn.execute(
        "INSERT INTO groups (workspace, state, version, times, people, practices, first_asked_at, last_asked_at, part)"
        " VALUES (?, 'new', 1, 0, 0, 0, ?, ?, ?)",
        (workspace, row["asked_at"], row["asked_at"], likeness.part_of(row["question"])),
    )
    return int(cursor.lastrowid or 0)


def _merge(db: Database, kept: int, others: Sequence[int]) -> None:
    """`others` become one with `kept`, and are found through it."""
    db.conn.execute("UPDATE groups SET version = version + 1 WHERE id = ?", (kept,))
    db.conn.execute(f"UPDATE groups SET merged_into = ? WHERE id IN ({_marks(others)})", (kept, *others))
    db.conn.execute(f"UPDATE unanswered SET group_id = ? WHERE group_id IN ({_marks(others)})", (kept, *others))


def recount(db: Database, group_id: int) -> None:
    """Bring a group's counts up to date; one without questions goes."""
    counted = db.conn.execute(
        # People who were told are numbers by now: the id of each has gone from their questions.
        "SELECT count(*) AS times, count(DISTINCT q.asker) + g.told AS people, "
        "count(DISTINCT q.practice) + g.told_practices AS practices, "
        "min(q.asked_at) AS first, max(q.asked_at) AS last "
        "FROM groups g JOIN unanswered u ON u.group_id = g.id JOIN questions q ON q.id = u.question_id WHERE g.id = ?",
        (group_id,),
    ).fetchone()
    if not counted["times"]:
        db.conn.execute("DELETE FROM groups WHERE id = ?", (group_id,))
        return
    db.conn.execute(
        "UPDATE groups SET times = ?, people = ?, practices = ?, first_asked_at = ?, last_asked_at = ? WHERE id = ?",
        (*counted, group_id),
    )


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


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" for _ in values)
