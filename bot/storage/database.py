"""Opening the database: a connection for each operation, kept for the next one, and an idle one for the process."""

import errno
import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Set
from contextlib import closing, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from weakref import WeakSet

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from bot.errors import StorageError
from bot.migrations import KNOWN_STEPS, migrations

# What a caller is handed within one transaction, to pass on and not to look into.
Transaction = Database

WAIT_FOR_LOCK = 10.0  # seconds
LOOK_FOR_LOCK = 3  # milliseconds, in which SQLite looks three times
MOST_KEPT = 8  # connections that wait for the next operation
# What SQLite and the disk say, and what whoever runs the bot can do about it.
_TO_DO: tuple[tuple[Set[int], Set[int], str], ...] = (
    (
        {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED},
        set(),
        "Another program holds it. Close that program; a bot that runs goes on by itself.",
    ),
    (
        {sqlite3.SQLITE_FULL},
        {errno.ENOSPC, errno.EDQUOT, errno.EFBIG},
        "Free some space on its disk; a bot that runs goes on by itself.",
    ),
    (
        {sqlite3.SQLITE_IOERR},
        set(),
        "Look whether its disk is full or failing; a bot that runs goes on by itself once it can write.",
    ),
    (
        {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM},
        {errno.EACCES, errno.EPERM, errno.EROFS},
        "The user who runs the bot has to be able to write to the file and to its folder.",
    ),
    (
        {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB},
        set(),
        "Move it away and put back the latest backup with: mandate-bot restore FILE",
    ),
)


def as_text(moment: datetime) -> str:
    """A time as the tables keep it: UTC, ISO 8601 to the millisecond, so that text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def as_time(text: str) -> datetime:
    return datetime.fromisoformat(text)


class _Connection(sqlite3.Connection):
    """Knows its cursors, so that none of them holds on to what it has read once an operation is over."""

    file: tuple[int, int] | None = None  # device and number of the file that it opened

    def __init__(self, *of: Any, **how: Any) -> None:
        super().__init__(*of, **how)
        self._cursors: WeakSet[sqlite3.Cursor] = WeakSet()

    def execute(self, *of: Any) -> sqlite3.Cursor:
        made = super().execute(*of)
        self._cursors.add(made)
        return made

    def rest(self) -> None:
        for cursor in list(self._cursors):
            cursor.close()
        self._cursors.clear()


class Connections:
    """Hands out connections to one database file, which is made and brought up to date first.

    `is_traceless`: of what was overwritten nothing stays, in the file or in a log beside it.
    """

    def __init__(
        self,
        path: Path,
        steps: Migrations = migrations,
        known: Set[str] = KNOWN_STEPS,
        *,
        is_traceless: bool = False,
    ) -> None:
        self.path = path
        self._kept: list[Database] = []
        self._most_kept = MOST_KEPT
        self._lock = threading.Lock()
        with _explained(path):
            _make_private(path)
            # Without a connection that stays open, each last close would checkpoint the log away.
            self._idle = self._connect()
            if not is_traceless:
                _write_ahead(self._idle)
            with self.writing() as db:
                # Under the write lock, so that two processes starting at once migrate once.
                if unknown := _applied(db, steps) - known:
                    raise StorageError(
                        f"{path} was written by a newer Mandate Bot ({', '.join(sorted(unknown))}). "
                        "Install that version, or name another file with --db."
                    )
                steps.apply(db)
                if is_traceless:
                    # The library notes when it made the tables, which is when the first person voted.
                    db.conn.execute("UPDATE _sqlite_migrations SET applied_at = '' WHERE applied_at != ''")
            # On a file that was just made, the idle connection opens the log only once it reads.
            self._idle.execute("SELECT count(*) FROM sqlite_master").fetchone()

    def _connect(self) -> _Connection:
        connection = sqlite3.connect(
            self.path, timeout=WAIT_FOR_LOCK, isolation_level=None, check_same_thread=False, factory=_Connection
        )
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA synchronous=FULL")  # what was acknowledged survives a power cut
        connection.execute("PRAGMA secure_delete=ON")  # what is forgotten is overwritten
        connection.file = _identity(self.path)
        return connection

    @contextmanager
    def reading(self) -> Iterator[Database]:
        with _explained(self.path):
            db = self._take()
            try:
                yield db
            except BaseException:
                db.conn.close()
                raise
            self._give_back(db)

    def _take(self) -> Database:
        """A connection that nobody else has. To open one for each operation costs more than most operations do."""
        file = _identity(self.path)
        while True:
            with self._lock:
                db = self._kept.pop() if self._kept else None
            if db is None:
                return Database(self._connect(), execute_plugins=False)
            if _own(db).file == file:
                return db
            db.conn.close()  # its file was moved away, and what it wrote there would be lost

    def _give_back(self, db: Database) -> None:
        _own(db).rest()
        with self._lock:
            if len(self._kept) < self._most_kept:
                self._kept.append(db)
                return
        db.conn.close()

    @contextmanager
    def writing(self, *, is_lasting: bool = True) -> Iterator[Database]:
        """All or nothing. The write lock is taken at once: a read that turns into a write can fail halfway.

        Where it need not last, a power cut may take it along, though no kill; others do not wait for the disk then.
        """
        with self.reading() as db, nullcontext() if is_lasting else _without_waiting_for_the_disk(db):
            _begin(db)
            try:
                yield db
            except BaseException:
                db.conn.rollback()
                raise
            db.conn.execute("COMMIT")

    def copy_to(self, path: Path) -> None:
        """Write what is committed now into a new file, without what was deleted. Nobody has to wait meanwhile."""
        with _explained(path):
            _make_private(path)
        with self.reading() as db:
            db.conn.execute("VACUUM INTO ?", (str(path),))

    def scrub(self) -> None:
        """Empty the write-ahead log, which still has what was overwritten; later, where somebody reads just now."""
        with self.reading() as db, _looking_for(db, 500):
            db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        with self._lock:
            kept, self._kept, self._most_kept = self._kept, [], 0
        for db in kept:
            db.conn.close()
        self._idle.close()


@contextmanager
def _without_waiting_for_the_disk(db: Database) -> Iterator[None]:
    # The next write that lasts takes along to the disk what was written before it: https://sqlite.org/pragma.html
    db.conn.execute("PRAGMA synchronous=NORMAL")
    try:
        yield
    finally:
        db.conn.execute("PRAGMA synchronous=FULL")


def _begin(db: Database) -> None:
    """Take the write lock as soon as another process lets go of it, where SQLite itself would look ever less often."""
    give_up_at = time.monotonic() + WAIT_FOR_LOCK
    with _looking_for(db, LOOK_FOR_LOCK):
        while True:
            try:
                db.conn.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if _code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > give_up_at:
                    raise


@contextmanager
def _looking_for(db: Database, milliseconds: int) -> Iterator[None]:
    """Have SQLite look for a lock no longer than that, where it otherwise waits for WAIT_FOR_LOCK."""
    db.conn.execute(f"PRAGMA busy_timeout={milliseconds}")
    try:
        yield
    finally:
        db.conn.execute(f"PRAGMA busy_timeout={1_000 * WAIT_FOR_LOCK:.0f}")


def _own(db: Database) -> _Connection:
    assert isinstance(db.conn, _Connection)
    return db.conn


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch the file to a write-ahead log. SQLite does not wait for its lock here, so we do."""
    give_up_at = time.monotonic() + WAIT_FOR_LOCK
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > give_up_at:
                raise
            time.sleep(0.02)


