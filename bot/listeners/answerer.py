"""Answers, in a process of its own, what other processes wrote down.

Python runs one thread of a process at a time: where answers are made, acknowledgements wait for them.
"""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from slack_sdk import WebClient

from bot.errors import StorageError
from bot.listeners.boundary import Boundary
from bot.listeners.desk import Desk, Request
from bot.storage import Held

logger = logging.getLogger(__name__)

AT_ONCE = 32  # answers; most of them wait for Slack
LOOK_EVERY = 1.0  # seconds, should nobody ring


class Answerer:
    """Takes questions from the inbox whenever `wait` returns, which it does after so many seconds at the latest."""

    def __init__(self, desk: Desk, boundary: Boundary, client: WebClient, wait: Callable[[float], None]) -> None:
        self._desk = desk
        self._boundary = boundary
        self._client = client
        self._wait = wait
        self._free = threading.Semaphore(AT_ONCE)
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="answer")
        self._thread = threading.Thread(target=self._run, name="answerer")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Take nothing more, and finish what was taken."""
        self._desk.stopping.set()
        self._thread.join()
        self._pool.shutdown()

    def _run(self) -> None:
        while not self._desk.stopping.is_set():
            try:
                is_idle = not self.look()
            except StorageError as error:  # what waits is in the database, and waits for it
                logger.error("%s", error)
                is_idle = True
            if is_idle:
                self._wait(LOOK_EVERY)

    def look(self) -> list[Future[None]]:
        """Begin to answer what waits, the oldest first; each is done once it is answered."""
        begun = []
        for held in self._desk.store.inbox.take(self._desk.clock(), AT_ONCE):
            self._free.acquire()
            begun.append(self._pool.submit(self._answer, held))
        return begun

    def _answer(self, held: Held) -> None:
        try:
            request = Request(**held.request)
            about = {"event": {"user": request.user, "channel": request.channel, "thread_ts": request.thread_ts}}
            with self._boundary(about, self._client):
                self._desk.handle(self._client, held.workspace, held.id, request)
        finally:
            self._free.release()
