"""Asked to stop: no more is taken in, what was acknowledged is finished, and the process is gone within ten seconds."""

import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.commands.pulse import STILL_FOR, Pulse
from bot.letters import Letter
from bot.standin import StandIn
from bot.storage import Store
from tests import payloads
from tests.harness import Workspace
from tests.process import Process
from tests.test_faults import ANSWER, ASKED
from tests.test_kill import unfinished
from tests.test_outbox import letter, states, write


def answers(slack: StandIn, channel: str = "DU1") -> int:
    return sum(ANSWER in message["text"] for message in slack.posted[channel])


def stopped(bot: Process) -> float:
    """Seconds from SIGTERM to the end; the exit code has to be 0."""
    asked_at = time.monotonic()
    assert bot.stop() == 0
    return time.monotonic() - asked_at


def test_with_slack_deaf_it_still_ends_in_time_and_the_next_start_finishes(
    tmp_path: Path, model_cache: Path, standin: StandIn
) -> None:
    bot = Process(tmp_path, model_cache, standin)
    with bot:
        standin.fail("chat.postMessage", error="service_unavailable", delay=14)
        assert bot.send(payloads.envelope(payloads.direct_message(ASKED))) == 200
        standin.wait_for("chat.postMessage", timeout=30)

        took = stopped(bot)

    with bot:
        standin.wait_for("chat.postMessage", count=2, timeout=30)
        assert stopped(bot) < 10

    assert took < 10
    assert answers(standin) == 1
    assert unfinished(bot) == 0


def test_a_burst_that_was_acknowledged_is_answered_before_it_goes(
    tmp_path: Path, model_cache: Path, standin: StandIn
) -> None:
    people, statuses = [f"U{number}" for number in range(1, 21)], []
    with Process(tmp_path, model_cache, standin) as bot:
        sending = [
            threading.Thread(
                target=lambda person=person: statuses.append(
                    bot.send(payloads.envelope(payloads.direct_message(ASKED, person)))
                )
            )
            for person in people
        ]
        for thread in sending:
            thread.start()
        for thread in sending:
            thread.join()

        took = stopped(bot)

    assert took < 10
    assert statuses == [200] * 20
    assert [answers(standin, f"D{person}") for person in people] == [1] * 20


def test_stopped_amid_many_letters_none_is_left_in_doubt(tmp_path: Path, model_cache: Path, standin: StandIn) -> None:
    bot = Process(tmp_path, model_cache, standin)
    store = Store(bot.db)
    letters = [Letter(f"answer:{number}:U1", "answer", "C1", {"text": f"Letter {number}"}) for number in range(200)]
    store.outbox.write("T0001", letters, datetime.now(UTC))
    store.close()
    standin.fail("chat.postMessage", error=None, delay=0.1, times=200)
    with bot:
        standin.wait_for("chat.postMessage", count=3, timeout=60)
        assert stopped(bot) < 10

    kept = [row[0] for row in Database(bot.db).execute("SELECT state FROM outbox").fetchall()]
    assert set(kept) == {"sent", "waiting"}
    assert len(standin.posted["C1"]) == kept.count("sent")


def test_once_it_is_to_stop_the_timers_begin_nothing(slack: Workspace) -> None:
    write(slack, letter())
    slack.desk.stopping.set()

    slack.timers.tick()

    assert states(slack) == ["waiting"]


def test_stopping_waits_for_the_timer_at_work(slack: Workspace) -> None:
    slack.slack.fail("chat.postMessage", error=None, delay=3)
    write(slack, letter())
    slack.timers.start()
    slack.slack.wait_for("chat.postMessage", timeout=10)

    slack.timers.stop()

    assert states(slack) == ["sent"]


def pulse_of(slack: Workspace, file: Path, still_for: float = 0.0) -> Pulse:
    return Pulse(slack.store, lambda: still_for, file)


def test_while_all_is_well_the_heartbeat_is_touched_and_goes_when_it_stops(slack: Workspace, tmp_path: Path) -> None:
    pulse = pulse_of(slack, tmp_path / "heartbeat")
    pulse.start()
    there, mode = (tmp_path / "heartbeat").exists(), (tmp_path / "heartbeat").stat().st_mode & 0o777

    pulse.stop()

    assert (there, mode) == (True, 0o600)
    assert not (tmp_path / "heartbeat").exists()


def test_timers_that_hang_are_told_and_stop_the_heartbeat(slack: Workspace, tmp_path: Path) -> None:
    pulse = pulse_of(slack, tmp_path / "heartbeat", STILL_FOR + 1)
    pulse.start()

    assert pulse.troubles() == ("the timers stand still",)
    assert not (tmp_path / "heartbeat").exists()
    pulse.stop()


def test_timers_that_take_their_turns_do_not_stand_still(slack: Workspace) -> None:
    time.sleep(0.2)
    before = slack.timers.still_for()

    slack.timers.tick()

    assert slack.timers.still_for() < before


@pytest.mark.parametrize("is_connected", [True, False])
def test_a_socket_that_has_just_been_lost_is_no_trouble_yet(slack: Workspace, is_connected: bool) -> None:
    pulse = Pulse(slack.store, lambda: 0.0, None, lambda: is_connected)
    pulse.start()

    assert pulse.troubles() == ()
    pulse.stop()
