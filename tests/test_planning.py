"""What a poll may be, and what a lead is told where it may not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.polls import Kind, Plan, Question, Repeats, Results, Voice
from bot.polls.planning import new_plan, problems, standing_problems, usual_close

NOW = datetime(2012, 11, 26, 10, 30, tzinfo=UTC)
ASKED = Question("Open late?", options=("Yes", "No"))
PLAN = Plan("Opening hours", (ASKED,), ("C1",))


def wrong_with(question: Question) -> dict[str, str]:
    return dict(problems(replace(PLAN, questions=(question,)), NOW))


def test_a_plan_within_the_limits_has_no_problems() -> None:
    longest = tuple(f"{number}{'é' * 74}" for number in range(10))
    questions = (
        Question("é" * 500, options=longest),
        Question("Which?", Kind.SEVERAL, longest, most=10),
        Question("How well?", Kind.RATING, ends=("a" * 30, "b" * 30)),
        Question("How well?", Kind.RATING),
        Question("What else?", Kind.TEXT),
        *[ASKED] * 5,
    )
    plan = Plan("t" * 150, questions, ("C1", "C2"), NOW + timedelta(days=365), NOW + timedelta(days=730))

    assert problems(plan, NOW) == {}


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"title": " \u200b"}, "title", "Type a title"),
        ({"title": "t" * 151}, "title", "has 151 characters, and 150 is the most"),
        ({"questions": ()}, "question-1", "at least one question"),
        ({"questions": (ASKED,) * 11}, "question-11", "up to 10 questions"),
        ({"channels": ()}, "channels", "at least one channel"),
        ({"opens_at": NOW}, "opens_at", "Monday 26 November at 10:30 has passed"),
        ({"opens_at": NOW + timedelta(days=367)}, "opens_at", "more than a year away"),
        ({"closes_at": NOW}, "closes_at", "has passed"),
        ({"opens_at": NOW + timedelta(days=2), "closes_at": NOW + timedelta(days=1)}, "closes_at", "after that"),
        ({"closes_at": NOW + timedelta(days=367)}, "closes_at", "a year at most"),
        ({"is_anonymous": True, "voice": Voice.PRACTICE}, "voice", "make the poll named"),
        ({"is_anonymous": True, "results": Results.LIVE}, "results", "make the poll named"),
        ({"is_anonymous": True, "results": Results.AFTER_VOTING}, "results", "make the poll named"),
        ({"repeats": Repeats.WEEKLY, "closes_at": NOW + timedelta(days=8)}, "repeats", "Close this one earlier"),
        ({"repeats": Repeats.MONTHLY, "closes_at": NOW + timedelta(days=31)}, "repeats", "Wednesday 26 December"),
    ],
)
def test_a_limit_that_is_passed_is_said_at_its_field(change: dict[str, Any], field: str, said: str) -> None:
    found = problems(replace(PLAN, **change), NOW)

    assert list(found) == [field]
    assert said in found[field]


@pytest.mark.parametrize(
    ("question", "field", "said"),
    [
        (Question("", options=("Yes", "No")), "question-1", "Type the question"),
        (Question("q" * 501, options=("Yes", "No")), "question-1", "has 501 characters"),
        (Question("Q", options=("Yes",)), "options-1", "at least 2 options"),
        (Question("Q", options=tuple("abcdefghijk")), "options-1", "11 options, and 10 is the most"),
        (Question("Q", options=("Yes", " ")), "options-1", "Option 2 is empty"),
        (Question("Q", options=("Yes", "o" * 76)), "options-1", "Option 2 has 76 characters"),
        (Question("Q", options=("Don't know", "Yes", "DON’T  know.")), "options-1", "Options 1 and 3 read the same"),
        (Question("Q", Kind.SEVERAL, ("Yes", "No"), most=0), "options-1", "from 1 to 2"),
        (Question("Q", Kind.SEVERAL, ("Yes", "No"), most=3), "options-1", "from 1 to 2"),
        (Question("Q", Kind.RATING, ends=("e" * 31, "Good")), "options-1", "What 1 means has 31 characters"),
        (Question("Q", Kind.RATING, ends=("Bad", "")), "options-1", "Say what 5 means too"),
    ],
)
def test_a_question_that_cannot_be_asked_is_said_at_its_field(question: Question, field: str, said: str) -> None:
    found = wrong_with(question)

    assert list(found) == [field]
    assert said in found[field]


@pytest.mark.parametrize("options", [("<10%", ">10%"), ("A+", "A-"), ("👍", "👎"), ("£5", "5"), ("-1", "+1", "1")])
def test_options_that_only_a_sign_tells_apart_are_two(options: tuple[str, ...]) -> None:
    assert wrong_with(Question("Q", options=options)) == {}


def test_everything_that_is_wrong_is_said_at_once() -> None:
    plan = Plan("", (Question(""), Question("Q", options=("A", "a"))), closes_at=NOW)

    assert list(problems(plan, NOW)) == ["title", "question-1", "options-1", "options-2", "channels", "closes_at"]


def test_a_template_needs_neither_channels_nor_times() -> None:
    assert standing_problems(replace(PLAN, channels=())) == {}


def test_an_anonymous_poll_may_show_results_to_leads_only() -> None:
    assert problems(replace(PLAN, is_anonymous=True, results=Results.LEADS), NOW) == {}


def test_a_new_plan_has_what_most_polls_have() -> None:
    plan = new_plan(ASKED, title="Opening hours", channels=("C1",))

    assert plan == Plan("Opening hours", (ASKED,), ("C1",))
    assert (plan.is_anonymous, plan.voice, plan.results) == (False, Voice.PERSON, Results.AFTER_CLOSE)


def test_a_poll_is_open_for_a_week_by_the_clock() -> None:
    before_the_night = datetime(2013, 3, 28, 17, tzinfo=UTC)

    assert usual_close(before_the_night) == datetime(2013, 4, 4, 16, tzinfo=UTC)
    assert problems(replace(PLAN, repeats=Repeats.WEEKLY, closes_at=usual_close(NOW)), NOW) == {}
