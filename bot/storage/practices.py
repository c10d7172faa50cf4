"""The practice register, and which practice a person said is theirs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Row

from sqlite_utils import Database

from bot.practices import MOST_FOUND, Practice, search
from bot.storage.database import Connections, as_text


@dataclass(frozen=True)
class Replaced:
    """How many practices an import added, changed and took off the register."""

    added: int
    changed: int
    gone: int


class Practices:
    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def replace_register(self, practices: Sequence[Practice]) -> Replaced:
        """Make these the listed practices. Localities stay, and postcodes where none is given.

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
        listed_before = {code for code, practice in before.items() if practice.is_listed}
        listed = {code for code, practice in after.items() if practice.is_listed}
        changed = sum(before[code] != after[code] for code in listed & listed_before)
        return Replaced(len(listed - listed_before), changed, len(listed_before - listed))

    def set_localities(self, localities: Mapping[str, str]) -> int:
        """Say which locality practices belong to, by code; how many that changed. Others keep theirs."""
        changed = 0
        with self._connections.writing() as db:
            for code, locality in localities.items():
                changed += db.conn.execute(
                    "UPDATE practices SET locality = ? WHERE code = ? AND locality != ?", (locality, code, locality)
                ).rowcount
        return changed

    def listed(self) -> list[Practice]:
        """The practices of the register, in the order of their names."""
        with self._connections.reading() as db:
            return [practice for practice in _all(db) if practice.is_listed]

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

    def choose(self, workspace: str, person: str, code: str, now: datetime) -> bool:
        """A person says which practice is theirs, once more or for the first time; False when it is not listed."""
        with self._connections.writing() as db:
            cursor = db.conn.execute(
                "INSERT INTO belongs (workspace, person, practice, chosen_at) "
                "SELECT ?, ?, code, ? FROM practices WHERE code = ? AND is_listed "
                "ON CONFLICT (workspace, person) DO UPDATE SET practice = excluded.practice, "
                "chosen_at = excluded.chosen_at",
                (workspace, person, as_text(now), code),
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


def _all(db: Database) -> list[Practice]:
    return [_practice(row) for row in db.conn.execute("SELECT * FROM practices ORDER BY name COLLATE NOCASE, code")]


def _practice(row: Row) -> Practice:
    return Practice(row["code"], row["name"], row["postcode"], row["locality"], bool(row["is_listed"]))
