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
# Enough answers for the matcher to know what it does not know.
OTHERS = {
    "stamps": ("Where are the stamps kept?", "where do we keep stamps, postage stamps, stamps for letters"),
    "keys": ("Who has the keys?", "who keeps the keys, keys to the building, who can lock up"),
    "bins": ("When are the bins emptied?", "bin day, when does the rubbish go, rubbish collection"),
    "lift": ("Where is the lift?", "is there a lift, how do I get upstairs without stairs, elevator"),
    "wifi": ("What is the wireless password?", "wifi password, how do I get on the wifi, internet password"),
    "post": ("When does the post go?", "post collection, last post, when is the mail collected"),
    "rota": ("Who makes the rota?", "staff rota, who plans the shifts, rota for reception"),
    "heating": ("How do I turn the heating up?", "it is cold in here, radiator, make it warmer"),
    "phone": ("How do I transfer a call?", "transfer a phone call, put a caller through, switchboard"),
    "leave": ("How do I book leave?", "annual leave, book a holiday, days off"),
}
REST = TEA[TEA.index("  answer:") :]
KNOWLEDGE = (
    PARKING
    + TEA
    + "".join(f"- id: {key}\n  question: {one}\n  also: [{also}]\n{REST}" for key, (one, also) in OTHERS.items())
)
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
