"""From a message to a stored outcome: the same steps for Slack and for the command line."""

from collections.abc import Callable, Sequence

from bot.asking import Asking, Recorded
from bot.conversation import Remembered, Understanding
from bot.knowledge import Entry
from bot.storage import Store, Transaction


def answer(
    asking: Asking,
    understanding: Understanding,
    store: Store,
    and_then: Callable[[Transaction, Sequence[Recorded]], None] | None = None,
) -> tuple[Recorded, ...]:
    """Understand one message in its conversation and store what came of it, with `and_then` in the same transaction."""
    parts = understanding.read(asking.text, recall(asking, understanding, store))
    return store.questions.record(asking, parts, and_then)


def recall(asking: Asking, understanding: Understanding, store: Store) -> Remembered | None:
    """What was served last in this conversation, if it is still in the knowledge."""
    if asking.place is None:
        return None
    last = store.questions.last_served(asking.workspace, asking.place, asking.asked_at)
    entry = understanding.knowledge.find(last[0]) if last else None
    return Remembered(entry, last[1]) if last and isinstance(entry, Entry) else None
