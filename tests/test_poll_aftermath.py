"""After a poll: what its owners say came of it, which practices read, and which becomes an answer; and reopening."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.additions import Standing
from bot.blocks.kit import modal, section
from bot.library import Library
from bot.listeners.polls.moves import close_poll
from bot.polls import Poll, State
from bot.settings import shipped_knowledge
from bot.standin import StandIn
from bot.storage import Store
from tests import payloads
from tests.ballots import opened
from tests.forms import filled, submit
from tests.harness import Workspace, own_cache, words_of
from tests.payloads import Body

HEARD, WILL_DO = "Mornings suit most practices.", "From January we meet at 09:30."
AGAIN = "What came of the poll “Locality meetings”?"


def workspace(folder: Path, cache: Path, standin: StandIn, **settings: Any) -> Iterator[Workspace]:
    """A bot that serves what leads add."""
    store = Store(folder / "bot.db")
    library = Library(shipped_knowledge(), own_cache(folder, cache), additions=store.additions)
    made = Workspace(folder, library, standin, leads=("ULEAD", "UOTHER"), **settings)
    yield made
    made.close()
    store.close()


@pytest.fixture
def leads(tmp_path: Path, model_cache: Path, standin: StandIn) -> Iterator[Workspace]:
    yield from workspace(tmp_path, model_cache, standin)


@pytest.fixture
def two_leads(tmp_path: Path, model_cache: Path, standin: StandIn) -> Iterator[Workspace]:
    yield from workspace(tmp_path, model_cache, standin, two_leads=True)


def closed(slack: Workspace, **plan: Any) -> Poll:
    poll = opened(slack, **plan)
    made = close_poll(slack.desk, poll, "ULEAD")
    slack.desk.postman.deliver(slack.app.client)
    return made


def press(slack: Workspace, action: str, poll: Poll, user: str = "ULEAD") -> Body | None:
    """Press a button of the poll's window; the form that opens over it, or None."""
    before = len(slack.slack.calls_to("views.push"))
    view: Body = modal("Poll", [section("A poll")], callback_id="x")
    slack.app.client.views_open(trigger_id=f"trigger.{payloads.number()}", view=view)
    element = {"type": "button", "action_id": action}
    slack.send(payloads.press(element, str(poll.id), payloads.in_view(list(slack.slack.views)[-1], view), user))
    pushed = slack.slack.calls_to("views.push")[before:]
    return dict(pushed[0].arguments["view"]) if pushed else None


def form(slack: Workspace, action: str, poll: Poll, user: str = "ULEAD") -> Body:
    view = press(slack, action, poll, user)
    assert view
    return view


def say(slack: Workspace, poll: Poll, user: str = "ULEAD", **said: str) -> Body:
    return submit(slack, form(slack, "poll:outcome", poll, user), user, **{"heard": HEARD, "will_do": WILL_DO, **said})


def private(slack: Workspace, user: str) -> str:
    return "\n".join(message["text"] for message in slack.posted(f"D{user[1:]}"))


def find(slack: Workspace, poll: Poll) -> Poll:
    found = slack.store.polls.find(payloads.TEAM, poll.id)
    assert found
    return found


def test_an_outcome_is_posted_to_each_channel_and_kept(leads: Workspace) -> None:
    poll = closed(leads, channels=("C1", "C2"))

    say(leads, poll)

    for channel in ("C1", "C2"):
        posted = leads.last(channel)
        assert "thread_ts" not in posted or posted["thread_ts"] is None
        assert posted["text"].startswith("What we asked, what we heard, what we will do")
        assert "Anytown CCG about the poll “Locality meetings”" in words_of(posted)
        assert HEARD in words_of(posted)
        assert WILL_DO in words_of(posted)
    outcome = find(leads, poll).outcome
    assert outcome
    assert (outcome.heard, outcome.will_do, outcome.by) == (HEARD, WILL_DO, "ULEAD")


def test_what_is_said_again_takes_the_place_of_the_first(leads: Workspace) -> None:
    poll = closed(leads)
    say(leads, poll)

    view = form(leads, "poll:outcome", poll)
    assert filled(view)["heard"]["text"]["value"] == HEARD
    say(leads, poll, heard="Afternoons suit more.")

    assert "This replaces what was said before." in leads.last("C1")["text"]
    assert "Afternoons" in str(find(leads, poll).outcome)


def test_mentions_and_mark_up_are_shown_letter_for_letter(leads: Workspace) -> None:
    poll = closed(leads)

    say(leads, poll, heard="<!channel> *all*")

    assert "<!channel>" not in leads.last("C1")["text"] + words_of(leads.last("C1"))


def test_an_empty_field_is_explained_and_nothing_is_lost(leads: Workspace) -> None:
    poll = closed(leads)

    answered = say(leads, poll, will_do="  ")

    assert answered == {
        "response_action": "errors",
        "errors": {"will_do": "There is nothing here yet. Type it first."},
    }
    assert find(leads, poll).outcome is None


@pytest.mark.parametrize("action", ["poll:outcome", "poll:reopen", "poll:offer"])
@pytest.mark.parametrize(
    ("user", "told"), [("U1", "Only CCG leads can do that"), ("UOTHER", "Only the owners of a poll can do that")]
)
def test_only_owners_may(leads: Workspace, action: str, user: str, told: str) -> None:
    poll = closed(leads)

    assert press(leads, action, poll, user) is None
    assert told in private(leads, user)


