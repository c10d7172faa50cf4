"""Killed around the closing of a poll: it closes once, at the promised time, and its results are posted once."""

import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.blocks.polls.message import poll_message
from bot.polls import Answer, Poll
from bot.standin import StandIn
from bot.storage import Store
from tests import payloads
from tests.ballots import planned
from tests.process import Process


@pytest.fixture
def bot(tmp_path: Path, model_cache: Path, standin: StandIn) -> Process:
    process = Process(tmp_path, model_cache, standin)
    process.env["MANDATE_LEADS"] = "ULEAD"
    return process


def overdue(bot: Process, slack: StandIn) -> Poll:
    """A poll that was posted, took six votes, and should have closed an hour ago, while the bot was down."""
    store, now = Store(bot.db), datetime.now(UTC) - timedelta(days=7)
    drafted = store.polls.draft(payloads.TEAM, "ULEAD", planned(), now)
    poll = store.polls.open(payloads.TEAM, drafted.id, datetime.now(UTC) - timedelta(hours=1), lambda *_: [], now)
    message = poll_message(poll).arguments()
    posted = WebClient("xoxb-test", base_url=slack.url).chat_postMessage(channel="C1", **message)
    store.poll_messages.learn(poll.id, "C1", str(posted["ts"]))
    for number in range(6):
        store.votes.cast(payloads.TEAM, poll.id, f"U{number}", (Answer((0,)),), now)
    store.close()
    return poll


def rows(bot: Process, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(bot.db)) as connection:
        return connection.execute(query).fetchall()


def until(bot: Process, query: str, seconds: float = 40) -> None:
    give_up_at = time.monotonic() + seconds
    while not rows(bot, query):
        assert time.monotonic() < give_up_at, query
        time.sleep(0.05)


def results(standin: StandIn) -> list[dict[str, Any]]:
    return [one for one in standin.posted.get("C1", []) if one["text"].startswith("Results")]


SENT = "SELECT 1 FROM outbox WHERE kind = 'results' AND state = 'sent'"


def test_down_at_closing_time_it_closes_at_the_promised_time(bot: Process, standin: StandIn) -> None:
    overdue(bot, standin)

    with bot:
        until(bot, SENT)

    [posted] = results(standin)
    assert "6 people took part" in posted["text"]
    assert rows(bot, "SELECT closed_at = closes_at, closed_by FROM polls") == [(1, None)]
    assert rows(bot, "SELECT ts FROM poll_messages") == [(posted["thread_ts"],)]


@pytest.mark.parametrize("moment", [0.0, 0.02, 0.2])
def test_killed_at_any_moment_of_closing_results_are_posted_once(bot: Process, standin: StandIn, moment: float) -> None:
    overdue(bot, standin)
    with bot:
        until(bot, "SELECT 1 FROM polls WHERE state = 'closed'")
        time.sleep(moment)
        bot.kill()

    with bot:
        until(bot, "SELECT 1 FROM outbox WHERE kind = 'results' AND state IN ('sent', 'doubtful')")

    # Where it died between Slack's having it and its own knowing so, leads are asked instead.
    is_doubtful = bool(rows(bot, "SELECT 1 FROM outbox WHERE kind = 'results' AND state = 'doubtful'"))
    assert len(results(standin)) in ((0, 1) if is_doubtful else (1,))
    assert rows(bot, "SELECT count(*) FROM publications") == [(1,)]
