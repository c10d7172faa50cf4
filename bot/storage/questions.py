"""Questions as asked, what was served, and what nobody could answer."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlite_utils import Database

from bot.asking import (
    AskedBefore,
    Asking,
    Recorded,
    StoredQuestion,
    Unanswered,
    confidence,
    outcome_name,
    part_of_mandate,
)
from bot.conversation import REMEMBERED_FOR, SERVED, Part, subject
from bot.matching import Answer, Courtesy, FacetAnswer, NoAnswer, Suggestions
from bot.storage.additions import forget_in
from bot.storage.database import Connections, as_text, as_time
from bot.storage.groups import recount
from bot.storage.practices import code_of
from bot.storage.quotes import unquote_in
from bot.text import words

PICK_WITHIN = timedelta(minutes=30)


class Questions:
    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def record(
        self,
        asking: Asking,
        parts: Sequence[Part],
        and_then: Callable[[Database, Sequence[Recorded]], None] | None = None,
    ) -> tuple[Recorded, ...]:
        """Store every part of a message, with `and_then` in the same transaction."""
        with self._connections.writing() as db:
            recorded = tuple(self._record_part(db, asking, part) for part in parts)
            if asking.place and _is_lost(parts):
                self._forget(db, asking.workspace, asking.place)
            if and_then:
                and_then(db, recorded)
        return recorded

    def _record_part(self, db: Database, asking: Asking, part: Part) -> Recorded:
        if isinstance(part.outcome, Courtesy) or not words(part.question):
            return Recorded(part, None)
        asked_at = as_text(asking.asked_at)
        offered = [match.entry.id for match in part.outcome.matches] if isinstance(part.outcome, Suggestions) else None
        key = subject(part.outcome)
        question_id = _insert(
            db,
            "questions",
            workspace=asking.workspace,
            asker=asking.asker,
            practice=code_of(db, asking.workspace, asking.asker),
            surface=asking.surface,
            channel=asking.channel,
            thread_ts=asking.thread_ts,
            question=part.question,
            outcome=outcome_name(part),
            entry=key,
            confidence=confidence(part),
            part=part_of_mandate(part),
            offered=json.dumps(offered) if offered else None,
            waits_until=as_text(asking.asked_at + PICK_WITHIN) if offered else None,
            asked_at=asked_at,
        )
        if isinstance(part.outcome, NoAnswer):
            _queue(db, asking.workspace, question_id, "no_answer", asked_at)
            return Recorded(part, question_id, queued=True)
        if key:
            self._serve(db, asking.workspace, question_id, asking.asker, key, asked_at)
        if asking.place and isinstance(part.outcome, (Answer, FacetAnswer)):
            self._remember(db, asking.workspace, asking.place, asking.asker, key or "", part.question, asked_at)
        return Recorded(part, question_id)

    @staticmethod
    def _serve(db: Database, workspace: str, question_id: int, asker: str | None, entry: str, at: str) -> None:
        _insert(db, "served", workspace=workspace, question_id=question_id, asker=asker, entry=entry, served_at=at)

    @staticmethod
    def _remember(
        db: Database, workspace: str, place: str, asker: str | None, entry: str, question: str, at: str
    ) -> None:
        values = (workspace, place, asker, entry, question, at)
        db.conn.execute("REPLACE INTO conversations VALUES (?, ?, ?, ?, ?, ?)", values)

    @staticmethod
    def _forget(db: Database, workspace: str, place: str) -> None:
        db.conn.execute("DELETE FROM conversations WHERE workspace = ? AND place = ?", (workspace, place))

    def last_served(self, workspace: str, place: str, now: datetime) -> tuple[str, str] | None:
        """The entry id served last in this conversation, and its question; None after 30 minutes."""
        since = as_text(now - timedelta(seconds=REMEMBERED_FOR))
        with self._connections.reading() as db:
            row = db.conn.execute(
                "SELECT entry, question FROM conversations WHERE workspace = ? AND place = ? AND served_at >= ?",
                (workspace, place, since),
            ).fetchone()
        return (row["entry"], row["question"]) if row else None

    def last_asked(self, workspace: str, asker: str, channel: str, thread_ts: str | None, now: datetime) -> str:
        """What a person asked last in a channel or thread; nothing after 30 minutes."""
        since = as_text(now - timedelta(seconds=REMEMBERED_FOR))
        with self._connections.reading() as db:
            row = db.conn.execute(
                "SELECT question FROM questions WHERE workspace = ? AND asker = ? AND asked_at >= ? "
                "AND channel = ? AND thread_ts IS ? ORDER BY asked_at DESC, id DESC LIMIT 1",
                (workspace, asker, since, channel, thread_ts),
            ).fetchone()
        return str(row["question"] or "") if row else ""

    def find(self, workspace: str, question_id: int) -> StoredQuestion | None:
        with self._connections.reading() as db:
            row = db.conn.execute(
                "SELECT * FROM questions WHERE workspace = ? AND id = ?", (workspace, question_id)
            ).fetchone()
        if row is None:
            return None
        names = ("id", "asker", "surface", "channel", "thread_ts", "question", "outcome", "entry")
        return StoredQuestion(**{name: row[name] for name in names})

    def pick(
        self, workspace: str, question_id: int, entry: str, part: int | None, place: str | None, now: datetime
    ) -> None:
        """The asker chose a suggestion: it was served, and the question no longer waits. `part`: of the mandate."""
        with self._connections.writing() as db:
            row = db.conn.execute(
                "UPDATE questions SET outcome = 'answer', entry = ?, part = ?, waits_until = NULL "
                "WHERE workspace = ? AND id = ? AND question IS NOT NULL RETURNING asker, question",
                (entry, part, workspace, question_id),
            ).fetchone()
            if row is None:
                return
            # A pick that comes late takes the question back out of the queue.
            _take_out(db, workspace, question_id)
            self._serve(db, workspace, question_id, row["asker"], entry, as_text(now))
            if place:
                self._remember(db, workspace, place, row["asker"], entry, row["question"] or "", as_text(now))

    def serve(self, workspace: str, question_id: int, asker: str, entry: str, place: str | None, now: datetime) -> None:
        """A related entry was opened from an answer."""
        with self._connections.writing() as db:
            self._serve(db, workspace, question_id, asker, entry, as_text(now))
            if place:
                self._remember(db, workspace, place, asker, entry, "", as_text(now))

    def queue(self, workspace: str, question_id: int, reason: str, now: datetime) -> bool:
        """Pass a question on to the CCG; False when it was taken back, answered or passed on before."""
        with self._connections.writing() as db:
            waited = db.conn.execute(
                "UPDATE questions SET waits_until = NULL WHERE id = ? AND outcome = 'suggestions'", (question_id,)
            ).rowcount
            return bool(waited) and _queue(db, workspace, question_id, reason, as_text(now))

    def withdraw(self, workspace: str, question_id: int) -> bool:
        """Take an open question back: its text goes. False when it was no longer open."""
        with self._connections.writing() as db:
            row = db.conn.execute("SELECT question FROM questions WHERE id = ?", (question_id,)).fetchone()
            gone = _take_out(db, workspace, question_id)
            if gone:
                forget_in(db, [row["question"] or ""])
                db.conn.execute(
                    "UPDATE questions SET question = NULL, outcome = 'withdrawn' WHERE id = ?", (question_id,)
                )
                db.conn.execute("DELETE FROM outbox WHERE question_id = ? AND body IS NOT NULL", (question_id,))
        if gone:
            self._connections.scrub()
        return gone

    def queue_unpicked(self, now: datetime) -> int:
        """Suggestions that nobody picked in time join the unanswered questions; how many did."""
        with self._connections.writing() as db:
            late = db.conn.execute(
                "UPDATE questions SET waits_until = NULL WHERE waits_until <= ? RETURNING id, workspace",
                (as_text(now),),
            ).fetchall()
            return sum(_queue(db, row["workspace"], row["id"], "not_picked", as_text(now)) for row in late)

    def unanswered(self, workspace: str | None = None, status: str | None = None) -> list[Unanswered]:
        """Questions for the CCG, oldest first: of one workspace or all, in one status or any."""
        with self._connections.reading() as db:
            rows = db.conn.execute(
                "SELECT u.id, u.workspace, q.question, q.asked_at, u.status FROM unanswered u "
                "JOIN questions q ON q.id = u.question_id "
                "WHERE u.workspace = ifnull(?, u.workspace) AND u.status = ifnull(?, u.status) "
                "ORDER BY q.asked_at, u.id",
                (workspace, status),
            ).fetchall()
        return [
            Unanswered(row["id"], row["workspace"], row["question"], as_time(row["asked_at"]), row["status"])
            for row in rows
        ]

    def count_open(self, workspace: str) -> int:
        with self._connections.reading() as db:
            counted = db.conn.execute(
                "SELECT count(*) FROM unanswered WHERE workspace = ? AND status = 'open'", (workspace,)
            )
            return int(counted.fetchone()[0])

    def asked_by(self, workspace: str, asker: str, most: int = 10) -> list[AskedBefore]:
        """A person's own questions, newest first."""
        with self._connections.reading() as db:
            rows = db.conn.execute(
                "SELECT q.question, q.outcome, q.entry, q.asked_at, u.status FROM questions q "
                "LEFT JOIN unanswered u ON u.question_id = q.id "
                "WHERE q.workspace = ? AND q.asker = ? AND q.question IS NOT NULL "
                "ORDER BY q.asked_at DESC, q.id DESC LIMIT ?",
                (workspace, asker, most),
            ).fetchall()
        return [
            AskedBefore(row["question"], row["outcome"], row["entry"], row["status"], as_time(row["asked_at"]))
            for row in rows
        ]


