"""Polls: what leads planned, the moves that each poll made, and where it stands in Slack."""

import json
import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from sqlite3 import Row

from sqlite_utils import Database

from bot.letters import Letter
from bot.polls import Outcome, Plan, Poll, PollError, State
from bot.polls.poll import plan_as_json, plan_from_json
from bot.storage.audit import note_in
from bot.storage.database import Connections, as_text, as_time
from bot.storage.outbox import write_in
from bot.storage.poll_messages import want_in

GONE = "That poll is no longer here, so nothing was changed."
CLOSE_FIRST = "Close the poll first; then say what came of it."
# What a move sends out, from the poll as it stands after it, and what else it writes in the same transaction.
Compose = Callable[[Database, Poll], Sequence[Letter]]
# What a move may start from, and what is said otherwise.
_FROM = {
    State.SCHEDULED: ({State.DRAFT}, "That poll was posted or planned already, so nothing was changed."),
    State.OPEN: ({State.DRAFT, State.SCHEDULED}, "That poll was posted or deleted already, so nothing was changed."),
    State.CLOSED: ({State.OPEN}, "That poll is not open any more, so nothing was changed."),
    State.DELETED: (
        {State.DRAFT, State.SCHEDULED, State.OPEN, State.CLOSED},
        "That poll was deleted already, so nothing was changed.",
    ),
}


