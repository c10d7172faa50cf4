"""Deletes what has been kept as long as `bot.retention` says, and keeps the counts of it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlite_utils import Database

from bot.retention import RETENTION, days_of
from bot.storage.additions import forget_in
from bot.storage.database import as_text
from bot.storage.groups import recount
from bot.storage.quotes import drop_orphans_in, unquote_in
from bot.storage.rollups import roll_up_feedback_in, roll_up_in
from bot.storage.voters import forget_voters_in

INVENTED = "demo"  # the mark of a database whose people and practices nobody has met; it stays

# How many rows went that are older than a moment.
Purge = Callable[[Database, datetime], int]


def purge_in(db: Database, now: datetime) -> dict[str, int]:
    """Delete what has been kept long enough, within the caller's transaction; how many rows of each kind went."""
    names = [kept.name for kept in RETENTION if kept.name in _PURGES]
    gone = {name: _PURGES[name](db, now - timedelta(days=days_of(name))) for name in names}
    for name, purge in _FOLLOW.items():
        gone[name] = gone.get(name, 0) + purge(db)
    return gone


def delete_questions_in(db: Database, where: str, values: Sequence[str]) -> int:
    """Delete questions, and count the rows of the queue anew that they stood in; how many questions went."""
    groups = db.conn.execute(
        "SELECT DISTINCT group_id FROM unanswered WHERE group_id IS NOT NULL AND question_id IN "
        f"(SELECT id FROM questions WHERE {where})",
        values,
    ).fetchall()
    gone = db.conn.execute(f"DELETE FROM questions WHERE {where} RETURNING question", values).fetchall()
    unquote_in(db, [row["group_id"] for row in groups])
    for row in groups:
        recount(db, row["group_id"])
    forget_in(db, [row["question"] for row in gone if row["question"]])
    return len(gone)


def _older(table: str, column: str, but: str = "") -> Purge:
    def purge(db: Database, cutoff: datetime) -> int:
        where = f"{column} < ?{f' AND {but}' if but else ''}"
        return int(db.conn.execute(f"DELETE FROM {table} WHERE {where}", (as_text(cutoff),)).rowcount)

    return purge


def _old_questions(db: Database, cutoff: datetime) -> int:
    roll_up_in(db, cutoff)
    where = "asked_at < ? AND id NOT IN (SELECT question_id FROM unanswered WHERE status = 'open')"
    roll_up_feedback_in(db, where, [as_text(cutoff)])
    return delete_questions_in(db, where, [as_text(cutoff)])


def _old_drafts(db: Database, cutoff: datetime) -> int:
    """Those of an open row of the queue, and those that wait for a second lead, stay."""
    return int(
        db.conn.execute(
            "DELETE FROM additions WHERE made_at < ? AND (state = 'refused' OR state = 'draft' AND NOT EXISTS "
            "(SELECT 1 FROM unanswered u WHERE u.group_id = additions.group_id AND u.status = 'open'))",
            (as_text(cutoff),),
        ).rowcount
    )


def _loose_pins(db: Database) -> int:
    return int(
        db.conn.execute(
            "DELETE FROM pins WHERE one NOT IN (SELECT id FROM unanswered) OR other NOT IN (SELECT id FROM unanswered)"
        ).rowcount
    )


_PURGES: Mapping[str, Purge] = {
    # Before anything that a question's counts are read from.
    "questions": _old_questions,
    "served": _older("served", "served_at"),
    "feedback": _older("feedback", "given_at"),
    "conversations": _older("conversations", "served_at"),
    "inbox": _older("inbox", "received_at", "state = 'done'"),
    "sent": _older("outbox", "made_at", "state = 'sent'"),
    "undelivered": _older("outbox", "made_at", "state IN ('dead', 'doubtful')"),
    "marks": _older("marks", "made_at", f"name NOT LIKE 'practice-asked:%' AND name != '{INVENTED}'"),
    "leases": _older("leases", "until"),
    "direct_channels": _older("direct_channels", "known_at"),
    "clarifications": _older("clarifications", "asked_at"),
    "moves": _older("moves", "made_at"),
    "drafts": _old_drafts,
    "recalls": _older("recalls", "decided_at"),
    # A deleted one that still has to be drawn stays until its messages say so.
    "unused_polls": _older(
        "polls",
        "made_at",
        "state IN ('draft', 'deleted') "
        "AND id NOT IN (SELECT poll_id FROM poll_messages WHERE drawn < wanted AND ts IS NOT NULL)",
    ),
    "arrivals": _older("arrivals", "came_at"),
    "redraws": _older("redraws", "drawn_at"),
    "redraw_pauses": _older("redraw_pauses", "until"),
    "voters": forget_voters_in,
    # By the machine's own clock, too, as the trigger has it: rows that it would refuse are not tried.
    "audit": _older("audit", "done_at", "substr(done_at, 1, 23) <= strftime('%Y-%m-%dT%H:%M:%f', 'now', '-730 days')"),
}
# What goes with something else, once that has gone.
_FOLLOW: Mapping[str, Callable[[Database], int]] = {"undelivered": drop_orphans_in, "pins": _loose_pins}
