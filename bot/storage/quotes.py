"""Letters to leads that quote what somebody asked, once that is kept no longer."""

import json
import re
import sqlite3
from collections.abc import Iterable
from typing import Any

from sqlite_utils import Database

from bot.letters import QUOTE
from bot.storage.groups import FAMILY

_KINDS = "('announce', 'digest', 'backfill', 'proposal', 'sent_back', 'clarified')"
# Rows that a letter names: by the block that each has, and by what its buttons and boxes send.
_ROWS = re.compile(r'"block_id": "row-(\d+)"|"value": "(\d+) \d+"')


def unquote_in(db: Database, groups: Iterable[int]) -> None:
    """Take questions that have gone from these rows of the queue out of letters that were not sent.

    Within the caller's transaction, before rows without a question go. Word of new questions, the digest of a week and
    "this would also answer" are dropped, and written anew unless they may have been posted. A letter about one row
    loses its quote, or goes with the row.
    """
    for group in groups:
        # Letters may name a row that has become one with it.
        family = {row["id"] for row in db.conn.execute(FAMILY + "SELECT id FROM family", (group,))}
        is_asked = db.conn.execute("SELECT 1 FROM unanswered WHERE group_id = ?", (group,)).fetchone() is not None
        letters = db.conn.execute(f"SELECT * FROM outbox WHERE body IS NOT NULL AND kind IN {_KINDS}").fetchall()
        for letter in letters:
            if family.isdisjoint(_rows_of(db, letter)):
                continue
            if is_asked and letter["kind"] in ("proposal", "sent_back", "clarified"):
                body = json.dumps(_unquoted(json.loads(letter["body"])))
                db.conn.execute("UPDATE outbox SET body = ? WHERE id = ?", (body, letter["id"]))
            else:
                _drop(db, letter)


def drop_orphans_in(db: Database) -> int:
    """Drop letters whose question has gone: those to askers that could not be delivered, and replies; how many.

    An answer or a correction that still waits is theirs to have; the purge of the next day finds it sent or dead.
    """
    to_askers = (
        "(state IN ('dead', 'doubtful') OR kind = 'clarify') AND question_id IS NOT NULL "
        "AND question_id NOT IN (SELECT id FROM questions)"
    )
    replies = "kind = 'clarified' AND CAST(substr(name, length('clarified:') + 1) AS INTEGER) NOT IN "
    gone = f"({to_askers}) OR ({replies} (SELECT id FROM clarified))"
    return int(db.conn.execute(f"DELETE FROM outbox WHERE body IS NOT NULL AND ({gone})").rowcount)


def _rows_of(db: Database, letter: sqlite3.Row) -> set[int]:
    """The rows of the queue that a letter is about."""
    kind, _, rest = letter["name"].partition(":")
    if kind in ("proposal", "clarified"):
        number = re.match(r"\d+", rest)
        found = (
            "SELECT group_id FROM additions WHERE id = ?"
            if kind == "proposal"
            else "SELECT c.group_id FROM clarified s JOIN clarifications c ON c.id = s.clarification_id WHERE s.id = ?"
        )
        row = db.conn.execute(found, (int(number[0]) if number else 0,)).fetchone()
        return {row["group_id"]} if row else set()
    return {int(one or other) for one, other in _ROWS.findall(letter["body"])}


def _unquoted(body: dict[str, Any]) -> dict[str, Any]:
    """A letter without its quote; its first paragraph, which is ours, stands for it in notifications."""
    blocks = [block for block in body["blocks"] if block.get("block_id") != QUOTE]
    return {**body, "text": body["text"].split("\n\n", 1)[0], "blocks": blocks}


def _drop(db: Database, letter: sqlite3.Row) -> None:
    db.conn.execute("DELETE FROM outbox WHERE id = ?", (letter["id"],))
    if letter["state"] in ("sending", "doubtful"):
        return  # it may have been posted, and leads are not to be told twice
    if letter["kind"] == "announce":
        db.conn.execute(
            "UPDATE groups SET announced_at = NULL WHERE workspace = ? AND announced_at = ?",
            (letter["workspace"], letter["made_at"]),
        )
    elif letter["kind"] == "digest":
        week = letter["name"].rpartition(":")[0]
        db.conn.execute("DELETE FROM marks WHERE name = ?", (week,))
    elif letter["kind"] == "backfill":
        mark = f"backfilled:{letter['name'].partition(':')[2]}"
        db.conn.execute("DELETE FROM marks WHERE workspace = ? AND name = ?", (letter["workspace"], mark))
