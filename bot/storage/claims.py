"""Who works on a row: a process that died lets go of what it had claimed."""

import os
import secrets
import socket
from datetime import datetime, timedelta

from bot.storage.database import as_text

CLAIM_LASTS = timedelta(minutes=10)  # where nobody can tell whether whoever made it lives
FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=10)
_HOST = socket.gethostname()
_TOKEN = secrets.token_hex(4)


def me() -> str:
    """This process, as claims name it."""
    return f"{_HOST}/{os.getpid()}/{_TOKEN}"


def next_try(now: datetime, attempts: int, wait: timedelta) -> datetime:
    """When to try again: after 2 seconds, then twice as long each time, up to 10 minutes; after `wait` at least."""
    seconds = FIRST_WAIT.total_seconds() * 2.0 ** min(attempts, 12)
    return now + max(min(timedelta(seconds=seconds), LONGEST_WAIT), wait)


def is_free(claimed_by: str | None, claimed_at: str | None, now: datetime) -> bool:
    """Whether nobody is working on it: never claimed, by a process that is gone, or long ago."""
    if claimed_by is None or claimed_at is None:
        return True
    host, process, token = claimed_by.rsplit("/", 2)
    # A container gives each new process the same number, so my own number under another token is a dead one.
    is_dead = token != _TOKEN and host == _HOST and (int(process) == os.getpid() or not _is_running(int(process)))
    # Elsewhere nobody here can look, here another program may have its number by now, and what this process did it
    # perhaps could not write down.
    return is_dead or claimed_at < as_text(now - CLAIM_LASTS)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
