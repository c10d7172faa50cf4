"""Polls that people voted in, closed, and what then stands under their messages."""

from typing import Any

from bot.listeners.polls.moves import close_poll
from bot.polls import Answer, Answers, Poll
from bot.practices import Practice
from tests import payloads
from tests.harness import Workspace

YES, NO = 0, 1


def cast(slack: Workspace, poll: Poll, people: range, choice: int = YES) -> None:
    """People vote alike, whatever is asked."""
    for number in people:
        answers: Answers = tuple(Answer((choice,)) if one.choices else Answer() for one in poll.plan.questions)
        if poll.box:
            slack.store.ballot_boxes.cast(poll.box, poll.plan.questions, f"U{number}", answers)
        else:
            slack.store.votes.cast(payloads.TEAM, poll.id, f"U{number}", answers, slack.clock())


def close(slack: Workspace, poll: Poll, by: str | None = "ULEAD") -> Poll:
    closed = close_poll(slack.desk, found(slack, poll), by)
    slack.desk.postman.deliver(slack.app.client)
    return closed


def found(slack: Workspace, poll: Poll) -> Poll:
    poll_now = slack.store.polls.find(payloads.TEAM, poll.id)
    assert poll_now
    return poll_now


def replies(slack: Workspace, channel: str = "C1") -> list[dict[str, Any]]:
    """What stands under the poll's message."""
    first = slack.posted(channel)[0]["ts"]
    return [message for message in slack.posted(channel) if message.get("thread_ts") == first]


def register(slack: Workspace, localities: dict[str, int]) -> None:
    """A register with so many practices in each locality, and U0, U1, … each in one of them."""
    places = [name for name, number in localities.items() for _ in range(number)]
    codes = [f"A8{number:04}" for number in range(len(places))]
    slack.store.practices.replace_register([Practice(code, f"Practice {code}") for code in codes])
    slack.store.practices.set_localities({code: name for code, name in zip(codes, places, strict=True) if name})
    for number, code in enumerate(codes):
        slack.store.practices.choose(payloads.TEAM, f"U{number}", code, slack.clock())
