"""Word of new questions in the leads' channel."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.blocks import notices
from bot.library import Library
from bot.listeners.announce import MOST_ROWS, announce
from bot.review import State
from bot.standin import StandIn
from tests import payloads
from tests.harness import Workspace, words_of
from tests.queue_steps import CAT, CATS, LOCUM, STRANGE, ask, assigned_to, because, states, submit


@pytest.fixture
def desk(tmp_path: Path, library: Library, standin: StandIn) -> Iterator[Workspace]:
    workspace = Workspace(tmp_path, library, standin, leads=("ULEAD", "UOTHER"), leads_channel="CLEADS")
    yield workspace
    workspace.close()


def told(workspace: Workspace) -> list[dict[str, Any]]:
    """Messages in the leads' channel, once everything written has been sent."""
    workspace.timers.tick()
    return [message | {"channel": "CLEADS"} for message in workspace.posted("CLEADS")]


def row_of(message: dict[str, Any], text: str) -> dict[str, Any]:
    at = next(n for n, block in enumerate(message["blocks"]) if text in str(block.get("text", "")))
    return {"blocks": message["blocks"][at : at + 3]}


def press(workspace: Workspace, label: str, message: dict[str, Any], text: str, user: str = "ULEAD") -> None:
    """Press a button of one row; Slack sends the whole message with it."""
    [element] = [one for one in row_of(message, text)["blocks"][2]["elements"] if one["text"]["text"] == label]
    place = payloads.in_message(message, workspace.slack.response_url())
    block_id = row_of(message, text)["blocks"][2]["block_id"]
    workspace.send(payloads.press(element, element["value"], place, user, block_id))


def test_new_questions_are_told_in_one_message_with_the_same_buttons(desk: Workspace) -> None:
    ask(desk, CAT, LOCUM)

    [message] = told(desk)

    assert "2 new questions wait for an answer." in words_of(message)
    assert CAT in message["text"]
    assert LOCUM in message["text"]
    assert all(
        label in words_of(message)
        for label in ("Answer", "It's this entry", "Assign", "Ask what they mean", "Dismiss", "Join or split")
    )


def test_no_more_than_one_message_goes_out_in_ten_minutes(desk: Workspace) -> None:
    ask(desk, CAT)
    told(desk)
    desk.clock.forward(minutes=9)
    ask(desk, LOCUM)
    after_nine = len(told(desk))
    desk.clock.forward(minutes=2)
    ask(desk, STRANGE[2])

    [_, second] = told(desk)

    assert after_nine == 1
    assert "2 new questions wait for an answer." in words_of(second)


def test_a_question_is_told_of_once(desk: Workspace) -> None:
    ask(desk, CATS[0])
    told(desk)
    desk.clock.forward(minutes=11)
    ask(desk, CATS[1], user="U2")

    assert len(told(desk)) == 1


def test_what_does_not_fit_is_counted(desk: Workspace) -> None:
    ask(desk, *STRANGE)

    [message] = told(desk)

    assert f"and {len(STRANGE) - MOST_ROWS} more on my Home tab" in words_of(message)
    desk.clock.forward(minutes=11)
    assert len(told(desk)) == 1


def test_while_slack_takes_nothing_no_second_message_is_written(desk: Workspace) -> None:
    desk.slack.fail("chat.postMessage", error="service_unavailable", times=1)
    desk.store.house.mark_once("T0001", "told:U1", desk.clock())
    ask(desk, CAT)
    desk.clock.forward(minutes=11)
    announce(desk.desk)
    ask(desk, LOCUM)
    desk.clock.forward(minutes=1)

    assert len(told(desk)) == 1


def test_without_a_leads_channel_nobody_is_told(slack: Workspace) -> None:
    ask(slack, CAT)
    slack.timers.tick()

    assert announce(slack.desk) == 0
    assert set(slack.slack.posted) == {"DU1"}


def test_wordings_set_apart_by_hand_are_no_news(desk: Workspace) -> None:
    ask(desk, *CATS)
    told(desk)
    [group] = desk.store.review.groups()
    first, second = (one for one, _ in desk.store.review.wordings(group.id))
    desk.clock.forward(minutes=11)

    desk.desk.queue.pin("T0001", [first], [second], together=False)

    assert len(told(desk)) == 1


def test_a_move_from_the_message_shows_in_it(desk: Workspace) -> None:
    ask(desk, CAT, LOCUM)
    [message] = told(desk)

    press(desk, "Assign", message, CAT)
    submit(desk, assigned_to("UOTHER"))

    [message] = told(desk)
    assert "Assigned to <@UOTHER>." in words_of(row_of(message, CAT))
    assert "New." in words_of(row_of(message, LOCUM))


def test_the_buttons_of_a_message_go_on_working_after_a_move(desk: Workspace) -> None:
    ask(desk, CAT)
    [message] = told(desk)
    press(desk, "Assign", message, CAT)
    submit(desk, assigned_to("ULEAD"))
    [message] = told(desk)

    press(desk, "Dismiss", message, CAT, user="UOTHER")
    submit(desk, because("not-a-question"), user="UOTHER")
    [message] = told(desk)
    press(desk, "Reopen", message, CAT)

    assert states(desk) == {CAT: State.REOPENED}
    assert "All of these questions are dealt with." in words_of(message)


def test_who_presses_second_in_the_message_is_told_who_did_what(desk: Workspace) -> None:
    ask(desk, CAT)
    [message] = told(desk)
    desk.press_in_view("Assign", row_of(desk.open_home("ULEAD"), CAT) | {"type": "home"}, "V1", "ULEAD")
    submit(desk, assigned_to("ULEAD"))

    press(desk, "Dismiss", message, CAT, user="UOTHER")

    said = str([call.arguments for call in desk.slack.calls_to("response_url")])
    [message] = told(desk)
    assert "<@ULEAD> assigned that question on" in said
    assert "Assigned to <@ULEAD>." in words_of(message)
    assert states(desk) == {CAT: State.ASSIGNED}


def test_somebody_in_the_channel_who_is_no_lead_changes_nothing(desk: Workspace) -> None:
    ask(desk, CAT)
    [message] = told(desk)

    press(desk, "Dismiss", message, CAT, user="U2")

    assert notices.LEADS_ONLY in str([call.arguments for call in desk.slack.calls_to("response_url")])
    assert states(desk) == {CAT: State.NEW}


def test_a_question_that_comes_after_one_was_taken_back_is_news(desk: Workspace) -> None:
    ask(desk, CAT)
    told(desk)
    [group] = desk.store.review.groups("T0001")
    desk.store.questions.withdraw("T0001", desk.store.review.askers(group.id)[0].question_id)
    desk.clock.forward(minutes=11)
    ask(desk, LOCUM)

    assert [LOCUM in message["text"] for message in told(desk)] == [False, True]
