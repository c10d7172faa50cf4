"""What leads added to the knowledge, until the curated files have it."""

import json
import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from bot.additions import Addition, Kind, Standing
from bot.drafting import as_question, free_id
from bot.storage.audit import Hand, note_in
from bot.storage.database import Connections, as_text, as_time
from bot.text import comparable


class Additions:
    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def add(self, workspace: str, addition: Addition, now: datetime) -> Addition:
        """Keep an addition in the standing it has; the same with its id."""
        with self._connections.writing() as db:
            return add_in(db, workspace, addition, now)

    def find(self, workspace: str, addition_id: int) -> Addition | None:
        """What was added there under this id; None for what was added elsewhere."""
        with self._connections.reading() as db:
            row = db.conn.execute(
                "SELECT * FROM additions WHERE workspace = ? AND id = ?", (workspace, addition_id)
            ).fetchone()
        return addition_of(row) if row else None

    def of(self, entry: str | None = None, standings: Collection[Standing] = frozenset(Standing)) -> list[Addition]:
        """Additions in any of these standings, of one entry or of all, oldest first."""
        wanted = sorted(standings)
        with self._connections.reading() as db:
            rows = db.conn.execute(
                "SELECT * FROM additions WHERE entry = ifnull(?, entry) "
                f"AND state IN ({', '.join('?' for _ in wanted)}) ORDER BY id",
                (entry, *wanted),
            ).fetchall()
        return [addition_of(row) for row in rows]

    def live(self) -> list[Addition]:
        """What is served beside the curated files, oldest first."""
        return self.of(standings={Standing.LIVE})

    def stamp(self) -> str:
        """Changes when what is live does."""
        with self._connections.reading() as db:
            row = db.conn.execute(
                "SELECT group_concat(id, ' ') AS ids FROM (SELECT id FROM additions WHERE state = 'live' ORDER BY id)"
            ).fetchone()
        return str(row["ids"] or "")

    def change(self, addition: Addition, hand: Hand | None = None) -> None:
        """Write a draft's content anew: by `hand`, or what came of its proof."""
        with self._connections.writing() as db:
            row = db.conn.execute(
                "UPDATE additions SET entry = ?, content = ?, reason = ? WHERE id = ? AND state = 'draft' "
                "RETURNING workspace",
                (addition.entry, json.dumps(addition.content), addition.reason, addition.id),
            ).fetchone()
            if row and hand:
                detail = named_in_log(addition.kind, addition.id)
                note_in(db, row["workspace"], hand.by, "addition:change", hand.at, detail=detail)

    def retire(self, ids: Collection[int]) -> None:
        """The curated files have these now."""
        with self._connections.writing() as db:
            db.conn.executemany(
                "UPDATE additions SET state = 'retired' WHERE id = ? AND state = 'live'", [(one,) for one in ids]
            )


def add_in(db: Database, workspace: str, addition: Addition, now: datetime) -> Addition:
    """As `Additions.add`, within the caller's transaction."""
    cursor = db.conn.execute(
        "INSERT INTO additions (workspace, kind, entry, content, state, author, made_at, approved_by, approved_at, "
        "group_id, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            workspace,
            addition.kind,
            addition.entry,
            json.dumps(addition.content),
            addition.standing,
            addition.author,
            as_text(now),
            addition.approved_by,
            as_text(now) if addition.approved_by else None,
            addition.group_id,
            addition.reason,
        ),
    )
    made = replace(addition, id=int(cursor.lastrowid or 0), made_on=now.date())
    note_in(
        db,
        workspace,
        addition.author,
        f"addition:{addition.standing}",
        now,
        detail=named_in_log(addition.kind, made.id),
    )
    return made


def named_in_log(kind: str, addition_id: int) -> str:
    # Not by its entry, whose id is made of the question: that goes, and the log stays.
    return f"{kind} {addition_id}"


