"""Polls in which each practice has one vote, and asking people which practice they are at."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.listeners.polls.moves import close_poll
from bot.polls import Voice
from tests import payloads
from tests.ballots import FILLED, LONG, counts, form, later, message, opened, options_of, told, vote
from tests.harness import Workspace, words_of
from tests.practice_samples import TWO


@pytest.fixture
def anytown(slack: Workspace) -> Workspace:
    """With a register, in which Ann and Ben are at one practice and Cat at the other."""
    slack.store.practices.replace_register(TWO)
    for person, code in (("UANN", "Z81001"), ("UBEN", "Z81001"), ("UCAT", "Z81002")):
        slack.store.practices.choose(payloads.TEAM, person, code, slack.clock())
    return slack


def choose(slack: Workspace, view: dict[str, Any], user: str, code: str = "Z81001") -> dict[str, Any]:
    """Pick a practice in a form and save; what the form is answered with."""
    values = {"practice": {"practice:pick": {"type": "external_select", "selected_option": {"value": code}}}}
    response = slack.send(payloads.submitted(list(slack.slack.views)[-1], view, values, user))
    assert response.status == 200
    answered: dict[str, Any] = json.loads(response.body) if response.body else {}
    return answered


def test_a_colleague_is_told_who_voted_and_when_and_what_stands(anytown: Workspace) -> None:
    anytown.clock.now = datetime(2026, 11, 25, 10, 42, tzinfo=UTC)
    poll = opened(anytown, voice=Voice.PRACTICE)
    vote(anytown, "Yes", "UANN")

    said = vote(anytown, "No", "UBEN")

    assert said == (
        "Your practice has voted (<@UANN>, 10:42). It stands at: “Yes”. Their vote stands unless you change it."
    )
    assert counts(anytown, poll) == [(1, 0, 0)]


def test_a_vote_of_another_day_is_told_with_its_day(anytown: Workspace) -> None:
    opened(anytown, voice=Voice.PRACTICE)
    vote(anytown, "Yes", "UANN")
    later(anytown, days=1)

    assert "(<@UANN>, " in vote(anytown, "No", "UBEN")
    assert "day " in told(anytown)["text"]


def test_a_colleague_may_change_the_practices_vote(anytown: Workspace) -> None:
    poll = opened(anytown, voice=Voice.PRACTICE)
    vote(anytown, "Yes", "UANN")
    vote(anytown, "No", "UBEN")
    private = told(anytown)

    anytown.press_private("Change it to No", private["blocks"], private["response_url"], "UBEN")

    assert told(anytown)["text"] == "Your practice's vote is changed, and counts once. It is now: “No”."
    assert told(anytown)["replace_original"] is True
    assert counts(anytown, poll) == [(0, 1, 0)]
    [kept] = anytown.store.votes.all(poll.id)
    assert (kept.voter, kept.person, kept.practice) == ("Z81001", "UBEN", "Z81001")


def test_a_colleague_who_says_the_same_changes_nothing(anytown: Workspace) -> None:
    opened(anytown, voice=Voice.PRACTICE)
    vote(anytown, "Yes", "UANN")

    assert vote(anytown, "Yes", "UBEN").endswith("You say the same, so nothing was changed.")


def test_each_practice_has_one_vote(anytown: Workspace) -> None:
    poll = opened(anytown, voice=Voice.PRACTICE)
    for person in ("UANN", "UBEN", "UCAT"):
        vote(anytown, "Yes", person)

    assert counts(anytown, poll) == [(2, 0, 0)]
    assert "2 practices have voted." in words_of(message_drawn(anytown))


def message_drawn(slack: Workspace) -> dict[str, Any]:
    slack.clock.forward(seconds=5)
    slack.timers.tick()
    return message(slack)


def test_a_form_shows_a_colleague_what_their_practice_voted_and_changes_it(anytown: Workspace) -> None:
    poll = opened(anytown, *LONG, voice=Voice.PRACTICE)
    anytown.send(payloads.submitted("V1", form(anytown, "UANN"), FILLED, "UANN"))

    view = form(anytown, "UBEN")
    anytown.send(payloads.submitted("V2", view, {**FILLED, "question-3": {"answer": {"value": "yes"}}}, "UBEN"))

    assert "Your practice has voted (<@UANN>, " in words_of(view)
    assert options_of(view, "question-3")["initial_value"] == "no"
    [kept] = anytown.store.votes.all(poll.id)
    assert (kept.person, kept.answers[3].text) == ("UBEN", "yes")


def test_a_form_opened_before_a_colleague_voted_does_not_overwrite_their_vote(anytown: Workspace) -> None:
    poll = opened(anytown, *LONG, voice=Voice.PRACTICE)
    view = form(anytown, "UBEN")
    anytown.send(payloads.submitted("V1", form(anytown, "UANN"), FILLED, "UANN"))

    response = anytown.send(
        payloads.submitted("V2", view, {**FILLED, "question-3": {"answer": {"value": "yes"}}}, "UBEN")
    )

    shown = words_of(json.loads(response.body)["view"])
    assert "Your practice has voted (<@UANN>, " in shown
    assert "To change it, press Vote again" in shown
    assert [kept.person for kept in anytown.store.votes.all(poll.id)] == ["UANN"]


def test_without_a_practice_one_is_asked_for_first_and_then_the_click_counts(anytown: Workspace) -> None:
    poll = opened(anytown, voice=Voice.PRACTICE)

    view = form(anytown, "UNEW", "No")
    before = anytown.store.votes.count(poll.id)
    answered = choose(anytown, view, "UNEW", "Z81002")

    assert "I need to know your practice first. Your vote is cast as you save." in words_of(view)
    assert before == 0
    assert "Your practice's vote is counted: “No”." in words_of(answered["view"])
    assert counts(anytown, poll) == [(0, 1, 0)]


def test_without_a_practice_a_form_comes_after_the_practice(anytown: Workspace) -> None:
    opened(anytown, *LONG, voice=Voice.PRACTICE)

    answered = choose(anytown, form(anytown, "UNEW"), "UNEW", "Z81002")

    assert answered["view"]["callback_id"] == "poll_ballot"
    assert LONG[0].text in words_of(answered["view"])


def test_a_newcomer_whose_practice_has_voted_may_change_it_from_the_window(anytown: Workspace) -> None:
    poll = opened(anytown, voice=Voice.PRACTICE)
    vote(anytown, "Yes", "UANN")
    answered = choose(anytown, form(anytown, "UNEW", "No"), "UNEW", "Z81001")

    anytown.press_in_view("Change it to No", answered["view"], list(anytown.slack.views)[-1], "UNEW")

    assert counts(anytown, poll) == [(0, 1, 0)]
    assert "is changed" in words_of(anytown.last_view("views.update")[1])


def test_a_practice_that_is_not_in_the_register_is_refused_at_the_field(anytown: Workspace) -> None:
    opened(anytown, voice=Voice.PRACTICE)

    answered = choose(anytown, form(anytown, "UNEW", "No"), "UNEW", "Z99999")

    assert list(answered["errors"]) == ["practice"]


def test_who_is_at_a_practice_that_left_the_register_is_asked_for_another(anytown: Workspace) -> None:
    poll = opened(anytown, voice=Voice.PRACTICE)
    anytown.store.practices.replace_register([one for one in TWO if one.code != "Z81001"])

    vote(anytown, "Yes", "UANN")

    assert anytown.last_view()[1]["callback_id"] == "poll_practice"
    assert anytown.store.votes.all(poll.id) == []


def test_without_a_register_nobody_can_vote_for_a_practice_and_is_told_so(slack: Workspace) -> None:
    poll = opened(slack, voice=Voice.PRACTICE)

    assert "nobody has given me the list of practices yet" in vote(slack, "Yes")
    assert slack.store.votes.count(poll.id) == 0


def test_my_vote_and_withdraw_say_that_a_practice_is_needed(anytown: Workspace) -> None:
    opened(anytown, voice=Voice.PRACTICE)

    for label in ("My vote", "Withdraw"):
        assert "I don't know your practice yet" in vote(anytown, label, "UNEW")


def test_a_vote_keeps_the_practice_held_when_it_was_cast(anytown: Workspace) -> None:
    poll = opened(anytown)
    vote(anytown, "Yes", "UANN")
    anytown.store.practices.choose(payloads.TEAM, "UANN", "Z81002", anytown.clock())

    assert [kept.practice for kept in anytown.store.votes.all(poll.id)] == ["Z81001"]


def test_a_vote_cast_without_a_practice_takes_the_first_that_is_chosen_while_the_poll_is_open(
    anytown: Workspace,
) -> None:
    poll = opened(anytown)
    closed = opened(anytown, channels=("C2",))
    for channel in ("C1", "C2"):
        vote(anytown, "Yes", "UNEW", channel)
    close_poll(anytown.desk, closed, "ULEAD")

    for code in ("Z81001", "Z81002"):
        anytown.store.practices.choose(payloads.TEAM, "UNEW", code, anytown.clock())

    kept = [[one.practice for one in anytown.store.votes.all(each.id)] for each in (poll, closed)]
    assert kept == [["Z81001"], [None]]


# Asked after a vote


ASKED = "Which practice are you at?"


def test_after_a_first_vote_somebody_without_a_practice_is_asked_for_it_once(anytown: Workspace) -> None:
    opened(anytown)
    opened(anytown, channels=("C2",))

    first = vote(anytown, "Yes", "UNEW")
    changed = vote(anytown, "No", "UNEW")
    other = vote(anytown, "No", "UNEW", "C2")

    assert [ASKED in said for said in (first, changed, other)] == [True, False, False]


def test_who_has_a_practice_is_not_asked(anytown: Workspace) -> None:
    opened(anytown)

    assert ASKED not in vote(anytown, "Yes", "UANN")


def test_without_a_register_nobody_is_asked(slack: Workspace) -> None:
    opened(slack)

    assert ASKED not in vote(slack, "Yes", "UNEW")


def test_in_an_anonymous_poll_nobody_is_asked(anytown: Workspace) -> None:
    opened(anytown, is_anonymous=True)

    assert ASKED not in vote(anytown, "Yes", "UNEW")


def test_not_now_is_for_good(anytown: Workspace) -> None:
    opened(anytown)
    vote(anytown, "Yes", "UNEW")
    private = told(anytown)
    anytown.press_private("Not now", private["blocks"], private["response_url"], "UNEW")
    answer = told(anytown)["text"]
    later(anytown, days=300)
    anytown.store.house.purge(anytown.clock())  # which forgets other marks
    opened(anytown, channels=("C2",))

    again = vote(anytown, "Yes", "UNEW", "C2")

    assert answer == "I won't ask again. You can choose your practice on my Home tab at any time."
    assert ASKED not in again


def test_choose_opens_the_form_for_the_practice(anytown: Workspace) -> None:
    opened(anytown)
    vote(anytown, "Yes", "UNEW")
    private = told(anytown)

    anytown.press_private("Choose", private["blocks"], private["response_url"], "UNEW")
    choose(anytown, anytown.last_view()[1], "UNEW", "Z81002")

    practice = anytown.store.practices.practice_of(payloads.TEAM, "UNEW")
    assert practice is not None
    assert practice.code == "Z81002"


def test_after_a_form_the_question_stands_in_its_window(anytown: Workspace) -> None:
    opened(anytown, *LONG)
    view = form(anytown, "UNEW")
    view_id = list(anytown.slack.views)[-1]

    anytown.send(payloads.submitted(view_id, view, FILLED, "UNEW"))
    asked = anytown.last_view("views.update")[1]
    anytown.press_in_view("Not now", asked, view_id, "UNEW")

    assert ASKED in words_of(asked)
    assert "I won't ask again." in words_of(anytown.last_view("views.update")[1])
