"""Killed between publishing an answer and sending it: everybody who asked is told, once."""

import json
import time
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.standin import StandIn
from tests import payloads
from tests.forms import filled
from tests.payloads import Body
from tests.process import Process

CAT = "who feeds the office cat"
ANSWER = "The practice manager feeds it at eight."
ASKERS = ("U1", "U2", "U3")


@pytest.fixture
def bot(tmp_path: Path, model_cache: Path, standin: StandIn) -> Process:
    process = Process(tmp_path, model_cache, standin)
    process.env["MANDATE_LEADS"] = "ULEAD"
    return process


def row(bot: Process, query: str) -> list[tuple[object, ...]]:
    return list(Database(bot.db).execute(query).fetchall())


def until(what: str, bot: Process, query: str, seconds: float = 40) -> list[tuple[object, ...]]:
    give_up_at = time.monotonic() + seconds
    while time.monotonic() < give_up_at:
        if found := row(bot, query):
            return found
        time.sleep(0.1)
    raise AssertionError(f"waited for {what}")


def ask_and_preview(bot: Process, slack: StandIn) -> Body:
    """Three people ask, their questions are one row, and a lead has the preview of an answer before them."""
    for user in ASKERS:
        assert bot.send(payloads.envelope(payloads.direct_message(CAT, user))) == 200
    slack.wait_for("chat.postMessage", count=3, timeout=30)
    [(group, version)] = until("one row", bot, "SELECT id, version FROM groups WHERE times = 3")
    press = payloads.press(
        {"type": "button", "action_id": "queue:answer"},
        f"{group} {version}",
        payloads.in_view("VH", {"type": "home", "blocks": []}),
        "ULEAD",
    )
    assert bot.send(press) == 200
    [opened] = slack.wait_for("views.open", timeout=20)
    form = opened.arguments["view"]
    assert bot.send(payloads.submitted("V1", form, filled(form, answer=ANSWER), "ULEAD")) == 200
    [(draft,)] = row(bot, "SELECT id FROM additions")
    place = form["private_metadata"].partition("\n")[2]
    return {
        "type": "modal",
        "callback_id": "publish_answer",
        "private_metadata": f"{draft} {version}\n{place}",
        "blocks": [],
    }


def publish(bot: Process, shown: Body) -> int:
    return bot.send(payloads.submitted("V2", shown, {}, "ULEAD"))


def told(slack: StandIn) -> list[int]:
    return [sum(ANSWER in message["text"] for message in slack.posted[f"D{user}"]) for user in ASKERS]


def wait_until_sent(bot: Process) -> None:
    query = "SELECT 1 WHERE (SELECT count(*) FROM outbox WHERE kind = 'answer' AND state = 'sent') = 3"
    until("three answers sent", bot, query)
    time.sleep(3)  # long enough for another round


def test_killed_right_after_the_acknowledgement_each_is_told_once(bot: Process, standin: StandIn) -> None:
    with bot:
        shown = ask_and_preview(bot, standin)
        standin.fail("chat.postMessage", error="service_unavailable", times=1)  # so that nothing can have been posted
        assert publish(bot, shown) == 200
        bot.kill()

    with bot:
        wait_until_sent(bot)

    assert told(standin) == [1, 1, 1]
    assert row(bot, "SELECT count(*) FROM additions WHERE state = 'live'") == [(1,)]
    assert row(bot, "SELECT DISTINCT asker FROM questions") == [(None,)]


def test_killed_while_slack_takes_the_answers_each_is_told_once(bot: Process, standin: StandIn) -> None:
    with bot:
        shown = ask_and_preview(bot, standin)
        standin.forget()
        standin.fail("chat.postMessage", error=None, delay=8, times=1)  # Slack has it, and takes its time to say so
        assert publish(bot, shown) == 200
        standin.wait_for("chat.postMessage", timeout=20)
        bot.kill()

    with bot:
        wait_until_sent(bot)

    assert told(standin) == [1, 1, 1]


@pytest.mark.parametrize("moment", [0.0, 0.01, 0.05, 0.2])
def test_killed_at_any_moment_of_sending_each_is_told_once(bot: Process, standin: StandIn, moment: float) -> None:
    with bot:
        shown = ask_and_preview(bot, standin)
        assert publish(bot, shown) == 200
        time.sleep(moment)
        bot.kill()

    with bot:
        wait_until_sent(bot)

    assert told(standin) == [1, 1, 1]


def test_published_again_after_a_restart_it_is_published_once(bot: Process, standin: StandIn) -> None:
    with bot:
        shown = ask_and_preview(bot, standin)
        assert publish(bot, shown) == 200
        bot.kill()

    with bot:
        assert publish(bot, shown) == 200
        wait_until_sent(bot)

    assert told(standin) == [1, 1, 1]
    assert json.loads(str(row(bot, "SELECT content FROM additions WHERE state = 'live'")[0][0]))["record"]["answer"]
    assert row(bot, "SELECT count(*) FROM additions") == [(1,)]


def test_the_queue_is_still_tried_against_an_answer_after_a_restart(bot: Process, standin: StandIn) -> None:
    with bot:
        shown = ask_and_preview(bot, standin)
        assert publish(bot, shown) == 200
        bot.kill()

    with bot:
        until("the mark", bot, "SELECT 1 FROM marks WHERE name LIKE 'backfilled:%'", seconds=60)
