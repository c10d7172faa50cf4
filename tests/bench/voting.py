"""How long somebody who votes waits for the acknowledgement, with many votes stored, and what idle polls cost.

Over Bolt, without the network.

python -m tests.bench.voting [--votes N]
"""

import argparse
import json
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

from slack_sdk import WebClient

from bot.app import build_app
from bot.keeping import cache_folder
from bot.library import Library
from bot.listeners.desk import Desk
from bot.listeners.polls.clock import PollClock
from bot.listeners.polls.painter import Painter
from bot.polling import taking_part
from bot.polls import Answer, Plan, Poll, Question
from bot.settings import Settings, shipped_knowledge
from bot.standin import StandIn
from bot.storage import Store
from tests import payloads
from tests.harness import SECRET, signed

CLICKS = 200
OPEN_POLLS = 100
QUESTION = Question("Should locality meetings move to mornings?", options=("Yes", "No", "Don't mind"))
Click = Callable[[int], float]  # of a person by number; milliseconds


def main() -> None:
    """Print a figure a line, all on one core. Bolt looks every 10 ms whether a listener has acknowledged."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--votes", type=int, default=10_000)
    stored = parser.parse_args().votes
    if sys.platform == "linux":
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as folder, StandIn() as slack:
        path = Path(folder) / "bot.db"
        settings = Settings(
            knowledge=shipped_knowledge(),
            db=path,
            slack_api_url=slack.url,
            slack_bot_token="xoxb-bench",
            slack_signing_secret=SECRET,
        )
        store = Store(path)
        desk = Desk(settings, Library(settings.knowledge, cache_folder(), additions=store.additions), store)
        app = build_app(settings, desk.library, store, desk, ThreadPoolExecutor(32))

        def click(poll: Poll, person: int) -> float:
            """From the request's arrival to its acknowledgement."""
            place = payloads.in_message({"channel": "C1", "ts": "1.1"}, slack.response_url())
            button = {"type": "button", "action_id": "poll:pick:1"}
            request = signed(payloads.press(button, f"{poll.id} 1", place, f"U{person:06}"))
            started = time.perf_counter()
            status = app.dispatch(request).status
            took = time.perf_counter() - started
            assert status == 200
            time.sleep(0.02)  # what follows the acknowledgement is not part of it
            return 1000 * took

        print(f"{stored:,} votes stored in the poll, one core, a click each of {CLICKS} people")
        for what, is_anonymous in (("named    ", False), ("anonymous", True)):
            poll = _filled(store, path, stored, is_anonymous)
            times = [click(poll, stored + number) for number in range(CLICKS)]
            assert taking_part(store, poll) == stored + CLICKS
            _show(f"{what}, click to acknowledgement", times)
        _show("peer: plain SQLite insert, synced", _plain_inserts(Path(folder) / "peer.db", stored))
        for idle in (0, OPEN_POLLS):
            _open(store, idle)
            _show(f"a round of the timers' work on polls, {idle:3} more open", _idle_rounds(desk, app.client))
        app.listener_runner.listener_executor.shutdown()
        store.close()


def _filled(store: Store, path: Path, votes: int, is_anonymous: bool) -> Poll:
    """An open poll with so many votes in it, made at once."""
    now = datetime.now(UTC)
    plan = Plan("Locality meetings", (QUESTION,), ("C1",), is_anonymous=is_anonymous)
    poll = store.polls.draft(payloads.TEAM, "ULEAD", plan, now)
    poll = store.polls.open(payloads.TEAM, poll.id, now + timedelta(days=7), lambda *_: [], now)
    people = [f"U{number:06}" for number in range(votes)]
    if poll.box:
        store.ballot_boxes.cast(poll.box, plan.questions, people[0], (Answer((0,)),))
        _write_box(store.ballot_boxes.path, people)
        return poll
    with sqlite3.connect(path) as connection:
        connection.executemany(
            "INSERT INTO votes (poll_id, voter, person, answers, cast_at) VALUES (?, ?, ?, '[[[0], \"\"]]', ?)",
            [(poll.id, person, person, now.isoformat(timespec="milliseconds")) for person in people],
        )
    connection.close()
    return poll


def _write_box(path: Path, people: Sequence[str]) -> None:
    with sqlite3.connect(path) as connection:
        values = (len(people), json.dumps(list(people)), f"[[{len(people)}, 0, 0, {len(people)}]]")
        connection.execute("UPDATE boxes SET taking_part = ?, people = ?, counts = ?", values)
    connection.close()


def _open(store: Store, number: int) -> None:
    now = datetime.now(UTC)
    for _ in range(number):
        poll = store.polls.draft(payloads.TEAM, "ULEAD", Plan("Locality meetings", (QUESTION,), ("C1",)), now)
        store.polls.open(payloads.TEAM, poll.id, now + timedelta(days=7), lambda *_: [], now)


def _idle_rounds(desk: Desk, client: WebClient) -> list[float]:
    """What the timers do about polls when nothing is due: milliseconds a round."""
    clock, painter = PollClock(desk), Painter(desk)
    took = []
    for _ in range(CLICKS):
        started = time.perf_counter()
        clock.look(client)
        painter.draw(client)
        took.append(1000 * (time.perf_counter() - started))
    return took


def _plain_inserts(path: Path, votes: int) -> list[float]:
    """What a table with a unique key takes for one more row, opened and synced as the bot does."""
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE votes (voter TEXT UNIQUE, choice INTEGER)")
        connection.executemany("INSERT INTO votes VALUES (?, 0)", [(f"U{number:06}",) for number in range(votes)])
    took = []
    for number in range(CLICKS):
        started = time.perf_counter()
        one = sqlite3.connect(path)
        one.execute("PRAGMA synchronous=FULL")
        with one:
            one.execute("INSERT INTO votes VALUES (?, 1)", (f"U{votes + number:06}",))
        one.close()
        took.append(1000 * (time.perf_counter() - started))
    connection.close()
    return took


def _show(what: str, times: Sequence[float]) -> None:
    middle, most = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    print(f"{what}  median {middle:6.1f} ms, 95th percentile {most:6.1f}")


if __name__ == "__main__":
    main()
