"""What Slack delivered: written before it is acknowledged, kept until it is answered, answered once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from sqlite3 import Row
from typing import Any

from sqlite_utils import Database

from bot.storage.claims import is_free, me, next_try
from bot.storage.database import Connections, as_text

MOST_ATTEMPTS = 2_000  # two weeks of trying
TAKEN_WITHIN = timedelta(seconds=30)  # where another process answers; what it did not take by then is abandoned


@dataclass(frozen=True)
class Delivery:
    """One message on its way in. `message_ts` is None for what is not a message (a command, a form)."""

    workspace: str
    key: str  # Slack's event id or trigger id
    request: Mapping[str, Any]  # what is needed to answer it later
    received_at: datetime
    channel: str | None = None
    message_ts: str | None = None


@dataclass(frozen=True)
class Held:
    """An unfinished delivery. `reply` is set once the answer is stored."""

    id: int
    workspace: str
    request: Mapping[str, Any]
    reply: Mapping[str, Any] | None
    may_have_arrived: bool
    attempts: int


class Settled(Exception):
    """A delivery needs no answer any more."""


class Inbox:
    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def accept(self, delivery: Delivery, *, for_others: bool = False) -> int | None:
        """Keep a delivery and claim it, unless it is `for_others` to take; its id, or None when it came before."""
        at = as_text(delivery.received_at)
        claim = (None, None) if for_others else (me(), at)
        with self._connections.writing() as db:
            row = db.conn.execute(
                "INSERT INTO inbox (workspace, delivery, channel, message_ts, request, state, claimed_by, claimed_at,"
                " received_at) VALUES (?, ?, ?, ?, ?, 'waiting', ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id",
                (
                    delivery.workspace,
                    delivery.key,
                    delivery.channel,
                    delivery.message_ts,
                    json.dumps(delivery.request),
                    *claim,
                    at,
                ),
            ).fetchone()
        return int(row["id"]) if row else None

    @staticmethod
    def ready(db: Database, inbox_id: int, reply: Mapping[str, Any]) -> None:
        """The answer is stored, in the caller's transaction: from here on it may have reached Slack.

        Raises `Settled` where another was quicker, or the person has had everything of theirs erased.
        """
        cursor = db.conn.execute(
            "UPDATE inbox SET state = 'sending', reply = ?, claimed_by = ? "
            "WHERE id = ? AND reply IS NULL AND state != 'done'",
            (json.dumps(reply), me(), inbox_id),
        )
        if cursor.rowcount == 0:
            raise Settled

    def knows(self, workspace: str, key: str) -> bool:
        """Whether this very delivery came before."""
        return self._exists("workspace = ? AND delivery = ?", (workspace, key))

    def has_answered(self, workspace: str, channel: str, message_ts: str) -> bool:
        """Whether a message has been answered."""
        where = "workspace = ? AND channel = ? AND message_ts = ? AND state = 'done'"
        return self._exists(where, (workspace, channel, message_ts))

    def _exists(self, where: str, values: tuple[str, ...]) -> bool:
        with self._connections.reading() as db:
            return db.conn.execute(f"SELECT 1 FROM inbox WHERE {where}", values).fetchone() is not None

    def sending(self, inbox_id: int) -> None:
        """A stored answer is about to be sent once more."""
        self._set(inbox_id, "state = 'sending'")

    def not_sent(self, inbox_id: int, now: datetime, wait: timedelta = timedelta()) -> None:
        """Slack said that it did not take the answer; it is tried again later, after `wait` at the earliest."""
        self._set(inbox_id, "state = CASE WHEN reply IS NULL THEN state ELSE 'ready' END")
        self.release(inbox_id, now, wait)

    def done(self, inbox_id: int) -> None:
        """Answered: only that it came is kept, so that it is not answered again."""
        # Should a power cut undo it, whoever recovers it looks whether the answer has arrived.
        self._set(inbox_id, "state = 'done', request = NULL, reply = NULL, claimed_by = NULL", is_lasting=False)

    def release(self, inbox_id: int, now: datetime, wait: timedelta = timedelta()) -> None:
        """Give a claimed delivery back, to be tried again: after 2 seconds, and after twice as long each time.

        After `wait` at the earliest.
        """
        with self._connections.writing() as db:
            row = db.conn.execute("SELECT attempts FROM inbox WHERE id = ?", (inbox_id,)).fetchone()
            db.conn.execute(
                "UPDATE inbox SET claimed_by = NULL, attempts = attempts + 1, not_before = ? WHERE id = ?",
                (as_text(next_try(now, row["attempts"], wait)), inbox_id),
            )

    def _set(self, inbox_id: int, change: str, *, is_lasting: bool = True) -> None:
        with self._connections.writing(is_lasting=is_lasting) as db:
            db.conn.execute(f"UPDATE inbox SET {change} WHERE id = ?", (inbox_id,))

    def take(self, now: datetime, most: int) -> list[Held]:
        """The oldest deliveries that were kept for others and nobody took yet, claimed for the caller."""
        if not self._exists("state = 'waiting' AND claimed_by IS NULL AND attempts = 0", ()):
            return []
        with self._connections.writing(is_lasting=False) as db:
            rows = db.conn.execute(
                "UPDATE inbox SET claimed_by = ?, claimed_at = ? WHERE id IN (SELECT id FROM inbox "
                "WHERE state = 'waiting' AND claimed_by IS NULL AND attempts = 0 ORDER BY id LIMIT ?) RETURNING *",
                (me(), as_text(now), most),
            ).fetchall()
        return [_held(row) for row in sorted(rows, key=lambda row: int(row["id"]))]

    def abandoned(self, now: datetime) -> Held | None:
        """The oldest unfinished delivery that nobody works on, claimed for the caller; None when there is none."""
        with self._connections.writing() as db:
            rows = db.conn.execute(
                "SELECT * FROM inbox WHERE state != 'done' AND ifnull(not_before, '') <= ? "
                "AND NOT (state = 'waiting' AND claimed_by IS NULL AND attempts = 0 AND received_at > ?) ORDER BY id",
                (as_text(now), as_text(now - TAKEN_WITHIN)),
            ).fetchall()
            row = next((row for row in rows if is_free(row["claimed_by"], row["claimed_at"], now)), None)
            if row is None:
                return None
            db.conn.execute(
                "UPDATE inbox SET claimed_by = ?, claimed_at = ? WHERE id = ?", (me(), as_text(now), row["id"])
            )
        return _held(row)


def _held(row: Row) -> Held:
    reply = json.loads(row["reply"]) if row["reply"] else None
    request = json.loads(row["request"])
    return Held(row["id"], row["workspace"], request, reply, row["state"] == "sending", row["attempts"])
