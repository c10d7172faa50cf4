"""Votes of named polls: one a voter, counted once, whatever arrives at the same time."""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from sqlite3 import Row

from sqlite_utils import Database

from bot.polls import Answers, Poll, PollError, Vote, takes_votes
from bot.polls.poll import Voice, answers_as_json, answers_from_json
from bot.storage.database import Connections, as_text, as_time
from bot.storage.poll_messages import want_in
from bot.storage.polls import poll_in
from bot.storage.practices import code_of

LATE = "That poll is closed, so your vote was not counted."
NO_PRACTICE = "Choose your practice first: in this poll each practice has one vote."


class Cast(StrEnum):
    """What became of a vote."""

    COUNTED = "counted"
    CHANGED = "changed"
    SAME = "same"  # it was there already
    TAKEN = "taken"  # a colleague voted for the practice, and `instead` was not asked for


@dataclass(frozen=True)
class Casting:
    """What became of a vote, and the vote that stands now."""

    cast: Cast
    vote: Vote


class Votes:
    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def cast(
        self, workspace: str, poll_id: int, person: str, answers: Answers, now: datetime, *, instead: bool = False
    ) -> Casting:
        """Count a vote. `instead`: also in place of the vote that a colleague cast for the practice.

        Raises `PollError` where the poll takes no votes, and where a practice votes and the person has none.
        """
        with self._connections.writing() as db:
            poll = poll_in(db, workspace, poll_id)
            if not takes_votes(poll, now):
                raise PollError(LATE)
            practice = code_of(db, workspace, person)
            voter = _voter(poll, person, practice)
            before = _vote_in(db, poll_id, voter)
            if before and before.answers == answers:
                return Casting(Cast.SAME, before)
            if before and before.person != person and not instead:
                return Casting(Cast.TAKEN, before)
            row = db.conn.execute(
                "INSERT INTO votes (poll_id, voter, person, practice, answers, cast_at) VALUES (?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (poll_id, voter) DO UPDATE SET person = excluded.person, practice = excluded.practice, "
                "answers = excluded.answers, cast_at = excluded.cast_at RETURNING *",
                (poll_id, voter, person, practice, json.dumps(answers_as_json(answers)), as_text(now)),
            ).fetchone()
            want_in(db, poll_id)
            return Casting(Cast.CHANGED if before else Cast.COUNTED, _vote(row))

    def withdraw(self, workspace: str, poll_id: int, person: str, now: datetime) -> bool:
        """Take back what a person or their practice voted; False where nothing stood. Raises `PollError` as `cast`."""
        with self._connections.writing() as db:
            poll = poll_in(db, workspace, poll_id)
            if not takes_votes(poll, now):
                raise PollError("That poll is closed, so your vote stays as it was.")
            voter = _voter(poll, person, code_of(db, workspace, person))
            cursor = db.conn.execute("DELETE FROM votes WHERE poll_id = ? AND voter = ?", (poll_id, voter))
            if cursor.rowcount:
                want_in(db, poll_id)
            return cursor.rowcount > 0

    def of(self, workspace: str, poll: Poll, person: str) -> Vote | None:
        """The vote that stands for a person, or for their practice."""
        with self._connections.reading() as db:
            practice = code_of(db, workspace, person)
            if poll.plan.voice is Voice.PRACTICE and practice is None:
                return None
            return _vote_in(db, poll.id, _voter(poll, person, practice))

    def all(self, poll_id: int) -> list[Vote]:
        """Every vote of a poll, in the order of their voters."""
        with self._connections.reading() as db:
            return votes_in(db, poll_id)

    def count(self, poll_id: int) -> int:
        """How many voted."""
        with self._connections.reading() as db:
            row = db.conn.execute("SELECT count(*) FROM votes WHERE poll_id = ?", (poll_id,)).fetchone()
        return int(row[0])


def votes_in(db: Database, poll_id: int) -> list[Vote]:
    """As `Votes.all`, within the caller's transaction."""
    return [_vote(row) for row in db.conn.execute("SELECT * FROM votes WHERE poll_id = ? ORDER BY voter", (poll_id,))]


def _voter(poll: Poll, person: str, practice: str | None) -> str:
    if poll.plan.voice is Voice.PERSON:
        return person
    if practice is None:
        raise PollError(NO_PRACTICE)
    return practice


def _vote_in(db: Database, poll_id: int, voter: str) -> Vote | None:
    row = db.conn.execute("SELECT * FROM votes WHERE poll_id = ? AND voter = ?", (poll_id, voter)).fetchone()
    return _vote(row) if row else None


def _vote(row: Row) -> Vote:
    answers = answers_from_json(json.loads(row["answers"]))
    return Vote(row["id"], row["voter"], row["person"], row["practice"], answers, as_time(row["cast_at"]))
