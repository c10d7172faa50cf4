"""What is to be posted: written with what it tells of, sent once, looked at by leads where that is in doubt."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from bot.letters import Letter, Posting, Undelivered
from bot.review import Asker
from bot.storage.audit import Hand, note_in
from bot.storage.claims import is_free, me, next_try
from bot.storage.database import Connections, as_text
from bot.storage.poll_messages import posted_in

_UNSENT_ANSWERS = (
    "SELECT o.id AS posting, o.workspace, u.group_id, g.entry, q.* FROM outbox o "
    "JOIN questions q ON q.id = o.question_id JOIN unanswered u ON u.question_id = q.id "
    "JOIN groups g ON g.id = u.group_id WHERE o.kind = 'answer' AND o.body IS NOT NULL "
    "AND g.entry IS NOT NULL AND q.asker = o.person AND q.question IS NOT NULL ORDER BY o.id"
)
UNDER_A_POLL = ("results", "reopened")  # kinds of letters, named "results:<poll>:…"
MOST_ATTEMPTS = 30  # some four hours of trying
KNOWN_AGAIN = timedelta(days=7)  # how often it is written down that a person's direct messages stand where they did
# Which row of the queue each question back is about by now: rows become one with others. Few are asked, so it is quick.
ASKED_BACK = (
    "WITH RECURSIVE asked_back (id, group_id) AS (SELECT id, group_id FROM clarifications UNION "
    "SELECT a.id, g.merged_into FROM asked_back a JOIN groups g ON g.id = a.group_id WHERE g.merged_into IS NOT NULL) "
)


@dataclass(frozen=True)
class UnsentAnswer:
    """A letter with an answer that was not sent yet, or could not be: whom it is for, and the entry it gives."""

    posting_id: int
    workspace: str
    group_id: int
    entry: str
    asker: Asker


class Outbox:
    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def write(self, workspace: str, letters: Iterable[Letter], now: datetime) -> int:
        """Keep letters to be sent; how many of them were not written before."""
        with self._connections.writing() as db:
            return write_in(db, workspace, letters, now)

    def unsent_answers(self) -> list[UnsentAnswer]:
        """Answers on their way, or that leads have to look at, oldest first."""
        with self._connections.reading() as db:
            rows = db.conn.execute(_UNSENT_ANSWERS).fetchall()
        return [
            UnsentAnswer(row["posting"], row["workspace"], row["group_id"], row["entry"], _asker(row)) for row in rows
        ]

    def reword(self, posting_id: int, body: Mapping[str, Any]) -> None:
        """Let a letter that was not sent say something else."""
        with self._connections.writing() as db:
            db.conn.execute(
                "UPDATE outbox SET body = ? WHERE id = ? AND body IS NOT NULL AND body != ?",
                (json.dumps(body), posting_id, json.dumps(body)),
            )

    def claim(self, now: datetime) -> Posting | None:
        """The next letter that is due and that nobody works on, marked as on its way; None when there is none."""
        with self._connections.writing() as db:
            rows = db.conn.execute(
                "SELECT * FROM outbox WHERE state IN ('waiting', 'sending') AND ifnull(not_before, '') <= ? "
                "ORDER BY id",
                (as_text(now),),
            )
            row = next((row for row in rows if is_free(row["claimed_by"], row["claimed_at"], now)), None)
            if row is None:
                return None
            db.conn.execute(
                "UPDATE outbox SET state = 'sending', claimed_by = ?, claimed_at = ? WHERE id = ?",
                (me(), as_text(now), row["id"]),
            )
            known = db.conn.execute(
                "SELECT channel FROM direct_channels WHERE workspace = ? AND person = ?",
                (row["workspace"], row["channel"]),
            ).fetchone()
            thread_ts = row["thread_ts"] or _thread_of(db, row)
        letter = Letter(
            row["name"],
            row["kind"],
            known["channel"] if known else row["channel"],
            json.loads(row["body"]),
            thread_ts,
            row["person"],
            row["question_id"],
        )
        return Posting(row["id"], row["workspace"], letter, row["attempts"], row["state"] == "sending")

    def sent(self, posting_id: int, now: datetime, ts: str | None = None) -> None:
        """Slack has it, as its message `ts` where that is known. The text goes.

        Who was told their answer goes from the question, and is counted; where a poll stands is noted.
        """
        with self._connections.writing() as db:
            row = db.conn.execute(
                "UPDATE outbox SET state = 'sent', sent_at = ?, body = NULL, claimed_by = NULL, error = NULL "
                "WHERE id = ? RETURNING *",
                (as_text(now), posting_id),
            ).fetchone()
            if row and row["kind"] == "answer":
                _note_served(db, row["workspace"], row["person"], row["question_id"], now)
                _let_go(db, row["workspace"], row["person"], row["question_id"])
            if row and row["kind"] == "poll" and ts:
                posted_in(db, int(row["name"].split(":")[1]), row["channel"], ts)

    def later(
        self,
        posting_id: int,
        now: datetime,
        error: str,
        *,
        in_doubt: bool,
        wait: timedelta = timedelta(),
        counts: bool = True,
    ) -> None:
        """Try again later, after `wait` at the earliest; leads see it after MOST_ATTEMPTS of those that count.

        `in_doubt`: Slack may have posted it all the same.
        """
        with self._connections.writing() as db:
            row = db.conn.execute("SELECT attempts FROM outbox WHERE id = ?", (posting_id,)).fetchone()
            if row is None:  # erased with the person it was for
                return
            attempts = row["attempts"] + counts
            is_over = attempts >= MOST_ATTEMPTS
            state = ("doubtful" if in_doubt else "dead") if is_over else "sending" if in_doubt else "waiting"
            db.conn.execute(
                "UPDATE outbox SET state = ?, claimed_by = NULL, attempts = ?, not_before = ?, error = ? WHERE id = ?",
                (state, attempts, as_text(next_try(now, row["attempts"], wait)), error, posting_id),
            )

    def give_up(self, posting_id: int, error: str) -> None:
        """Slack will never take it; leads see it."""
        self._end(posting_id, "dead", error)

    def doubt(self, posting_id: int) -> None:
        """It may have been posted and nothing can tell; leads are asked."""
        self._end(posting_id, "doubtful", "This may already have been posted.")

    def undelivered(self, workspace: str) -> list[Undelivered]:
        """What leads have to look at, oldest first."""
        with self._connections.reading() as db:
            rows = db.conn.execute(
                "SELECT * FROM outbox WHERE workspace = ? AND state IN ('dead', 'doubtful') AND body IS NOT NULL "
                "AND NOT (kind = 'poll' AND state = 'dead') ORDER BY id",  # whose poll it is was told of it
                (workspace,),
            ).fetchall()
        return [
            Undelivered(
                row["id"],
                row["kind"],
                row["channel"],
                row["error"] or "",
                row["state"] == "doubtful",
                str(json.loads(row["body"]).get("text", "")),
            )
            for row in rows
        ]

    def post_again(self, workspace: str, posting_id: int, by: str, now: datetime) -> bool:
        """A lead says so; False when it was dealt with before."""
        hand = Hand(by, now)
        return self._settle(
            workspace,
            posting_id,
            hand,
            "undelivered:again",
            "state = 'waiting', not_before = NULL, attempts = 0, error = NULL",
        )

    def leave(self, workspace: str, posting_id: int, by: str, now: datetime) -> bool:
        """A lead says that it needs no more sending; False when it was dealt with before."""
        hand = Hand(by, now)
        return self._settle(
            workspace, posting_id, hand, "undelivered:leave", "state = 'dead', body = NULL, error = NULL"
        )

    def know_direct_channel(self, workspace: str, person: str, channel: str | None, now: datetime) -> None:
        """Where direct messages to a person stand, so that they can be looked through after a crash."""
        if channel is None or not channel.startswith("D"):
            return
        with self._connections.reading() as db:
            known = db.conn.execute(
                "SELECT channel, known_at FROM direct_channels WHERE workspace = ? AND person = ?", (workspace, person)
            ).fetchone()
        if known is None or known["channel"] != channel or known["known_at"] < as_text(now - KNOWN_AGAIN):
            with self._connections.writing() as db:
                db.conn.execute(
                    "REPLACE INTO direct_channels VALUES (?, ?, ?, ?)", (workspace, person, channel, as_text(now))
                )

    def _end(self, posting_id: int, state: str, error: str) -> None:
        with self._connections.writing() as db:
            db.conn.execute(
                "UPDATE outbox SET state = ?, error = ?, claimed_by = NULL WHERE id = ?", (state, error, posting_id)
            )

    def _settle(self, workspace: str, posting_id: int, hand: Hand, action: str, change: str) -> bool:
        with self._connections.writing() as db:
            cursor = db.conn.execute(
                f"UPDATE outbox SET {change} WHERE workspace = ? AND id = ? AND state IN ('dead', 'doubtful') "
                "AND body IS NOT NULL",
                (workspace, posting_id),
            )
            if cursor.rowcount:
                note_in(db, workspace, hand.by, action, hand.at, detail=f"message {posting_id}")
        return cursor.rowcount > 0


def _asker(row: sqlite3.Row) -> Asker:
    return Asker(row["id"], row["asker"], row["surface"], row["channel"], row["thread_ts"], row["question"])


def write_in(db: Database, workspace: str, letters: Iterable[Letter], now: datetime) -> int:
    """As `Outbox.write`, within the caller's transaction."""
    written = 0
    for letter in letters:
        cursor = db.conn.execute(
            "INSERT INTO outbox (workspace, name, kind, channel, thread_ts, person, question_id, body, state, made_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'waiting', ?) ON CONFLICT DO NOTHING",
            (
                workspace,
                letter.name,
                letter.kind,
                letter.channel,
                letter.thread_ts,
                letter.person,
                letter.question_id,
                json.dumps(letter.body),
                as_text(now),
            ),
        )
        written += cursor.rowcount
    return written


