"""What the terminal commands share: the knowledge, the database, and reading lines safely."""

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, BinaryIO

from bot.answering import answer
from bot.asking import Asking, Recorded
from bot.guard import Refusal
from bot.keeping import cache_folder
from bot.library import Library
from bot.purging import purge_daily
from bot.refusing import refuse
from bot.settings import LOCAL_WORKSPACE, Settings
from bot.storage import Store

ASKER = "terminal"


class Session:
    """Asks as Slack does, in a workspace that never shows in a Slack queue."""

    def __init__(self, settings: Settings, *, surface: str, place: str | None = None) -> None:
        self.settings = settings
        self.store = Store(settings.db)
        self.library = Library(settings.knowledge, cache_folder(), additions=self.store.additions)
        purge_daily(self.store, settings.backup_folder, datetime.now(UTC))
        self._surface = surface
        self.place = place
        self._before = ""  # what was asked just before, where one question may follow another

    def ask(self, question: str) -> tuple[Recorded, ...] | Refusal:
        """What came of a question, stored; or why it was refused, of which only the kinds are counted."""
        if refusal := self.refuse(question):
            self.store.questions.record(self._asking(""), ())  # which ends what was talked of before
            return refusal
        self._before = question if self.place else ""
        return answer(self._asking(question), self.library.current, self.store)

    def _asking(self, question: str) -> Asking:
        now = datetime.now(UTC)
        return Asking(question, ASKER, self._surface, LOCAL_WORKSPACE, now, channel=None, place=self.place)

    def refuse(self, typed: str) -> Refusal | None:
        """Why what was typed may not be kept, which is counted; None where it may."""
        refusal = refuse(typed, self._before)
        if refusal:
            self.store.refusals.note(LOCAL_WORKSPACE, self._surface, refusal.kinds, datetime.now(UTC))
        return refusal

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_: object) -> None:
        self.library.stop()
        self.store.close()


def lines_of(stream: BinaryIO) -> Iterator[str]:
    """The lines of `stream` without their LF or CRLF; no other character ends a line, bad UTF-8 is replaced."""
    for raw in stream:
        line = raw[:-2] if raw.endswith(b"\r\n") else raw.removesuffix(b"\n")
        yield line.decode("utf-8", "replace")


def print_json(made: object) -> None:
    """For one command, all that it has to say, in lines that people can read too."""
    sys.stdout.write(json.dumps(made, indent=2) + "\n")


def print_object(made: dict[str, Any]) -> None:
    """One object a line, at once: whoever reads may wait for it before going on."""
    sys.stdout.write(json.dumps(made) + "\n")
    sys.stdout.flush()


def print_text(paragraphs: Iterable[str]) -> None:
    """Plain text, whatever the terminal's encoding."""
    text = "".join(f"{paragraph}\n" for paragraph in paragraphs)
    sys.stdout.buffer.write(text.encode(sys.stdout.encoding or "utf-8", "replace"))
    sys.stdout.buffer.flush()
