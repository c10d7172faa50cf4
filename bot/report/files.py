"""Writing the pack: files that their owner alone can read, and never over a file that is not an earlier pack."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from bot.errors import BotError


def write(files: Mapping[Path, str], known_by: Mapping[Path, str]) -> None:
    """Write all of them, or none where one of them may not be written.

    `known_by`: what an earlier pack's file has near its start. Raises `BotError` where something else is there.
    """
    for path in files:
        _require_ours(path, known_by[path])
    for path, text in files.items():
        # Excel takes UTF-8 for what it is by the mark at its start.
        _put(path, text.encode("utf-8-sig" if path.suffix == ".csv" else "utf-8"))


def _require_ours(path: Path, mark: str) -> None:
    if not path.parent.is_dir():
        raise BotError(f"There is no folder {path.parent}, so nothing was written. Make it first, or name another.")
    if not path.exists() and not path.is_symlink():
        return
    try:
        begins = path.read_bytes()[:2_000] if path.is_file() and not path.is_symlink() else b""
    except OSError as error:
        raise BotError(f"{path} cannot be read: {error.strerror}. Nothing was written.") from error
    if mark.encode() not in begins:
        raise BotError(f"{path} is there already and is no earlier board pack, so nothing was written. Name another.")


def _put(path: Path, content: bytes) -> None:
    """In one go, so that nobody reads half of it."""
    try:
        number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # readable by its owner only
        try:
            with os.fdopen(number, "wb") as written:
                written.write(content)
            os.replace(name, path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise BotError(f"{path} cannot be written: {error.strerror}. Put that right and try again.") from error
