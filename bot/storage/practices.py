"""The practice register, and which practice a person said is theirs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Row

from sqlite_utils import Database

from bot.errors import BotError
from bot.letters import Letter
from bot.practices import MOST_FOUND, Practice, search
from bot.storage.audit import EVERY_WORKSPACE, Hand, note_in
from bot.storage.database import Connections, as_text, as_time
from bot.storage.outbox import write_in

CHANGED_SINCE = "That person's practice was changed since you opened this, so yours was not kept. Look again first."


@dataclass(frozen=True)
class Replaced:
    """How many practices an import added, changed and took off the register."""

    added: int
    changed: int
    gone: int


@dataclass(frozen=True)
class Claim:
    """A person's practice, as they or a lead said it."""

    person: str
    practice: Practice
    chosen_at: datetime


class Practices:
    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def replace_register(self, practices: Sequence[Practice], hand: Hand | None = None) -> Replaced:
        """Make these the listed practices, by `hand`. Localities stay, and postcodes where none is given.

        A practice that went stays as not listed, for questions and people refer to it.
        """
        with self._connections.writing() as db:
            before = {practice.code: practice for practice in _all(db)}
            db.conn.execute("UPDATE practices SET is_listed = 0")
            db.conn.executemany(
                "INSERT INTO practices (code, name, postcode, locality, is_listed) VALUES (?, ?, ?, '', 1) "
                "ON CONFLICT (code) DO UPDATE SET name = excluded.name, is_listed = 1, "
                "postcode = iif(excluded.postcode = '', practices.postcode, excluded.postcode)",
                [(practice.code, practice.name, practice.postcode) for practice in practices],
            )
            after = {practice.code: practice for practice in _all(db)}
            if hand:
                note_in(db, EVERY_WORKSPACE, hand.by, "practice:import", hand.at, detail=f"{len(practices)} practices")
        listed_before = {code for code, practice in before.items() if practice.is_listed}
        listed = {code for code, practice in after.items() if practice.is_listed}
        changed = sum(before[code] != after[code] for code in listed & listed_before)
        return Replaced(len(listed - listed_before), changed, len(listed_before - listed))

    def set_localities(self, localities: Mapping[str, str], hand: Hand | None = None) -> int:
        """Say which locality practices belong to, by code; how many that changed. Others keep theirs."""
        changed = 0
        with self._connections.writing() as db:
            for code, locality in localities.items():
                changed += db.conn.execute(
                    "UPDATE practices SET locality = ? WHERE code = ? AND locality != ?", (locality, code, locality)
                ).rowcount
            if hand:
                detail = f"localities of {changed} practices"
                note_in(db, EVERY_WORKSPACE, hand.by, "practice:import", hand.at, detail=detail)
        return changed

    def listed(self) -> list[Practice]:
        """The practices of the register, in the order of their names."""
        with self._connections.reading() as db:
            return [practice for practice in _all(db) if practice.is_listed]

    def known(self) -> list[Practice]:
        """Every practice there ever was, listed or not, in the order of their names."""
        with self._connections.reading() as db:
            return _all(db)

    def codes(self) -> set[str]:
        """Every code that is known, listed or not."""
        with self._connections.reading() as db:
            return {practice.code for practice in _all(db)}

    def is_empty(self) -> bool:
        """Whether no practice is listed."""
        with self._connections.reading() as db:
            return db.conn.execute("SELECT 1 FROM practices WHERE is_listed LIMIT 1").fetchone() is None

    def search(self, typed: str, most: int = MOST_FOUND) -> list[Practice]:
        """Listed practices by the words of their name, code or postcode, the closest first; all for nothing typed."""
        return search(self.listed(), typed, most)

    def practice_of(self, workspace: str, person: str) -> Practice | None:
        """The practice that a person chose, perhaps no longer listed."""
        with self._connections.reading() as db:
            row = db.conn.execute(
                "SELECT p.* FROM belongs b JOIN practices p ON p.code = b.practice "
                "WHERE b.workspace = ? AND b.person = ?",
                (workspace, person),
            ).fetchone()
        return _practice(row) if row else None

    def people(self, workspace: str) -> dict[str, str]:
        """Everybody who chose a practice, with its code."""
        with self._connections.reading() as db:
            rows = db.conn.execute("SELECT person, practice FROM belongs WHERE workspace = ?", (workspace,))
            return {row["person"]: row["practice"] for row in rows}

    def claims(self, workspace: str, first: int, most: int, practice: str | None = None) -> tuple[list[Claim], int]:
        """A page of who said which practice is theirs, by the names of practices, and how many there are in all.

        `practice`: only those who named this code.
        """
        where, values = "b.workspace = ? AND b.practice = ifnull(?, b.practice)", (workspace, practice)
        with self._connections.reading() as db:
            rows = db.conn.execute(
                f"SELECT b.person, b.chosen_at, p.* FROM belongs b JOIN practices p ON p.code = b.practice "
                f"WHERE {where} ORDER BY p.name COLLATE NOCASE, p.code, b.person LIMIT ? OFFSET ?",
                (*values, most, first),
            ).fetchall()
            count = db.conn.execute(f"SELECT count(*) FROM belongs b WHERE {where}", values).fetchone()[0]
        return [Claim(row["person"], _practice(row), as_time(row["chosen_at"])) for row in rows], int(count)

    def correct(
        self,
        workspace: str,
        person: str,
        seen: str,
        code: str | None,
        by: str,
        compose: Callable[[int], Letter],
        now: datetime,
    ) -> None:
        """A lead says which practice a person is at, or with None that it is none of them; the person gets a letter.

        `seen` is the code that the lead saw, `compose` makes the letter from the number of the correction.
        Raises `BotError` where the person's practice is another by now, or the new one is not listed.
        """
        with self._connections.writing() as db:
            if code_of(db, workspace, person) != seen:
                raise BotError(CHANGED_SINCE)
            if code is None:
                db.conn.execute("DELETE FROM belongs WHERE workspace = ? AND person = ?", (workspace, person))
            elif not db.conn.execute(
                "UPDATE belongs SET practice = ?, chosen_at = ? WHERE workspace = ? AND person = ? "
                "AND EXISTS (SELECT 1 FROM practices WHERE code = ? AND is_listed)",
                (code, as_text(now), workspace, person, code),
            ).rowcount:
                raise BotError("That practice is no longer in the register. Pick another, or leave it empty.")
            detail = f"{seen} to {code or 'none'}"
            number = note_in(db, workspace, by, "practice:correct", now, person=person, detail=detail)
            write_in(db, workspace, [compose(number)], now)

    def choose(self, workspace: str, person: str, code: str, now: datetime) -> bool:
        """A person says which practice is theirs, once more or for the first time; False when it is not listed.

        A vote of theirs that was cast without a practice takes it while its poll is open: they are asked after a vote.
        """
        with self._connections.writing() as db:
            cursor = db.conn.execute(
                "INSERT INTO belongs (workspace, person, practice, chosen_at) "
                "SELECT ?, ?, code, ? FROM practices WHERE code = ? AND is_listed "
                "ON CONFLICT (workspace, person) DO UPDATE SET practice = excluded.practice, "
                "chosen_at = excluded.chosen_at",
                (workspace, person, as_text(now), code),
            )
            if cursor.rowcount:
                db.conn.execute(
                    "UPDATE votes SET practice = ? WHERE person = ? AND practice IS NULL "
                    "AND poll_id IN (SELECT id FROM polls WHERE workspace = ? AND state = 'open')",
                    (code, person, workspace),
                )
            return cursor.rowcount > 0

    def leave(self, workspace: str, person: str) -> None:
        """Keep no practice of a person any more; what they asked so far counts on."""
        with self._connections.writing() as db:
            db.conn.execute("DELETE FROM belongs WHERE workspace = ? AND person = ?", (workspace, person))


def code_of(db: Database, workspace: str, person: str | None) -> str | None:
    """The code of the practice that a person chose, within the caller's transaction."""
    row = db.conn.execute(
        "SELECT practice FROM belongs WHERE workspace = ? AND person = ?", (workspace, person)
    ).fetchone()
    return row["practice"] if row else None


def localities_in(db: Database) -> dict[str, str]:
    """The locality of each practice, listed or not, by its code, within the caller's transaction."""
    return {row["code"]: row["locality"] for row in db.conn.execute("SELECT code, locality FROM practices")}


def _all(db: Database) -> list[Practice]:
    return [_practice(row) for row in db.conn.execute("SELECT * FROM practices ORDER BY name COLLATE NOCASE, code")]


def _practice(row: Row) -> Practice:
    return Practice(row["code"], row["name"], row["postcode"], row["locality"], bool(row["is_listed"]))