def _thread_of(db: Database, row: sqlite3.Row) -> str | None:
    """What follows a poll stands under its message, which Slack may have got since the letter was written."""
    if row["kind"] not in UNDER_A_POLL:
        return None
    found = db.conn.execute(
        "SELECT ts FROM poll_messages WHERE poll_id = ? AND channel = ?", (row["name"].split(":")[1], row["channel"])
    ).fetchone()
    return found["ts"] if found else None


def _note_served(db: Database, workspace: str, person: str | None, question_id: int | None, now: datetime) -> None:
    """Whoever gets an answer late is told of its correction like everybody else."""
    db.conn.execute(
        "INSERT INTO served (workspace, question_id, asker, entry, served_at) "
        "SELECT u.workspace, u.question_id, ?, g.entry, ? FROM unanswered u JOIN groups g ON g.id = u.group_id "
        "WHERE u.workspace = ? AND u.question_id = ? AND g.entry IS NOT NULL",
        (person, as_text(now), workspace, question_id),
    )


def _let_go(db: Database, workspace: str, person: str | None, question_id: int | None) -> None:
    """A person was told: their id goes from every question of theirs in that group, and stays as a number.

    With their answer they need not say any more what they meant.
    """
    group = db.conn.execute("SELECT group_id FROM unanswered WHERE question_id = ?", (question_id,)).fetchone()
    if person is None or group is None or group["group_id"] is None:
        return
    rows = db.conn.execute(
        "UPDATE questions SET asker = NULL WHERE workspace = ? AND asker = ? AND id IN "
        "(SELECT question_id FROM unanswered WHERE group_id = ?) RETURNING practice",
        (workspace, person, group["group_id"]),
    ).fetchall()
    db.conn.execute(
        ASKED_BACK + "UPDATE clarified SET person = NULL WHERE person = ? AND clarification_id IN "
        "(SELECT id FROM asked_back WHERE group_id = ?)",
        (person, group["group_id"]),
    )
    if rows:
        db.conn.execute("UPDATE groups SET told = told + 1 WHERE id = ?", (group["group_id"],))
