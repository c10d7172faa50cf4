"""Deletes what has been kept long enough: rows of the database, and copies of it."""

import stat
from datetime import datetime, timedelta
from pathlib import Path

from bot.errors import StorageError
from bot.retention import days_of
from bot.storage import Store, is_backup


def purge_daily(store: Store, backups: Path, now: datetime) -> None:
    """Purge, unless that was done today already."""
    if not store.house.is_purged(now):
        purge(store, backups, now)


def purge(store: Store, backups: Path, now: datetime) -> dict[str, int]:
    """Delete what has been kept long enough; how many of each kind went, by the names of `bot.retention`.

    `backups` is the folder that copies lie in. Raises `StorageError`.
    """
    gone = store.house.purge(now)
    return gone | {"backups": _delete_old_copies(backups, now - timedelta(days=days_of("backups")))}


def _delete_old_copies(folder: Path, cutoff: datetime) -> int:
    """Delete backups that were written before `cutoff`, and nothing else that lies there."""
    try:
        old = [path for path in sorted(folder.iterdir()) if _is_old_copy(path, cutoff)] if folder.is_dir() else []
        for path in old:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(f"Old backups in {folder} cannot be deleted: {error}.") from error
    return len(old)


def _is_old_copy(path: Path, cutoff: datetime) -> bool:
    found = path.lstat()
    # A database itself is none, even where it lies in the same folder and nobody has used it for long.
    return stat.S_ISREG(found.st_mode) and found.st_mtime < cutoff.timestamp() and is_backup(path)
