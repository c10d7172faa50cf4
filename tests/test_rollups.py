"""Counts by day: the same before and after the rows have gone, and nothing is counted twice."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.guard import Kind
from bot.overview import Figure
from bot.review import Move
from bot.schedule import in_london
from bot.storage import Closing, Store
from bot.storage.database import as_text
from tests.busy_year import DAYS, FIRST, fill_year
from tests.harness import Workspace
from tests.queue_steps import CAT, ask

LAST = date(2013, 12, 31)


@pytest.fixture
def year(store: Store, tmp_path: Path) -> Path:
    return fill_year(tmp_path / "bot.db")


def independent(path: Path, first: date, last: date) -> Counter[tuple[object, ...]]:
    """The same counts, by a walk over the rows."""
    found: Counter[tuple[object, ...]] = Counter()
    db = Database(path)
    asked = {row["id"]: row for row in db["questions"].rows}
    for row in asked.values():
        day = in_london(datetime.fromisoformat(row["asked_at"])).date()
        if first <= day <= last:
            found[(row["workspace"], day, "questions", row["part"], row["outcome"], row["surface"])] += 1
    for row in db["feedback"].rows:
        day = in_london(datetime.fromisoformat(row["given_at"])).date()
        question = asked[row["question_id"]]
        if first <= day <= last:
            said = "helpful" if row["helpful"] else "not_helpful"
            found[(row["workspace"], day, "feedback", question["part"], said, question["surface"])] += 1
    return found


def counted(figures: Iterable[Figure]) -> Counter[tuple[object, ...]]:
    found: Counter[tuple[object, ...]] = Counter()
    for one in figures:
        found[(one.workspace, one.day, one.measure, one.part, one.outcome, one.surface)] += one.times
    return found


def test_figures_are_those_of_an_independent_count(store: Store, year: Path) -> None:
    for first, last in ((FIRST.date(), LAST), (date(2012, 10, 28), date(2012, 10, 28)), (date(2013, 3, 31), LAST)):
        assert counted(store.rollups.figures(first, last)) == independent(year, first, last)


def test_a_span_is_looked_up_by_its_times(year: Path) -> None:
    plan = Database(year).execute(
        "EXPLAIN QUERY PLAN SELECT sum(times) FROM figures WHERE at >= '2012-11-01' AND at < '2012-11-08'"
    )

    steps = "\n".join(row[3] for row in plan)
    for index in ("questions_by_time", "feedback_by_time", "moves_by_time"):
        assert index in steps
    assert "SCAN q" not in steps


def test_figures_stay_the_same_while_the_rows_go_bit_by_bit(store: Store, year: Path) -> None:
    whole = independent(year, FIRST.date(), LAST)
    now, rows = FIRST + timedelta(days=DAYS), [Database(year)["questions"].count]

    for hours in (0, 7, 24, 31, 24 * 9, 24 * 150, 24 * 400):
        store.house.purge(now + timedelta(hours=hours))
        rows.append(Database(year)["questions"].count)

        assert counted(store.rollups.figures(FIRST.date(), LAST)) == whole

    assert rows == sorted(rows, reverse=True)
    assert rows[-1] == 0
    assert store.rollups.figures(LAST, LAST) == []


def test_a_day_that_was_rolled_up_no_longer_changes(store: Store, year: Path) -> None:
    now = FIRST + timedelta(days=DAYS)
    store.house.purge(now)
    rolled = now.date() - timedelta(days=200)
    before = store.rollups.figures(rolled, rolled)

    Database(year).table("questions").insert(
        {
            "workspace": "T1",
            "surface": "direct",
            "outcome": "answer",
            "confidence": 1,
            "asked_at": as_text(datetime(rolled.year, rolled.month, rolled.day, 12, tzinfo=UTC)),
        }
    )

    assert store.rollups.figures(rolled, rolled) == before != []


def test_an_answer_is_counted_with_how_long_it_was_waited_for(desk: Workspace) -> None:
    ask(desk, CAT)
    [group] = desk.store.review.groups("T0001")
    desk.clock.forward(hours=3)
    how = Closing(Move.LINK, "ULEAD", entry="objectives-count")
    desk.store.review.close("T0001", group.id, group.version, how, desk.clock())
    today = in_london(desk.clock()).date()
    before = [one for one in desk.store.rollups.figures(today, today) if one.measure == "answered"]
    desk.store.house.purge(desk.clock() + timedelta(days=181))

    assert [(one.outcome, one.surface, one.minutes, one.times) for one in before] == [("link", "direct", 180, 1)]
    assert [one for one in desk.store.rollups.figures(today, today) if one.measure == "answered"] == before


def test_refusals_are_counted_by_what_was_seen(store: Store) -> None:
    for _ in range(2):
        store.refusals.note("T1", "channel", [Kind.NHS_NUMBER, Kind.NAME], datetime(2012, 11, 22, 23, 30, tzinfo=UTC))

    found = store.rollups.figures(date(2012, 11, 22), date(2012, 11, 22))

    assert [(one.measure, one.outcome, one.surface, one.times) for one in found] == [
        ("refused", "name", "channel", 2),
        ("refused", "nhs-number", "channel", 2),
    ]


def test_roll_ups_hold_counts_and_nothing_of_people_or_questions(store: Store, year: Path) -> None:
    store.house.purge(FIRST + timedelta(days=DAYS))

    said = str(list(Database(year)["rollups"].rows))

    assert "question 1" not in said
    assert "U1" not in said
