"""Slack slow, down, out of patience or shut to us: what is kept, what is sent again, and what people are told."""

import pytest

from bot.blocks import notices
from bot.listeners.desk import Request
from bot.listeners.refusals import LOCKED_OUT
from bot.standin.workspace import direct_channel
from bot.storage import Delivery
from tests import payloads
from tests.harness import Workspace
from tests.test_faults import ANSWER, ASKED
from tests.test_outbox import TEAM, letter, states, times_posted, write


def answers(slack: Workspace, channel: str = "DU1") -> int:
    return sum(ANSWER in message["text"] for message in slack.posted(channel))


def tick_for(slack: Workspace, rounds: int, **how_long: float) -> None:
    for _ in range(rounds):
        slack.clock.forward(**how_long)
        slack.timers.tick()


def send_for(slack: Workspace, rounds: int) -> None:
    """As the timers do it, every ten minutes."""
    for _ in range(rounds):
        slack.clock.forward(minutes=10)
        slack.desk.recover(slack.app.client)
        slack.desk.postman.deliver(slack.app.client)


def test_slack_slow_beyond_patience_is_looked_up_and_answered_once(slack: Workspace) -> None:
    slack.app.client.timeout = 1
    slack.slack.fail("chat.postMessage", error=None, delay=2)  # it does post it, later than we listen
    slack.dm(ASKED)

    tick_for(slack, 3, minutes=1)

    assert answers(slack) == 1


def test_slack_down_altogether_the_answer_waits(slack: Workspace) -> None:
    url, slack.app.client.base_url = slack.app.client.base_url, "http://127.0.0.1:9/api/"  # nobody listens there
    slack.dm(ASKED)

    slack.app.client.base_url = url
    tick_for(slack, 2, minutes=1)

    assert answers(slack) == 1


def test_slack_down_for_days_the_answer_still_comes(slack: Workspace) -> None:
    slack.slack.fail("chat.postMessage", error="service_unavailable", times=250)
    slack.dm(ASKED)

    send_for(slack, 250)

    assert answers(slack) == 1


@pytest.mark.parametrize("error", ["internal_error", "fatal_error"])
def test_where_slack_says_that_it_may_have_posted_all_the_same_it_is_looked_up_first(
    slack: Workspace, error: str
) -> None:
    slack.slack.fail("chat.postMessage", error=error)
    write(slack, letter(), letter("in public", channel="C1"))

    tick_for(slack, 3, minutes=1)
    slack.slack.fail("chat.postMessage", error=error)
    write(slack, letter("another in public", channel="C1"))
    tick_for(slack, 3, minutes=1)

    assert len(slack.slack.calls_to("conversations.history")) == 1
    assert states(slack) == ["sent", "sent", "doubtful"]


def test_asked_for_a_moment_of_patience_the_answer_waits_it_out(slack: Workspace) -> None:
    slack.slack.fail("chat.postMessage", retry_after=1)

    slack.dm(ASKED)

    assert answers(slack) == 1


def test_asked_for_long_patience_nobody_is_held_up_and_slack_is_left_alone_as_long(slack: Workspace) -> None:
    slack.slack.fail("chat.postMessage", retry_after=600)
    slack.dm(ASKED)  # would take ten minutes otherwise
    slack.dm(ASKED, user="U2")

    tick_for(slack, 1, minutes=9)
    early = answers(slack)
    tick_for(slack, 1, minutes=2)

    assert (answers(slack, "DU2"), early, answers(slack)) == (1, 0, 1)


def test_a_window_that_slack_has_no_time_for_is_explained(slack: Workspace) -> None:
    slack.slack.fail("views.publish", retry_after=600)

    slack.open_home()

    assert [message["text"] for message in slack.posted("DU1")] == [notices.SLACK_TROUBLE]


def test_a_window_that_came_too_late_is_explained(slack: Workspace) -> None:
    slack.slack.fail("views.open", error="expired_trigger_id")
    home = slack.open_home()

    slack.press_in_view("Glossary", home, "V1")

    assert [message["text"] for message in slack.posted("DU1") + slack.posted("D1")] == [notices.TOO_SLOW]


@pytest.mark.parametrize("error", sorted(LOCKED_OUT))
def test_a_token_that_was_revoked_loses_no_answer_and_no_letter(slack: Workspace, error: str) -> None:
    slack.slack.fail("chat.postMessage", error=error, times=80)  # both are tried every few minutes, for hours
    write(slack, letter())
    slack.dm(ASKED)

    send_for(slack, 50)

    assert (answers(slack), times_posted(slack, "DU1")) == (1, 1)
    assert slack.store.outbox.undelivered(TEAM) == []


