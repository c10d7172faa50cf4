"""Logs that say what happened, and never to whom or about what: no text, no tokens, and a code in place of an id."""

import logging
import re
import sys
import threading
import traceback
from collections.abc import Callable
from types import TracebackType

OURS = "bot"
TOKEN = re.compile(r"xox[a-z]?[.-][\w.-]+|xapp-[\w.-]+|(?i:bearer )\S+|(?i:(?:token|secret|password)\b['\"]?[=:] ?)\S+")
# Members, teams, channels, direct messages, groups, apps, events, files and views, as Slack numbers them.
SLACK_ID = re.compile(r"\b[UWTCDGABEFVS](?:[A-Z0-9]{6,}|[A-Z]*[0-9][A-Z0-9]*)\b")

Mark = Callable[[str], str]  # what stands for an id


class Discreet(logging.Formatter):
    """Words of ours, with ids and tokens replaced. Of what others log, where; of an error, what kind and where.

    Others put whole payloads into their messages, and errors quote what they choked on.
    """

    def __init__(self, mark: Mark) -> None:
        super().__init__("%(levelname)s %(name)s: %(message)s")
        self._mark = mark

    def format(self, record: logging.LogRecord) -> str:
        said = f"{record.levelname} {record.name}: {self._message(record)}"
        if record.exc_info and record.exc_info[1]:
            said += "\n" + "\n".join(where(record.exc_info[1]))
        return said

    def _message(self, record: logging.LogRecord) -> str:
        if record.name.split(".")[0] not in (OURS, "__main__"):
            return f"said something at {record.filename}:{record.lineno}; its words are left out"
        try:
            said = record.getMessage()
        except (TypeError, ValueError):
            return f"could not be worded at {record.filename}:{record.lineno}"
        return SLACK_ID.sub(lambda found: f"~{self._mark(found[0])}", TOKEN.sub("[secret]", said))


def where(error: BaseException) -> list[str]:
    """An error and what led to it: of each the kind and the lines of code, and none of its words."""
    lines: list[str] = []
    seen: set[int] = set()
    rest: list[BaseException | None] = [error]
    while rest:
        one = rest.pop(0)
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        lines.append(f"{type(one).__module__}.{type(one).__qualname__}")
        frames = traceback.extract_tb(one.__traceback__)
        lines += [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
        if isinstance(one, BaseExceptionGroup):
            rest += one.exceptions
        rest += [one.__cause__, one.__context__]
    return lines


def log_discreetly(mark: Mark) -> None:
    """Have everything that is logged from now on go to standard error so, and what nobody caught, too."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Discreet(mark))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.raiseExceptions = False  # a record that cannot be written would be printed whole
    logging.captureWarnings(True)

    def caught(kind: type[BaseException], error: BaseException, _: TracebackType | None) -> None:
        logging.getLogger(OURS).critical("Stopped by an error that nothing caught.", exc_info=error)

    def caught_in_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            logging.getLogger(OURS).error("A thread was stopped by an error.", exc_info=args.exc_value)

    sys.excepthook = caught
    threading.excepthook = caught_in_thread
    _dump_no_memory()


def _dump_no_memory() -> None:
    """A crash leaves no copy of what was in memory."""
    try:
        import resource
    except ImportError:  # not on Windows, which writes none by itself
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
