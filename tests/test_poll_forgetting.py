"""What is kept of people who voted: for how long, and what goes when they ask for it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlite_utils import Database

from bot.blocks import notices
from bot.letters import Letter
from bot.polls import Answer, Poll, Voice, tally
from bot.polls.disclosure import mark_of
from bot.retention import days_of
from bot.storage.database import as_text
from tests import payloads
from tests.ballots import MORNINGS, opened, planned
from tests.harness import Workspace, words_of
from tests.poll_window import Window
from tests.practice_samples import ELM, TWO

TEAM = payloads.TEAM
YES, NO = (Answer((0,)),), (Answer((1,)),)


@pytest.fixture
def anytown(desk: Workspace) -> Workspace:
    desk.store.practices.replace_register(TWO)
    for person in ("U1", "U2"):
        desk.store.practices.choose(TEAM, person, ELM.code, desk.clock())
    return desk


def vote(slack: Workspace, poll: Poll, *people: str, answers: Any = YES) -> None:
    for person in people:
        slack.store.votes.cast(TEAM, poll.id, person, answers, slack.clock())


def close(slack: Workspace, poll: Poll) -> None:
    Window(slack, poll.id).press("Close now")


def numbers(slack: Workspace, poll: Poll) -> tuple[int, ...]:
    return tally(poll.plan.questions, [one.answers for one in slack.store.votes.all(poll.id)]).counts[0].numbers


def erase(slack: Workspace, user: str = "U1") -> str:
    """Press the button; what the person is told."""
    slack.press_in_view("What I keep about you", slack.open_home(user), "VHOME", user)
    view_id, view = slack.last_view()
    slack.press_in_view("Erase what you keep about me", view, view_id, user)
    return words_of(slack.last_view("views.update")[1])


def test_erasing_takes_a_vote_out_of_an_open_named_poll(anytown: Workspace) -> None:
    poll = opened(anytown)
    vote(anytown, poll, "U1", "U2")

    erase(anytown)

    assert [one.person for one in anytown.store.votes.all(poll.id)] == ["U2"]
    anytown.timers.tick()
    assert "1 person has voted" in words_of(anytown.posted("C1")[0])


def test_a_closed_poll_keeps_its_counts_without_the_person(anytown: Workspace) -> None:
    poll = opened(anytown)
    vote(anytown, poll, "U1", "U2")
    close(anytown, poll)

    erase(anytown)

    votes = anytown.store.votes.all(poll.id)
    assert numbers(anytown, poll) == (2, 0, 0)
    assert sorted(str(one.person) for one in votes) == ["None", "U2"]
    assert [one.practice for one in votes] == [ELM.code, ELM.code]
    assert all("U1" not in one.voter for one in votes)


def test_a_practices_vote_stays_the_practices(anytown: Workspace) -> None:
    poll = opened(anytown, voice=Voice.PRACTICE)
    vote(anytown, poll, "U1")
    close(anytown, poll)

    erase(anytown)

    [standing] = anytown.store.votes.all(poll.id)
    assert (standing.voter, standing.person) == (ELM.code, None)


def test_what_was_published_does_not_point_to_the_person_any_more(anytown: Workspace) -> None:
    poll = opened(anytown)
    vote(anytown, poll, "U1", "U2", "U3", "U4", "U5", "U6")
    close(anytown, poll)
    kept = Database(anytown.settings.db)["publications"]
    assert mark_of("U1") in str(list(kept.rows))

    erase(anytown)

    assert mark_of("U1") not in str(list(kept.rows))
    anonymous = next(one for one in anytown.store.votes.all(poll.id) if one.person is None)
    assert mark_of(anonymous.voter) in str(list(kept.rows))


def test_in_an_open_anonymous_poll_it_stays_that_they_took_part_and_they_are_told(anytown: Workspace) -> None:
    poll = opened(anytown, is_anonymous=True)
    box = poll.box or ""
    anytown.store.ballot_boxes.cast(box, poll.plan.questions, "U1", YES)

    said = erase(anytown)

    assert "One thing stays until it closes: that somebody took part in one open anonymous poll" in said
    assert b'"U1"' not in anytown.store.ballot_boxes.path.read_bytes()
    assert anytown.store.ballot_boxes.took_part(box, ["U1", "U2"]) == {"U1"}
    assert not anytown.store.ballot_boxes.cast(box, poll.plan.questions, "U1", NO)
    close(anytown, poll)
    assert anytown.store.ballot_boxes.took_part(box, ["U1"]) == set()


def test_nothing_is_said_to_stay_where_nothing_does(anytown: Workspace) -> None:
    opened(anytown, is_anonymous=True)

    assert erase(anytown) == notices.erased(0)


def test_erasing_forgets_that_no_reminders_were_wanted_and_leaves_the_log_as_it_is(anytown: Workspace) -> None:
    anytown.store.polls.reminds(TEAM, "U1", wanted=False)
    letter = Letter("practice:1:U1", "practice", "U1", {"text": "Changed"}, person="U1")
    anytown.store.practices.correct(TEAM, "U1", ELM.code, None, "ULEAD", lambda number: letter, anytown.clock())

    said = erase(anytown)

    assert anytown.store.polls.without_reminders(TEAM) == set()
    assert "The log of what leads did still names you" in said
    [row] = Database(anytown.settings.db)["audit"].rows
    assert (row["done_by"], row["action"], row["person"]) == ("ULEAD", "practice:correct", "U1")


def test_what_is_kept_says_what_is_kept_of_polls(anytown: Workspace) -> None:
    anytown.press_in_view("What I keep about you", anytown.open_home("U1"), "VHOME")

    said = words_of(anytown.last_view()[1])
    for words in (
        "how you voted, or in an anonymous poll that you took part and apart from it how often each answer was chosen",
        "A vote in a poll with names, 1 year after the poll closes; then it counts on without you.",
        "That you took part in an anonymous poll, until it closes.",
        "Votes in open polls with names go; in closed ones they count on without you.",
        "They see who chose which practice, who took part in a poll with names, and what each practice answered.",
    ):
        assert words in said


def test_votes_go_on_without_people_a_year_after_their_poll_closed(anytown: Workspace) -> None:
    poll, still_open = opened(anytown), opened(anytown, closes_at=anytown.clock() + timedelta(days=900))
    vote(anytown, poll, "U1", "U2")
    vote(anytown, still_open, "U1")
    close(anytown, poll)

    anytown.store.house.purge(anytown.clock() + timedelta(days=days_of("voters") - 1))
    before = [one.person for one in anytown.store.votes.all(poll.id)]
    anytown.store.house.purge(anytown.clock() + timedelta(days=days_of("voters") + 1))

    assert before == ["U1", "U2"]
    assert [one.person for one in anytown.store.votes.all(poll.id)] == [None, None]
    assert numbers(anytown, poll) == (2, 0, 0)
    assert [one.person for one in anytown.store.votes.all(still_open.id)] == ["U1"]


def test_drafts_go_after_thirty_days_and_what_was_posted_stays(anytown: Workspace) -> None:
    anytown.store.polls.draft(TEAM, "ULEAD", planned(MORNINGS), anytown.clock())
    poll = opened(anytown)

    anytown.store.house.purge(anytown.clock() + timedelta(days=days_of("unused_polls") + 1))

    assert [one.id for one in anytown.store.polls.listed()] == [poll.id]


def test_a_deleted_poll_goes_once_its_messages_say_so(anytown: Workspace) -> None:
    poll = opened(anytown)
    Window(anytown, poll.id).press("Delete")
    then = anytown.clock() + timedelta(days=days_of("unused_polls") + 1)

    anytown.store.house.purge(then)
    assert anytown.store.polls.find(TEAM, poll.id)
    anytown.clock.forward(seconds=5)
    anytown.timers.tick()
    anytown.store.house.purge(then)

    assert anytown.store.polls.find(TEAM, poll.id) is None
    assert list(Database(anytown.settings.db)["publications"].rows) == []


def test_the_log_of_what_leads_did_is_kept_two_years(anytown: Workspace) -> None:
    anytown.clock.forward(days=-731)
    close(anytown, opened(anytown))
    anytown.clock.forward(days=2)
    close(anytown, opened(anytown))

    anytown.store.house.purge(datetime.now(UTC))

    kept = [row["done_at"] for row in Database(anytown.settings.db)["audit"].rows]
    assert kept
    assert min(kept) > as_text(datetime.now(UTC) - timedelta(days=730))