def settle_in(db: Database, addition_id: int, standing: Standing, by: str | None, now: datetime) -> bool:
    """Move a draft or a proposal on, within the caller's transaction; False when somebody else did already.

    The proof of a phrasing stays in numbers: it quotes questions, which are not kept for as long as an addition is.
    """
    cursor = db.conn.execute(
        "UPDATE additions SET state = ?, approved_by = ?, approved_at = ?, "
        "content = json_replace(json_remove(content, '$.stamp'), "
        "'$.proof.fixes', json_array_length(content, '$.proof.fixes'), "
        "'$.proof.breaks', json_array_length(content, '$.proof.breaks')) "
        "WHERE id = ? AND state IN ('draft', 'proposed') RETURNING workspace, kind",
        (standing, by, as_text(now) if by else None, addition_id),
    )
    row = cursor.fetchone()
    if row and by:
        note_in(db, row["workspace"], by, f"addition:{standing}", now, detail=named_in_log(row["kind"], addition_id))
    return row is not None


def forget_in(db: Database, texts: Collection[str]) -> None:
    """Questions that are no longer kept go from what is not published yet, within the caller's transaction.

    A draft has them as other wordings, and the proof of a phrasing quotes them; that is made anew when it is needed.
    A draft that is called after one takes the name of its next wording, and has to be sent to a second lead again;
    without another wording it goes, as does a phrasing that is one.
    """
    gone = {comparable(wording) for text in texts for wording in (text, as_question(text))} - {""}
    rows = db.conn.execute("SELECT id, content FROM additions WHERE state IN ('draft', 'proposed')").fetchall()
    for row in rows if gone else ():
        before = json.loads(row["content"])
        content = {name: value for name, value in before.items() if name not in ("proof", "stamp")}
        record = content.get("record", {})
        if record:
            content["record"] = record = _without(record, gone)
        if comparable(content.get("text", "")) in gone or (record and not record["question"]):
            db.conn.execute("DELETE FROM additions WHERE id = ?", (row["id"],))
        elif record and record["question"] != before["record"]["question"]:
            _rename(db, row["id"], content)
        elif content != before:
            db.conn.execute("UPDATE additions SET content = ? WHERE id = ?", (json.dumps(content), row["id"]))


def _without(record: Mapping[str, Any], gone: Collection[str]) -> dict[str, Any]:
    """An entry without some wordings; its question is its next wording, or empty, if it was one of them."""
    also = [wording for wording in record.get("also", ()) if comparable(wording) not in gone]
    question = record["question"]
    if comparable(question) in gone:
        question, also = as_question(also[0]) if also else "", also[1:]
    return {**record, "question": question, "also": also}


def _rename(db: Database, addition_id: int, content: dict[str, Any]) -> None:
    """Give a draft the id that goes with its question, and a source of its own the same; a proposal is a draft again.

    A letter that asks a second lead about it shows the old question, and goes.
    """
    taken = {row["entry"] for row in db.conn.execute("SELECT entry FROM additions WHERE id != ?", (addition_id,))}
    record, source = content["record"], content.get("source")
    record["id"] = free_id(record["question"], taken)
    if source:
        content["source"] = {**source, "key": f"local-{record['id']}"}
        record["sources"] = [content["source"]["key"]]
    db.conn.execute(
        "UPDATE additions SET entry = ?, content = ?, state = 'draft' WHERE id = ?",
        (record["id"], json.dumps(content), addition_id),
    )
    db.conn.execute("DELETE FROM outbox WHERE name LIKE ? AND body IS NOT NULL", (f"proposal:{addition_id}.%",))


def addition_of(row: sqlite3.Row) -> Addition:
    return Addition(
        kind=Kind(row["kind"]),
        entry=row["entry"],
        content=json.loads(row["content"]),
        author=row["author"],
        id=row["id"],
        standing=Standing(row["state"]),
        made_on=as_time(row["made_at"]).date(),
        approved_by=row["approved_by"],
        group_id=row["group_id"],
        reason=row["reason"],
    )
