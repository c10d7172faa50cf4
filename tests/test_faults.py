"""Slack down, deaf or slow, a database that is gone, and many people at once."""

import threading

import pytest

from bot.blocks import notices
from bot.listeners.desk import Request
from bot.standin.workspace import direct_channel
from bot.storage import Delivery, Store
from tests import payloads
from tests.harness import Workspace

ASKED = "how many objectives are in the mandate"
ANSWER = "The final mandate has 24 objectives."


def test_a_fault_reaches_the_person_as_one_sentence(slack: Workspace) -> None:
    slack.slack.fail("views.publish", error="invalid_arguments")

    slack.open_home()

    [told] = slack.posted("DU1")
    assert told["text"].startswith("Something went wrong on my side")
    assert "Traceback" not in told["text"]


def test_an_answer_that_slack_refused_is_sent_again(slack: Workspace) -> None:
    slack.slack.fail("chat.postMessage", error="internal_error", times=2)
    slack.dm(ASKED)

    for _ in range(3):
        slack.clock.forward(minutes=1)
        slack.timers.tick()

    assert [ANSWER in message["text"] for message in slack.posted("DU1")] == [True]


def test_an_answer_whose_fate_is_unknown_is_looked_up_before_it_is_sent_again(slack: Workspace) -> None:
    slack.slack.fail("chat.postMessage", drop=True)  # Slack took it, and the line went dead
    slack.dm(ASKED)

    for _ in range(2):
        slack.clock.forward(minutes=1)
        slack.timers.tick()

    assert len(slack.slack.calls_to("conversations.history")) == 1
    assert sum(ANSWER in message["text"] for message in slack.posted("DU1")) == 1


def test_an_answer_that_never_arrived_is_sent_again(slack: Workspace) -> None:
    slack.slack.fail("chat.postMessage", status=503)
    slack.dm(ASKED)

    slack.clock.forward(minutes=1)
    slack.timers.tick()

    assert sum(ANSWER in message["text"] for message in slack.posted("DU1")) == 1


def test_while_slack_is_down_the_answer_waits(slack: Workspace) -> None:
    slack.slack.fail("chat.postMessage", status=503, times=4)
    slack.slack.fail("conversations.history", status=503)
    slack.dm(ASKED)

    for _ in range(8):
        slack.clock.forward(minutes=10)
        slack.timers.tick()

    assert sum(ANSWER in message["text"] for message in slack.posted("DU1")) == 1


def test_after_a_weekend_down_a_question_is_still_answered(slack: Workspace) -> None:
    slack.slack.fail("chat.postMessage", error="internal_error")
    slack.dm(ASKED)

    slack.clock.forward(days=3)
    slack.timers.tick()

    assert ANSWER in slack.last("DU1")["text"]


@pytest.mark.parametrize("surface", ["command", "shortcut"])
def test_where_the_bot_cannot_look_it_asks_the_person_to(slack: Workspace, surface: str) -> None:
    slack.slack.fail("response_url" if surface == "command" else "views.open", drop=True)
    slack.command(ASKED) if surface == "command" else slack.shortcut(ASKED)

    slack.clock.forward(minutes=1)
    slack.timers.tick()

    assert [message["text"] for message in slack.posted(direct_channel("U1"))] == [notices.INTERRUPTED]


def test_a_window_that_does_not_open_becomes_a_message(slack: Workspace) -> None:
    slack.slack.fail("views.open", error="expired_trigger_id")

    slack.shortcut(ASKED)

    assert ANSWER in slack.last(direct_channel("U1"))["text"]


def test_when_slack_refuses_the_blocks_the_text_goes_alone(slack: Workspace) -> None:
    slack.slack.fail("chat.postMessage", error="invalid_blocks")

    slack.dm(ASKED)

    assert ANSWER in slack.last("DU1")["text"]


def test_one_bad_row_does_not_keep_the_next_from_being_answered(slack: Workspace) -> None:
    now = slack.clock.now
    for key, request in (
        ("Ev1", {"nonsense": 1}),
        ("Ev2", vars(Request("direct", ASKED, "U1", now.isoformat(), "DU1"))),
    ):
        kept = slack.store.inbox.accept(Delivery("T0001", key, request, now))
        assert kept is not None
        slack.store.inbox.release(kept, now)

    slack.clock.forward(minutes=1)
    slack.timers.tick()

    assert ANSWER in slack.last("DU1")["text"]


def test_a_database_that_cannot_be_written_means_no_acknowledgement(slack: Workspace) -> None:
    slack.store.close()
    slack.settings.db.unlink()
    slack.settings.db.mkdir()

    response = slack.send(payloads.envelope(payloads.direct_message(ASKED)))

    assert response.status == 503  # Slack delivers it again
    slack.settings.db.rmdir()
    slack.store = Store(slack.settings.db)


def test_a_request_without_a_good_signature_is_refused(slack: Workspace) -> None:
    body = payloads.envelope(payloads.direct_message(ASKED))

    assert slack.send(body, {"x-slack-signature": "v0=forged"}).status == 401
    assert slack.store.questions.asked_by("T0001", "U1") == []


def test_many_people_at_once_are_each_answered_once(slack: Workspace) -> None:
    people = [f"U{number}" for number in range(10, 26)]
    threads = [threading.Thread(target=slack.dm, args=(ASKED, person)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [len(slack.posted(f"D{person}")) for person in people] == [1] * 16
