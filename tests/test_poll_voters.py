"""Many people voting at once, some of them twice, while the bot is killed and comes back: every vote counts once.

MANDATE_LONG_TESTS=1 has 500 people in 50 practices do it; otherwise there are 100 in 10.
"""

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from bot.blocks.polls.message import poll_message
from bot.letters import Letter
from bot.polls import Poll
from bot.practices import Practice
from bot.standin import Call, StandIn
from bot.storage import Store
from bot.storage.poll_messages import BETWEEN_TWO, MOST_A_MINUTE
from tests import payloads
from tests.ballots import MORNINGS, planned
from tests.process import Process

VOTERS, PRACTICES = (500, 50) if os.environ.get("MANDATE_LONG_TESTS") else (100, 10)
THREADS = 32
NAMED, ANONYMOUS = "C1", "C2"


@dataclass(frozen=True)
class Click:
    person: str
    poll: Poll
    option: int


@dataclass
class Acknowledged:
    """What the bot said it had taken, and how often people had to try."""

    clicks: list[Click] = field(default_factory=list)
    tries: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    is_over: threading.Event = field(default_factory=threading.Event)  # so that a failing test ends


def people() -> list[str]:
    return [f"UV{number:04}" for number in range(VOTERS)]


def set_up(store: Store) -> tuple[Poll, Poll]:
    """A register, everybody's practice, and two open polls whose messages wait in the outbox."""
    now = datetime.now(UTC)
    store.practices.replace_register(
        [Practice(f"Z{number:05}", f"SURGERY {number}", "ZZ1 1AA") for number in range(PRACTICES)]
    )
    for number, person in enumerate(people()):
        store.practices.choose(payloads.TEAM, person, f"Z{number % PRACTICES:05}", now)
    return tuple(_open(store, channel, now) for channel in (NAMED, ANONYMOUS))  # type: ignore[return-value]


def _open(store: Store, channel: str, now: datetime) -> Poll:
    plan = planned(channels=(channel,), is_anonymous=channel == ANONYMOUS)
    poll = store.polls.draft(payloads.TEAM, "ULEAD", plan, now)

    def letters(_: object, opened: Poll) -> list[Letter]:
        return [Letter(f"poll:{opened.id}:{channel}", "poll", channel, poll_message(opened).arguments())]

    return store.polls.open(payloads.TEAM, poll.id, now + timedelta(days=7), letters, now)


def clicks_of(polls: Sequence[Poll]) -> list[Click]:
    """One vote of each person in each poll, one in five of them clicked twice, in the order of a busy morning."""
    chance = random.Random(2012)
    clicks = []
    for number, person in enumerate(people()):
        for poll in polls:
            click = Click(person, poll, chance.randrange(3))
            clicks += [click] * (2 if number % 5 == 0 else 1)
    chance.shuffle(clicks)
    return clicks


def press(bot: Process, slack: StandIn, click: Click, acknowledged: Acknowledged) -> None:
    """Click until it is acknowledged, as somebody does who sees Slack's warning sign."""
    [posted] = slack.posted[click.poll.plan.channels[0]][:1]
    button = {"type": "button", "action_id": f"poll:pick:{click.option}"}
    place = payloads.in_message(posted, slack.response_url())
    body = payloads.press(button, f"{click.poll.id} {click.option}", place, click.person)
    give_up_at = time.monotonic() + 60
    while time.monotonic() < give_up_at and not acknowledged.is_over.is_set():
        status = bot.send(body)
        with acknowledged.lock:
            acknowledged.tries += 1
            if status == 200:
                acknowledged.clicks.append(click)
                return
        time.sleep(0.2)
    raise AssertionError("the bot did not come back")


def most_in_a_minute(times: Sequence[float]) -> int:
    return max(sum(start <= at < start + 60 for at in times) for start in times)


def updates(slack: StandIn, channel: str) -> list[Call]:
    return [call for call in slack.calls_to("chat.update") if call.arguments["channel"] == channel]


def wait_for_the_last_state(slack: StandIn, seconds: float = 60) -> None:
    give_up_at = time.monotonic() + seconds
    while time.monotonic() < give_up_at:
        shown = [updates(slack, channel)[-1:] for channel in (NAMED, ANONYMOUS)]
        if all(call and f"{VOTERS} people have voted." in call[0].arguments["text"] for call in shown):
            return
        time.sleep(0.1)
    raise AssertionError("the last state was not drawn")


def test_every_acknowledged_vote_is_counted_once_though_the_bot_is_killed_in_the_middle(
    tmp_path: Path, model_cache: Path, standin: StandIn
) -> None:
    store = Store(tmp_path / "bot.db")
    named, anonymous = set_up(store)
    clicks, acknowledged = clicks_of([named, anonymous]), Acknowledged()

    with Process(tmp_path, model_cache, standin) as bot, ThreadPoolExecutor(THREADS) as crowd:
        standin.wait_for("chat.postMessage", 2, timeout=30)
        started = time.monotonic()
        pressed = [crowd.submit(press, bot, standin, click, acknowledged) for click in clicks]
        try:
            while len(acknowledged.clicks) < len(clicks) / 2:
                time.sleep(0.01)
            bot.kill()
            bot.start()
            for one in pressed:
                one.result()
        finally:
            acknowledged.is_over.set()
        took = time.monotonic() - started
        wait_for_the_last_state(standin)

    said = {(click.poll.id, click.person): click.option for click in acknowledged.clicks}
    votes = {vote.voter: vote.answers[0].picked for vote in store.votes.all(named.id)}
    assert len(acknowledged.clicks) == len(clicks)
    assert votes == {person: (said[named.id, person],) for person in people()}
    assert {vote.practice for vote in store.votes.all(named.id)} == {f"Z{at:05}" for at in range(PRACTICES)}
    assert anonymous.box
    tally = store.ballot_boxes.close(anonymous.box, anonymous.plan.questions)
    expected = Counter(said[anonymous.id, person] for person in people())
    assert tally.taking_part == VOTERS
    assert tally.counts[0].numbers == tuple(expected[option] for option in range(len(MORNINGS.options)))
    times = [call.at for call in standin.calls_to("chat.update")]
    assert most_in_a_minute(times) <= MOST_A_MINUTE
    for channel in (NAMED, ANONYMOUS):
        at = [call.at for call in updates(standin, channel)]
        assert min(later - before for before, later in pairwise(at)) >= BETWEEN_TWO.total_seconds() - 0.1
    print(
        f"{VOTERS} voters, {len(clicks)} clicks, {acknowledged.tries} tries, {took:.1f} s, "
        f"{len(times)} redraws, most in a minute {most_in_a_minute(times)}"
    )
    store.close()
