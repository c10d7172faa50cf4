"""Work that nobody waits for, until the process ends."""

import threading
from collections.abc import Callable


def in_background(name: str, work: Callable[[], object]) -> threading.Thread:
    """Start `work` in a thread of its own.

    The process ends only when it is done, which takes seconds. A daemon thread would be torn down in the middle of the
    matcher's native code, and that aborts the process: https://github.com/python/cpython/issues/87135
    """
    thread = threading.Thread(target=work, name=name)
    thread.start()
    return thread
