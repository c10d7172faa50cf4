"""The one package that knows there is a database."""

from pathlib import Path

from bot.storage.additions import Additions
from bot.storage.clarifications import AskedMeanwhile, Clarifications
from bot.storage.database import Connections, Transaction
from bot.storage.feedback import Feedback, FeedbackGiven
from bot.storage.groups import Likeness
from bot.storage.house import EVERYWHERE, House
from bot.storage.inbox import MOST_ATTEMPTS, Delivery, Held, Inbox
from bot.storage.outbox import Outbox
from bot.storage.practices import Practices
from bot.storage.proposals import Proposals
from bot.storage.questions import Questions
from bot.storage.recalls import Recalls
from bot.storage.review import Closing, Overtaken, Review
from bot.storage.reviews import Reviews
from bot.storage.served import Served
from bot.storage.versions import Versions


class Store:
    """All that the bot remembers. Safe to share between threads; two processes may share the file.

    Raises `StorageError` when the database cannot be used, or was made by a newer version.
    """

    def __init__(self, path: Path) -> None:
        self._connections = Connections(path)
        self.questions = Questions(self._connections)
        self.inbox = Inbox(self._connections)
        self.feedback = FeedbackGiven(self._connections)
        self.review = Review(self._connections)
        self.additions = Additions(self._connections)
        self.proposals = Proposals(self._connections)
        self.outbox = Outbox(self._connections)
        self.versions = Versions(self._connections)
        self.recalls = Recalls(self._connections)
        self.reviews = Reviews(self._connections)
        self.served = Served(self._connections)
        self.clarifications = Clarifications(self._connections)
        self.practices = Practices(self._connections)
        self.house = House(self._connections)

    def close(self) -> None:
        """Let go of the file."""
        self._connections.close()


__all__ = [
    "EVERYWHERE",
    "MOST_ATTEMPTS",
    "AskedMeanwhile",
    "Closing",
    "Delivery",
    "Feedback",
    "Held",
    "Inbox",
    "Likeness",
    "Overtaken",
    "Store",
    "Transaction",
]
