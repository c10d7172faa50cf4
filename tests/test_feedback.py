"""Helpful or not, and why not."""

from typing import Any

from bot.blocks import notices
from tests import payloads
from tests.harness import Workspace, words_of

ASKED = "how many objectives are in the mandate"


def reasons(choice: str, note: str | None = None) -> dict[str, Any]:
    return {
        "reason": {"choice": {"type": "radio_buttons", "selected_option": {"value": choice}}},
        "note": {"text": {"type": "plain_text_input", "value": note}},
    }


def test_helpful_is_kept_and_thanked_for(slack: Workspace) -> None:
    slack.dm(ASKED)

    slack.press("Helpful", slack.last("DU1"))

    [kept] = slack.store.feedback.all("T0001")
    assert (kept.entry, kept.asker, kept.helpful) == ("objectives-count-final", "U1", True)
    assert slack.slack.calls_to("response_url")[-1].arguments["text"] == notices.THANKS


def test_not_helpful_is_kept_before_the_reason_is_asked(slack: Workspace) -> None:
    slack.dm(ASKED)

    slack.press("Not helpful", slack.last("DU1"))

    assert [kept.helpful for kept in slack.store.feedback.all("T0001")] == [False]
    assert "What was wrong with the answer?" in words_of(slack.last_view()[1])


def test_the_reason_is_kept_with_the_entry_that_was_served(slack: Workspace) -> None:
    slack.dm(ASKED)
    slack.press("Not helpful", slack.last("DU1"))
    view_id, view = slack.last_view()

    response = slack.send(payloads.submitted(view_id, view, reasons("out-of-date", "there is a new one")))

    [kept] = slack.store.feedback.all("T0001")
    assert (kept.reason, kept.note) == ("out-of-date", "there is a new one")
    assert notices.THANKS in response.body


def test_anybody_may_judge_an_answer_in_a_channel(slack: Workspace) -> None:
    slack.mention(ASKED)

    slack.press("Helpful", slack.last("C1"), user="U2")

    assert [kept.asker for kept in slack.store.feedback.all("T0001")] == ["U2"]


def test_a_window_asks_with_ordinary_buttons(slack: Workspace) -> None:
    slack.shortcut(ASKED)
    view_id, view = slack.last_view()

    slack.press_in_view("Not helpful", view, view_id)

    assert len(slack.slack.calls_to("views.push")) == 1
    assert [kept.helpful for kept in slack.store.feedback.all("T0001")] == [False]


def test_feedback_on_a_question_that_is_gone_says_so(slack: Workspace) -> None:
    slack.dm(ASKED)
    slack.store.house.erase("T0001", "U1")

    slack.press("Helpful", slack.last("DU1"))

    assert slack.slack.calls_to("response_url")[-1].arguments["text"] == notices.GONE


def test_somebody_who_looks_on_does_not_take_the_askers_question_out_of_the_queue(slack: Workspace) -> None:
    slack.mention(ASKED)
    slack.press("Not helpful", slack.last("C1"))

    slack.press("Helpful", slack.last("C1"), user="U2")

    assert slack.store.questions.count_open("T0001") == 1


def test_what_helped_after_all_leaves_no_empty_row_behind(slack: Workspace) -> None:
    slack.dm(ASKED)
    slack.press("Not helpful", slack.last("DU1"))
    slack.timers.tick()

    slack.press("Helpful", slack.last("DU1"))

    assert slack.store.review.count_open("T0001") == 0