class Polls:
    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def draft(self, workspace: str, author: str, plan: Plan, now: datetime, *, follows: int | None = None) -> Poll:
        """Keep a new plan."""
        with self._connections.writing() as db:
            poll = draft_in(db, workspace, author, plan, now, follows=follows)
            note_in(db, workspace, author, "poll:draft", now, poll_id=poll.id)
            return poll

    def find(self, workspace: str, poll_id: int) -> Poll | None:
        with self._connections.reading() as db:
            return find_in(db, workspace, poll_id)

    def anywhere(self, poll_id: int) -> Poll | None:
        """A poll of any workspace, by its number alone."""
        with self._connections.reading() as db:
            row = db.conn.execute("SELECT * FROM polls WHERE id = ?", (poll_id,)).fetchone()
        return _poll(row) if row else None

    def listed(
        self, workspace: str | None = None, states: Collection[State] | None = None, *, most: int = -1
    ) -> list[Poll]:
        """Polls of one workspace or of all, newest first, at most `most`; without states, all but deleted ones."""
        wanted = states or set(State) - {State.DELETED}
        marks = ", ".join("?" * len(wanted))
        with self._connections.reading() as db:
            rows = db.conn.execute(
                f"SELECT * FROM polls WHERE state IN ({marks}) AND workspace = ifnull(?, workspace) "
                "ORDER BY id DESC LIMIT ?",
                (*wanted, workspace, most),
            ).fetchall()
        return [_poll(row) for row in rows]

    def schedule(self, workspace: str, poll_id: int, now: datetime, *, by: str | None = None) -> Poll:
        """A draft waits for its time. Raises `PollError` where it was posted, planned or deleted."""
        with self._connections.writing() as db:
            if by:
                note_in(db, workspace, by, "poll:schedule", now, poll_id=poll_id)
            return _move(db, workspace, poll_id, State.SCHEDULED)

    def open(
        self,
        workspace: str,
        poll_id: int,
        closes_at: datetime,
        compose: Compose,
        now: datetime,
        *,
        by: str | None = None,
    ) -> Poll:
        """Open a poll, with the letters that post it; `by` is None where its time had come.

        Raises `PollError` as `schedule`.
        """
        with self._connections.writing() as db:
            if by:
                note_in(db, workspace, by, "poll:open", now, poll_id=poll_id)
            return open_in(db, workspace, poll_id, closes_at, compose, now)

    def close(self, workspace: str, poll_id: int, by: str | None, compose: Compose, now: datetime) -> Poll:
        """Close an open poll, with the letters that say so; `by` is None where its time was up.

        Its time of closing is `now`, or the promised one where that is past. Raises `PollError` where it is not open.
        """
        with self._connections.writing() as db:
            promised = poll_in(db, workspace, poll_id).plan.closes_at
            closed_at = min(now, promised) if promised else now
            _move(db, workspace, poll_id, State.CLOSED, closed_at=as_text(closed_at), closed_by=by)
            _drop_reminders(db, workspace, poll_id)
            _drop_unposted(db, workspace, poll_id, "poll")
            if by:
                note_in(db, workspace, by, "poll:close", now, poll_id=poll_id)
            return _send(db, workspace, poll_id, compose, now)

    def reopen(
        self, workspace: str, poll_id: int, closes_at: datetime, compose: Compose, now: datetime, by: str
    ) -> Poll:
        """Take votes again until `closes_at`. Raises `PollError` where it is not closed, or is anonymous."""
        with self._connections.writing() as db:
            poll = poll_in(db, workspace, poll_id)
            if poll.is_anonymous:
                raise PollError("An anonymous poll can't be reopened: new votes would show what they were.")
            if poll.state is not State.CLOSED:
                raise PollError("That poll is not closed, so it was not reopened.")
            write_plan(db, poll_id, replace(poll.plan, closes_at=closes_at))
            db.conn.execute(
                "UPDATE polls SET state = 'open', version = version + 1, reopened = reopened + 1, closed_at = NULL, "
                "closed_by = NULL WHERE id = ?",
                (poll_id,),
            )
            db.conn.execute("DELETE FROM results WHERE poll_id = ?", (poll_id,))
            note_in(db, workspace, by, "poll:reopen", now, poll_id=poll_id)
            return _send(db, workspace, poll_id, compose, now)

    def delete(self, workspace: str, poll_id: int, by: str, now: datetime) -> Poll:
        """Take a poll away with its votes; its messages are drawn once more. Raises `PollError` when it has gone.

        The ballot box of an anonymous poll is the caller's to empty.
        """
        with self._connections.writing() as db:
            poll = _move(db, workspace, poll_id, State.DELETED)
            note_in(db, workspace, by, "poll:delete", now, poll_id=poll_id)
            db.conn.execute("DELETE FROM votes WHERE poll_id = ?", (poll_id,))
            db.conn.execute("DELETE FROM publications WHERE poll_id = ?", (poll_id,))
            db.conn.execute("DELETE FROM results WHERE poll_id = ?", (poll_id,))
            _drop_unposted(db, workspace, poll_id, "poll", "results", "reopened")
            _drop_reminders(db, workspace, poll_id)
            want_in(db, poll_id)
            return poll

    def keep_outcome(self, workspace: str, poll_id: int, outcome: Outcome, compose: Compose, now: datetime) -> Poll:
        """Keep what came of a closed poll, in place of what was said before, with the letters that tell of it."""
        with self._connections.writing() as db:
            if poll_in(db, workspace, poll_id).state is not State.CLOSED:
                raise PollError(CLOSE_FIRST)
            made = json.dumps(asdict(outcome) | {"said_at": as_text(outcome.said_at)})
            db.conn.execute("UPDATE polls SET outcome = ?, version = version + 1 WHERE id = ?", (made, poll_id))
            note_in(db, workspace, outcome.by, "poll:outcome", now, poll_id=poll_id)
            return _send(db, workspace, poll_id, compose, now)

    def note_reminder(self, workspace: str, poll: Poll, letters: Sequence[Letter], by: str, now: datetime) -> None:
        """Write a reminder's letters and count it. Raises `PollError` where the poll moved since it was read."""
        with self._connections.writing() as db:
            cursor = db.conn.execute(
                "UPDATE polls SET reminders = reminders + 1, reminded_at = ?, version = version + 1 "
                "WHERE id = ? AND version = ? AND state = 'open'",
                (as_text(now), poll.id, poll.version),
            )
            if not cursor.rowcount:
                raise PollError("Somebody else was quicker, so no second reminder was sent.")
            write_in(db, workspace, letters, now)
            note_in(db, workspace, by, "poll:remind", now, poll_id=poll.id)

    def to_open(self, now: datetime) -> list[Poll]:
        """Planned polls whose time has come, in every workspace."""
        return self._due("state = 'scheduled' AND opens_at <= ?", now)

    def to_close(self, now: datetime) -> list[Poll]:
        """Open polls whose time is up, in every workspace."""
        return self._due("state = 'open' AND closes_at <= ?", now)

    def open_boxes(self) -> dict[str, tuple[str, int]]:
        """The ballot boxes of open polls, with the workspace and number of each poll."""
        with self._connections.reading() as db:
            rows = db.conn.execute("SELECT box, workspace, id FROM polls WHERE state = 'open' AND box IS NOT NULL")
            return {row["box"]: (row["workspace"], row["id"]) for row in rows}

    def boxes(self) -> set[str]:
        """The ballot boxes of all polls that were not deleted."""
        with self._connections.reading() as db:
            rows = db.conn.execute("SELECT box FROM polls WHERE box IS NOT NULL AND state != 'deleted'")
            return {row["box"] for row in rows}

    def reminds(self, workspace: str, person: str, wanted: bool) -> None:
        """Whether a person wants reminders of polls."""
        with self._connections.writing() as db:
            statement = "DELETE FROM no_reminders WHERE workspace = ? AND person = ?"
            if not wanted:
                statement = "INSERT INTO no_reminders VALUES (?, ?) ON CONFLICT DO NOTHING"
            db.conn.execute(statement, (workspace, person))

    def without_reminders(self, workspace: str) -> set[str]:
        """People who want none."""
        with self._connections.reading() as db:
            rows = db.conn.execute("SELECT person FROM no_reminders WHERE workspace = ?", (workspace,))
            return {row["person"] for row in rows}

    def _due(self, where: str, now: datetime) -> list[Poll]:
        with self._connections.reading() as db:
            rows = db.conn.execute(f"SELECT * FROM polls WHERE {where} ORDER BY id", (as_text(now),)).fetchall()
        return [_poll(row) for row in rows]


