"""`mandate-bot ask`: independent questions, from the command line or a file."""

import contextlib
import sys
from typing import BinaryIO

from bot.commands.objects import as_object, plain_text
from bot.commands.session import Session, lines_of, print_object, print_text
from bot.errors import BotError
from bot.guard import look
from bot.keeping import cache_folder
from bot.library import Library
from bot.matching import explain
from bot.settings import Settings


def run(settings: Settings, question: str, *, batch: str | None, as_json: bool) -> int:
    """Answer one question, or one a line of the file `batch`; 0 when every one was handled."""
    with Session(settings, surface="batch" if batch else "terminal") as session:
        if batch is None:
            # An argument that is not UTF-8 arrives with lone surrogates.
            typed = question.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
            _handle(session, typed, as_json, is_batch=False)
            return 0
        with _open(batch) as stream:
            for line in lines_of(stream):
                _handle(session, line, as_json, is_batch=True)
    return 0


def show_why(settings: Settings, question: str) -> int:
    """Print the five best entries with why; nothing is answered or stored."""
    if refusal := look(question):
        print_text([plain_text(refusal, settings.ccg_name)])
        return 0
    ranker = Library(settings.knowledge, cache_folder()).current.ranker
    explained = explain(ranker, question)
    reading = explained.reading
    changes = [f"read as {now}: {was}" for was, now in reading.mended.items()]
    changes += [f"stands for {expansion}: {short}" for short, expansion in reading.expanded.items()]
    print_text(changes)
    for place, reason in enumerate(explained.reasons, start=1):
        print_text(
            [
                f"{place}. {reason.match.entry.id}, confidence {reason.match.confidence:.2f}",
                f"   nearest phrasing: {reason.nearest}",
                f"   words that counted: {', '.join(reason.counted) or 'none'}",
                f"   words it does not speak of: {', '.join(reason.missed) or 'none'}",
            ]
        )
    return 0


def _handle(session: Session, question: str, as_json: bool, *, is_batch: bool) -> None:
    recorded = session.ask(question)
    if as_json:
        print_object(as_object(question, recorded, session.settings.ccg_name))
    else:
        print_text([plain_text(recorded, session.settings.ccg_name)] + [""] * is_batch)


def _open(batch: str) -> contextlib.AbstractContextManager[BinaryIO]:
    if batch == "-":
        return contextlib.nullcontext(sys.stdin.buffer)
    try:
        return open(batch, "rb")
    except OSError as error:
        raise BotError(f"{batch} cannot be read: {error.strerror}.") from error
