"""What was asked in a span of days, by what was given for it and by what waited: for those who report on it."""

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlite_utils import Database

from bot.overview import ANSWERED, ASKED
from bot.polls import SMALLEST_GROUP
from bot.review import State
from bot.schedule import at_london
from bot.storage.database import Connections, as_text

_WITHIN = "q.asked_at >= :begins AND q.asked_at < :ends AND q.workspace != :without"
_GIVEN = (
    "SELECT q.entry, max(q.part) AS part, count(*) AS times FROM questions q "
    f"WHERE {_WITHIN} AND q.outcome = :answered AND q.entry IS NOT NULL GROUP BY q.entry ORDER BY times DESC, q.entry"
)
# People who were told are numbers by now: the id of each has gone from their questions.
_WAITED = (
    "SELECT coalesce(u.group_id, -u.id) AS theme, count(*) AS times, g.state, g.entry, g.reason, "
    "coalesce(g.part, max(q.part)) AS part, (SELECT count(DISTINCT w.asker) FROM unanswered v "
    "JOIN questions w ON w.id = v.question_id WHERE v.group_id = g.id) + g.told AS people, "
    "(SELECT w.question FROM unanswered v JOIN questions w ON w.id = v.question_id "
    "WHERE v.group_id = g.id AND w.question IS NOT NULL ORDER BY w.asked_at, v.id LIMIT 1) AS question "
    f"FROM unanswered u JOIN questions q ON q.id = u.question_id LEFT JOIN groups g ON g.id = u.group_id "
    f"WHERE {_WITHIN} GROUP BY theme ORDER BY times DESC, theme"
)
_PRACTICES = f"SELECT DISTINCT q.practice FROM questions q WHERE {_WITHIN} AND q.practice IS NOT NULL"
_VOTED = "SELECT DISTINCT practice FROM votes WHERE cast_at >= :begins AND cast_at < :ends AND practice IS NOT NULL"
_KEPT = f"SELECT count(*) FROM questions q WHERE {_WITHIN} AND q.outcome IN (SELECT value FROM json_each(:asked))"


@dataclass(frozen=True)
class Given:
    """How often an answer was given at once, or picked from suggestions."""

    entry: str
    part: int | None  # of the mandate
    times: int


@dataclass(frozen=True)
class Waited:
    """Questions that mean the same, and had no answer or one that did not help."""

    question: str  # as it was asked first; empty where fewer than five people asked
    part: int | None
    times: int  # in the span
    state: State  # as it is now
    entry: str | None  # what answers it now
    reason: str | None  # why it was dismissed: a key of `bot.review.REASONS`


@dataclass(frozen=True)
class Span:
    """What was asked in a span of days; of both lists, the most often first."""

    given: tuple[Given, ...]
    waited: tuple[Waited, ...]
    kept: int  # questions of that time that are still here
    practices: frozenset[str]  # codes of those that asked
    voted: frozenset[str]  # codes of those that took part in polls with names


class Asked:
    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def within(self, first: date, last: date, *, without: str) -> Span:
        """These days in Europe/London, both included, of all workspaces but `without`."""
        values = {
            "begins": as_text(_start(first)),
            "ends": as_text(_start(last + timedelta(days=1))),
            "without": without,
            "answered": ANSWERED,
            "asked": json.dumps(sorted(ASKED)),
        }
        with self._connections.reading() as db:
            db.conn.execute("BEGIN")  # so that what is read together belongs together
            given = tuple(Given(row["entry"], row["part"], row["times"]) for row in db.conn.execute(_GIVEN, values))
            waited = tuple(
                Waited(
                    row["question"] or "" if (row["people"] or 0) >= SMALLEST_GROUP else "",
                    row["part"],
                    row["times"],
                    State(row["state"] or State.NEW),
                    row["entry"],
                    row["reason"],
                )
                for row in db.conn.execute(_WAITED, values)
            )
            kept = int(db.conn.execute(_KEPT, values).fetchone()[0])
            found = Span(given, waited, kept, _codes(db, _PRACTICES, values), _codes(db, _VOTED, values))
            db.conn.execute("COMMIT")
        return found


def _codes(db: Database, sql: str, values: dict[str, str]) -> frozenset[str]:
    return frozenset(row[0] for row in db.conn.execute(sql, values))


def _start(day: date) -> datetime:
    return at_london(day, time())
