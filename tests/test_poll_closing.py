"""Closing a poll: once, at the promised time, with its results where its messages stand."""

import threading
from datetime import timedelta
from typing import Any

import pytest

from bot.app import Timers
from bot.listeners.desk import Desk
from bot.listeners.polls.clock import PollClock
from bot.listeners.polls.moves import close_poll, delete_poll, open_poll, reopen_poll
from bot.polling import public_tally
from bot.polls import Answer, PollError, State
from bot.storage import Store
from bot.storage.database import as_text
from tests import payloads
from tests.ballots import later, opened, planned
from tests.closings import NO, cast, close, found, replies
from tests.harness import Workspace


def test_results_stand_in_the_thread_of_each_channel(slack: Workspace) -> None:
    poll = opened(slack, channels=("C1", "C2"))
    cast(slack, poll, range(6))

    close(slack, poll)

    for channel in ("C1", "C2"):
        [reply] = replies(slack, channel)
        assert "6 people took part" in reply["text"]
        assert "A. Yes: 6 (100%)" in reply["text"]


def test_a_poll_closes_by_itself_when_its_time_is_up(slack: Workspace) -> None:
    poll = opened(slack)
    cast(slack, poll, range(5))

    later(slack, days=7)
    slack.timers.tick()

    assert (found(slack, poll).state, found(slack, poll).closed_by) == (State.CLOSED, None)
    assert len(replies(slack)) == 1


def test_down_at_closing_time_it_closes_at_the_promised_time_and_no_later_click_counts(slack: Workspace) -> None:
    poll = opened(slack)
    cast(slack, poll, range(5))
    promised = found(slack, poll).plan.closes_at
    later(slack, days=9)

    with pytest.raises(PollError):
        slack.store.votes.cast(payloads.TEAM, poll.id, "ULATE", (Answer((NO,)),), slack.clock())
    slack.timers.tick()

    assert as_text(found(slack, poll).closed_at or slack.clock()) == as_text(promised or slack.clock())
    assert "5 people took part" in replies(slack)[0]["text"]


def test_two_processes_close_it_once(slack: Workspace) -> None:
    poll = opened(slack)
    cast(slack, poll, range(5))
    later(slack, days=8)
    stores = [slack.store, Store(slack.settings.db), Store(slack.settings.db)]
    desks = [Desk(slack.settings, slack.library, store, slack.clock) for store in stores]
    looking = [threading.Thread(target=PollClock(desk).look, args=(slack.app.client,)) for desk in desks * 3]

    for thread in looking:
        thread.start()
    for thread in looking:
        thread.join()
    for desk in desks:
        desk.postman.deliver(slack.app.client)

    assert len(replies(slack)) == 1
    assert found(slack, poll).reopened == 0
    for store in stores[1:]:
        store.close()


def test_of_two_processes_with_timers_one_posts_the_results(slack: Workspace) -> None:
    poll = opened(slack)
    cast(slack, poll, range(5))
    later(slack, days=8)
    store = Store(slack.settings.db)
    other = Timers(Desk(slack.settings, slack.library, store, slack.clock), slack.app.client)

    for _ in range(3):
        slack.timers.tick()
        other.tick()

    assert len(replies(slack)) == 1
    store.close()


def test_the_second_of_two_leads_is_told_that_it_is_closed(slack: Workspace) -> None:
    poll = opened(slack)
    close(slack, poll)

    with pytest.raises(PollError):
        close_poll(slack.desk, poll, "UOTHER")

    assert len(replies(slack)) == 1


def test_killed_while_results_are_composed_nothing_has_happened(slack: Workspace) -> None:
    poll = opened(slack)
    cast(slack, poll, range(5))

    def die(*_: object) -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        slack.store.polls.close(payloads.TEAM, poll.id, None, die, slack.clock())

    assert found(slack, poll).state is State.OPEN
    assert slack.store.publications.latest(poll) is None


def test_what_results_show_is_written_down_with_the_closing(slack: Workspace) -> None:
    poll = opened(slack)
    cast(slack, poll, range(5))

    close(slack, poll)

    kept = slack.store.publications.latest(poll)
    assert kept
    assert kept.whole == public_tally(slack.store, found(slack, poll), slack.clock())
    assert kept.whole.counts[0].numbers == (5, 0, 0)


def test_a_channel_that_never_got_the_poll_gets_no_results(slack: Workspace) -> None:
    slack.slack.fail("chat.postMessage", error="service_unavailable", times=1)
    poll = opened(slack, channels=("C1", "C2"))
    cast(slack, poll, range(5))

    close(slack, poll)
    later(slack, hours=1)
    slack.desk.postman.deliver(slack.app.client)

    assert slack.posted("C1") == []
    assert len(replies(slack, "C2")) == 1


