"""Messages that did not reach anybody: what leads see, and their two buttons."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.blocks import notices, undelivered_blocks
from bot.blocks.undelivered import DOUBTFUL, ERRORS
from bot.letters import Letter, Undelivered
from bot.library import Library
from bot.listeners.refusals import NOBODY_THERE, NOT_AS_BUILT
from bot.standin import StandIn
from tests import payloads
from tests.harness import Workspace, words_of

TEAM = "T0001"
WORDS = "Anytown CCG has answered a question you asked me."


@pytest.fixture
def leads(tmp_path: Path, library: Library, standin: StandIn) -> Iterator[Workspace]:
    """A workspace with two leads, and a letter that nothing can tell the fate of."""
    workspace = Workspace(tmp_path, library, standin, leads=("ULEAD", "UOTHER"), leads_channel="CLEADS")
    body = {"text": f"<@U1> {WORDS}", "blocks": []}
    workspace.store.outbox.write(TEAM, [Letter("answer:1:U1", "recall", "C1", body)], workspace.clock())
    standin.fail("chat.postMessage", drop=True)
    for _ in range(2):
        workspace.desk.postman.deliver(workspace.app.client)
        workspace.clock.forward(minutes=1)
    yield workspace
    workspace.close()


def home_of(workspace: Workspace) -> dict[str, Any]:
    return {"type": "home", "blocks": undelivered_blocks(workspace.store.outbox.undelivered(TEAM))}


def press(workspace: Workspace, label: str, user: str = "ULEAD", home: dict[str, Any] | None = None) -> None:
    workspace.press_in_view(label, home or home_of(workspace), "V1", user=user)


def shown_to(workspace: Workspace, user: str) -> str:
    return words_of(workspace.slack.views[user])


def rows(count: int, **more: Any) -> list[Undelivered]:
    one: dict[str, Any] = {"kind": "answer", "channel": "C1", "error": "is_archived", "is_doubtful": False, **more}
    return [Undelivered(id=number, text=WORDS, **one) for number in range(1, count + 1)]


def test_where_all_arrived_nothing_shows() -> None:
    assert undelivered_blocks([]) == []


def test_a_row_says_what_it_is_where_it_goes_and_what_is_wrong() -> None:
    said = words_of({"blocks": undelivered_blocks(rows(1))})

    assert "An answer, in <#C1>" in said
    assert WORDS in said
    assert "That channel has been archived." in said


def test_a_doubtful_one_asks_whether_to_post_it_again(leads: Workspace) -> None:
    assert DOUBTFUL in words_of(home_of(leads))


def test_leads_do_not_see_whom_it_was_for(leads: Workspace) -> None:
    direct = undelivered_blocks(rows(1, channel="U1", error="user_disabled"))

    assert "U1" not in str(home_of(leads))
    assert "U1" not in str(direct)
    assert "by direct message" in words_of({"blocks": direct})


def test_what_it_quotes_cannot_ping_anybody() -> None:
    [one] = rows(1)
    quoting = Undelivered(one.id, one.kind, one.channel, one.error, False, "You asked: &lt;!channel&gt; <!here>")

    said = words_of({"blocks": undelivered_blocks([quoting])})

    assert "<!" not in said
    assert "&lt;!channel&gt;" in said


def test_at_most_seven_rows_show() -> None:
    blocks = undelivered_blocks(rows(13))

    assert "and 6 more" in words_of({"blocks": blocks})
    assert len(blocks) == 16


@pytest.mark.parametrize("error", sorted(NOBODY_THERE | NOT_AS_BUILT))
def test_every_final_refusal_has_its_words(error: str) -> None:
    assert ERRORS[error].endswith(".")


def test_a_lead_has_it_posted_again_once(leads: Workspace) -> None:
    press(leads, "Post it again")

    assert [message["text"].endswith(WORDS) for message in leads.posted("C1")] == [True, True]
    assert leads.store.outbox.undelivered(TEAM) == []
    assert notices.POSTING_AGAIN in shown_to(leads, "ULEAD")


def test_a_lead_leaves_it(leads: Workspace) -> None:
    press(leads, "Leave it")
    leads.clock.forward(hours=1)
    leads.timers.tick()

    assert len(leads.posted("C1")) == 1
    assert leads.store.outbox.undelivered(TEAM) == []
    assert notices.LEFT_ALONE in shown_to(leads, "ULEAD")


@pytest.mark.parametrize("first", ["Post it again", "Leave it"])
def test_the_second_lead_is_told_that_it_was_dealt_with(leads: Workspace, first: str) -> None:
    home = home_of(leads)
    press(leads, first)
    posted = len(leads.posted("C1"))

    press(leads, "Post it again", "UOTHER", home)

    assert len(leads.posted("C1")) == posted
    assert notices.DEALT_WITH in shown_to(leads, "UOTHER")


@pytest.mark.parametrize("label", ["Post it again", "Leave it"])
def test_somebody_who_is_no_lead_changes_nothing_and_is_told_why(leads: Workspace, label: str) -> None:
    press(leads, label, "U5")

    assert len(leads.posted("C1")) == 1
    assert len(leads.store.outbox.undelivered(TEAM)) == 1
    assert leads.last("D5")["text"] == notices.LEADS_ONLY


def test_a_lead_of_another_workspace_changes_nothing(leads: Workspace) -> None:
    home = home_of(leads)
    body = payloads.press(home["blocks"][-1]["elements"][0], "1", payloads.in_view("V1", home), "ULEAD")
    leads.send(body | {"team": {"id": "T0002", "domain": "elsewhere"}})

    assert len(leads.store.outbox.undelivered(TEAM)) == 1


def test_posted_again_and_refused_again_it_comes_back(leads: Workspace) -> None:
    leads.slack.archived.add("C1")

    press(leads, "Post it again")

    assert [one.error for one in leads.store.outbox.undelivered(TEAM)] == ["is_archived"]


def test_the_rest_of_the_home_tab_stays(leads: Workspace) -> None:
    heading = {"type": "header", "text": {"type": "plain_text", "text": "Mandate Bot"}}
    home = home_of(leads)
    home = home | {"blocks": [heading, *home["blocks"]], "private_metadata": "page 2"}

    press(leads, "Leave it", home=home)

    shown = leads.slack.views["ULEAD"]
    assert shown["blocks"][0]["text"]["text"] == "Mandate Bot"
    assert shown["private_metadata"] == "page 2"


def test_the_home_tab_of_leads_lists_it_and_that_of_others_does_not(leads: Workspace) -> None:
    home = leads.open_home(user="ULEAD")
    assert DOUBTFUL in words_of(home)
    assert "Not delivered" not in words_of(leads.open_home(user="U5"))

    leads.press_in_view("Leave it", home, "V1", user="ULEAD")

    assert notices.LEFT_ALONE in shown_to(leads, "ULEAD")
    assert "Not delivered" not in words_of(leads.open_home(user="ULEAD"))
