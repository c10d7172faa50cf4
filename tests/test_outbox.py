"""Letters: written first, sent once, looked at by leads where that is in doubt."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlite_utils import Database

from bot.answering import answer
from bot.asking import Asking
from bot.letters import Letter
from bot.queueing import Queue
from bot.standin.workspace import direct_channel
from bot.storage import Store
from bot.storage.outbox import MOST_ATTEMPTS
from tests.harness import Workspace

TEAM = "T0001"
WORDS = "Anytown CCG has answered your question."


def letter(name: str = "answer:1:U1", channel: str = "DU1", **more: Any) -> Letter:
    body = {"text": WORDS, "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": WORDS}}]}
    return Letter(**{"name": name, "kind": "recall", "channel": channel, "body": body, **more})


def write(slack: Workspace, *letters: Letter) -> None:
    slack.store.outbox.write(TEAM, letters, slack.clock())


def tick_for(slack: Workspace, minutes: int) -> None:
    for _ in range(minutes):
        slack.clock.forward(minutes=1)
        slack.timers.tick()


def times_posted(slack: Workspace, channel: str) -> int:
    return sum(message["text"] == WORDS for message in slack.posted(channel))


def states(slack: Workspace) -> list[str]:
    return [row["state"] for row in Database(slack.settings.db).query("SELECT state FROM outbox ORDER BY id")]


def test_a_letter_goes_out_once_with_its_id_in_the_metadata(slack: Workspace) -> None:
    write(slack, letter(thread_ts="1.1"))

    tick_for(slack, 3)

    [posted] = slack.posted("DU1")
    assert posted["metadata"] == {"event_type": "mandate_outbox", "event_payload": {"outbox": 1}}
    assert posted["thread_ts"] == "1.1"


def test_a_letter_of_a_name_written_before_is_not_written_again(slack: Workspace) -> None:
    write(slack, letter(), letter())
    slack.desk.postman.deliver(slack.app.client)
    write(slack, letter())

    assert slack.desk.postman.deliver(slack.app.client) == 0
    assert times_posted(slack, "DU1") == 1


def test_its_text_goes_once_it_is_sent(slack: Workspace) -> None:
    write(slack, letter())

    slack.desk.postman.deliver(slack.app.client)

    assert [row["body"] for row in Database(slack.settings.db)["outbox"].rows] == [None]


@pytest.mark.parametrize("channel", ["DU1", "C1"], ids=["direct", "public"])
def test_what_slack_refused_for_now_is_sent_later(slack: Workspace, channel: str) -> None:
    slack.slack.fail("chat.postMessage", error="service_unavailable", times=2)
    write(slack, letter(channel=channel))

    tick_for(slack, 3)

    assert times_posted(slack, channel) == 1


def test_when_slack_asks_for_patience_it_is_left_alone_for_as_long(slack: Workspace) -> None:
    # Status 400, so that the client's own handler does not wait it out for real.
    slack.slack.fail("chat.postMessage", error="ratelimited", status=400, retry_after=90)
    write(slack, letter(channel="C1"))

    tick_for(slack, 1)
    early = times_posted(slack, "C1")
    tick_for(slack, 2)

    assert early == 0
    assert states(slack) == ["sent"]


def test_a_direct_message_that_arrived_after_all_is_not_sent_again(slack: Workspace) -> None:
    slack.slack.fail("chat.postMessage", drop=True)
    write(slack, letter())

    tick_for(slack, 3)

    assert len(slack.slack.calls_to("conversations.history")) == 1
    assert times_posted(slack, "DU1") == 1
    assert states(slack) == ["sent"]


def test_a_direct_message_in_a_thread_is_looked_up_in_its_thread(slack: Workspace) -> None:
    slack.slack.fail("chat.postMessage", drop=True)
    write(slack, letter(thread_ts="1.1"))

    tick_for(slack, 3)

    assert len(slack.slack.calls_to("conversations.replies")) == 1
    assert times_posted(slack, "DU1") == 1


def test_a_direct_message_that_never_arrived_is_sent_again(slack: Workspace) -> None:
    slack.slack.fail("chat.postMessage", status=503)
    write(slack, letter())

    tick_for(slack, 3)

    assert len(slack.slack.calls_to("conversations.history")) == 1
    assert times_posted(slack, "DU1") == 1


def test_while_it_cannot_be_looked_up_it_is_not_sent_again(slack: Workspace) -> None:
    slack.slack.fail("chat.postMessage", drop=True)
    slack.slack.fail("conversations.history", status=503, times=2)
    write(slack, letter())

    tick_for(slack, 5)

    assert times_posted(slack, "DU1") == 1
    assert states(slack) == ["sent"]


def test_where_the_bot_may_never_look_leads_are_asked(slack: Workspace) -> None:
    slack.slack.fail("chat.postMessage", drop=True)
    slack.slack.fail("conversations.history", error="missing_scope")
    write(slack, letter())

    tick_for(slack, 3)

    assert states(slack) == ["doubtful"]


@pytest.mark.parametrize("channel", ["C1", "U1"], ids=["a public channel", "a person whose channel is not known"])
def test_what_may_have_arrived_where_nobody_can_look_is_doubtful(slack: Workspace, channel: str) -> None:
    slack.slack.fail("chat.postMessage", drop=True)
    write(slack, letter(channel=channel))

    tick_for(slack, 3)

    assert len(slack.slack.calls_to("chat.postMessage")) == 1
    assert slack.slack.calls_to("conversations.history") == []
    assert [one.is_doubtful for one in slack.store.outbox.undelivered(TEAM)] == [True]


@pytest.mark.parametrize("how", ["home", "message", "an earlier letter"])
def test_a_known_direct_channel_is_looked_through(slack: Workspace, how: str) -> None:
    if how == "home":
        slack.open_home()
    elif how == "message":
        slack.dm("hello")
    else:
        write(slack, letter("first", channel="U1"))
        slack.desk.postman.deliver(slack.app.client)
    slack.slack.fail("chat.postMessage", drop=True)
    write(slack, letter("second", channel="U1"))

    tick_for(slack, 3)

    channel = direct_channel("U1") if how == "an earlier letter" else "DU1"
    [looked] = slack.slack.calls_to("conversations.history")
    assert looked.arguments["channel"] == channel
    assert slack.store.outbox.undelivered(TEAM) == []


@pytest.mark.parametrize("error", ["channel_not_found", "is_archived", "user_disabled"])
def test_where_there_is_nobody_leads_see_it_at_once(slack: Workspace, error: str) -> None:
    slack.slack.fail("chat.postMessage", error=error)
    write(slack, letter())

    slack.desk.postman.deliver(slack.app.client)

    [seen] = slack.store.outbox.undelivered(TEAM)
    assert (seen.error, seen.is_doubtful, seen.text) == (error, False, WORDS)


def test_when_slack_refuses_the_blocks_the_text_goes_alone(slack: Workspace) -> None:
    slack.slack.fail("chat.postMessage", error="invalid_blocks")
    write(slack, letter())

    slack.desk.postman.deliver(slack.app.client)

    assert slack.last("DU1")["text"] == WORDS
    assert slack.last("DU1")["blocks"] == []


def test_when_slack_refuses_the_text_too_leads_see_it(slack: Workspace) -> None:
    slack.slack.fail("chat.postMessage", error="msg_too_long", times=2)
    write(slack, letter())

    slack.desk.postman.deliver(slack.app.client)

    assert [one.error for one in slack.store.outbox.undelivered(TEAM)] == ["msg_too_long"]


def test_one_bad_letter_does_not_keep_the_next_from_being_sent(slack: Workspace) -> None:
    slack.slack.not_joined.add("C1")
    write(slack, letter("no words", body={}), letter("not there", channel="C1"), letter("good"))

    assert slack.desk.postman.deliver(slack.app.client) == 3

    assert times_posted(slack, "DU1") == 1
    assert states(slack) == ["dead", "dead", "sent"]


def test_after_hours_of_refusals_leads_see_it(slack: Workspace) -> None:
    slack.slack.fail("chat.postMessage", error="service_unavailable", times=MOST_ATTEMPTS)
    write(slack, letter())

    for _ in range(MOST_ATTEMPTS):
        slack.clock.forward(minutes=10)
        slack.desk.postman.deliver(slack.app.client)

    assert [one.error for one in slack.store.outbox.undelivered(TEAM)] == ["service_unavailable"]


def test_after_hours_in_doubt_leads_are_asked(store: Store, slack: Workspace) -> None:
    write(slack, letter())

    for _ in range(MOST_ATTEMPTS):
        slack.clock.forward(minutes=10)
        posting = store.outbox.claim(slack.clock())
        assert posting is not None
        store.outbox.later(posting.id, slack.clock(), "TimeoutError", in_doubt=True)

    assert [one.is_doubtful for one in store.outbox.undelivered(TEAM)] == [True]


def test_a_letter_on_its_way_is_nobody_elses(slack: Workspace) -> None:
    write(slack, letter())
    assert slack.store.outbox.claim(slack.clock()) is not None

    assert slack.store.outbox.claim(slack.clock()) is None


def test_a_letter_whose_outcome_could_not_be_written_down_is_looked_up_later(slack: Workspace) -> None:
    write(slack, letter())
    assert slack.store.outbox.claim(slack.clock()) is not None  # and then the disk is full

    slack.clock.forward(minutes=11)
    slack.desk.postman.deliver(slack.app.client)

    assert len(slack.slack.calls_to("conversations.history")) == 1
    assert times_posted(slack, "DU1") == 1


def test_a_person_who_erases_what_is_kept_gets_no_letter(slack: Workspace) -> None:
    slack.slack.fail("chat.postMessage", error="service_unavailable")
    write(slack, letter(person="U1"))
    slack.desk.postman.deliver(slack.app.client)

    slack.store.house.erase(TEAM, "U1")
    tick_for(slack, 3)

    assert times_posted(slack, "DU1") == 0


def test_a_letter_erased_on_its_way_is_no_trouble(slack: Workspace) -> None:
    write(slack, letter(person="U1"))
    posting = slack.store.outbox.claim(slack.clock())
    assert posting is not None
    slack.store.house.erase(TEAM, "U1")

    slack.store.outbox.later(posting.id, slack.clock(), "TimeoutError", in_doubt=True)

    assert slack.store.outbox.claim(slack.clock() + timedelta(hours=1)) is None


def test_who_was_told_their_answer_is_a_number_from_then_on(slack: Workspace) -> None:
    asking = Asking("who feeds the office cat", "U1", "direct", TEAM, slack.clock(), channel="DU1")
    [asked] = answer(asking, slack.library.current, slack.store)
    Queue(slack.store, slack.library).group_waiting()
    write(slack, letter(kind="answer", person="U1", question_id=asked.question_id))

    slack.desk.postman.deliver(slack.app.client)

    [group] = slack.store.review.groups(TEAM)
    assert group.people == 1
    assert slack.store.review.askers(group.id) == []


def test_many_threads_send_each_letter_once(slack: Workspace) -> None:
    write(slack, *(letter(f"letter {number}") for number in range(30)))

    with ThreadPoolExecutor(8) as pool:
        tried = list(pool.map(lambda _: slack.desk.postman.deliver(slack.app.client), range(8)))

    assert sum(tried) == 30
    assert times_posted(slack, "DU1") == 30
