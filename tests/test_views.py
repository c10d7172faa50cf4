"""What the dashboard reads: each view against a walk over the tables, or a sample counted by hand."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from bot.guard import Kind
from bot.knowledge import Knowledge
from bot.migrations import DASHBOARD_VIEWS
from bot.review import Move
from bot.schedule import in_london
from bot.storage import Closing, Store
from bot.storage.database import as_text
from tests.busy_year import DAYS, FIRST, fill_year
from tests.harness import Workspace
from tests.queue_steps import CAT, LOCUM, ask

NOW = datetime(2012, 12, 20, 12, tzinfo=UTC)


@pytest.fixture
def db(store: Store, tmp_path: Path) -> Database:
    return Database(tmp_path / "bot.db")


def read(db: Database, view: str, *columns: str) -> list[Any]:
    """The rows of a view, or of some of its columns; of one column its values."""
    rows = list(db.query(f"SELECT {', '.join(columns) or '*'} FROM {view}"))
    if len(columns) == 1:
        return [row[columns[0]] for row in rows]
    return [tuple(row.values()) for row in rows] if columns else rows


def figures(db: Database) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in db["dashboard_figures"].rows]


def added(db: Database, table: str, row: dict[str, Any]) -> int:
    """The id of a new row."""
    made = db.table(table).insert(row).last_pk
    assert isinstance(made, int)
    return made


def asked(db: Database, at: datetime, outcome: str = "answer", **more: Any) -> int:
    """The id of a question that was asked at that time."""
    row = {"workspace": "T1", "asker": "UPLANTED", "surface": "direct", "question": "how many parts", "confidence": 0.5}
    return added(db, "questions", row | {"outcome": outcome, "asked_at": as_text(at)} | more)


def group(db: Database, *times: datetime, state: str = "new", texts: Sequence[str | None] = (), **more: Any) -> int:
    """The id of a row of the queue with a question asked at each of these times."""
    row = {"workspace": "T1", "version": 1, "people": 1, "practices": 1, "state": state, "times": len(times)}
    when = {"first_asked_at": as_text(min(times)), "last_asked_at": as_text(max(times))}
    made = added(db, "groups", row | when | more)
    for at, text in zip(times, texts or ["what of it"] * len(times), strict=True):
        db.table("unanswered").insert(
            {
                "workspace": "T1",
                "question_id": asked(db, at, "no_answer", question=text),
                "status": "open",
                "reason": "no_answer",
                "queued_at": as_text(at),
                "group_id": made,
            }
        )
    return made


@pytest.mark.parametrize(
    "at",
    [
        datetime(year, month, day, hour, minute, 59, 999_000, tzinfo=UTC)
        for year, month, day in (
            [(2012, 3, day) for day in (24, 25, 26, 31)]
            + [(2012, 10, day) for day in (1, 27, 28, 29, 31)]
            + [(2013, 3, 30), (2013, 3, 31), (2013, 4, 1), (2013, 10, 26), (2013, 10, 27), (2013, 10, 28)]
            + [(2012, 7, 1), (2012, 12, 31), (2013, 1, 1), (2012, 11, 1), (2012, 2, 29), (2024, 3, 31), (2021, 10, 31)]
        )
        for hour, minute in ((22, 59), (23, 0), (23, 59), (0, 0), (0, 59), (1, 0))
    ],
    ids=str,
)
def test_a_day_is_a_day_in_london(db: Database, at: datetime) -> None:
    asked(db, at)

    assert read(db, "dashboard_figures", "day") == [in_london(at).date().isoformat()]


def test_figures_are_those_of_a_walk_over_the_rows_also_while_they_go(store: Store, db: Database) -> None:
    fill_year(store._connections.path)
    part_of = {row["id"]: row["part"] for row in db["questions"].rows}
    surface_of = {row["id"]: row["surface"] for row in db["questions"].rows}
    whole: Counter[tuple[Any, ...]] = Counter()
    for row in db["questions"].rows:
        day = in_london(datetime.fromisoformat(row["asked_at"])).date().isoformat()
        whole[(day, "questions", row["part"], row["outcome"], row["surface"], 0)] += 1
    for row in db["feedback"].rows:
        day = in_london(datetime.fromisoformat(row["given_at"])).date().isoformat()
        said, of = "helpful" if row["helpful"] else "not_helpful", row["question_id"]
        whole[(day, "feedback", part_of[of], said, surface_of[of], 0)] += 1

    for hours in (None, 0, 7, 24, 31, 24 * 9, 24 * 150, 24 * 400):
        if hours is not None:
            store.house.purge(FIRST + timedelta(days=DAYS, hours=hours))

        found = figures(db)
        assert {row[:6]: row[6] for row in found} == whole
        assert len(found) == len(whole)


def test_the_span_is_from_the_first_figure_to_the_last_whatever_they_are_of(store: Store, db: Database) -> None:
    def ends_of(view: str, first: str, last: str) -> tuple[Any, ...]:
        found: tuple[Any, ...] = db.execute(f"SELECT {first}, {last} FROM {view}").fetchone()
        return found

    assert ends_of("dashboard_span", "first", "last") == (None, None)
    fill_year(store._connections.path)
    asked(db, FIRST - timedelta(days=9), workspace="local")
    store.refusals.note("T1", "direct", [Kind.NHS_NUMBER], FIRST - timedelta(days=2))
    move = {
        "workspace": "T1",
        "group_id": 1,
        "move": "answer",
        "by": "UPLANTED",
        "detail": '{"waited": [[5, "direct"]]}',
    }
    added(db, "moves", move | {"made_at": "2014-03-31T23:30:00"})
    added(db, "moves", move | {"made_at": "2014-05-01T12:00:00", "move": "dismiss"})

    for days in (0, 1, 150, 600):
        store.house.purge(FIRST + timedelta(days=days))

        span = ends_of("dashboard_span", "first", "last")
        assert span == ends_of("dashboard_figures", "min(day)", "max(day)") == ("2012-09-29", "2014-04-01")


@pytest.mark.parametrize("until", [datetime(2013, 4, 2, tzinfo=UTC), datetime(2012, 10, 29, 12, tzinfo=UTC)], ids=str)
def test_a_day_at_a_clock_change_is_rolled_up_whole(store: Store, db: Database, until: datetime) -> None:
    for hours in range(-96, 48):
        asked(db, until + timedelta(hours=hours, minutes=30))
    before = figures(db)

    for hours in range(0, 120, 5):
        store.house.purge(until - timedelta(hours=96 - hours) + timedelta(days=180))

        assert figures(db) == before


def test_waits_and_refusals_are_figures_as_well(desk: Workspace) -> None:
    ask(desk, CAT)
    [row] = desk.store.review.groups("T0001")
    desk.clock.forward(minutes=95)
    how = Closing(Move.LINK, "ULEAD", entry="objectives-count")
    desk.store.review.close("T0001", row.id, row.version, how, desk.clock())
    desk.store.refusals.note("T0001", "channel", [Kind.NHS_NUMBER], desk.clock())

    found = Database(desk.store._connections.path).execute(
        "SELECT measure, outcome, surface, minutes, times FROM dashboard_figures ORDER BY measure"
    )

    assert found.fetchall() == [
        ("answered", "link", "direct", 95, 1),
        ("questions", "no_answer", "direct", 0, 1),
        ("refused", "nhs-number", "channel", 0, 1),
    ]


def test_what_was_tried_on_the_command_line_is_in_no_view(db: Database) -> None:
    asked(db, NOW, workspace="local", entry="tea")
    group(db, NOW, workspace="local")
    db.execute("UPDATE questions SET workspace = 'local'")

    assert read(db, "dashboard_figures") == read(db, "dashboard_unanswered") == []


def test_the_queue_shows_each_row_once_with_its_first_text_that_is_left(db: Database) -> None:
    kept = group(
        db,
        NOW - timedelta(days=3),
        NOW - timedelta(days=1),
        NOW,
        texts=[None, "may <@U0PLANTED> or <@W1|jo> say it", "and now"],
        part=4,
        practices=2,
    )
    group(db, NOW, merged_into=kept)

    assert read(db, "dashboard_unanswered") == [
        {
            "id": kept,
            "question": "may somebody or somebody say it",
            "state": "new",
            "part": 4,
            "age": "under a week",
            "first_asked": "2012-12-17",
            "last_asked": "2012-12-20",
            "times": 3,
            "practices": 2,
            "why": "no answer",
        }
    ]


@pytest.mark.parametrize(
    ("days", "age"),
    [(6.99, "under a week"), (7, "1 to 4 weeks"), (28, "1 to 4 weeks"), (28.01, "over 4 weeks")],
)
def test_a_row_ages_until_the_bot_was_last_seen(store: Store, db: Database, days: float, age: str) -> None:
    group(db, NOW - timedelta(days=days))

    store.house.try_writing(NOW)

    assert read(db, "dashboard_unanswered", "age") == [age]


def test_a_closed_row_is_as_old_as_it_was_then(db: Database) -> None:
    row = group(db, NOW - timedelta(days=90), state="linked")
    made = {"workspace": "T1", "group_id": row, "by": "ULEAD", "detail": "{}"}
    db.table("moves").insert(made | {"move": "link", "made_at": as_text(NOW - timedelta(days=80))})
    asked(db, NOW)

    assert read(db, "dashboard_unanswered", "state", "age") == [("linked", "1 to 4 weeks")]


def test_entries_show_how_often_they_were_given_and_what_people_said(
    store: Store, db: Database, knowledge: Knowledge
) -> None:
    some = dict(list(knowledge.entries.items())[:3])
    store.versions.record(some, (), NOW)
    first, second, _ = some
    given = [asked(db, NOW - timedelta(days=day), entry=first) for day in (0, 1, 2, 179, 181)]
    asked(db, NOW, "suggestions", entry=second)
    reasons = ["unclear", "not-what-i-asked", "unclear", None, "wrong"]
    for at, (one, reason) in enumerate(zip(given, reasons, strict=True)):
        said = {"workspace": "T1", "question_id": one, "asker": "UPLANTED", "entry": first, "note": "planted note"}
        db.table("feedback").insert(said | {"helpful": int(at == 4), "reason": reason, "given_at": as_text(NOW)})
    store.versions.record({name: some[name] for name in (first, second)}, (), NOW)

    found = {row["entry"]: row for row in read(db, "dashboard_entries")}

    assert set(found) == {first, second}
    assert found[first] == {
        "entry": first,
        "question": some[first].question,
        "part": some[first].part,
        "served": 4,
        "helpful": 1,
        "not_helpful": 4,
        "reasons": "unclear: 2, not what I asked: 1",
        "reviewed": str(some[first].reviewed) if some[first].reviewed else None,
    }
    assert (found[second]["served"], found[second]["reasons"]) == (0, "")


def test_practices_show_that_they_asked_and_took_part(db: Database) -> None:
    names = {"A1": "Elm Tree", "A2": "St Oak's", "A3": "Gone", "A4": "Silent"}
    db.table("practices").insert_all(
        {"code": code, "name": name, "postcode": "", "locality": "North", "is_listed": int(code != "A3")}
        for code, name in names.items()
    )
    for outcome, day in (("answer", 3), ("suggestions", 5), ("withdrawn", 6)):
        asked(db, datetime(2012, 12, day, tzinfo=UTC), outcome, practice="A1")
    asked(db, NOW, practice="A3")
    for number in (1, 2):
        db.table("polls").insert(
            {"workspace": "T1", "state": "open", "plan": "{}", "author": "U1", "version": 1, "made_at": as_text(NOW)}
        )
        at = datetime(2012, 12, 9 + number, tzinfo=UTC)  # a Monday and a Tuesday
        for voter in range(number):
            vote = {"poll_id": number, "voter": f"UPLANTED{voter}", "practice": f"A{3 - number}", "answers": "[]"}
            db.table("votes").insert(vote | {"cast_at": as_text(at)})

    assert read(db, "dashboard_practices", "code", "practice", "locality", "asked", "polls", "last_week") == [
        ("A1", "Elm Tree", "North", 2, 1, "2012-12-10"),
        ("A2", "St Oak's", "North", 0, 1, "2012-12-10"),
        ("A4", "Silent", "North", 0, 0, None),
    ]


def test_no_view_says_who_asked_or_what_was_taken_back(desk: Workspace) -> None:
    ask(desk, f"{CAT} <@U0MENTIONED>", LOCUM, user="U0PLANTED")
    desk.dm("What is the mandate?", user="U0PLANTED")
    taken = next(one for one in desk.store.questions.unanswered("T0001") if one.question == LOCUM)
    path = desk.store._connections.path
    [question] = Database(path).execute("SELECT question_id FROM unanswered WHERE id = ?", (taken.id,)).fetchone()
    assert desk.store.questions.withdraw("T0001", question)

    said = json.dumps([read(Database(path), view) for view in DASHBOARD_VIEWS])

    assert CAT in said
    for planted in ("PLANTED", "MENTIONED", "ULEAD", LOCUM, "T0001"):
        assert planted not in said


def test_the_list_names_every_view_of_the_dashboard(db: Database) -> None:
    assert sorted(DASHBOARD_VIEWS) == [name for name in sorted(db.view_names()) if name.startswith("dashboard_")]
