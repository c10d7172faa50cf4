"""Polls to vote in, and voting in them as people do."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.listeners.polls.moves import open_poll
from bot.polls import Kind, Plan, Poll, Question
from tests import payloads
from tests.harness import Workspace

MORNINGS = Question("Should locality meetings move to mornings?", Kind.ONE, ("Yes", "No", "Don't mind"))
HEARD = Question("How well does the Board hear you?", Kind.RATING, ends=("not at all", "fully"))
MATTERS = Question("What matters most?", Kind.SEVERAL, ("Waiting times", "Dementia", "Access"), 2)
WORDS = Question("Anything else?", Kind.TEXT)
LONG = (MORNINGS, MATTERS, HEARD, WORDS)


def planned(*questions: Question, title: str = "Locality meetings", **plan: Any) -> Plan:
    return Plan(title, questions or (MORNINGS,), **{"channels": ("C1",), **plan})


def opened(slack: Workspace, *questions: Question, **plan: Any) -> Poll:
    """A poll that was posted in its channels, open for seven days."""
    drafted = slack.store.polls.draft(payloads.TEAM, "ULEAD", planned(*questions, **plan), slack.clock())
    poll = open_poll(slack.desk, drafted)
    slack.desk.postman.deliver(slack.app.client)
    return poll


def message(slack: Workspace, channel: str = "C1") -> dict[str, Any]:
    """The poll's message as it was posted first, with what it shows now."""
    return slack.posted(channel)[0]


def vote(slack: Workspace, label: str, user: str = "U1", channel: str = "C1") -> str:
    """Press a button of a poll's message; what the presser is told."""
    before = len(slack.slack.calls_to("response_url"))
    assert slack.press(label, message(slack, channel), user).status == 200
    return "\n".join(call.arguments["text"] for call in slack.slack.calls_to("response_url")[before:])


def told(slack: Workspace) -> dict[str, Any]:
    """What somebody was told privately last."""
    return slack.slack.calls_to("response_url")[-1].arguments


def form(slack: Workspace, user: str = "U1", label: str = "Vote") -> dict[str, Any]:
    """The window that opens at the press of a button."""
    before = len(slack.slack.calls_to("views.open"))
    slack.press(label, message(slack), user)
    [call] = slack.slack.calls_to("views.open")[before:]
    return dict(call.arguments["view"])


def picked(*positions: int) -> dict[str, Any]:
    """Boxes ticked in a form, by position."""
    return {"answer": {"type": "checkboxes", "selected_options": [{"value": str(one)} for one in positions]}}


def chosen(position: int | None) -> dict[str, Any]:
    """One choice of radio buttons."""
    option = None if position is None else {"value": str(position)}
    return {"answer": {"type": "radio_buttons", "selected_option": option}}


def written(text: str | None) -> dict[str, Any]:
    return {"answer": {"type": "plain_text_input", "value": text}}


FILLED = {"question-0": chosen(1), "question-1": picked(0, 2), "question-2": chosen(4), "question-3": written("no")}


TEXTS = ["wards first", "a cheaper lunch", "more notice", "keep evenings", "less paper", "better rooms", "fewer slides"]


def ballot(number: int) -> dict[str, Any]:
    """Answers to LONG, another for each number from 0 to 6."""
    return {
        "question-0": chosen(number % 3),
        "question-1": picked(number % 3),
        "question-2": chosen(number % 5),
        "question-3": written(TEXTS[number]),
    }


def counts(slack: Workspace, poll: Poll) -> list[tuple[int, ...]]:
    """How often each choice was voted for, a tuple a question."""
    votes = [vote.answers for vote in slack.store.votes.all(poll.id)]
    return [
        tuple(sum(choice in ballot[at].picked for ballot in votes) for choice in range(len(question.choices)))
        for at, question in enumerate(poll.plan.questions)
    ]


def later(slack: Workspace, **how_long: float) -> None:
    slack.clock.forward(**how_long)


def options_of(view: Mapping[str, Any], block_id: str) -> dict[str, Any]:
    """The element of a form's field."""
    return next(block["element"] for block in view["blocks"] if block.get("block_id") == block_id)


WEEK = timedelta(days=7)
