"""What waits for a second lead stands on the leads' Home tab, with its buttons."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.additions import Addition, Kind, Standing
from bot.letters import Letter
from bot.library import Library
from bot.polls import Plan, Question
from bot.practices import Practice
from bot.review import State
from bot.standin import StandIn
from tests.forms import preview, submit
from tests.harness import Workspace, find_button, words_of

CAT = "who feeds the office cat"
ANSWER = "The practice manager does."
NEW = "There are twenty-four."
NOTE = "One was counted twice."
WAITING = "Waiting for a second lead"
STRANGE = [
    "how much does a locum cost a day",
    "where has the stapler gone",
    "is there a lift to the second floor",
    "does anyone sell bicycles",
    "what colour is the new carpet",
    "who won the football on saturday",
    "can I borrow a ladder",
]


@pytest.fixture
def careful(tmp_path: Path, library: Library, standin: StandIn) -> Iterator[Workspace]:
    """A workspace where a second lead has to approve, and one question waits."""
    leads = ("ULEAD", "UTWO")
    workspace = Workspace(tmp_path, library, standin, two_leads=True, leads=leads, leads_channel="CLEADS")
    ask(workspace, CAT)
    yield workspace
    workspace.close()


def ask(slack: Workspace, *texts: str, user: str = "U1") -> None:
    for text in texts:
        slack.dm(text, user=user)
    slack.desk.queue.group_waiting()


def correct(slack: Workspace, answer: str = NEW, note: str = NOTE) -> Addition:
    """A change to an answer that waits for a second lead."""
    entry = next(iter(slack.library.current.knowledge.entries))
    content = {"answer": answer, "note": note}
    made = Addition(Kind.CORRECTION, entry, content, "ULEAD", standing=Standing.PROPOSED)
    return slack.store.additions.add("T0001", made, slack.clock.now)


def above_the_queue(home: dict[str, Any]) -> dict[str, Any]:
    """The tab, cut down to what stands above the queue."""
    at = next(n for n, block in enumerate(home["blocks"]) if "For CCG leads:" in str(block.get("text", "")))
    return home | {"blocks": home["blocks"][:at]}


def drawn_last(slack: Workspace) -> dict[str, Any]:
    return dict(slack.slack.calls_to("views.publish")[-1].arguments["view"])


def test_an_answer_is_approved_above_the_queue(careful: Workspace) -> None:
    submit(careful, preview(careful), "ULEAD")
    top = above_the_queue(careful.open_home("UTWO"))
    assert WAITING in words_of(top)
    assert f"<@ULEAD> answered “Who feeds the office cat?”:\n{ANSWER}" in words_of(top)

    careful.press_in_view("Approve", top, "V1", user="UTWO")

    assert [group.state for group in careful.store.review.groups()] == [State.ANSWERED]
    assert WAITING not in words_of(drawn_last(careful))


def test_an_answer_is_sent_back_from_above_the_queue(careful: Workspace) -> None:
    submit(careful, preview(careful), "ULEAD")

    careful.press_in_view("Send back", above_the_queue(careful.open_home("UTWO")), "V1", user="UTWO")

    assert careful.last_view()[1]["callback_id"] == "send_back"


@pytest.mark.parametrize(("label", "standing"), [("Approve", Standing.LIVE), ("Leave it as it is", Standing.REFUSED)])
def test_a_change_is_decided_above_the_queue(careful: Workspace, label: str, standing: Standing) -> None:
    made = correct(careful)
    top = above_the_queue(careful.open_home("UTWO"))
    assert f"Proposed\n{NEW}" in words_of(top)
    assert NOTE in words_of(top)

    careful.press_in_view(label, top, "V1", user="UTWO")

    decided = careful.store.additions.find("T0001", made.id)
    assert decided is not None
    assert decided.standing is standing
    assert WAITING not in words_of(drawn_last(careful))


def test_its_author_sees_what_waits_without_buttons(careful: Workspace) -> None:
    submit(careful, preview(careful), "ULEAD")

    top = above_the_queue(careful.open_home("ULEAD"))

    assert "You answered “Who feeds the office cat?”" in words_of(top)
    with pytest.raises(LookupError, match="no button"):
        find_button(top["blocks"], "Approve")


def test_others_do_not_see_what_waits(careful: Workspace) -> None:
    submit(careful, preview(careful), "ULEAD")

    assert WAITING not in words_of(careful.open_home("U1"))


def test_the_fullest_home_tab_keeps_slacks_limits(careful: Workspace) -> None:
    submit(careful, preview(careful), "ULEAD")
    ask(careful, *STRANGE)
    ask(careful, *(f"what about the {number} biscuits in tin {number}" for number in range(12)), user="UTWO")
    for _ in range(5):
        correct(careful, "<&> " * 700, "<&> " * 90)
    for number in range(12):
        letter = Letter(f"answer:{number}", "answer", "C1", {"text": "<&> " * 50})
        careful.store.outbox.write("T0001", [letter], careful.clock.now)
    careful.slack.archived.add("C1")
    for _ in range(6):
        plan = Plan("<&> " * 35, (Question("Where?", options=("Here", "There")),))
        poll = careful.store.polls.draft("T0001", "UTWO", plan, careful.clock.now)
        careful.store.polls.schedule("T0001", poll.id, careful.clock.now)
    careful.store.practices.replace_register([Practice("Z81001", "Elm Tree Surgery", "")])
    careful.timers.tick()

    home = careful.open_home("UTWO")

    assert "and 2 more" in words_of(above_the_queue(home))
    assert "Not delivered" in words_of(home)
    assert len(home["blocks"]) <= 100
    assert careful.slack.complaints == []
