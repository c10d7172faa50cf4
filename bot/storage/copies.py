"""A backup: one file with the database, the ballot boxes where they may be copied, and when it was made; and back."""

import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.errors import BotError, StorageError
from bot.migrations import KNOWN_BALLOT_STEPS, KNOWN_STEPS, ballot_migrations, migrations
from bot.storage.ballot_boxes import BallotBoxes
from bot.storage.database import Connections, as_text, as_time, damage
from bot.storage.purging import INVENTED

DATABASE, BALLOTS, ABOUT = "mandate-bot.db", "mandate-bot-ballots.db", "backup.json"
MOST_ABOUT = 10_000  # bytes
BESIDE = ("-wal", "-shm", "-journal")  # what SQLite lays beside a database
# What was on its way when the backup was made may have arrived since. `recover` and the postman look first, or ask.
_IN_DOUBT = (
    "UPDATE outbox SET state = 'sending', claimed_by = NULL, not_before = NULL WHERE state IN ('waiting', 'sending')",
    "UPDATE inbox SET state = 'sending', claimed_by = NULL, not_before = NULL WHERE state != 'done'",
    "DELETE FROM leases",
)

_NO_BACKUP = (zipfile.BadZipFile, EOFError, ValueError, KeyError, TypeError, NotImplementedError)


@dataclass(frozen=True)
class Backup:
    """`has_ballots` is False where too few voted since they were last copied; a deployment without any lacks none."""

    made_at: datetime
    has_ballots: bool


def ballots_beside(db: Path) -> Path:
    """Where the ballot boxes of a database lie."""
    return db.with_name(f"{db.stem}-ballots{db.suffix}")


def damaged(db: Path) -> dict[Path, str]:
    """What is wrong with a database and with its ballots, by file; {} where both are whole, or not there yet.

    A newer version's counts as wrong.
    """
    files = ((db, migrations, KNOWN_STEPS), (ballots_beside(db), ballot_migrations, KNOWN_BALLOT_STEPS))
    found = {path: damage(path, steps, known) for path, steps, known in files if path.exists()}
    return {path: wrong for path, wrong in found.items() if wrong}


def require_whole(db: Path) -> None:
    """Look through both files before anything relies on them. Raises `StorageError` at the first that is damaged."""
    for path, wrong in damaged(db).items():
        todo = "Install that version, or" if "newer" in wrong else "Move it away, then"
        raise StorageError(
            f"The database {path} cannot be used: {wrong}. {todo} put back the latest backup with: "
            "mandate-bot restore FILE"
        )


def require_real(db: Path) -> None:
    """Raises `BotError` for a database that was made up to show the bot."""
    if is_made_up(db):
        raise BotError(
            f"The database {db} is made up: mandate-bot demo made it, so nobody in Slack is answered from it. "
            "Name another one with --db or MANDATE_DB."
        )