def draft_in(
    db: Database, workspace: str, author: str, plan: Plan, now: datetime, *, follows: int | None = None
) -> Poll:
    """As `Polls.draft`, within the caller's transaction."""
    cursor = db.conn.execute(
        "INSERT INTO polls (workspace, state, plan, author, version, made_at, follows) "
        "VALUES (?, 'draft', '', ?, 0, ?, ?)",
        (workspace, author, as_text(now), follows),
    )
    poll_id = int(cursor.lastrowid or 0)
    write_plan(db, poll_id, plan)
    return poll_in(db, workspace, poll_id)


def repeat_in(db: Database, poll: Poll, plan: Plan, now: datetime) -> Poll | None:
    """Plan the poll that follows another, within the caller's transaction; None where one did already."""
    if db.conn.execute("SELECT 1 FROM polls WHERE follows = ?", (poll.id,)).fetchone():
        return None
    made = draft_in(db, poll.workspace, poll.author, plan, now, follows=poll.id)
    return _move(db, poll.workspace, made.id, State.SCHEDULED)


def openings_in(db: Database, poll: Poll) -> list[datetime]:
    """When each poll of a series was to open, the first of all first, within the caller's transaction."""
    rows = db.conn.execute(
        "WITH RECURSIVE series (id, follows, at) AS ("
        "SELECT id, follows, ifnull(opens_at, opened_at) FROM polls WHERE id = ? UNION "
        "SELECT p.id, p.follows, ifnull(p.opens_at, p.opened_at) FROM polls p JOIN series s ON p.id = s.follows) "
        "SELECT at FROM series WHERE at IS NOT NULL ORDER BY id",
        (poll.id,),
    )
    return [as_time(row["at"]) for row in rows]


def find_in(db: Database, workspace: str, poll_id: int) -> Poll | None:
    row = db.conn.execute("SELECT * FROM polls WHERE workspace = ? AND id = ?", (workspace, poll_id)).fetchone()
    return _poll(row) if row else None


def poll_in(db: Database, workspace: str, poll_id: int) -> Poll:
    """The poll, within the caller's transaction. Raises `PollError` where there is none."""
    poll = find_in(db, workspace, poll_id)
    if poll is None:
        raise PollError(GONE)
    return poll


