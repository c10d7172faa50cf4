"""Where a process of its own answers: messages are only written down where they come in, and answered there."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.blocks import notices
from bot.library import Library
from bot.listeners.answerer import Answerer
from bot.listeners.boundary import Boundary
from bot.standin import StandIn
from tests.harness import Workspace

ASKED, ANSWER = "what is a CCG", "clinical commissioning group"


class Deployment:
    """A process that takes what comes, and one that answers, on one database."""

    def __init__(self, folder: Path, library: Library, standin: StandIn) -> None:
        self.rings = 0
        self.takes = Workspace(folder, library, standin)
        self.takes.desk.hand_on = self._ring
        self.answers = Workspace(folder, library, standin)
        self.answers.clock = self.answers.desk.clock = self.takes.clock
        boundary, client = Boundary(self.answers.app), self.answers.app.client
        self.answerer = Answerer(self.answers.desk, boundary, client, lambda seconds: time.sleep(0.01))

    def _ring(self) -> None:
        self.rings += 1

    def answer(self) -> int:
        """Have what waits answered; how many there were."""
        begun = self.answerer.look()
        for one in begun:
            one.result(timeout=10)
        return len(begun)

    def close(self) -> None:
        self.takes.close()
        self.answers.close()


@pytest.fixture
def both(tmp_path: Path, library: Library, standin: StandIn) -> Iterator[Deployment]:
    deployment = Deployment(tmp_path, library, standin)
    yield deployment
    deployment.close()


def test_a_message_is_acknowledged_without_its_answer_and_the_other_process_is_told(both: Deployment) -> None:
    response = both.takes.dm(ASKED)

    assert response.status == 200
    assert both.rings == 1
    assert both.takes.posted("DU1") == []


def test_the_other_process_answers_it_once(both: Deployment) -> None:
    both.takes.dm(ASKED)

    assert both.answer() == 1
    assert both.answer() == 0
    [posted] = both.takes.posted("DU1")
    assert ANSWER in posted["text"]


def test_a_mention_in_a_channel_is_answered_in_its_thread(both: Deployment) -> None:
    both.takes.mention(ASKED)

    both.answer()

    [posted] = both.takes.posted("C1")
    assert posted["thread_ts"]


def test_a_command_is_answered_at_once_as_its_window_and_address_last_for_seconds(both: Deployment) -> None:
    both.takes.command(ASKED)

    [said] = both.takes.slack.calls_to("response_url")
    assert ANSWER in said.arguments["text"]
    assert both.answer() == 0


def test_more_than_are_answered_at_once_wait_for_their_turn(both: Deployment) -> None:
    for number in range(40):
        both.takes.dm(ASKED, user=f"U{number}")

    taken = [both.answer(), both.answer(), both.answer()]

    assert taken == [32, 8, 0]


def test_whoever_asked_is_told_when_answering_fails_and_gets_the_answer_later(both: Deployment) -> None:
    both.takes.dm(ASKED)
    with closing(sqlite3.connect(both.takes.settings.db)) as db:
        db.execute("ALTER TABLE questions RENAME TO gone")
        both.answer()
        db.execute("ALTER TABLE gone RENAME TO questions")

    both.takes.clock.forward(minutes=1)
    both.answers.timers.tick()

    said = [message["text"] for message in both.takes.posted("DU1")]
    assert said[0] == notices.DATABASE_TROUBLE
    assert ANSWER in said[-1]


def test_what_the_other_process_never_takes_the_timers_answer_after_half_a_minute(both: Deployment) -> None:
    both.takes.dm(ASKED)

    both.takes.timers.tick()
    assert both.takes.posted("DU1") == []
    both.takes.clock.forward(seconds=31)
    both.takes.timers.tick()

    assert ANSWER in both.takes.last("DU1")["text"]


def test_a_database_that_fails_for_a_while_does_not_end_the_answering(both: Deployment, standin: StandIn) -> None:
    with closing(sqlite3.connect(both.takes.settings.db)) as db:
        db.execute("ALTER TABLE inbox RENAME TO gone")
        both.answerer.start()
        time.sleep(0.1)
        db.execute("ALTER TABLE gone RENAME TO inbox")

    both.takes.dm(ASKED)

    standin.wait_for("chat.postMessage", timeout=10)
    both.answerer.stop()
    assert ANSWER in both.takes.last("DU1")["text"]
