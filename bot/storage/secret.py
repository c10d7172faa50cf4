"""A key that never leaves the machine: what stands for a person's id where the id itself may not."""

import hashlib
import hmac
import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from bot.errors import StorageError


class Secret:
    """The key in the file `path`, made when it is first needed and readable by its owner only.

    It is in no backup: what was written with it says nothing to whoever has only the backup.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._key: bytes | None = None

    def prepare(self) -> None:
        """Have the key at hand. Raises `StorageError` where it cannot be read or made."""
        self._read()

    def mark(self, purpose: str, text: str, length: int = 32) -> str:
        """What stands for `text`: the same each time, and nothing that leads back without the key."""
        return hmac.new(self._read(), f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()[:length]

    def _read(self) -> bytes:
        if self._key is None:
            try:
                if not self.path.exists():
                    _make(self.path)
                self._key = bytes.fromhex(self.path.read_text(encoding="ascii"))
            except (OSError, ValueError) as error:
                raise StorageError(f"The key {self.path} cannot be used: {error}.") from error
        return self._key


def _make(path: Path) -> None:
    """Write a new key; of several processes one wins, and nobody ever reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".key-", encoding="ascii") as file:  # made 0600
        file.write(secrets.token_hex(32))
        file.flush()
        os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(file.name, path)
