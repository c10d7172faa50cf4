"""Drawing the messages of polls anew: one budget, the newest state, and what happens when Slack does not take it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.library import Library
from bot.listeners.polls.moves import close_poll, delete_poll
from bot.listeners.polls.painter import Painter
from bot.polls import Answer, Poll
from bot.standin import StandIn
from bot.storage.poll_messages import MOST_A_MINUTE
from tests import payloads
from tests.ballots import counts, message, opened, vote
from tests.harness import Workspace, words_of

SHUT_OUT = ["is_archived", "not_in_channel", "token_revoked"]


def another_vote(slack: Workspace, poll: Poll) -> None:
    """A vote that arrived in another process."""
    number = slack.store.votes.count(poll.id)
    slack.store.votes.cast(payloads.TEAM, poll.id, f"UV{number}", (Answer((0,)),), slack.clock())


def draw(slack: Workspace) -> int:
    """One look of the painter; how many redraws Slack was asked for."""
    before = len(slack.slack.calls_to("chat.update"))
    Painter(slack.desk).draw(slack.app.client)
    return len(slack.slack.calls_to("chat.update")) - before


def test_the_message_shows_how_many_voted_soon_after_a_vote(slack: Workspace) -> None:
    opened(slack)

    vote(slack, "Yes")

    assert "1 person has voted." in words_of(message(slack))


def test_a_message_is_drawn_at_most_every_three_seconds_and_then_shows_the_last_state(slack: Workspace) -> None:
    poll = opened(slack)
    another_vote(slack, poll)
    assert draw(slack) == 1
    another_vote(slack, poll)
    another_vote(slack, poll)

    drawn = []
    for _ in range(4):
        slack.clock.forward(seconds=1)
        drawn.append(draw(slack))

    assert drawn == [0, 0, 1, 0]
    assert "3 people have voted." in words_of(message(slack))


def test_nothing_is_drawn_while_nothing_changes(slack: Workspace) -> None:
    opened(slack)

    for _ in range(3):
        slack.clock.forward(minutes=1)
        slack.timers.tick()

    assert slack.slack.calls_to("chat.update") == []


def test_all_polls_share_one_budget_and_the_last_state_is_always_sent(slack: Workspace) -> None:
    polls = [opened(slack, channels=tuple(f"C{poll}{channel}" for channel in range(10))) for poll in range(6)]
    times: list[float] = []
    for second in range(240):
        if second < 100:
            for poll in polls:
                another_vote(slack, poll)
        times += [second] * draw(slack)
        slack.clock.forward(seconds=1)

    most = max(sum(start <= at < start + 60 for at in times) for start in range(240))
    shown = {words_of(posted[0]).count("100 people have voted.") for posted in slack.slack.posted.values()}
    assert most == MOST_A_MINUTE
    assert shown == {1}


def test_two_processes_keep_one_budget(slack: Workspace, tmp_path: Path, library: Library, standin: StandIn) -> None:
    polls = [opened(slack, channels=tuple(f"C{poll}{channel}" for channel in range(10))) for poll in range(6)]
    for poll in polls:
        another_vote(slack, poll)
    other = Workspace(tmp_path, library, standin)
    other.clock.now = slack.clock.now

    claims = [one.store.poll_messages.claim(slack.clock()) for one in [slack, other] * 40]

    drawn = [claim for claim in claims if claim]
    assert len(drawn) == len({(one.poll_id, one.channel) for one in drawn}) == MOST_A_MINUTE
    other.close()


def test_a_closed_poll_is_drawn_before_one_that_only_counts(slack: Workspace) -> None:
    polls = [opened(slack, channels=tuple(f"C{poll}{channel}" for channel in range(10))) for poll in range(5)]
    for poll in polls:
        another_vote(slack, poll)
    close_poll(slack.desk, polls[-1], "ULEAD")

    draw(slack)

    assert all("took part" in words_of(slack.posted(f"C4{channel}")[0]) for channel in range(10))


def test_what_a_dead_process_was_about_to_draw_another_draws(slack: Workspace) -> None:
    poll = opened(slack)
    another_vote(slack, poll)
    assert slack.store.poll_messages.claim(slack.clock()) is not None

    slack.clock.forward(seconds=10)
    early = draw(slack)
    slack.clock.forward(seconds=11)

    assert (early, draw(slack)) == (0, 1)
    assert "1 person has voted." in words_of(message(slack))


def test_a_vote_that_comes_while_slack_takes_a_redraw_is_drawn_after_it(slack: Workspace) -> None:
    poll = opened(slack)
    another_vote(slack, poll)
    claimed = slack.store.poll_messages.claim(slack.clock())
    assert claimed
    another_vote(slack, poll)
    slack.store.poll_messages.drawn(claimed, slack.clock())

    slack.clock.forward(seconds=3)

    assert draw(slack) == 1


def failures() -> Iterator[tuple[str, dict[str, object], list[int]]]:
    """How Slack fails, and how many redraws each of the next looks asks for, a second apart."""
    yield "internal error", {"error": "internal_error"}, [0, 0, 1]
    yield "status 500", {"status": 500}, [0, 0, 1]
    yield "no answer", {"drop": True}, [0, 0, 1]
    yield "message gone", {"error": "message_not_found"}, [0] * 10
    yield "not as built", {"error": "invalid_blocks"}, [0] * 10


@pytest.mark.parametrize(("fault", "after"), [pytest.param(*rest, id=name) for name, *rest in failures()])
def test_a_redraw_that_fails_stops_no_other_and_does_not_spin(
    slack: Workspace, fault: dict[str, object], after: list[int]
) -> None:
    first, second = opened(slack, channels=("C1",)), opened(slack, channels=("C2",))
    for poll in (first, second):
        another_vote(slack, poll)
    slack.slack.fail("chat.update", **fault)  # type: ignore[arg-type]

    assert draw(slack) == 2
    looks = []
    for _ in after:
        slack.clock.forward(seconds=1)
        looks.append(draw(slack))

    assert "1 person has voted." in words_of(message(slack, "C2"))
    assert looks == after


def test_while_slack_is_down_it_is_asked_seldom_and_the_last_state_is_sent_once_it_is_back(slack: Workspace) -> None:
    poll = opened(slack)
    another_vote(slack, poll)
    slack.slack.fail("chat.update", status=503, times=8)

    asked = 0
    for _ in range(20):  # minutes
        for _ in range(20):
            asked += draw(slack)
            slack.clock.forward(seconds=3)

    assert asked == 9
    assert "1 person has voted." in words_of(message(slack))


@pytest.mark.parametrize("error", SHUT_OUT)
def test_where_the_bot_may_not_write_it_tries_seldom_until_it_may_again(slack: Workspace, error: str) -> None:
    poll = opened(slack)
    another_vote(slack, poll)
    slack.slack.fail("chat.update", error=error, times=2)

    drawn = []
    for _ in range(16):
        drawn.append(draw(slack))
        slack.clock.forward(minutes=1)

    assert [minute for minute, count in enumerate(drawn) if count] == [0, 5, 15]
    assert "1 person has voted." in words_of(message(slack))


def test_when_slack_asks_for_peace_nothing_is_drawn_until_then(slack: Workspace) -> None:
    polls = [opened(slack, channels=(f"C{number}",)) for number in range(3)]
    for poll in polls:
        another_vote(slack, poll)
    slack.slack.fail("chat.update", error="ratelimited", retry_after=30)

    first = draw(slack)
    slack.clock.forward(seconds=29)
    during = draw(slack)
    slack.clock.forward(seconds=2)

    assert (first, during, draw(slack)) == (1, 0, 3)


def test_a_poll_whose_message_was_deleted_by_somebody_is_left_alone_and_votes_still_count(slack: Workspace) -> None:
    poll = opened(slack, channels=("C1", "C2"))
    slack.slack.fail("chat.update", error="message_not_found")
    another_vote(slack, poll)
    draw(slack)

    slack.clock.forward(seconds=5)
    another_vote(slack, poll)

    assert draw(slack) == 1
    assert counts(slack, poll) == [(2, 0, 0)]


def test_deletion_reaches_every_message(slack: Workspace) -> None:
    poll = opened(slack, channels=("C1", "C2"))
    delete_poll(slack.desk, poll, "ULEAD")

    draw(slack)

    shown = {words_of(message(slack, channel)) for channel in ("C1", "C2")}
    assert shown == {"This poll was deleted, and its votes with it."}


def test_a_vote_in_an_anonymous_poll_that_a_crash_kept_from_being_shown_is_shown_after_the_restart(
    slack: Workspace, tmp_path: Path, library: Library, standin: StandIn
) -> None:
    poll = opened(slack, is_anonymous=True)
    assert poll.box
    slack.store.ballot_boxes.cast(poll.box, poll.plan.questions, "U1", (Answer((0,)),))  # and then it died
    restarted = Workspace(tmp_path, library, standin)
    restarted.clock.now = slack.clock.now + timedelta(minutes=5)
    restarted.timers.tick()

    assert "1 person has voted." in words_of(message(slack))
    restarted.close()


def test_what_changes_while_a_message_is_on_its_way_is_drawn_once_it_is_there(slack: Workspace) -> None:
    slack.slack.fail("chat.postMessage", error="service_unavailable")
    opened(slack, channels=("C1", "C2"))
    assert slack.posted("C1") == []
    vote(slack, "Yes", channel="C2")

    for _ in range(2):
        slack.clock.forward(minutes=1)
        slack.timers.tick()

    assert "1 person has voted." in words_of(message(slack, "C1"))


def test_a_press_settles_whether_a_message_was_posted_that_slack_gave_no_word_on(slack: Workspace) -> None:
    slack.slack.fail("chat.postMessage", drop=True)
    poll = opened(slack)
    slack.clock.forward(minutes=1)
    slack.desk.postman.deliver(slack.app.client)
    in_doubt = len(slack.store.outbox.undelivered(payloads.TEAM))

    vote(slack, "Yes")

    assert (in_doubt, slack.store.outbox.undelivered(payloads.TEAM)) == (1, [])
    assert slack.store.poll_messages.of(poll.id) == [("C1", message(slack)["ts"])]
