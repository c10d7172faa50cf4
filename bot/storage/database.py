"""Opening the database: one short connection for each operation, one idle one for the process."""

import os
import sqlite3
import time
from collections.abc import Iterator, Set
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from bot.errors import StorageError
from bot.migrations import KNOWN_STEPS, migrations

# What a caller is handed within one transaction, to pass on and not to look into.
Transaction = Database

WAIT_FOR_LOCK = 10.0  # seconds


def as_text(moment: datetime) -> str:
    """A time as the tables keep it: UTC, ISO 8601 to the millisecond, so that text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def as_time(text: str) -> datetime:
    return datetime.fromisoformat(text)


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
        with _explained(path):
            _make_private(path)
            # Without a connection that stays open, each last close would checkpoint the log away.
            self._idle = self._connect(check_same_thread=False)
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

    def _connect(self, check_same_thread: bool = True) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=WAIT_FOR_LOCK, isolation_level=None, check_same_thread=check_same_thread
        )
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA synchronous=FULL")  # what was acknowledged survives a power cut
        connection.execute("PRAGMA secure_delete=ON")  # what is forgotten is overwritten
        return connection

    @contextmanager
    def reading(self) -> Iterator[Database]:
        # Bolt runs listeners on worker threads, and SQLite ties a connection to
        # the thread that opened it; so each operation opens, and closes, its own.
        with _explained(self.path), closing(self._connect()) as connection:
            yield Database(connection, execute_plugins=False)

    @contextmanager
    def writing(self) -> Iterator[Database]:
        """All or nothing. The write lock is taken at once: a read that turns into a write can fail halfway."""
        with self.reading() as db:
            db.conn.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.conn.rollback()
                raise
            db.conn.execute("COMMIT")

    def scrub(self) -> None:
        """Empty the write-ahead log, which still has what was overwritten; later, where somebody reads just now."""
        with self.reading() as db:
            db.conn.execute("PRAGMA busy_timeout=500")
            db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        self._idle.close()


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
        raise StorageError(f"The database {path} cannot be used: {error}.") from error
