"""What each entry said when, and who changed it."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlite_utils import Database

from bot.additions import Addition
from bot.history import Decision, Version, brought_by, changes, digest, note_on, wording
from bot.knowledge import Entry
from bot.storage.database import Connections, as_text, as_time


class Versions:
    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def record(self, entries: Mapping[str, Entry], additions: Sequence[Addition], now: datetime) -> int:
        """Note every entry that says something new, and who made it so; how many did.

        `additions` come oldest first. The first call notes everything, as what later changes are measured by.
        """
        with self._connections.writing() as db:
            latest = {row["entry"]: row for row in db.conn.execute(_LATEST)}
            recorded = sum(_record(db, entry, latest.get(entry.id), additions, now) for entry in entries.values())
            _list(db, entries)
            return recorded

    def of(self, entry: str) -> list[Version]:
        """An entry's versions, oldest first."""
        with self._connections.reading() as db:
            rows = db.conn.execute("SELECT * FROM versions WHERE entry = ? ORDER BY id", (entry,)).fetchall()
        return [as_version(row) for row in rows]

    def decisions(self, entry: str) -> list[Decision]:
        """What leads decided about an entry, oldest first."""
        with self._connections.reading() as db:
            moves = db.conn.execute(
                "SELECT m.*, g.people, g.times FROM moves m LEFT JOIN groups g ON g.id = m.group_id "
                "WHERE json_extract(m.detail, '$.entry') = ?",
                (entry,),
            ).fetchall()
            added = db.conn.execute("SELECT * FROM additions WHERE entry = ? AND state != 'draft'", (entry,)).fetchall()
            recalls = db.conn.execute(
                "SELECT * FROM recalls WHERE entry = ? AND decided_by IS NOT NULL", (entry,)
            ).fetchall()
        made = [
            Decision(row["move"], row["by"], as_time(row["made_at"]), _kept(row, "group_id", "times", "people"))
            for row in moves
        ]
        made += [
            Decision(
                row["kind"],
                row["author"],
                as_time(row["made_at"]),
                {"standing": row["state"], **_kept(row, "approved_by", "reason"), **_told(row)},
            )
            for row in added
        ]
        made += [
            Decision(row["state"], row["decided_by"], as_time(row["decided_at"]), {"note": row["note"]})
            for row in recalls
        ]
        return sorted(made, key=lambda decision: decision.at)


_LATEST = "SELECT * FROM versions WHERE id IN (SELECT max(id) FROM versions GROUP BY entry)"


def as_version(row: sqlite3.Row) -> Version:
    return Version(row["id"], row["entry"], json.loads(row["content"]), row["by"], row["note"], as_time(row["seen_at"]))


def _record(db: Database, entry: Entry, last: sqlite3.Row | None, additions: Sequence[Addition], now: datetime) -> bool:
    says = wording(entry)
    if last is not None and last["digest"] == digest(says):
        return False
    changed = changes(json.loads(last["content"]) if last else {}, says)
    addition = brought_by(entry.id, changed, says, additions)
    note = note_on(entry, changed, addition)
    # A note that stays in the file after its correction speaks of no later change.
    by_files = addition is None
    if (
        note
        and db.conn.execute(
            "SELECT 1 FROM versions WHERE entry = ? AND note = ? AND (? OR digest = ?)",
            (entry.id, note, by_files, digest(says)),
        ).fetchone()
    ):
        note = None
    db.conn.execute(
        "INSERT INTO versions (entry, digest, content, by, note, seen_at) VALUES (?, ?, ?, ?, ?, ?)",
        (entry.id, digest(says), json.dumps(says), addition.author if addition else None, note, as_text(now)),
    )
    return True


def _list(db: Database, entries: Mapping[str, Entry]) -> None:
    """Note which entries the knowledge has now, and which part of the mandate each belongs to."""
    for row in db.conn.execute(_LATEST).fetchall():
        entry = entries.get(row["entry"])
        now = (entry.part, 1) if entry else (row["part"], 0)
        if now != (row["part"], row["is_listed"]):
            db.conn.execute("UPDATE versions SET part = ?, is_listed = ? WHERE id = ?", (*now, row["id"]))


def _kept(row: sqlite3.Row, *names: str) -> dict[str, object]:
    return {name: row[name] for name in names if row[name] is not None}


def _told(row: sqlite3.Row) -> dict[str, str]:
    """What the author said with an addition, and the file it came out of."""
    content = json.loads(row["content"])
    told = {"note": content.get("note") or content.get("text"), "file": content.get("file")}
    return {name: str(text) for name, text in told.items() if text}
