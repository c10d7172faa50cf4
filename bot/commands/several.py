"""Several processes that answer at one address: Python keeps no more than one core busy with each."""

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
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


def share(number: int, work: Callable[[], int]) -> int:
    """Do `work` in so many processes until told to stop; one that dies is started again.

    Must be called before this process has threads. Returns once all have stopped: 0 when each of them returned 0.
    """
    running: set[int] = set()
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
        while len(running) < number and not is_stopping:
            # A signal in between would miss a process that is not yet in the list.
            signal.pthread_sigmask(signal.SIG_BLOCK, stops)
            running.add(_begin(work, stops))
            signal.pthread_sigmask(signal.SIG_UNBLOCK, stops)
        if not running:
            return worst
        ended, status = os.wait()
        running.discard(ended)
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
