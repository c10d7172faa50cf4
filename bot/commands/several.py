"""Several processes for one address: some take what comes, and one answers it."""

import logging
import os
import select
import signal
import socket
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import FrameType

from bot.errors import BotError

logger = logging.getLogger(__name__)
WAITING = 1_000  # connections that wait to be taken
LOOK_EVERY = 1.0  # seconds
AGAIN_AFTER = 1.0  # seconds, so that one that cannot start does not keep a core busy


def listen(host: str, port: int) -> socket.socket:
    """A socket that processes made from now on share. Raises `BotError` where the address cannot be had."""
    try:
        return socket.create_server((host, port), backlog=WAITING)
    except OSError as error:
        raise BotError(f"Cannot listen on {host}:{port}: {error.strerror}.") from error


class Bell:
    """Wakes another process. Made before there are several; each rings, and one waits."""

    def __init__(self) -> None:
        self._hears, self._rings = os.pipe()
        os.set_blocking(self._rings, False)
        os.set_blocking(self._hears, False)

    def ring(self) -> None:
        with suppress(BlockingIOError):  # it has been rung thousands of times and is heard soon
            os.write(self._rings, b".")

    def wait(self, seconds: float) -> None:
        """Until it is rung or was since the last time, but no longer than that."""
        if select.select([self._hears], [], [], seconds)[0]:
            os.read(self._hears, 1 << 16)


def share(works: Sequence[Callable[[], int]]) -> int:
    """Do each of `works` in a process of its own until told to stop; one that dies is started again.

    Must be called before this process has threads. Returns once all have stopped: 0 when each of them returned 0.
    """
    running: dict[int, Callable[[], int]] = {}
    waiting = list(works)
    is_stopping = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal is_stopping
        is_stopping = True
        for process in running:
            os.kill(process, signal.SIGTERM)

    stops = (signal.SIGTERM, signal.SIGINT)
    for one in stops:
        signal.signal(one, stop)
    worst = 0
    while True:
        while waiting and not is_stopping:
            # A signal in between would miss a process that is not yet in the list.
            signal.pthread_sigmask(signal.SIG_BLOCK, stops)
            work = waiting.pop(0)
            running[_begin(work, stops)] = work
            signal.pthread_sigmask(signal.SIG_UNBLOCK, stops)
        if not running:
            return worst
        ended, status = os.wait()
        waiting.append(running.pop(ended))
        code = os.waitstatus_to_exitcode(status)
        if is_stopping:
            # Told to stop while it was still starting, it has nothing to finish.
            worst = max(worst, 0 if code == -signal.SIGTERM else abs(code))
        else:
            logger.error("A process ended with %d and is started again.", code)
            time.sleep(AGAIN_AFTER)


def _begin(work: Callable[[], int], stops: tuple[signal.Signals, ...]) -> int:
    """Fork; the number of the child, which does the work and goes."""
    process = os.fork()
    if process:
        return process
    code = 1
    try:
        for one in stops:
            signal.signal(one, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, stops)
        threading.Thread(target=_follow, args=(os.getppid(),), name="parent", daemon=True).start()
        code = work()
    except BotError as error:
        logger.error("%s", error)
    except Exception:  # the edge of the process: whoever watches sees it in the log
        logger.exception("A process could not go on.")
    finally:
        logging.shutdown()
        os._exit(code)


def _follow(parent: int) -> None:
    """Stop once the parent has died: whoever starts the bot again would find its address taken."""
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY)
    os.kill(os.getpid(), signal.SIGTERM)