def test_a_form_sent_by_somebody_else_changes_nothing(leads: Workspace) -> None:
    poll = closed(leads)
    view = form(leads, "poll:outcome", poll)

    submit(leads, view, "U1", heard=HEARD, will_do=WILL_DO)

    assert find(leads, poll).outcome is None


def test_reopening_asks_until_when_and_says_so(leads: Workspace) -> None:
    poll = closed(leads)

    submit(leads, form(leads, "poll:reopen", poll), "ULEAD", closes="in 2 days")
    leads.timers.tick()

    again = find(leads, poll)
    assert (again.state, again.reopened) == (State.OPEN, 1)
    assert again.plan.closes_at
    assert timedelta(hours=46) < again.plan.closes_at - leads.clock() <= timedelta(hours=50)
    assert "This poll is open again until" in leads.last("C1")["text"]
    assert "Reopened" in words_of(leads.posted("C1")[0])
    assert leads.press("Yes", leads.posted("C1")[0]).status == 200
    assert leads.store.votes.count(poll.id) == 1


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("soonish", "I can't read that as one time."),
        ("1 January 2001", "That time has passed."),
        ("1 January 2090", "That is more than a year away."),
    ],
)
def test_a_time_that_cannot_be_is_explained_at_the_field(leads: Workspace, typed: str, told: str) -> None:
    poll = closed(leads)

    answered = submit(leads, form(leads, "poll:reopen", poll), "ULEAD", closes=typed)

    assert told in answered["errors"]["closes"]
    assert find(leads, poll).state is State.CLOSED


def test_an_anonymous_poll_is_not_reopened(leads: Workspace) -> None:
    poll = closed(leads, is_anonymous=True)

    answered = submit(leads, form(leads, "poll:reopen", poll), "ULEAD")

    assert "An anonymous poll can't be reopened" in words_of(answered["view"])
    assert find(leads, poll).state is State.CLOSED


def test_one_tap_offers_the_outcome_as_an_answer_in_a_form(leads: Workspace) -> None:
    poll = closed(leads)
    answered = say(leads, poll)
    assert "Offer as an answer" in str(answered["view"])

    view = form(leads, "poll:offer", poll)
    submit(leads, view, "ULEAD")
    leads.dm(AGAIN)

    assert filled(view)["question"]["text"]["value"] == AGAIN
    assert WILL_DO in leads.last("DU1")["text"]
    assert [one.standing for one in leads.store.additions.of()] == [Standing.LIVE]


def test_from_all_polls_the_offer_takes_the_place_of_the_third_window(leads: Workspace) -> None:
    poll = closed(leads)
    say(leads, poll)
    leads.press_in_view("All polls", leads.open_home("ULEAD"), "VHOME", "ULEAD")
    for label, method in (("Details", "views.open"), ("Outcome", "views.push"), ("Offer as an answer", "views.push")):
        view_id, view = leads.last_view(method)
        leads.press_in_view(label, view, view_id, "ULEAD")

    _, shown = leads.last_view("views.update")

    assert shown["callback_id"] == "poll_entry"


def test_with_two_leads_the_second_approves_it_first(two_leads: Workspace) -> None:
    poll = closed(two_leads)
    say(two_leads, poll)

    answered = submit(two_leads, form(two_leads, "poll:offer", poll), "ULEAD")
    assert "Sent for approval." in words_of(answered["view"])
    assert [one.standing for one in two_leads.store.additions.of()] == [Standing.PROPOSED]
    two_leads.press("Approve", two_leads.last("DOTHER"), "UOTHER")
    two_leads.dm(AGAIN)

    assert [one.standing for one in two_leads.store.additions.of()] == [Standing.LIVE]
    assert WILL_DO in two_leads.last("DU1")["text"]


def test_sent_back_its_author_changes_it_and_offers_it_again(two_leads: Workspace) -> None:
    poll = closed(two_leads)
    say(two_leads, poll)
    submit(two_leads, form(two_leads, "poll:offer", poll), "ULEAD")

    two_leads.press("Send back", two_leads.last("DOTHER"), "UOTHER")
    _, asked = two_leads.last_view()
    submit(two_leads, asked, "UOTHER", reason="Say which January.")
    assert "Say which January." in words_of(two_leads.last("DLEAD"))
    two_leads.press("Change the answer", two_leads.last("DLEAD"), "ULEAD")
    _, view = two_leads.last_view()
    submit(two_leads, view, "ULEAD", answer="From January 2013 we meet at 09:30.")

    [waiting] = two_leads.store.additions.of()
    assert waiting.standing is Standing.PROPOSED
    assert waiting.content["record"]["answer"] == "From January 2013 we meet at 09:30."


def test_it_is_offered_once(leads: Workspace) -> None:
    poll = closed(leads)
    say(leads, poll)
    view = form(leads, "poll:offer", poll)
    submit(leads, view, "ULEAD")

    again = submit(leads, view, "ULEAD")

    assert "was offered already" in words_of(again["view"])
    assert len(leads.store.additions.of()) == 1


def test_mistakes_in_the_answer_are_explained_at_the_field(leads: Workspace) -> None:
    poll = closed(leads)
    say(leads, poll)

    answered = submit(leads, form(leads, "poll:offer", poll), "ULEAD", answer=" ")

    assert "answer" in answered["errors"]
    assert leads.store.additions.of() == []
