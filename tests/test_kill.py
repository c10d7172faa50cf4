"""Killed at any moment: what was acknowledged is answered, once."""

import time
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.blocks import notices
from bot.standin import StandIn
from tests import payloads
from tests.process import Process

ASKED = "how many objectives are in the mandate"
ANSWER = "The final mandate has 24 objectives."


def answers(slack: StandIn, channel: str) -> int:
    return sum(ANSWER in message["text"] for message in slack.posted[channel])


def wait_for_answer(slack: StandIn, channel: str, seconds: float = 20) -> None:
    give_up_at = time.monotonic() + seconds
    while answers(slack, channel) == 0 and time.monotonic() < give_up_at:
        time.sleep(0.05)


def unfinished(process: Process) -> int:
    return int(Database(process.db).execute("SELECT count(*) FROM inbox WHERE state != 'done'").fetchone()[0])


def test_killed_right_after_the_acknowledgement_it_answers_once_it_is_back(
    tmp_path: Path, model_cache: Path, standin: StandIn
) -> None:
    bot = Process(tmp_path, model_cache, standin)
    with bot:
        standin.fail("chat.postMessage", error="internal_error", times=1)  # so that nothing can have been posted
        assert bot.send(payloads.envelope(payloads.direct_message(ASKED))) == 200
        bot.kill()

    with bot:
        wait_for_answer(standin, "DU1")
        time.sleep(3)  # long enough for a second answer

    assert answers(standin, "DU1") == 1
    assert unfinished(bot) == 0


def test_killed_while_slack_takes_the_answer_it_does_not_answer_again(
    tmp_path: Path, model_cache: Path, standin: StandIn
) -> None:
    bot = Process(tmp_path, model_cache, standin)
    with bot:
        standin.fail("chat.postMessage", drop=True, times=9)  # Slack has it, and the bot never hears
        assert bot.send(payloads.envelope(payloads.direct_message(ASKED))) == 200
        standin.wait_for("chat.postMessage", timeout=20)
        bot.kill()
    standin.forget()

    with bot:
        standin.wait_for("conversations.history", timeout=20)
        time.sleep(3)

    assert answers(standin, "DU1") == 1
    assert unfinished(bot) == 0


def test_killed_while_answering_in_a_channel_it_tells_the_asker_alone(
    tmp_path: Path, model_cache: Path, standin: StandIn
) -> None:
    bot = Process(tmp_path, model_cache, standin)
    with bot:
        standin.fail("chat.postMessage", error=None, delay=8)
        assert bot.send(payloads.envelope(payloads.mention(ASKED))) == 200
        standin.wait_for("chat.postMessage", timeout=20)
        bot.kill()

    with bot:
        [told] = standin.wait_for("chat.postEphemeral", timeout=20)

    assert told.arguments["text"] == notices.INTERRUPTED
    assert told.arguments["user"] == "U1"


@pytest.mark.parametrize("moment", [0.0, 0.005, 0.01, 0.02, 0.05])
def test_killed_at_any_moment_nothing_is_half_written(
    tmp_path: Path, model_cache: Path, standin: StandIn, moment: float
) -> None:
    bot = Process(tmp_path, model_cache, standin)
    with bot:
        assert bot.send(payloads.envelope(payloads.direct_message(ASKED))) == 200
        time.sleep(moment)
        bot.kill()

    with bot:
        wait_for_answer(standin, "DU1")
        time.sleep(2.5)

    assert answers(standin, "DU1") == 1
    assert unfinished(bot) == 0
    assert Database(bot.db).table("questions").count == 1
    assert Database(bot.db).execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_asked_to_stop_it_finishes_and_goes(tmp_path: Path, model_cache: Path, standin: StandIn) -> None:
    bot = Process(tmp_path, model_cache, standin)
    with bot:
        assert bot.send(payloads.envelope(payloads.direct_message(ASKED))) == 200

        assert bot.stop() == 0

    assert answers(standin, "DU1") == 1


def test_a_forged_request_over_http_is_refused(tmp_path: Path, model_cache: Path, standin: StandIn) -> None:
    with Process(tmp_path, model_cache, standin) as bot:
        asked = payloads.envelope(payloads.direct_message(ASKED))

        assert bot.send(asked, secret="another secret") == 401
        assert bot.send(asked) == 200
