"""The message of a poll: what it says before anybody votes, and that the longest one fits."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.blocks.kit import Message
from bot.blocks.polls import ballot
from bot.blocks.polls.message import poll_message
from bot.polls import Answer, Count, Kind, Plan, Poll, Question, Results, State, Tally, Voice, Vote
from bot.standin import check_message, check_view
from tests.ballots import HEARD, LONG, MORNINGS, planned
from tests.harness import elements_of, words_of

NOW = datetime(2012, 11, 22, 10, 0, tzinfo=UTC)
CLOSES = datetime(2012, 11, 30, 17, 0, tzinfo=UTC)
CCG = "Anytown CCG"
MOST_OF_A_MESSAGE = 12_000  # characters, as observed
MOST_UPDATED_TEXT = 4_000

EMOJI = "😀&" * 37
HEBREW = ("שאלה על פגישות " * 40).strip()
LONGEST = {
    "letters": ("Does this & that matter to your practice? " * 12)[:500],
    "emoji": (EMOJI * 7)[:500],
    "right to left": HEBREW[:500],
}


def poll(plan: Plan, state: State = State.OPEN, **more: Any) -> Poll:
    box = "box" if plan.is_anonymous else None
    return Poll(3, "T1", state, replace(plan, closes_at=CLOSES), "ULEAD", 1, NOW, NOW, box=box, **more)


def said(made: Poll, taking_part: int = 0, tally: Tally | None = None) -> str:
    return words_of({"blocks": poll_message(made, taking_part, tally, CCG, NOW).blocks})


def labels(made: Poll) -> list[str]:
    return [one["text"]["text"] for one in elements_of(poll_message(made).blocks) if one["type"] == "button"]


def test_a_quick_poll_has_a_button_an_option() -> None:
    assert labels(poll(planned(MORNINGS))) == ["Yes", "No", "Don't mind", "My vote", "Withdraw"]


def test_a_rating_has_its_ends_on_its_buttons() -> None:
    assert labels(poll(planned(HEARD)))[:5] == ["1: not at all", "2", "3", "4", "5: fully"]


def test_anything_longer_has_one_button_that_opens_a_form() -> None:
    assert labels(poll(planned(*LONG))) == ["Vote", "My vote", "Withdraw"]


def test_an_anonymous_vote_cannot_be_withdrawn() -> None:
    assert "Withdraw" not in labels(poll(planned(MORNINGS, is_anonymous=True)))


def test_a_named_poll_says_who_sees_what_and_when_it_closes() -> None:
    assert said(poll(planned(MORNINGS))).splitlines()[2:6] == [
        "Not anonymous: leads at Anytown CCG see each practice's answers, and who took part.",
        "Each person has one vote, and may change it until it closes.",
        "Results are posted here once it has closed.",
        "Closes on Friday 30 November at 17:00.",
    ]


def test_an_anonymous_poll_makes_its_promise_and_says_its_limits() -> None:
    shown = said(poll(planned(MORNINGS, is_anonymous=True)))

    assert "whoever takes my files once can't tell what you chose" in shown
    assert "somebody who copies my files between two single votes could tell" in shown
    assert "where everybody answers the same, the result does" in shown
    assert "It can't be changed or taken back" in shown


def test_a_practice_voice_is_said_before_voting() -> None:
    assert "Each practice has one vote" in said(poll(planned(MORNINGS, voice=Voice.PRACTICE)))


def test_who_reads_free_text_is_said_before_voting() -> None:
    assert "What you write in your own words is read by leads only." in said(poll(planned(*LONG)))
    assert "from 5 people who wrote something" in said(poll(planned(*LONG, is_anonymous=True)))


@pytest.mark.parametrize(
    ("results", "words"),
    [
        (Results.AFTER_CLOSE, "Results are posted here once it has closed."),
        (Results.AFTER_VOTING, "You see results so far when you have voted"),
        (Results.LIVE, "Results show here as votes come in, from 5 on."),
        (Results.LEADS, "Results go to leads at Anytown CCG only."),
    ],
)
def test_when_results_show_is_said_before_voting(results: Results, words: str) -> None:
    assert words in said(poll(planned(MORNINGS, results=results)))


@pytest.mark.parametrize("made", [planned(MORNINGS), planned(*LONG, is_anonymous=True)], ids=["quick", "form"])
def test_the_text_says_what_the_blocks_say(made: Plan) -> None:
    message = poll_message(poll(made), 12, None, CCG, NOW)

    missing = [
        line
        for line in words_of({"blocks": message.blocks}).splitlines()
        if line not in message.text and line not in ("My vote", "Withdraw", "Vote")
    ]
    assert missing == []


def test_options_that_buttons_cut_short_are_listed_in_full() -> None:
    long = "Keep the meetings in the evening, but hold every other one by telephone"
    question = Question("When should we meet?", Kind.ONE, (long, "Other"))

    assert f"• {long}" in said(poll(planned(question)))


def test_a_title_that_is_the_question_is_said_once() -> None:
    assert said(poll(planned(MORNINGS, title=MORNINGS.text))).count(MORNINGS.text) == 1


def test_it_shows_how_many_took_part_and_the_tally_where_it_is_live() -> None:
    tally = Tally(7, (Count(MORNINGS, (4, 3, 0), 7),))

    shown = said(poll(planned(MORNINGS, results=Results.LIVE)), 7, tally)

    assert "7 people have voted." in shown
    assert "Yes: 4 (57%)\nNo: 3 (43%)\nDon't mind: 0 (0%)" in shown


def test_a_reopened_poll_says_so() -> None:
    assert "Reopened: it takes votes again" in said(poll(planned(MORNINGS), reopened=1), 3)


def test_a_closed_poll_has_no_buttons_and_says_where_the_results_are() -> None:
    closed = poll(planned(MORNINGS), State.CLOSED, closed_at=NOW)

    assert labels(closed) == []
    end = "This poll closed on Thursday 22 November at 10:00. 12 people took part. Results are in the thread."
    assert said(closed, 12).endswith(end)


def test_results_for_leads_are_not_promised_to_others() -> None:
    closed = poll(planned(MORNINGS, results=Results.LEADS, voice=Voice.PRACTICE), State.CLOSED, closed_at=NOW)

    assert said(closed, 12).endswith("12 practices took part. Results go to leads at Anytown CCG.")


def test_an_anonymous_poll_with_too_few_says_that_nothing_shows() -> None:
    closed = poll(planned(MORNINGS, is_anonymous=True), State.CLOSED, closed_at=NOW)

    assert "too few to show results" in said(closed, 4)
    assert "too few" not in said(closed, 5)


# Slack's limits


def longest(kind: Kind, words: str, questions: int = 10, **plan: Any) -> Poll:
    options = tuple(f"{words[:70]} {number:02}" for number in range(10)) if kind in (Kind.ONE, Kind.SEVERAL) else ()
    question = Question(words, kind, options, 10, (words[:30], words[:30]))
    return poll(Plan(words[:150], (question,) * questions, ("C1",), **plan), reopened=1)


def everything(made: Poll) -> Tally:
    counts = tuple(Count(one, (12_345,) * len(one.choices), 12_345) for one in made.plan.questions)
    return Tally(12_345, counts)


def slack_counts(message: Message) -> int:
    """Every character that somebody may read, an emoji as two."""
    return len((message.text + words_of({"blocks": message.blocks})).encode("utf-16-le")) // 2


def check(message: Message) -> None:
    assert check_message(message.arguments()) == []
    assert slack_counts(message) <= MOST_OF_A_MESSAGE


@pytest.mark.parametrize("words", LONGEST.values(), ids=LONGEST)
@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("questions", [1, 2, 10])
@pytest.mark.parametrize("is_anonymous", [False, True], ids=["named", "anonymous"])
def test_the_longest_poll_fits_in_every_state(words: str, kind: Kind, questions: int, is_anonymous: bool) -> None:
    made = longest(kind, words, questions, is_anonymous=is_anonymous)

    for state in (State.DRAFT, State.OPEN, State.CLOSED, State.DELETED):
        for tally in (None, everything(made)):
            message = poll_message(replace(made, state=state, closed_at=NOW), 12_345, tally, CCG, NOW)
            check(message)
            assert len(message.text.encode("utf-16-le")) // 2 <= MOST_UPDATED_TEXT


@pytest.mark.parametrize("words", LONGEST.values(), ids=LONGEST)
@pytest.mark.parametrize("kind", Kind)
def test_the_longest_form_and_all_that_is_said_after_it_fit(words: str, kind: Kind) -> None:
    made = longest(kind, words, results=Results.AFTER_VOTING, voice=Voice.PRACTICE)
    answer = Answer(text=words) if kind is Kind.TEXT else Answer(tuple(range(len(made.plan.questions[0].choices))))
    vote = Vote(1, "Z81001", "U2", "Z81001", (answer,) * 10, NOW - timedelta(days=1))

    view = ballot.ballot_form(made, vote, "U1", CCG, "3 1", NOW)
    assert check_view(view) == []
    assert len(json.dumps(view)) < 250_000
    for message in (
        ballot.with_results(ballot.counted(made, vote, NOW), everything(made)),
        ballot.taken(made, vote, vote.answers, NOW),
        ballot.mine(made, vote, "U1", NOW),
        ballot.changed(made, vote),
    ):
        check(message)


@pytest.mark.parametrize("words", LONGEST.values(), ids=LONGEST)
def test_the_form_shows_every_question_and_option_whole(words: str) -> None:
    made = longest(Kind.SEVERAL, words)

    shown = words_of({"blocks": ballot.ballot_form(made, None, "U1", CCG, "3", NOW)["blocks"]})

    for text in (words, *made.plan.questions[0].options):
        assert text.replace("&", "&amp;") in shown
