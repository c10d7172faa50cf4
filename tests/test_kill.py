"""Killed at any moment: what was acknowledged is answered, once."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.blocks import notices
from bot.letters import Letter
from bot.standin import StandIn
from bot.storage import Store
from tests import payloads
from tests.process import Process

ASKED = "how many objectives are in the mandate"
ANSWER = "The final mandate has 24 objectives."
WORDS = "Anytown CCG has answered a question you asked me."


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
        standin.fail("chat.postMessage", error="service_unavailable", times=1)  # so that nothing can have been posted
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


def write_letter(process: Process, channel: str) -> None:
    """As saved before the process died."""
    store = Store(process.db)
    store.outbox.write("T0001", [Letter("answer:1:U1", "answer", channel, {"text": WORDS})], datetime.now(UTC))
    store.close()


def letters(slack: StandIn, channel: str, words: str = WORDS) -> int:
    return sum(words in message["text"] for message in slack.posted[channel])


def wait_until_settled(process: Process, seconds: float = 40) -> list[str]:
    """The states of all letters once none is on its way."""
    give_up_at = time.monotonic() + seconds
    while time.monotonic() < give_up_at:
        states = [row[0] for row in Database(process.db).execute("SELECT state FROM outbox").fetchall()]
        if states and not {"waiting", "sending"} & set(states):
            return states
        time.sleep(0.05)
    raise AssertionError("letters are still on their way")


@pytest.mark.parametrize("channel", ["DU1", "C1"])
def test_killed_between_saving_a_letter_and_sending_it_it_is_sent_once(
    tmp_path: Path, model_cache: Path, standin: StandIn, channel: str
) -> None:
    bot = Process(tmp_path, model_cache, standin)
    write_letter(bot, channel)

    with bot:
        states = wait_until_settled(bot)
        time.sleep(2.5)  # long enough for a second one

    assert states == ["sent"]
    assert letters(standin, channel) == 1


@pytest.mark.parametrize(
    ("channel", "state"), [("DU1", "sent"), ("C1", "doubtful"), ("U1", "doubtful")], ids=["direct", "public", "person"]
)
def test_killed_while_slack_takes_a_letter_it_is_not_sent_again(
    tmp_path: Path, model_cache: Path, standin: StandIn, channel: str, state: str
) -> None:
    bot = Process(tmp_path, model_cache, standin)
    write_letter(bot, channel)
    standin.fail("chat.postMessage", error=None, delay=8)  # Slack has it, and takes its time to say so
    with bot:
        standin.wait_for("chat.postMessage", timeout=20)
        bot.kill()

    with bot:
        states = wait_until_settled(bot)
        time.sleep(2.5)

    assert states == [state]
    assert letters(standin, "D1" if channel == "U1" else channel) == 1


@pytest.mark.parametrize("moment", [0.0, 0.005, 0.01, 0.02, 0.05])
def test_killed_at_any_moment_after_a_lead_asks_back_each_asker_is_asked_once(
    tmp_path: Path, model_cache: Path, standin: StandIn, moment: float
) -> None:
    bot = Process(tmp_path, model_cache, standin)
    bot.env["MANDATE_LEADS"] = "ULEAD"
    form = {"type": "modal", "callback_id": "clarify_ask", "private_metadata": "1 1 0"}
    typed = {"question": {"text": {"type": "plain_text_input", "value": "Which office?"}}}
    with bot:
        for asked in (
            payloads.direct_message("who feeds the office cat", "U1"),
            payloads.mention("who feeds the office cat", "U2"),
        ):
            assert bot.send(payloads.envelope(asked)) == 200
        wait_for_groups(bot)
        assert bot.send(payloads.submitted("V1", form, typed, "ULEAD")) == 200
        time.sleep(moment)
        bot.kill()

    with bot:
        wait_until_settled(bot)
        time.sleep(2.5)

    asked_privately, asked_in_public = (letters(standin, channel, "Which office?") for channel in ("DU1", "C1"))
    states = dict(Database(bot.db).execute("SELECT channel, state FROM outbox").fetchall())
    assert states["DU1"] == "sent"
    assert asked_privately == 1
    # In public nobody can look, so the leads are asked where it may have been posted.
    assert (states["C1"], asked_in_public) in [("sent", 1), ("doubtful", 0), ("doubtful", 1)]
    assert Database(bot.db).table("clarifications").count == 1


def wait_for_groups(process: Process, seconds: float = 40) -> None:
    """Until the two questions stand in one row."""
    give_up_at = time.monotonic() + seconds
    while time.monotonic() < give_up_at:
        grouped = "SELECT count(*) FROM unanswered WHERE group_id IS NOT NULL"
        if Database(process.db).execute(grouped).fetchone()[0] == 2:
            return
        time.sleep(0.05)
    raise AssertionError("the questions were not grouped")
