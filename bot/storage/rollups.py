"""Counts of what was asked and answered: of each day while its rows are here, and kept as counts once they go."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from sqlite3 import Row

from sqlite_utils import Database

from bot.overview import Figure
from bot.schedule import at_london, in_london
from bot.storage.database import Connections, as_text, as_time

# The columns of a count, as `countable` and `figures` have them: the steps of bot.migrations define what is counted.
_WHAT = "workspace, day, measure, part, outcome, surface, minutes"


class Rollups:
    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def figures(self, first: date, last: date) -> list[Figure]:
        """Every count of these days, both included, oldest first.

        A day whose rows have begun to go is read from its roll-up alone. Any other is read from its rows, with what
        was rolled up of those that went before their day.
        """
        with self._connections.reading() as db:
            rows = db.conn.execute(
                f"SELECT {_WHAT}, sum(times) AS times FROM figures WHERE at >= ? AND at < ? GROUP BY {_WHAT} "
                "ORDER BY day, workspace, measure, outcome, surface, part, minutes",
                _span(first, last),
            ).fetchall()
        return [
            Figure(**dict(row) | {"day": date.fromisoformat(row["day"]), "part": row["part"] or None}) for row in rows
        ]


def roll_up_in(db: Database, until: datetime) -> None:
    """Keep the counts of every day that began before `until`, within the transaction in which rows of theirs go.

    A day is rolled up once, whole: from then on it is read from there, whatever becomes of its rows.
    """
    last, before = _day(until), rolled_before(db)
    oldest = db.conn.execute(
        "SELECT min(at) FROM (SELECT min(asked_at) AS at FROM questions UNION ALL SELECT min(given_at) FROM feedback "
        "UNION ALL SELECT min(made_at) FROM moves)"
    ).fetchone()[0]
    first = date.fromisoformat(before) if before else _day(as_time(oldest)) if oldest else last
    if first > last:
        return
    _keep(
        db,
        db.conn.execute(
            f"SELECT {_WHAT}, count(*) FROM countable WHERE at >= ? AND at < ? GROUP BY {_WHAT}", _span(first, last)
        ).fetchall(),
    )
    db.conn.execute("DELETE FROM rolled_up")
    db.conn.execute("INSERT INTO rolled_up VALUES (?)", ((last + timedelta(days=1)).isoformat(),))


def roll_up_feedback_in(db: Database, where: str, values: Sequence[str]) -> None:
    """Keep the counts of feedback that goes with its question, before that; `where` says which questions go.

    Within the same transaction, after `roll_up_in`, whose days have it already.
    """
    rows = db.conn.execute(
        f"SELECT {_WHAT}, count(*) FROM countable WHERE measure = 'feedback' AND day >= ? "
        f"AND question_id IN (SELECT id FROM questions WHERE {where}) GROUP BY {_WHAT}",
        (rolled_before(db), *values),
    )
    _keep(db, rows.fetchall())


def waited_in(db: Database, group_id: int, now: datetime) -> list[tuple[int, str]]:
    """For how many minutes each open question of a group waited, and where it was asked."""
    rows = db.conn.execute(
        "SELECT q.asked_at, q.surface FROM unanswered u JOIN questions q ON q.id = u.question_id "
        "WHERE u.group_id = ? AND u.status = 'open'",
        (group_id,),
    )
    return sorted((int((now - as_time(row["asked_at"])).total_seconds() // 60), row["surface"]) for row in rows)


def rolled_before(db: Database) -> str:
    """The first day, as text, that is read from its rows; empty while no day was rolled up."""
    row = db.conn.execute("SELECT before FROM rolled_up").fetchone()
    return row["before"] if row else ""


def _keep(db: Database, rows: Iterable[Row]) -> None:
    db.conn.executemany(
        "INSERT INTO rollups VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET times = times + excluded.times",
        [tuple(row) for row in rows],
    )


def _day(at: datetime) -> date:
    return in_london(at).date()


def _span(first: date, last: date) -> tuple[str, str]:
    """From when to when these days last in Europe/London, as the tables keep times."""
    return as_text(at_london(first, time())), as_text(at_london(last + timedelta(days=1), time()))
