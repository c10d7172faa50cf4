"""What leads typed into the form of a poll, kept while they are at it, and the plan that comes of it."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlite_utils import Database

from bot.letters import Letter
from bot.polls import Plan, Poll, PollError, State
from bot.polls.filling import Filled, filled_as_json, filled_from_json
from bot.storage.audit import Hand, note_in
from bot.storage.database import Connections
from bot.storage.outbox import write_in
from bot.storage.polls import draft_in, poll_in, write_plan

PLANNED = frozenset({State.DRAFT, State.SCHEDULED})
POSTED = (
    "That poll was posted or discarded already, so nothing was changed. All polls on my Home tab shows where it is."
)


class PollForms:
    """What stands in a form lies beside the poll's plan: a planned poll opens as it was until the form is sent."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def begin(self, workspace: str, author: str, filled: Filled, now: datetime) -> Poll:
        """A new draft, with what stands in its form."""
        with self._connections.writing() as db:
            poll = draft_in(db, workspace, author, filled.plan, now)
            _write_form(db, poll.id, filled)
            note_in(db, workspace, author, "poll:draft", now, poll_id=poll.id)
            return poll

    def keep(self, workspace: str, poll_id: int, filled: Filled, hand: Hand) -> None:
        """What stands in the form now. Raises `PollError` where the poll was posted or discarded."""
        with self._connections.writing() as db:
            _require_planned(db, workspace, poll_id)
            _write_form(db, poll_id, filled)
            note_in(db, workspace, hand.by, "poll:edit", hand.at, poll_id=poll_id)

    def of(self, workspace: str, poll_id: int) -> Filled | None:
        """What stands in a form that was not sent yet."""
        with self._connections.reading() as db:
            row = db.conn.execute(
                "SELECT form FROM polls WHERE workspace = ? AND id = ?", (workspace, poll_id)
            ).fetchone()
        return filled_from_json(json.loads(row["form"])) if row and row["form"] else None

    def settle(
        self, workspace: str, poll_id: int, plan: Plan, compose: Callable[[Poll], Sequence[Letter]], hand: Hand
    ) -> Poll:
        """The form is sent: this is the plan, with the letters that show it. Raises `PollError` as `keep`."""
        with self._connections.writing() as db:
            _require_planned(db, workspace, poll_id)
            write_plan(db, poll_id, plan)
            db.conn.execute("UPDATE polls SET form = NULL, version = version + 1 WHERE id = ?", (poll_id,))
            poll = poll_in(db, workspace, poll_id)
            write_in(db, workspace, compose(poll), hand.at)
            note_in(db, workspace, hand.by, "poll:plan", hand.at, poll_id=poll_id)
            return poll

    def discard(self, workspace: str, poll_id: int, hand: Hand) -> None:
        """Drop a draft or a planned poll. Raises `PollError` where it was posted or discarded."""
        with self._connections.writing() as db:
            _require_planned(db, workspace, poll_id)
            db.conn.execute(
                "UPDATE polls SET state = 'deleted', form = NULL, version = version + 1 WHERE id = ?", (poll_id,)
            )
            note_in(db, workspace, hand.by, "poll:discard", hand.at, poll_id=poll_id)


def _require_planned(db: Database, workspace: str, poll_id: int) -> None:
    """Raise `PollError` where the poll was posted or discarded."""
    if poll_in(db, workspace, poll_id).state not in PLANNED:
        raise PollError(POSTED)


def _write_form(db: Database, poll_id: int, filled: Filled) -> None:
    db.conn.execute("UPDATE polls SET form = ? WHERE id = ?", (json.dumps(filled_as_json(filled)), poll_id))
