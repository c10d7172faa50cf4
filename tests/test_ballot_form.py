"""Voting in a form: what it shows, what it takes, and what is said once it is submitted."""

import json
from typing import Any

from bot.listeners.polls.moves import close_poll
from bot.polls import Answer, Results
from bot.standin import check_view
from tests import payloads
from tests.ballots import (
    FILLED,
    LONG,
    WORDS,
    chosen,
    counts,
    form,
    later,
    message,
    opened,
    options_of,
    picked,
    planned,
    told,
    vote,
    written,
)
from tests.harness import Workspace, words_of


def submit(slack: Workspace, view: dict[str, Any], user: str = "U1", **changes: Any) -> dict[str, Any]:
    """Submit a form; what it is answered with, and Slack would take."""
    values = {**FILLED, **{name.replace("_", "-"): held for name, held in changes.items()}}
    view_id = list(slack.slack.views)[-1]
    response = slack.send(payloads.submitted(view_id, view, values, user))
    assert response.status == 200
    answered: dict[str, Any] = json.loads(response.body)
    assert "view" not in answered or check_view(answered["view"]) == []
    return answered


def said(answered: dict[str, Any]) -> str:
    assert answered["response_action"] == "update"
    return words_of(answered["view"])


def test_the_form_shows_every_question_and_what_the_vote_means(slack: Workspace) -> None:
    opened(slack, *LONG)

    shown = words_of(form(slack))

    assert "Not anonymous: leads at Anytown CCG see each practice's answers" in shown
    for question in LONG:
        assert question.text in shown


def test_its_title_is_shown_letter_for_letter(slack: Workspace) -> None:
    opened(slack, *LONG, title="R&D <or> not")

    assert form(slack)["title"]["text"] == "R&amp;D &lt;or&gt; not"


def test_a_submitted_form_is_counted_and_says_what_was(slack: Workspace) -> None:
    poll = opened(slack, *LONG)

    shown = said(submit(slack, form(slack)))

    assert shown.splitlines() == [
        "Your vote is counted:",
        "1. Should locality meetings move to mornings? “No”",
        "2. What matters most? “Waiting times”, “Access”",
        "3. How well does the Board hear you? “5: fully”",
        "4. Anything else? “no”",
        "You can change it until the poll closes: press Vote again.",
    ]
    assert counts(slack, poll) == [(0, 1, 0), (1, 0, 1), (0, 0, 0, 0, 1), ()]


def test_the_earlier_answers_of_a_named_voter_are_filled_in(slack: Workspace) -> None:
    opened(slack, *LONG)
    submit(slack, form(slack))

    again = form(slack)

    assert options_of(again, "question-0")["initial_option"]["value"] == "1"
    assert [one["value"] for one in options_of(again, "question-1")["initial_options"]] == ["0", "2"]
    assert options_of(again, "question-3")["initial_value"] == "no"
    assert "this is your vote" in words_of(again)


def test_a_form_submitted_again_changes_the_vote(slack: Workspace) -> None:
    poll = opened(slack, *LONG)
    submit(slack, form(slack))

    shown = said(submit(slack, form(slack), question_0=chosen(0)))

    assert "Your vote is changed, and counts once." in shown
    assert counts(slack, poll)[0] == (1, 0, 0)


def test_too_many_boxes_are_an_error_at_their_field_and_nothing_is_counted(slack: Workspace) -> None:
    poll = opened(slack, *LONG)

    answered = submit(slack, form(slack), question_1=picked(0, 1, 2))

    assert answered == {
        "response_action": "errors",
        "errors": {"question-1": "Choose at most 2; you chose 3."},
    }
    assert slack.store.votes.count(poll.id) == 0


def test_every_mistake_is_named_at_its_field(slack: Workspace) -> None:
    opened(slack, *LONG)

    answered = submit(slack, form(slack), question_0=chosen(None), question_2=chosen(9), question_3=written("x" * 501))

    assert answered["errors"] == {
        "question-0": "Choose an answer.",
        "question-2": "What you chose is no longer an option. Choose again.",
        "question-3": "Use at most 500 characters; there are 501.",
    }


def test_free_text_may_stay_empty(slack: Workspace) -> None:
    poll = opened(slack, *LONG)

    submit(slack, form(slack), question_3=written(None))

    [kept] = slack.store.votes.all(poll.id)
    assert kept.answers[3] == Answer()


def test_a_form_submitted_after_the_closing_time_does_not_count(slack: Workspace) -> None:
    poll = opened(slack, *LONG)
    view = form(slack)
    later(slack, days=7)

    shown = said(submit(slack, view))

    assert "so your vote was not counted" in shown
    assert slack.store.votes.count(poll.id) == 0


def test_a_closed_poll_opens_no_form(slack: Workspace) -> None:
    poll = opened(slack, *LONG)
    before = message(slack)
    close_poll(slack.desk, poll, "ULEAD")

    slack.press("Vote", before)

    assert slack.slack.calls_to("views.open") == []
    assert "so your vote was not counted" in told(slack)["text"]


def test_a_preview_shows_its_form_and_counts_nothing(slack: Workspace) -> None:
    draft = slack.store.polls.draft(payloads.TEAM, "ULEAD", planned(*LONG), slack.clock())
    place = payloads.in_message({"channel": "D1", "ts": "1.1"}, slack.slack.response_url())
    slack.send(payloads.press({"type": "button", "action_id": "poll:vote"}, str(draft.id), place))
    view = slack.last_view()[1]

    shown = said(submit(slack, view))

    assert view["title"]["text"] == "Preview"
    assert "This is a preview that only you see" in shown
    assert slack.store.votes.count(draft.id) == 0


def test_results_so_far_join_the_window_where_voters_see_them(slack: Workspace) -> None:
    opened(slack, *LONG, results=Results.AFTER_VOTING)
    for person in range(5):
        submit(slack, form(slack, f"U{person}"), f"U{person}")

    shown = words_of(slack.slack.calls_to("views.update")[-1].arguments["view"])

    assert "So far, with 5 taking part:" in shown
    assert "No: 5 (100%)" in shown
    assert "5 people wrote something." in shown
    assert "“no”" not in shown.partition("So far")[2]


def test_my_vote_shows_each_answer(slack: Workspace) -> None:
    opened(slack, *LONG)
    submit(slack, form(slack))

    assert "4. Anything else? “no”" in vote(slack, "My vote")


def test_a_poll_of_free_text_alone_has_a_form(slack: Workspace) -> None:
    poll = opened(slack, WORDS)
    view = form(slack)

    response = slack.send(payloads.submitted("V1", view, {"question-0": written("<!here> more time")}, "U1"))

    assert "&lt;!here&gt; more time" in words_of(json.loads(response.body)["view"])
    assert slack.store.votes.count(poll.id) == 1
