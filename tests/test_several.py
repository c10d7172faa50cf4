"""Several processes at one address: they share the work, and the loss of one is made good."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from bot.standin import StandIn
from tests import payloads
from tests.process import Process


@pytest.fixture
def bot(tmp_path: Path, model_cache: Path, standin: StandIn) -> Process:
    process = Process(tmp_path, model_cache, standin)
    process.options = ("--processes", "2")
    return process


def children(bot: Process) -> set[int]:
    return {child.pid for child in psutil.Process(bot.pid).children()}


def ask(bot: Process, user: str) -> int:
    return bot.send(payloads.envelope(payloads.direct_message("who feeds the office cat", user)))


def wait_for_all(bot: Process, besides: set[int]) -> set[int]:
    """The two that take what comes, and the one that answers."""
    give_up_at = time.monotonic() + 40
    while time.monotonic() < give_up_at:
        if len(found := children(bot) - besides) == 3:
            return found
        time.sleep(0.1)
    raise AssertionError("there are not three processes")


def test_each_question_is_answered_once_whichever_process_takes_it(bot: Process, standin: StandIn) -> None:
    with bot:
        wait_for_all(bot, set())
        people = [f"U{number}" for number in range(20)]

        statuses = {ask(bot, user) for user in people}
        standin.wait_for("chat.postMessage", count=20, timeout=40)
        time.sleep(1)

    assert statuses == {200}
    assert [len(standin.posted[f"D{user}"]) for user in people] == [1] * 20


@pytest.mark.parametrize("which", [min, max], ids=["the one that answers", "one that takes what comes"])
def test_one_that_is_killed_is_started_again_and_what_comes_meanwhile_is_answered(
    bot: Process, standin: StandIn, which: Callable[[set[int]], int]
) -> None:
    with bot:
        before = wait_for_all(bot, set())
        killed = which(before)

        os.kill(killed, signal.SIGKILL)
        status = ask(bot, "U1")
        after = wait_for_all(bot, {killed})

        standin.wait_for("chat.postMessage", timeout=40)
    assert status == 200
    assert len(after - before) == 1
    assert len(standin.posted["DU1"]) == 1


def test_none_outlives_a_parent_that_was_killed(bot: Process) -> None:
    with bot:
        before = wait_for_all(bot, set())

    _, alive = psutil.wait_procs([psutil.Process(pid) for pid in before if psutil.pid_exists(pid)], timeout=20)
    assert alive == []


def test_all_of_them_stop_when_told_to(bot: Process) -> None:
    with bot:
        before = wait_for_all(bot, set())

        code = bot.stop()

        assert code == 0
        assert not [process for process in before if psutil.pid_exists(process)]