def _insert(db: Database, table: str, **values: object) -> int:
    columns = ", ".join(values)
    marks = ", ".join("?" * len(values))
    cursor = db.conn.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", tuple(values.values()))
    return int(cursor.lastrowid or 0)


def _take_out(db: Database, workspace: str, question_id: int) -> bool:
    """Take an open question out of the queue, and out of the counts of its row; False when it was not open."""
    row = db.conn.execute(
        "DELETE FROM unanswered WHERE workspace = ? AND question_id = ? AND status = 'open' RETURNING group_id",
        (workspace, question_id),
    ).fetchone()
    if row is not None:
        unquote_in(db, [row["group_id"]])
        recount(db, row["group_id"])
    return row is not None


def _queue(db: Database, workspace: str, question_id: int, reason: str, at: str) -> bool:
    cursor = db.conn.execute(
        "INSERT INTO unanswered (workspace, question_id, status, reason, queued_at) VALUES (?, ?, 'open', ?, ?) "
        "ON CONFLICT (question_id) DO NOTHING",
        (workspace, question_id, reason, at),
    )
    return cursor.rowcount > 0


def _is_lost(parts: Sequence[Part]) -> bool:
    """Whether nothing of a message was answered: what follows is then not about an answer from before it."""
    is_asked = not parts or any(words(part.question) for part in parts)
    return is_asked and not any(isinstance(part.outcome, (*SERVED, Courtesy)) for part in parts)
