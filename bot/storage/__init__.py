"""The one package that knows there is a database."""

from datetime import datetime
from pathlib import Path

from bot.storage.additions import Additions
from bot.storage.arrivals import Arrivals
from bot.storage.asked import Asked
from bot.storage.audit import Audit, Deed, Hand, Noted
from bot.storage.ballot_boxes import BallotBoxes
from bot.storage.clarifications import AskedMeanwhile, Clarifications
from bot.storage.copies import (
    Backup,
    about,
    back_up,
    ballots_beside,
    damaged,
    is_backup,
    is_made_up,
    require_real,
    require_whole,
    restore,
)
from bot.storage.database import Connections, Transaction
from bot.storage.feedback import Feedback, FeedbackGiven
from bot.storage.groups import Likeness
from bot.storage.house import EVERYWHERE, House
from bot.storage.inbox import MOST_ATTEMPTS, Delivery, Held, Inbox, Settled
from bot.storage.outbox import Outbox
from bot.storage.people import People
from bot.storage.poll_forms import PollForms
from bot.storage.poll_messages import Drawing, PollMessages
from bot.storage.poll_refusals import PollRefusals, Refusal
from bot.storage.polls import Polls
from bot.storage.practices import Practices
from bot.storage.proposals import Proposals
from bot.storage.publications import Publications
from bot.storage.questions import Questions
from bot.storage.recalls import Recalls
from bot.storage.refusals import Refusals, Refused
from bot.storage.review import Closing, Overtaken, Review, Sorting
from bot.storage.reviews import Reviews
from bot.storage.rollups import Rollups
from bot.storage.secret import Secret
from bot.storage.served import Served
from bot.storage.versions import Versions
from bot.storage.votes import Cast, Casting, Votes
from bot.storage.waits import Waits
from bot.storage.weekly import Weekly


class Store:
    """All that the bot remembers. Safe to share between threads; two processes may share the file.

    Raises `StorageError` when the database cannot be used, or was made by a newer version.
    """

    def __init__(self, path: Path) -> None:
        self._connections = Connections(path)
        self.questions = Questions(self._connections)
        self.inbox = Inbox(self._connections)
        self.refusals = Refusals(self._connections)
        self.arrivals = Arrivals(self._connections)
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
        self.audit = Audit(self._connections)
        self.polls = Polls(self._connections)
        self.poll_forms = PollForms(self._connections)
        self.poll_refusals = PollRefusals(self._connections)
        self.votes = Votes(self._connections)
        self.poll_messages = PollMessages(self._connections)
        self.publications = Publications(self._connections)
        self.secret = Secret(path.with_name(f"{path.stem}.key"))
        self.ballot_boxes = BallotBoxes(ballots_beside(path), self.secret)
        self.rollups = Rollups(self._connections)
        self.people = People(self._connections)
        self.waits = Waits(self._connections)
        self.asked = Asked(self._connections)
        self.weekly = Weekly(self._connections)
        self.house = House(self._connections)

    def back_up(self, file: Path, now: datetime, *, whole: bool = False) -> Backup | None:
        """Write all that is remembered now into a new file, while others go on; see `bot.storage.copies`."""
        return back_up(self._connections, self.ballot_boxes, file, now, whole=whole)

    def close(self) -> None:
        """Let go of the files."""
        self.ballot_boxes.close_file()
        self._connections.close()


__all__ = [
    "EVERYWHERE",
    "MOST_ATTEMPTS",
    "AskedMeanwhile",
    "Backup",
    "Cast",
    "Casting",
    "Closing",
    "Deed",
    "Delivery",
    "Drawing",
    "Feedback",
    "Hand",
    "Held",
    "Inbox",
    "Likeness",
    "Noted",
    "Overtaken",
    "Refusal",
    "Refused",
    "Settled",
    "Sorting",
    "Store",
    "Transaction",
    "about",
    "ballots_beside",
    "damaged",
    "is_backup",
    "is_made_up",
    "require_real",
    "require_whole",
    "restore",
]
