"""Counts of what was asked and answered: of each day while its rows are here, and kept as counts once they go."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from sqlite3 import Row

from sqlite_utils import Database

from bot.schedule import at_london, in_london
from bot.storage.database import Connections, as_text, as_time

# The counts of each measure, by day.
_QUESTIONS = (
    "SELECT q.workspace, day_of(q.asked_at) AS day, 'questions' AS measure, coalesce(q.part, g.part, 0) AS part, "
    "q.outcome, q.surface, 0 AS minutes, count(*) AS times FROM questions q "
    "LEFT JOIN unanswered u ON u.question_id = q.id LEFT JOIN groups g ON g.id = u.group_id "
    "WHERE {which} GROUP BY 1, 2, 4, 5, 6"
)
_FEEDBACK = (
    "SELECT f.workspace, day_of(f.given_at) AS day, 'feedback' AS measure, coalesce(q.part, g.part, 0) AS part, "
    "iif(f.helpful, 'helpful', coalesce(f.reason, 'not_helpful')) AS outcome, q.surface, 0 AS minutes, "
    "count(*) AS times FROM feedback f JOIN questions q ON q.id = f.question_id "
    "LEFT JOIN unanswered u ON u.question_id = q.id LEFT JOIN groups g ON g.id = u.group_id "
    "WHERE {which} GROUP BY 1, 2, 4, 5, 6"
)
# A move that closes a row says of each question in it how long it had waited, and where it was asked.
_ANSWERED = (
    "SELECT m.workspace, day_of(m.made_at) AS day, 'answered' AS measure, "
    "coalesce(json_extract(m.detail, '$.part'), 0) AS part, m.move AS outcome, "
    "json_extract(w.value, '$[1]') AS surface, json_extract(w.value, '$[0]') AS minutes, count(*) AS times "
    "FROM moves m, json_each(m.detail, '$.waited') w WHERE m.move IN ('answer', 'link') "
    "AND {which} GROUP BY 1, 2, 4, 5, 6, 7"
)
_MEASURES = tuple(
    (sql, f"{time} >= ? AND {time} < ?")
    for sql, time in ((_QUESTIONS, "q.asked_at"), (_FEEDBACK, "f.given_at"), (_ANSWERED, "m.made_at"))
)


@dataclass(frozen=True)
class Figure:
    """How often one thing happened on one day in Europe/London."""

    workspace: str
    day: date
    measure: str  # questions, feedback, answered, refused
    part: int | None  # of the mandate
    outcome: str  # of a question; helpful, or why not; answer or link; what was seen in a text that was refused
    surface: str
    minutes: int  # that a question waited until it was answered; 0 for other measures
    times: int


class Rollups:
    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def figures(self, first: date, last: date) -> list[Figure]:
        """Every count of these days, both included, oldest first.

        A day whose rows have begun to go is read from its roll-up alone. Any other is read from its rows, with what
        was rolled up of those that went before their day.
        """
        with self._connections.reading() as db:
            db.conn.execute("BEGIN")  # a purge in between would count a day twice, or not at all
            before = rolled_before(db)
            rows = list(db.conn.execute("SELECT * FROM rollups WHERE day BETWEEN ? AND ?", _texts(first, last)))
            rows += _counted(db, max(first, date.fromisoformat(before)) if before else first, last)
            rows += db.conn.execute(
                "SELECT workspace, day, 'refused' AS measure, 0 AS part, kind AS outcome, surface, 0 AS minutes, times "
                "FROM refusals WHERE day BETWEEN ? AND ?",
                _texts(first, last),
            )
            db.conn.execute("COMMIT")
        found = [
            Figure(
                row["workspace"],
                date.fromisoformat(row["day"]),
                row["measure"],
                row["part"] or None,
                row["outcome"],
                row["surface"],
                row["minutes"],
                row["times"],
            )
            for row in rows
        ]
        return sorted(_joined(found), key=lambda one: (one.day, one.workspace, one.measure, one.outcome, one.surface))


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
    _keep(db, _counted(db, first, last))
    db.conn.execute("DELETE FROM rolled_up")
    db.conn.execute("INSERT INTO rolled_up VALUES (?)", ((last + timedelta(days=1)).isoformat(),))


def roll_up_feedback_in(db: Database, where: str, values: Sequence[str]) -> None:
    """Keep the counts of feedback that goes with its question, before that; `where` says which questions go.

    Within the same transaction, after `roll_up_in`, whose days have it already.
    """
    _prepare(db)
    rows = db.conn.execute(
        f"SELECT * FROM ({_FEEDBACK.format(which=f'q.id IN (SELECT id FROM questions WHERE {where})')}) WHERE day >= ?",
        (*values, rolled_before(db)),
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


def _counted(db: Database, first: date, last: date) -> list[Row]:
    if first > last:
        return []
    _prepare(db)
    span = as_text(at_london(first, time())), as_text(at_london(last + timedelta(days=1), time()))
    return [row for sql, which in _MEASURES for row in db.conn.execute(sql.format(which=which), span)]


def _joined(found: Iterable[Figure]) -> Iterator[Figure]:
    """One figure where a roll-up and the rows both have a part of it."""
    counts: Counter[Figure] = Counter()
    for one in found:
        counts[replace(one, times=0)] += one.times
    return (replace(one, times=times) for one, times in counts.items())


def _prepare(db: Database) -> None:
    db.conn.create_function("day_of", 1, lambda at: _day_of_hour(at[:13]), deterministic=True)


@lru_cache(maxsize=20_000)
def _day_of_hour(hour: str) -> str:
    """The day in Europe/London, where clocks change at whole hours."""
    return _day(datetime.fromisoformat(f"{hour}:00+00:00")).isoformat()


def _day(at: datetime) -> date:
    return in_london(at).date()


def _texts(*days: date) -> list[str]:
    return [day.isoformat() for day in days]
