"""A folder with two answers, quick to learn and easy to edit, in a workspace that notices the edits."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.library import Library
from bot.standin import StandIn
from bot.storage import Store
from tests.harness import Workspace

SOURCES = """
act: {title: An Act, publisher: The Queen's Printer, date: "2012", address: "https://example.org/act"}
"""
PARKING = """
- id: parking
  question: Where do I park?
  also: [car park, parking space, where can i leave the car]
  answer: Park behind the surgery.
  sources: [act]
  edition: context
  checked: 2012-11-22
  owner: practice engagement lead
  review_by: 2099-01-01
"""
TEA = """
- id: tea
  question: When is tea served?
  also: [tea time, what time is tea]
  answer: At four.
  sources: [act]
  edition: context
  checked: 2012-11-22
  owner: finance lead
  review_by: 2099-02-01
"""
ASKED = "Where do I park?"
OLD, NEW = "Park behind the surgery.", "Park in front of the surgery."
NOTE = "The yard behind is closed. The front is free."


def corrected(text: str = PARKING) -> str:
    """The entry about parking put right, with what was wrong."""
    return text.replace(OLD, f"{NEW}\n  correction: {NOTE}")


class SmallWorkspace(Workspace):
    """A workspace that answers from a folder of its own, and from what leads add."""

    def edit(self, text: str) -> None:
        (self.settings.knowledge / "topic.yaml").write_text(text)
        self.tick()

    def tick(self) -> None:
        """What the watcher of the files and the timers do by themselves."""
        self.library.refresh()
        self.timers.tick()


@contextmanager
def small_workspace(
    folder: Path, standin: StandIn, text: str = PARKING + TEA, **settings: Any
) -> Iterator[SmallWorkspace]:
    knowledge = folder / "small"
    knowledge.mkdir(exist_ok=True)
    (knowledge / "sources.yaml").write_text(SOURCES)
    (knowledge / "topic.yaml").write_text(text)
    store = Store(folder / "bot.db")
    workspace = SmallWorkspace(folder, Library(knowledge, additions=store.additions), standin, **settings)
    workspace.timers.tick()
    yield workspace
    workspace.close()
    store.close()
