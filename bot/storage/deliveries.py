"""What became of everything that was to be sent, for whoever looks after the bot. Only reads."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.errors import StorageError
from bot.storage.database import WAIT_FOR_LOCK, as_text, as_time

DIRECT = "direct"  # in place of a channel: everybody's direct messages together

_BY_CHANNEL = """
    SELECT *, (SELECT error FROM outbox WHERE id = failed) AS error FROM (
        SELECT channel, max(sent_at) AS sent_at, sum(waiting) AS waiting, sum(undelivered) AS undelivered,
            max(failed) AS failed
        FROM (
            SELECT CASE WHEN channel GLOB '[CG]*' THEN channel ELSE 'direct' END AS channel, sent_at,
                state IN ('waiting', 'sending') AS waiting,
                state IN ('dead', 'doubtful') AND body IS NOT NULL AS undelivered,
                CASE WHEN error IS NOT NULL AND state != 'sent' THEN id END AS failed
            FROM outbox
            UNION ALL
            SELECT channel, NULL, 0, 0, NULL FROM poll_messages JOIN polls ON polls.id = poll_id
            WHERE polls.state = 'open'
        ) GROUP BY channel
    ) ORDER BY channel = 'direct', channel
"""


@dataclass(frozen=True)
class Delivered:
    """What stands in the outbox for one channel, or for all direct messages. `error` is Slack's latest refusal."""

    channel: str
    last_at: datetime | None  # None where nothing was sent in the last week
    waiting: int
    undelivered: int
    error: str | None


@dataclass(frozen=True)
class Backlog:
    """Questions that were taken in and are not answered yet, and messages of polls that do not show the latest."""

    questions: int
    oldest: datetime | None  # of those questions
    undrawn: int


def delivered(db: Path) -> list[Delivered]:
    """A row a channel, direct messages last."""
    with _reading(db) as connection:
        rows = connection.execute(_BY_CHANNEL).fetchall()
    return [
        Delivered(
            row["channel"],
            as_time(row["sent_at"]) if row["sent_at"] else None,
            int(row["waiting"]),
            int(row["undelivered"]),
            row["error"],
        )
        for row in rows
    ]


def backlog(db: Path) -> Backlog:
    """What waits now."""
    with _reading(db) as connection:
        row = connection.execute(
            "SELECT count(*) AS many, min(received_at) AS oldest FROM inbox WHERE state != 'done'"
        ).fetchone()
        undrawn = connection.execute(
            "SELECT count(*) FROM poll_messages WHERE drawn < wanted AND ts IS NOT NULL AND failures > 0"
        ).fetchone()
    return Backlog(int(row["many"]), as_time(row["oldest"]) if row["oldest"] else None, int(undrawn[0]))


def is_running(db: Path, now: datetime) -> bool:
    """Whether a bot works on this database now."""
    with _reading(db) as connection:
        lease = "SELECT 1 FROM leases WHERE name = 'timers' AND until > ?"
        return connection.execute(lease, (as_text(now),)).fetchone() is not None


def require_writable(db: Path) -> None:
    """Raise `StorageError` where a running bot could not write. Writes nothing."""
    with _reading(db, mode="rw") as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.rollback()


@contextmanager
def _reading(db: Path, mode: str = "ro") -> Iterator[sqlite3.Connection]:
    address = f"{db.absolute().as_uri()}?mode={mode}"
    try:
        with closing(sqlite3.connect(address, timeout=WAIT_FOR_LOCK, uri=True, isolation_level=None)) as connection:
            connection.row_factory = sqlite3.Row
            yield connection
    except sqlite3.DatabaseError as error:
        raise StorageError(f"The database {db} cannot be used: {error}.") from error