def _applied(db: Database, steps: Migrations) -> set[str]:
    return {migration.name for migration in steps.applied(db)}


def _make_private(path: Path) -> None:
    """Make the file, readable by its owner only; SQLite gives its log the same rights."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn what SQLite and the disk say into a sentence."""
    try:
        yield
    except sqlite3.IntegrityError:
        raise
    except (sqlite3.DatabaseError, OSError) as error:
        raise StorageError(f"The database {path} cannot be used: {error}. {_what_to_do(error)}".rstrip()) from error


def _what_to_do(error: Exception) -> str:
    """For what SQLite or the disk says; "" where there is nothing to add."""
    code = _code(error)
    return next((todo for codes, numbers, todo in _TO_DO if code in codes or _number(error) in numbers), "")


def _code(error: Exception) -> int:
    # An extended code has the primary one in its last byte: https://sqlite.org/rescode.html
    return int(getattr(error, "sqlite_errorcode", -1)) & 0xFF


def _number(error: Exception) -> int | None:
    return error.errno if isinstance(error, OSError) else None


def damage(path: Path, steps: Migrations, known: Set[str]) -> str | None:
    """What is wrong with a database file, in a line; None where it is whole and of a version that can be read.

    Only reads it, but for what a kill left half written, which SQLite takes back. Takes about a second for each GB.
    Raises `StorageError` where nobody may read it.
    """
    try:
        # Opened to be read only, it could not be read at all with such a half beside it.
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", timeout=WAIT_FOR_LOCK, uri=True)) as found:
            found.execute("PRAGMA query_only=ON")
            [first] = found.execute("PRAGMA quick_check(1)").fetchone()
            if first != "ok":
                return str(first).splitlines()[0]
            if unknown := _applied(Database(found, execute_plugins=False), steps) - known:
                return f"it was written by a newer Mandate Bot ({', '.join(sorted(unknown))})"
    except sqlite3.DatabaseError as error:
        if _code(error) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            return str(error)
        raise StorageError(f"The database {path} cannot be read: {error}. {_what_to_do(error)}".rstrip()) from error
    return None
