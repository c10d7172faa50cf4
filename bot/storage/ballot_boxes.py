"""Anonymous votes, in a file of their own: who took part, and counters of what was chosen, and nothing between them.

A box is one row that is rewritten whole, so neither rows nor bytes have an order that joins a person to a choice.
"""

import json
import threading
from collections.abc import Collection, Sequence
from pathlib import Path
from sqlite3 import Row

from sqlite_utils import Database

from bot.migrations import KNOWN_BALLOT_STEPS, ballot_migrations
from bot.polls import SMALLEST_GROUP, Answers, Count, PollError, Question, Tally
from bot.storage.database import Connections
from bot.storage.people import schema_of
from bot.storage.secret import Secret
from bot.storage.votes import LATE

MARK = "~"  # before what stands for a person who was forgotten


class BallotBoxes:
    """Opened when first used: most commands and most days need none."""

    def __init__(self, path: Path, secret: Secret) -> None:
        self.path = path
        self._secret = secret
        self._opened: Connections | None = None
        self._lock = threading.Lock()

    def cast(self, box: str, questions: Sequence[Question], person: str, answers: Answers) -> bool:
        """Count a vote; False where this person voted before. Raises `PollError` where the box is closed."""
        with self._file().writing() as db:
            row = _box_in(db, box, questions)
            if not row["is_open"]:
                raise PollError(LATE)
            people = json.loads(row["people"])
            if person in people or self._mark(box, person) in people:
                return False
            counts, texts = json.loads(row["counts"]), json.loads(row["texts"])
            for position, answer in enumerate(answers):
                for choice in answer.picked:
                    counts[position][choice] += 1
                counts[position][-1] += bool(answer.picked or answer.text)
                texts[position] = sorted([*texts[position], *([answer.text] if answer.text else [])])
            db.conn.execute(
                "UPDATE boxes SET taking_part = taking_part + 1, votes_since = votes_since + 1, "
                "people = ?, counts = ?, texts = ? WHERE name = ?",
                (json.dumps(sorted([*people, person])), json.dumps(counts), json.dumps(texts), box),
            )
            return True

    def has_voted(self, box: str, person: str) -> bool:
        """Whether a person voted; nobody did any more once the box is closed."""
        return bool(self.took_part(box, [person]))

    def took_part(self, box: str, among: Collection[str]) -> set[str]:
        """Those of `among` who voted, also where they have been forgotten since; empty once the box is closed."""
        row = self._row(box)
        people = set(json.loads(row["people"])) if row else set()
        marks = {self._mark(box, person): person for person in among} if any(_is_mark(one) for one in people) else {}
        return {person for person in among if person in people} | {marks[mark] for mark in people & set(marks)}

    def forget(self, boxes: Collection[str], person: str) -> int:
        """Name a person in none of these boxes any more; how many they voted in that are open.

        What stands there instead keeps them from voting twice, and says nothing without the key.
        """
        forgotten = 0
        if not boxes or not self.path.exists():
            return 0
        with self._file().writing() as db:
            for box in boxes:
                row = db.conn.execute("SELECT people FROM boxes WHERE name = ? AND is_open", (box,)).fetchone()
                people, mark = json.loads(row["people"]) if row else [], self._mark(box, person)
                if person in people:
                    people = sorted(mark if one == person else one for one in people)
                    db.conn.execute("UPDATE boxes SET people = ? WHERE name = ?", (json.dumps(people), box))
                forgotten += mark in people
        return forgotten

    def count(self, box: str) -> int:
        """How many voted."""
        row = self._row(box)
        return int(row["taking_part"]) if row else 0

    def close(self, box: str, questions: Sequence[Question]) -> Tally:
        """Take no more votes and forget who took part; what was counted. Closing it again changes nothing."""
        with self._file().writing() as db:
            row = _box_in(db, box, questions)
            db.conn.execute("UPDATE boxes SET is_open = 0, people = '[]' WHERE name = ?", (box,))
        return _tally(row, questions)

    def tally(self, box: str, questions: Sequence[Question]) -> Tally | None:
        """What was counted, of a closed box; None while it is open, for two looks could show one vote."""
        row = self._row(box)
        return _tally(row, questions) if row and not row["is_open"] else None

    def closed(self) -> set[str]:
        """The names of all boxes that take no more votes."""
        if not self.path.exists():
            return set()
        with self._file().reading() as db:
            return {row["name"] for row in db.conn.execute("SELECT name FROM boxes WHERE NOT is_open")}

    def names(self) -> set[str]:
        """Of all boxes."""
        if not self.path.exists():
            return set()
        with self._file().reading() as db:
            return {row["name"] for row in db.conn.execute("SELECT name FROM boxes")}

    def discard(self, box: str) -> None:
        """Leave nothing of it."""
        with self._file().writing() as db:
            db.conn.execute("DELETE FROM boxes WHERE name = ?", (box,))

    def may_be_copied(self) -> bool:
        """Whether so many voted since the last copy that two copies set beside each other show no single vote.

        In each poll that is open: a closed one no longer names anybody.
        """
        if not self.path.exists():
            return True
        with self._file().reading() as db:
            return _may_be_copied(db)

    def copy(self) -> bytes | None:
        """All that the file holds, counted as copied; None where it may not be copied yet, b"" where there is none.

        No vote comes between the look, the copy and the count. A crash right after leaves no copy, and the next waits.
        """
        if not self.path.exists():
            return b""
        with self._file().writing() as db:
            if not _may_be_copied(db):
                return None
            db.conn.execute("UPDATE boxes SET votes_since = 0")
            return db.conn.serialize()

    def schema(self) -> dict[str, list[str]]:
        """Every table of the file with its columns; it is made where it was not there."""
        with self._file().reading() as db:
            return schema_of(db)

    def close_file(self) -> None:
        """Let go of the file."""
        if self._opened:
            self._opened.close()

    def _mark(self, box: str, person: str) -> str:
        # Of each box its own: nobody can be followed from one poll to the next.
        return MARK + self._secret.mark(f"box {box}", person)

    def _file(self) -> Connections:
        with self._lock:
            if self._opened is None:
                self._opened = Connections(self.path, ballot_migrations, KNOWN_BALLOT_STEPS, is_traceless=True)
            return self._opened

    def _row(self, box: str) -> Row | None:
        if not self.path.exists():
            return None
        with self._file().reading() as db:
            row: Row | None = db.conn.execute("SELECT * FROM boxes WHERE name = ?", (box,)).fetchone()
        return row


def _may_be_copied(db: Database) -> bool:
    few = "SELECT 1 FROM boxes WHERE is_open AND votes_since BETWEEN 1 AND ? LIMIT 1"
    return db.conn.execute(few, (SMALLEST_GROUP - 1,)).fetchone() is None


def _is_mark(one: str) -> bool:
    return one.startswith(MARK)


def _box_in(db: Database, box: str, questions: Sequence[Question]) -> Row:
    """The box, made where there was none."""
    empty = json.dumps([[0] * (len(question.choices) + 1) for question in questions])
    texts = json.dumps([[] for _ in questions])
    db.conn.execute("INSERT INTO boxes VALUES (?, 1, 0, '[]', ?, ?, 0) ON CONFLICT DO NOTHING", (box, empty, texts))
    row: Row = db.conn.execute("SELECT * FROM boxes WHERE name = ?", (box,)).fetchone()
    return row


def _tally(row: Row, questions: Sequence[Question]) -> Tally:
    counts, texts = json.loads(row["counts"]), json.loads(row["texts"])
    return Tally(
        row["taking_part"],
        tuple(
            Count(question, tuple(numbers[:-1]), numbers[-1], tuple(written))
            for question, numbers, written in zip(questions, counts, texts, strict=True)
        ),
    )
