"""A made-up quarter, played through the bot: what a newcomer is shown."""

import shutil
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from bot.commands import demo
from bot.demo.play import play
from bot.demo.script import Quarter, read_quarter
from bot.errors import BotError
from bot.knowledge import Knowledge
from bot.refusing import refuse
from bot.schedule import in_london
from bot.settings import Settings, shipped_knowledge
from bot.standin.payloads import TEAM
from bot.storage import Store
from tests.process import Run

SHARE = 5  # of the questions and votes, one in so many is played here


def shortened(by: int) -> Quarter:
    """The whole quarter with fewer questions and votes."""
    whole = read_quarter()
    polls = [replace(poll, voters=max(6, poll.voters // by) if poll.voters > 4 else 4) for poll in whole.polls]
    return replace(whole, weeks=[-(-count // by) for count in whole.weeks], polls=polls)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory, model_cache: Path) -> Path:
    db = tmp_path_factory.mktemp("demo") / "demo.db"
    play(shortened(SHARE), db, shipped_knowledge(), model_cache)
    return db


@pytest.fixture
def store(played: Path) -> Iterator[Store]:
    store = Store(played)
    yield store
    store.close()


@pytest.fixture
def week() -> Quarter:
    """So little that it takes no time."""
    return replace(read_quarter(), last=date(2012, 10, 2), weeks=[3], polls=[], refused=[])


def rows(db: Path, query: str, *values: object) -> list[Any]:
    with closing(sqlite3.connect(db)) as connection:
        return connection.execute(query, values).fetchall()


def test_questions_come_to_all_that_they_can_come_to(played: Path) -> None:
    found = dict(rows(played, "SELECT outcome, count(*) FROM questions GROUP BY 1"))

    assert {"answer", "suggestions", "no_answer"} <= set(found)
    assert 0.7 < found["answer"] / sum(found.values()) < 0.95


def test_everything_was_asked_in_the_quarter_and_on_working_days(played: Path) -> None:
    asked = [in_london(datetime.fromisoformat(at)) for (at,) in rows(played, "SELECT asked_at FROM questions")]

    assert {date(2012, 10, 1) <= at.date() <= date(2012, 12, 31) for at in asked} == {True}
    assert max(at.weekday() for at in asked) == 4
    assert {8 <= at.hour < 19 for at in asked} == {True}


def test_more_is_asked_once_the_mandate_is_published(played: Path) -> None:
    [(before, after)] = rows(
        played,
        "SELECT sum(asked_at < '2012-11-13'), sum(asked_at BETWEEN '2012-11-13' AND '2012-12-14') FROM questions",
    )

    assert after > 1.3 * before


def test_leads_deal_with_what_waits_some_days_later(played: Path) -> None:
    moved = "move IN ('answer', 'link', 'dismiss')"
    waited = rows(
        played,
        "SELECT julianday(m.made_at) - julianday(g.first_asked_at) FROM moves m JOIN groups g ON g.id = m.group_id "
        f"WHERE m.{moved}",
    )

    assert {move for (move,) in rows(played, f"SELECT move FROM moves WHERE {moved}")} == {"answer", "link", "dismiss"}
    assert 1 <= median(days for (days,) in waited) <= 5
    assert rows(played, "SELECT 1 FROM groups WHERE state = 'new' AND merged_into IS NULL")


def test_polls_close_with_results_and_some_with_an_outcome(played: Path, store: Store) -> None:
    polls = store.polls.listed()

    assert {poll.state.value for poll in polls} == {"closed", "open"}
    assert sum(poll.outcome is not None for poll in polls) == 3
    assert {poll.is_anonymous for poll in polls} == {True, False}
    assert len(rows(played, "SELECT content FROM results")) == 5


def test_people_say_what_helped_and_what_did_not(played: Path) -> None:
    found = dict(rows(played, "SELECT helpful, count(*) FROM feedback GROUP BY 1"))

    assert found[1] > found[0] > 0


def test_people_of_many_practices_ask(played: Path) -> None:
    [(practices, people)] = rows(played, "SELECT count(DISTINCT practice), count(DISTINCT asker) FROM questions")

    assert practices > 12
    assert people > 30


def test_nothing_is_left_to_deliver(played: Path) -> None:
    assert rows(played, "SELECT kind FROM outbox WHERE state != 'sent'") == []
    assert rows(played, "SELECT id FROM inbox WHERE state != 'done'") == []


def test_nothing_about_a_patient_is_kept(played: Path) -> None:
    assert rows(played, "SELECT count(*) > 0 FROM refusals") == [(1,)]
    assert (
        rows(played, "SELECT question FROM questions WHERE question LIKE '%999%' OR question LIKE '%Testcase%'") == []
    )


def test_a_play_is_the_same_each_time(tmp_path: Path, model_cache: Path) -> None:
    quarter = read_quarter()
    first_weeks = replace(quarter, weeks=[6, 6], last=date(2012, 10, 14), polls=quarter.polls[:1], refused=[])
    plays = tmp_path / "once.db", tmp_path / "again.db"

    for db in plays:
        play(first_weeks, db, shipped_knowledge(), model_cache)

    for columns in ("question, asker, practice, outcome, asked_at FROM questions", "voter, cast_at FROM votes"):
        once, again = (rows(db, f"SELECT {columns} ORDER BY 1, 2") for db in plays)
        assert once == again != []


def test_it_is_marked_as_invented(store: Store) -> None:
    assert store.house.is_invented()


def test_it_stays_marked_once_what_was_asked_is_kept_no_longer(played: Path, tmp_path: Path) -> None:
    shutil.copy(played, tmp_path / "old.db")
    old = Store(tmp_path / "old.db")

    old.house.purge(datetime(2026, 1, 1, tzinfo=UTC))

    assert old.house.is_invented()
    assert old.people.workspaces() == [TEAM]
    old.close()


def test_a_database_of_somebody_is_not(tmp_path: Path) -> None:
    store = Store(tmp_path / "bot.db")

    assert not store.house.is_invented()
    store.close()


def test_the_bot_does_not_run_on_what_is_made_up(played: Path, bot: Run) -> None:
    tokens = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}

    done = bot("run", "--db", str(played), **tokens)

    assert done.returncode == 1
    assert b"is made up" in done.stderr


def test_a_demo_is_kept_in_a_new_file(
    tmp_path: Path, week: Quarter, model_cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    db = tmp_path / "kept.db"

    assert demo.keep(week, model_cache, str(db)) == 0

    assert rows(db, "SELECT count(*) FROM questions") == [(3,)]
    assert f"mandate-bot dashboard --db {db}" in capsys.readouterr().out
    assert not list(tmp_path.glob(".demo-*"))


def test_a_demo_takes_the_place_of_no_file(tmp_path: Path, bot: Run) -> None:
    db = tmp_path / "mine.db"
    db.write_text("mine")

    done = bot("demo", "--no-serve", "--db", str(db))

    assert done.returncode == 1
    assert b"is there already" in done.stderr
    assert db.read_text() == "mine"


@pytest.mark.parametrize("options", [("--no-serve",), ("--db", "demo.db")], ids=" ".join)
def test_a_demo_is_kept_with_two_options(bot: Run, options: tuple[str, ...]) -> None:
    assert bot("demo", *options).returncode == 2


def test_a_port_that_is_taken_is_said_before_the_play(model_cache: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        started = time.monotonic()

        with pytest.raises(BotError, match="Cannot listen on"):
            demo.serve(read_quarter(), model_cache, taken.getsockname()[1])

    assert time.monotonic() - started < 5


def test_a_demo_that_is_shown_leaves_nothing(week: Quarter, model_cache: Path) -> None:
    shown: list[Settings] = []

    def look(settings: Settings) -> int:
        assert settings.db.exists()
        shown.append(settings)
        return 0

    assert demo.show(week, model_cache, look) == 0

    assert shown[0].ccg_name == "Wendale CCG"
    assert not shown[0].db.parent.exists()


def test_what_people_ask_in_it_is_answered_by_entries_there_are(knowledge: Knowledge) -> None:
    quarter = read_quarter()

    assert {topic.entry for topic in quarter.asked} - set(knowledge.entries) == set()


def test_what_people_ask_in_it_is_not_refused() -> None:
    quarter = read_quarter()
    wordings = [text for topic in (*quarter.asked, *quarter.local) for text in topic.wordings]

    assert [text for text in wordings if refuse(text, "")] == []
    assert [said.text for said in quarter.refused if not refuse(said.text, "")] == []