def test_where_the_message_may_stand_results_come_beside_it(slack: Workspace) -> None:
    slack.slack.fail("chat.postMessage", error=None, status=503, times=1)
    poll = opened(slack)
    later(slack, minutes=5)
    slack.desk.postman.deliver(slack.app.client)  # and now the leads are asked whether it is there
    cast(slack, poll, range(5))

    close(slack, poll)

    assert "Results: Locality meetings" in slack.last("C1")["text"]


def test_results_written_before_slack_had_the_message_go_under_it(slack: Workspace) -> None:
    poll = opened(slack)
    ts = slack.posted("C1")[0]["ts"]
    slack.store.poll_messages.of(poll.id)
    with slack.store.polls._connections.writing() as db:
        db.conn.execute("UPDATE poll_messages SET ts = NULL")
    cast(slack, poll, range(5))
    close_poll(slack.desk, poll, None)
    slack.store.poll_messages.learn(poll.id, "C1", ts)

    slack.desk.postman.deliver(slack.app.client)

    assert len(replies(slack)) == 1


def test_a_closing_that_a_crash_cut_in_two_is_finished(slack: Workspace) -> None:
    poll = opened(slack, is_anonymous=True)
    cast(slack, poll, range(5))
    assert poll.box
    slack.store.ballot_boxes.close(poll.box, poll.plan.questions)  # and then the process died

    slack.timers.tick()

    assert found(slack, poll).state is State.CLOSED
    assert "A. Yes: 5 (100%)" in replies(slack)[0]["text"]


def test_a_deletion_that_a_crash_cut_in_two_is_finished(slack: Workspace) -> None:
    poll, other = opened(slack, is_anonymous=True), opened(slack, channels=("C2",), is_anonymous=True)
    for one in (poll, other):
        cast(slack, one, range(5))
    slack.store.polls.delete(payloads.TEAM, poll.id, "ULEAD", slack.clock())  # and then the process died

    slack.timers.tick()

    assert slack.store.ballot_boxes.names() == {other.box}


def test_reopened_it_says_so_and_posts_results_again(slack: Workspace) -> None:
    poll = opened(slack)
    cast(slack, poll, range(5))
    close(slack, poll)

    reopen_poll(slack.desk, found(slack, poll), slack.clock() + timedelta(days=2), "ULEAD")
    slack.desk.postman.deliver(slack.app.client)
    cast(slack, poll, range(5, 10), NO)
    close(slack, poll)

    first, again, second = replies(slack)
    assert "This poll is open again until" in again["text"]
    assert "A. Yes: 5 (100%)" in first["text"]
    assert "B. No: 5 (50%)" in second["text"]


def test_a_deleted_poll_leaves_no_votes_and_no_publications(slack: Workspace) -> None:
    poll = opened(slack)
    cast(slack, poll, range(6))
    close(slack, poll)

    delete_poll(slack.desk, found(slack, poll), "ULEAD")

    assert slack.store.votes.all(poll.id) == []
    assert slack.store.publications.latest(poll) is None


def test_results_of_a_poll_that_was_deleted_are_not_posted_any_more(slack: Workspace) -> None:
    poll = opened(slack)
    cast(slack, poll, range(6))
    closed = close_poll(slack.desk, poll, "ULEAD")

    delete_poll(slack.desk, closed, "ULEAD")
    slack.desk.postman.deliver(slack.app.client)

    assert replies(slack) == []


def test_a_planned_poll_opens_at_its_time(slack: Workspace) -> None:
    now = slack.clock()
    plan = planned(opens_at=now + timedelta(hours=1))
    poll = slack.store.polls.draft(payloads.TEAM, "ULEAD", plan, now)
    slack.store.polls.schedule(payloads.TEAM, poll.id, now)
    slack.timers.tick()
    assert slack.posted("C1") == []

    later(slack, hours=1)
    for _ in range(2):
        slack.timers.tick()

    assert len(slack.posted("C1")) == 1
    assert found(slack, poll).state is State.OPEN


def test_a_poll_whose_whole_time_passed_while_nobody_was_there_is_told_to_its_owner(slack: Workspace) -> None:
    now, hour = slack.clock(), timedelta(hours=1)
    poll = slack.store.polls.draft(payloads.TEAM, "ULEAD", planned(opens_at=now + hour, closes_at=now + 2 * hour), now)
    slack.store.polls.schedule(payloads.TEAM, poll.id, now)

    later(slack, days=2)
    slack.timers.tick()

    assert slack.posted("C1") == []
    assert found(slack, poll).state is State.CLOSED
    assert "was not posted: I was not running" in slack.last("DLEAD")["text"]


def test_a_poll_opens_once(slack: Workspace) -> None:
    poll = opened(slack)

    with pytest.raises(PollError):
        open_poll(slack.desk, poll)