def is_made_up(db: Path) -> bool:
    """Whether `mandate-bot demo` made it; one that cannot be read is taken for real."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"{db.absolute().as_uri()}?mode=ro", uri=True)) as found:
        return found.execute("SELECT 1 FROM marks WHERE name = ?", (INVENTED,)).fetchone() is not None
    return False


def back_up(connections: Connections, boxes: BallotBoxes, file: Path, now: datetime, *, whole: bool) -> Backup | None:
    """Write a new file, readable by its owner only; None, and no file, where `whole` and the ballots have to wait.

    Raises `BotError` where something is there already, and `StorageError` where the disk does not take it.
    """
    if file.exists():
        raise BotError(f"{file} is there already, and a backup never takes the place of another. Name a new file.")
    if whole and not boxes.may_be_copied():
        return None
    with _on_disk(file):
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as folder:
            copy, packed = Path(folder) / DATABASE, Path(folder) / "packed"
            connections.copy_to(copy)
            # After the database: a box without its poll is thrown away, a poll finds a box that is ahead of it.
            ballots = boxes.copy()
            if whole and ballots is None:
                return None
            backup = Backup(now, ballots is not None)
            with os.fdopen(os.open(packed, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
                with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
                    archive.writestr(ABOUT, json.dumps({"made_at": as_text(now), "ballots": backup.has_ballots}))
                    archive.write(copy, DATABASE)
                    if ballots:
                        archive.writestr(BALLOTS, ballots)
                written.flush()
                os.fsync(written.fileno())
            _put(packed, file)
    return backup


def restore(file: Path, db: Path, *, ballots_from: Path | None = None) -> Backup:
    """Make a database out of a backup, where there is none; what was in it.

    `ballots_from`: an earlier backup that has the ballots which this one lacks. Nothing stays of what fails. Raises
    `BotError` where a database is there, and where the backup is no backup, damaged, or of a newer version.
    """
    ballots = ballots_beside(db)
    for path in (db, ballots):
        for one in (path, *(path.with_name(path.name + more) for more in BESIDE)):
            if one.exists():
                raise BotError(
                    f"{one} is there already, and nothing is restored over it. "
                    "Stop the bot and move it away, or name another place with --db."
                )
    with _on_disk(db):
        db.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryDirectory(dir=db.parent, prefix=".restore-") as name:
            folder = Path(name)
            backup = _unpack(file, folder)
            if ballots_from and not backup.has_ballots:
                _unpack(ballots_from, folder, only_ballots=True)
                backup = Backup(backup.made_at, True)
            for wrong in damaged(folder / DATABASE).values():
                raise BotError(f"{file} cannot be restored: {wrong}. Take another backup.")
            _put_in_doubt(folder / DATABASE)
            if (folder / BALLOTS).exists():
                _put(folder / BALLOTS, ballots)
            _put(folder / DATABASE, db)
    return backup


def is_backup(path: Path) -> bool:
    """Whether a file is one of our backups, damaged or not beyond knowing."""
    try:
        with zipfile.ZipFile(path) as archive:
            return {ABOUT, DATABASE} <= set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False


def about(file: Path) -> Backup:
    """What a backup says of itself. Raises `BotError` where it is none."""
    try:
        with zipfile.ZipFile(file) as archive:
            return _read_about(archive)
    except _NO_BACKUP as error:
        raise BotError(f"{file} is damaged, or no backup of Mandate Bot: {error}.") from error


def _read_about(archive: zipfile.ZipFile) -> Backup:
    if archive.getinfo(ABOUT).file_size > MOST_ABOUT:
        raise ValueError("it says too much of itself")
    said = json.loads(archive.read(ABOUT))
    return Backup(as_time(str(said["made_at"])), bool(said["ballots"]))


def _put_in_doubt(path: Path) -> None:
    connections = Connections(path)
    with connections.writing() as db:
        for change in _IN_DOUBT:
            db.conn.execute(change)
    connections.scrub()
    connections.close()
    with closing(sqlite3.connect(path)) as connection:  # the log goes into the file, and is not moved with it
        connection.execute("PRAGMA journal_mode=DELETE")


def _unpack(file: Path, folder: Path, *, only_ballots: bool = False) -> Backup:
    """What a backup says of itself, its files written into `folder`."""
    try:
        with zipfile.ZipFile(file) as archive:
            held = {one.filename: one for one in archive.infolist()}
            if not {ABOUT, DATABASE} <= set(held) <= {ABOUT, DATABASE, BALLOTS}:
                raise BotError(f"{file} is no backup of Mandate Bot.")
            if sum(one.file_size for one in held.values()) > shutil.disk_usage(folder).free:
                raise BotError(f"{file} needs more space than there is in {folder.parent}. Free some, then try again.")
            if only_ballots and BALLOTS not in held:
                raise BotError(f"{file} has no ballots either. Take an earlier backup.")
            backup = _read_about(archive)
            for name in (BALLOTS,) if only_ballots else (DATABASE, BALLOTS):
                if name in held:
                    handle = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                    with archive.open(name) as packed, os.fdopen(handle, "wb") as written:
                        shutil.copyfileobj(packed, written)
                        written.flush()
                        os.fsync(written.fileno())
            return backup
    except _NO_BACKUP as error:
        raise BotError(f"{file} is damaged, or no backup of Mandate Bot: {error}.") from error


def _put(made: Path, place: Path) -> None:
    """Let a file appear in its place, whole, and only where nothing has come there meanwhile."""
    os.link(made, place)
    made.unlink()
    with suppress(OSError):  # not every system lets a folder be synced
        handle = os.open(place.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def _on_disk(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(f"{error.filename or path} cannot be read or written: {error.strerror}.") from error
