"""A second lead approves an answer before it is published, or sends it back."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.additions import Standing
from bot.blocks import notices
from bot.library import Library
from bot.review import State
from bot.standin import StandIn
from tests.forms import ANSWER, LEADS, ask, filled, press_answer, preview, submit, told
from tests.harness import Workspace, words_of


@pytest.fixture
def careful(tmp_path: Path, library: Library, standin: StandIn) -> Iterator[Workspace]:
    """A workspace where a second lead has to approve."""
    workspace = Workspace(tmp_path, library, standin, two_leads=True, **LEADS)
    ask(workspace)
    yield workspace
    workspace.close()


def state(slack: Workspace) -> State:
    return slack.store.review.groups()[0].state


def test_where_two_leads_decide_an_answer_waits_for_the_second(careful: Workspace) -> None:
    done = submit(careful, preview(careful), "ULEAD")

    assert notices.SENT_FOR_APPROVAL in words_of(done["view"])
    [proposal] = careful.store.additions.of()
    assert proposal.standing is Standing.PROPOSED
    [group] = careful.store.review.groups()
    assert (group.state, group.assignee) == (State.ASSIGNED, "ULEAD")
    assert told(careful) == 0
    assert ANSWER in words_of(careful.last("CLEADS"))
    assert "U1" not in json.dumps(careful.last("CLEADS")["blocks"]).replace("ULEAD", "")


def test_approval_publishes(careful: Workspace) -> None:
    submit(careful, preview(careful), "ULEAD")

    careful.press("Approve", careful.last("CLEADS"), user="UTWO")

    [live] = careful.store.additions.live()
    assert (live.author, live.approved_by) == ("ULEAD", "UTWO")
    assert state(careful) is State.ANSWERED
    assert told(careful) == 1
    assert "<@UTWO> approved this." in words_of(careful.last("CLEADS"))


def test_the_row_says_that_an_answer_waits_and_lets_a_second_lead_approve_it(careful: Workspace) -> None:
    submit(careful, preview(careful), "ULEAD")
    home = careful.open_home("UTWO")
    assert "An answer by <@ULEAD> waits for a second lead." in words_of(home)

    careful.press_in_view("Approve", home, "V1", user="UTWO")

    assert state(careful) is State.ANSWERED
    assert told(careful) == 1
    assert "waits for a second lead" not in words_of(careful.open_home("UTWO"))


def test_the_author_cannot_approve_their_own(careful: Workspace) -> None:
    submit(careful, preview(careful), "ULEAD")

    careful.press("Approve", careful.last("CLEADS"), user="ULEAD")

    assert careful.store.additions.live() == []
    assert careful.slack.calls_to("response_url")[-1].arguments["text"] == notices.NOT_YOUR_OWN


def test_only_a_lead_approves(careful: Workspace) -> None:
    submit(careful, preview(careful), "ULEAD")

    careful.press("Approve", careful.last("CLEADS"), user="U1")

    assert careful.store.additions.live() == []
    assert careful.slack.calls_to("response_url")[-1].arguments["text"] == notices.LEADS_ONLY


def test_approved_twice_it_is_published_once(careful: Workspace) -> None:
    submit(careful, preview(careful), "ULEAD")
    message = careful.last("CLEADS")
    careful.press("Approve", message, user="UTWO")

    careful.press("Approve", message, user="UTWO")

    assert told(careful) == 1
    assert careful.slack.calls_to("response_url")[-1].arguments["text"] == notices.PROPOSAL_SETTLED


def send_back(slack: Workspace, reason: str = "Say on which days.") -> dict[str, Any]:
    slack.press("Send back", slack.last("CLEADS"), user="UTWO")
    return submit(slack, slack.last_view()[1], "UTWO", reason=reason)


def test_sent_back_the_author_gets_the_reason_and_may_change_the_answer(careful: Workspace) -> None:
    submit(careful, preview(careful), "ULEAD")

    send_back(careful)

    letter = careful.last("DLEAD")
    assert "<@UTWO> sent your answer back." in words_of(letter)
    assert "Say on which days." in words_of(letter)
    careful.press("Change the answer", letter, user="ULEAD")
    form = careful.last_view()[1]
    assert filled(form)["answer"]["text"]["value"] == ANSWER
    shown = submit(careful, form, "ULEAD", answer="On Mondays.")["view"]
    submit(careful, shown, "ULEAD")
    careful.press("Approve", careful.last("CLEADS"), user="UTWO")
    assert told(careful, text="On Mondays.") == 1


def test_an_old_button_does_not_approve_what_was_changed_since(careful: Workspace) -> None:
    submit(careful, preview(careful), "ULEAD")
    old = careful.last("CLEADS")
    send_back(careful)
    submit(careful, preview(careful, answer="On Mondays."), "ULEAD")

    careful.press("Approve", old, user="UTWO")

    assert careful.store.additions.live() == []


def test_sending_back_needs_a_reason(careful: Workspace) -> None:
    submit(careful, preview(careful), "ULEAD")

    refused = send_back(careful, reason="  ")

    assert refused["errors"] == {"reason": notices.TYPE_A_REASON}
    assert careful.store.additions.of()[0].standing is Standing.PROPOSED


def test_what_waits_for_approval_is_not_answered_beside_it(careful: Workspace) -> None:
    submit(careful, preview(careful), "ULEAD")

    assert press_answer(careful, "UTWO") is None
    assert notices.WAITS_FOR_APPROVAL in careful.last("DTWO")["text"]


def test_where_leads_are_a_user_group_the_others_of_it_are_asked_to_approve(
    tmp_path: Path, library: Library, standin: StandIn
) -> None:
    standin.user_groups["S1"] = ["ULEAD", "UTWO"]
    grouped = Workspace(tmp_path, library, standin, two_leads=True, leads=("S1",))
    ask(grouped)

    submit(grouped, preview(grouped), "ULEAD")

    assert told(grouped, "DTWO") == 1
    assert told(grouped, "DLEAD") == 0
    grouped.close()
