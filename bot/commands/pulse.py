"""Whether the running bot is well: told at /healthz, and by a file that is touched while it is."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.errors import StorageError
from bot.listeners.desk import utc_now
from bot.storage import Store

logger = logging.getLogger(__name__)
BEATS_EVERY = 5.0  # seconds
# A round of the timers may take a while when Slack is slow or thousands of questions are read anew.
STILL_FOR = 180.0  # seconds
CUT_OFF_FOR = 120.0  # seconds; Slack's own reconnects take less than five
LATE_BY = 60.0  # seconds that a beat may take


class Pulse:
    """Looks every few seconds, so that whoever asks has the answer at once.

    `still_for` tells for how many seconds the timers have stood still; `is_connected` whether Slack can be heard.
    """

    def __init__(
        self,
        store: Store,
        still_for: Callable[[], float],
        file: Path | None = None,
        is_connected: Callable[[], bool] = lambda: True,
    ) -> None:
        self._store = store
        self._still_for = still_for
        self._file = file
        self._is_connected = is_connected
        self._stopping = threading.Event()
        self._looked_at = self._connected_at = time.monotonic()
        self._found: Sequence[str] = ()
        self._thread = threading.Thread(target=self._run, name="pulse")

    def start(self) -> None:
        self._beat()
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()
        if self._file:
            self._file.unlink(missing_ok=True)

    def troubles(self) -> Sequence[str]:
        """What is wrong now, a few words each; () where all is well."""
        if time.monotonic() - self._looked_at > BEATS_EVERY + LATE_BY:
            return (*self._found, "the process hangs")
        return self._found

    def _run(self) -> None:
        while not self._stopping.wait(BEATS_EVERY):
            self._beat()

    def _beat(self) -> None:
        found = self._look()
        if found != self._found:
            logger.log(logging.ERROR if found else logging.INFO, "Health: %s.", ", ".join(found) or "all is well again")
        self._found, self._looked_at = found, time.monotonic()
        if self._file and not found:
            try:
                self._file.touch(mode=0o600)
            except OSError as error:
                logger.error("The heartbeat %s cannot be written: %s.", self._file, error.strerror)

    def _look(self) -> Sequence[str]:
        found = []
        try:
            self._store.house.try_writing(utc_now())
        except StorageError:
            found.append("the database cannot be written")
        if self._still_for() > STILL_FOR:
            found.append("the timers stand still")
        if self._is_connected():
            self._connected_at = time.monotonic()
        elif time.monotonic() - self._connected_at > CUT_OFF_FOR:
            found.append("Slack cannot be reached")
        return tuple(found)