def open_in(db: Database, workspace: str, poll_id: int, closes_at: datetime, compose: Compose, now: datetime) -> Poll:
    """As `Polls.open`, within the caller's transaction."""
    poll = _move(db, workspace, poll_id, State.OPEN, opened_at=as_text(now))
    write_plan(db, poll_id, replace(poll.plan, closes_at=closes_at))
    if poll.is_anonymous:
        db.conn.execute("UPDATE polls SET box = ? WHERE id = ?", (secrets.token_hex(8), poll_id))
    db.conn.executemany(
        "INSERT INTO poll_messages (poll_id, channel) VALUES (?, ?)", [(poll_id, name) for name in poll.plan.channels]
    )
    return _write(db, workspace, poll_id, compose, now)


def _move(db: Database, workspace: str, poll_id: int, to: State, **columns: str | None) -> Poll:
    allowed, otherwise = _FROM[to]
    if poll_in(db, workspace, poll_id).state not in allowed:
        raise PollError(otherwise)
    changes = "".join(f", {name} = ?" for name in columns)
    db.conn.execute(
        f"UPDATE polls SET state = ?, version = version + 1{changes} WHERE id = ?", (to, *columns.values(), poll_id)
    )
    return poll_in(db, workspace, poll_id)


def write_plan(db: Database, poll_id: int, plan: Plan) -> None:
    """Keep a plan, within the caller's transaction, and its times in columns of their own, for the timers."""
    opens_at, closes_at = (as_text(time) if time else None for time in (plan.opens_at, plan.closes_at))
    db.conn.execute(
        "UPDATE polls SET plan = ?, opens_at = ?, closes_at = ? WHERE id = ?",
        (json.dumps(plan_as_json(plan)), opens_at, closes_at, poll_id),
    )


def _drop_unposted(db: Database, workspace: str, poll_id: int, *kinds: str) -> None:
    """A message in which nobody could vote any more is not posted; nor are results of a poll that has gone."""
    for kind in kinds:
        db.conn.execute(
            "UPDATE outbox SET state = 'dead', body = NULL WHERE workspace = ? AND kind = ? "
            "AND name LIKE ? AND state IN ('waiting', 'dead')",
            (workspace, kind, f"{kind}:{poll_id}:%"),
        )


def _drop_reminders(db: Database, workspace: str, poll_id: int) -> None:
    """Nobody is reminded of a poll that takes no votes, and who got a reminder would tell who had not voted."""
    db.conn.execute(
        "DELETE FROM outbox WHERE workspace = ? AND kind = 'poll_reminder' AND name LIKE ? AND state != 'sending'",
        (workspace, f"poll-reminder:{poll_id}:%"),
    )


def _send(db: Database, workspace: str, poll_id: int, compose: Compose, now: datetime) -> Poll:
    """Write what a move sends out, and have the poll's messages drawn anew."""
    want_in(db, poll_id)
    return _write(db, workspace, poll_id, compose, now)


def _write(db: Database, workspace: str, poll_id: int, compose: Compose, now: datetime) -> Poll:
    poll = poll_in(db, workspace, poll_id)
    write_in(db, workspace, compose(db, poll), now)
    return poll


def _poll(row: Row) -> Poll:
    outcome = json.loads(row["outcome"]) if row["outcome"] else None
    return Poll(
        id=row["id"],
        workspace=row["workspace"],
        state=State(row["state"]),
        plan=plan_from_json(json.loads(row["plan"])),
        author=row["author"],
        version=row["version"],
        made_at=as_time(row["made_at"]),
        opened_at=as_time(row["opened_at"]) if row["opened_at"] else None,
        closed_at=as_time(row["closed_at"]) if row["closed_at"] else None,
        closed_by=row["closed_by"],
        reopened=row["reopened"],
        box=row["box"],
        follows=row["follows"],
        reminders=row["reminders"],
        reminded_at=as_time(row["reminded_at"]) if row["reminded_at"] else None,
        outcome=Outcome(**outcome | {"said_at": as_time(outcome["said_at"])}) if outcome else None,
    )