def test_a_token_that_was_revoked_is_told_where_slack_still_listens_and_in_the_log(
    desk: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    desk.slack.fail("views.open", error="token_revoked")

    desk.command("", name="/mandate-poll", user="ULEAD")

    [told] = desk.slack.calls_to("response_url")
    assert told.arguments["text"] == notices.LOCKED_OUT
    assert "Set a new SLACK_BOT_TOKEN" in caplog.text


@pytest.mark.parametrize("error", ["is_archived", "not_in_channel", "channel_not_found", "restricted_action"])
def test_an_answer_that_its_channel_no_longer_takes_goes_to_whoever_asked(slack: Workspace, error: str) -> None:
    slack.slack.fail("chat.postMessage", error=error)

    slack.mention(ASKED)

    [told] = slack.posted(direct_channel("U1"))
    assert ANSWER in told["text"]
    assert told["text"].startswith(f"You asked me “{ASKED}” in a channel where I can no longer post")
    assert slack.store.inbox.abandoned(slack.clock()) is None


def test_what_is_asked_in_a_channel_that_shut_the_bot_out_is_told_by_direct_message(slack: Workspace) -> None:
    slack.slack.fail("chat.postMessage", drop=True)
    slack.mention(ASKED)
    slack.slack.fail("chat.postEphemeral", error="not_in_channel")

    tick_for(slack, 1, minutes=1)

    assert [message["text"] for message in slack.posted(direct_channel("U1"))] == [notices.INTERRUPTED]


def test_a_person_whose_account_is_deactivated_gets_no_second_try(slack: Workspace) -> None:
    slack.slack.fail("chat.postMessage", error="user_disabled")
    slack.dm(ASKED)

    tick_for(slack, 3, minutes=10)

    assert len(slack.slack.calls_to("chat.postMessage")) == 1


def test_an_answer_that_is_too_long_in_any_form_is_said_to_be(slack: Workspace) -> None:
    slack.slack.fail("chat.postMessage", error="msg_too_long", times=2)

    slack.dm(ASKED)

    assert [message["text"] for message in slack.posted("DU1")] == [notices.TOO_LONG]


def test_a_tab_drawn_anew_meanwhile_is_drawn_from_what_is_so_now(slack: Workspace) -> None:
    slack.open_home()
    old = {"type": "home", "hash": "1.older", "blocks": []}
    event = {"type": "app_home_opened", "user": "U1", "channel": "DU1", "tab": "home", "view": old}

    slack.send(payloads.envelope({**event, "event_ts": payloads.ts()}))

    _, refused, anew = slack.slack.calls_to("views.publish")
    assert (refused.arguments["hash"], anew.arguments.get("hash")) == ("1.older", None)
    assert slack.posted("DU1") == []


def test_a_tab_that_is_still_the_latest_is_drawn_once(slack: Workspace) -> None:
    slack.open_home()
    seen = {"type": "home", "hash": slack.slack.views["U1"]["hash"], "blocks": []}
    event = {"type": "app_home_opened", "user": "U1", "channel": "DU1", "tab": "home", "view": seen}

    slack.send(payloads.envelope({**event, "event_ts": payloads.ts()}))

    assert len(slack.slack.calls_to("views.publish")) == 2


@pytest.mark.parametrize("retry", ["0", "1", "3"])
def test_the_header_of_a_retry_says_nothing_of_whether_it_came_before(slack: Workspace, retry: str) -> None:
    body = payloads.envelope(payloads.direct_message(ASKED))

    slack.send(body, {"x-slack-retry-num": retry})

    assert answers(slack) == 1


@pytest.mark.parametrize("retry", [None, "1", "2"])
def test_an_event_that_comes_again_is_acknowledged_and_not_answered_again(slack: Workspace, retry: str | None) -> None:
    body = payloads.envelope(payloads.direct_message(ASKED))
    slack.send(body)

    again = slack.send(body, {"x-slack-retry-num": retry} if retry else None)

    assert again.status == 200
    assert answers(slack) == 1


def test_an_answer_that_somebody_else_has_stored_is_not_stored_again(slack: Workspace) -> None:
    request = {"surface": "direct", "text": ASKED, "user": "U1", "asked_at": slack.clock().isoformat()}
    kept = slack.store.inbox.accept(Delivery("T0001", "Ev1", request | {"channel": "DU1"}, slack.clock()))
    assert kept is not None
    slack.clock.forward(minutes=11)
    slack.timers.tick()  # takes it up, for whoever had it has not been heard of for ten minutes

    slack.desk.handle(
        slack.app.client, "T0001", kept, Request("direct", ASKED, "U1", request["asked_at"], channel="DU1")
    )

    assert answers(slack) == 1
    assert len(slack.store.questions.asked_by("T0001", "U1")) == 1
