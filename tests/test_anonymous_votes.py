"""Anonymous polls: what voters are told. What the files tell about them is test_ballot_bytes.py's."""

import pytest
from sqlite_utils import Database

from bot.listeners.polls.booth import Booth
from bot.listeners.polls.moves import close_poll, delete_poll
from bot.polls import Answer
from tests import payloads
from tests.ballots import LONG, ballot, form, later, message, opened, told, vote
from tests.harness import Workspace, words_of

PEOPLE = ["UZOE", "UANN", "UMAX", "UBEN", "UTIM"]


def test_a_vote_is_counted_without_saying_what_it_was(slack: Workspace) -> None:
    opened(slack, is_anonymous=True)

    said = vote(slack, "Yes")

    assert said.startswith("Your vote is counted. It is anonymous")
    assert "“" not in said


@pytest.mark.parametrize("again", ["Yes", "No"])
def test_a_second_vote_of_the_same_person_gets_one_sentence_and_counts_nothing(slack: Workspace, again: str) -> None:
    poll = opened(slack, is_anonymous=True)
    vote(slack, "Yes")

    said = vote(slack, again)

    assert said.startswith("You have voted in this poll already, and your first vote counts.")
    assert poll.box
    assert slack.store.ballot_boxes.close(poll.box, poll.plan.questions).counts[0].numbers == (1, 0, 0)


def test_my_vote_says_that_it_is_in_and_cannot_be_shown(slack: Workspace) -> None:
    opened(slack, is_anonymous=True)

    before = vote(slack, "My vote")
    vote(slack, "Yes")

    assert before.startswith("You have not voted in this poll yet.")
    assert vote(slack, "My vote") == (
        "Your vote is in. It can't be shown, not even to you, because the poll is anonymous."
    )


def test_a_press_on_withdraw_that_should_not_be_there_takes_nothing_back(slack: Workspace) -> None:
    poll = opened(slack, is_anonymous=True)
    vote(slack, "Yes")
    place = payloads.in_message(message(slack), slack.slack.response_url())

    slack.send(payloads.press({"type": "button", "action_id": "poll:withdraw"}, str(poll.id), place))

    assert told(slack)["text"].startswith("An anonymous vote can't be taken back")
    assert poll.box
    assert slack.store.ballot_boxes.count(poll.box) == 1


def test_who_has_voted_is_told_so_before_they_fill_in_a_form_again(slack: Workspace) -> None:
    opened(slack, *LONG, is_anonymous=True)
    slack.send(payloads.submitted("V1", form(slack), ballot(0), "U1"))

    said = vote(slack, "Vote")

    assert said.startswith("You have voted in this poll already")
    assert len(slack.slack.calls_to("views.open")) == 1


def test_a_form_submitted_twice_counts_once(slack: Workspace) -> None:
    poll = opened(slack, *LONG, is_anonymous=True)
    view = form(slack)
    for _ in range(2):
        slack.send(payloads.submitted("V1", view, ballot(0), "U1"))

    assert poll.box
    assert slack.store.ballot_boxes.count(poll.box) == 1


def test_the_message_shows_how_many_took_part_and_after_closing_where_results_are(slack: Workspace) -> None:
    poll = opened(slack, is_anonymous=True)
    for person in PEOPLE:
        later(slack, seconds=4)
        vote(slack, "Yes", person)
    while_open = words_of(message(slack))
    close_poll(slack.desk, poll, "ULEAD")
    later(slack, seconds=4)
    slack.timers.tick()

    assert "5 people have voted." in while_open
    assert "5 people took part. Results are in the thread." in words_of(message(slack))


def test_a_vote_that_meets_the_closing_is_not_counted(slack: Workspace) -> None:
    poll = opened(slack, is_anonymous=True)
    assert poll.box
    slack.store.ballot_boxes.close(poll.box, poll.plan.questions)  # and the poll itself a moment later

    said = vote(slack, "Yes")

    assert said.startswith("That poll has just closed, so your vote was not counted.")
    assert slack.store.ballot_boxes.count(poll.box) == 0


def test_a_vote_that_meets_the_deletion_leaves_nothing(slack: Workspace) -> None:
    poll = opened(slack, is_anonymous=True)
    delete_poll(slack.desk, poll, "ULEAD")  # after the booth had looked the poll up

    said = Booth(slack.desk).submit(poll, "UBEN", (Answer((0,)),))

    assert said.message.text.startswith("That poll was deleted")
    assert list(Database(slack.store.ballot_boxes.path)["boxes"].rows) == []
