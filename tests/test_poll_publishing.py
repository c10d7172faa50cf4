"""What others than leads read of a poll's answers: where its messages stand, and never of fewer than five."""

from datetime import timedelta

import pytest

from bot.listeners.polls.moves import reopen_poll
from bot.polling import public_tally
from bot.polls import Answer, Results, Voice
from tests import payloads
from tests.ballots import MATTERS, MORNINGS, WORDS, opened
from tests.closings import NO, YES, cast, close, found, register, replies
from tests.harness import Workspace, words_of


def test_fewer_than_five_votes_are_not_shown_and_it_says_why(slack: Workspace) -> None:
    poll = opened(slack)
    cast(slack, poll, range(4))

    close(slack, poll)

    [reply] = replies(slack)
    assert "4 people took part" in reply["text"]
    assert "No answers are shown, because fewer than 5 people took part" in reply["text"]
    assert "Yes" not in reply["text"] + words_of(reply)


def test_what_people_wrote_is_counted_and_not_shown(slack: Workspace) -> None:
    poll = opened(slack, MORNINGS, WORDS)
    for number in range(6):
        answers = Answer((YES,)), Answer(text=f"secret {number}" if number < 3 else "")
        slack.store.votes.cast(payloads.TEAM, poll.id, f"U{number}", answers, slack.clock())

    close(slack, poll)

    said = "".join(reply["text"] + words_of(reply) for reply in replies(slack))
    assert "3 people wrote something." in said
    assert "secret" not in said
    kept = slack.store.publications.latest(poll)
    assert kept
    assert not any(count.texts for count in kept.whole.counts)


def test_a_title_stands_in_results_letter_for_letter(slack: Workspace) -> None:
    poll = opened(slack, title="R&D <!channel>")
    cast(slack, poll, range(6))

    close(slack, poll)

    assert "Results: R&amp;D &lt;!channel&gt;" in words_of(replies(slack)[0])


def test_localities_are_shown_where_each_has_five(slack: Workspace) -> None:
    register(slack, {"North": 6, "South": 5, "East": 2, "": 4})
    poll = opened(slack, MORNINGS)
    cast(slack, poll, range(6), NO)
    cast(slack, poll, range(6, 17))

    close(slack, poll)

    results, localities = replies(slack)
    assert "Localities with fewer than 5 people stand together as “Other localities”." in results["text"]
    assert "North (6): A 0, B 6, C 0" in localities["text"]
    assert "Other localities (6): A 6, B 0, C 0" in localities["text"]
    assert "East" not in localities["text"]


def test_a_practice_voice_poll_counts_practices(slack: Workspace) -> None:
    register(slack, {"North": 6, "South": 2})
    poll = opened(slack, voice=Voice.PRACTICE)
    cast(slack, poll, range(5))

    close(slack, poll)

    [reply] = replies(slack)
    assert "5 practices took part, of 8 in the register." in reply["text"]


def test_results_for_leads_only_go_to_the_owners(slack: Workspace) -> None:
    poll = opened(slack, results=Results.LEADS, owners=("UCO",))
    cast(slack, poll, range(3))

    close(slack, poll)

    [reply] = replies(slack)
    assert "Its results go to leads at Anytown CCG, who will say here what comes of it." in reply["text"]
    assert "Yes" not in reply["text"]
    for owner in ("DLEAD", "DCO"):
        assert "A. Yes: 3 (100%)" in slack.last(owner)["text"]
    assert public_tally(slack.store, found(slack, poll), slack.clock()) is None


def test_where_too_few_took_part_leads_are_not_said_to_have_results(slack: Workspace) -> None:
    poll = opened(slack, is_anonymous=True, results=Results.LEADS)
    cast(slack, poll, range(4))

    close(slack, poll)

    [reply] = replies(slack)
    assert "Its results go to leads" not in reply["text"]
    assert "Fewer than 5 took part, so nobody sees its results, leads included." in reply["text"]


@pytest.mark.parametrize(("votes", "shown"), [(4, False), (5, True)], ids=["four", "five"])
@pytest.mark.parametrize("results", [Results.AFTER_CLOSE, Results.LEADS])
def test_an_anonymous_poll_shows_nothing_of_four(slack: Workspace, votes: int, shown: bool, results: Results) -> None:
    poll = opened(slack, is_anonymous=True, results=results)
    cast(slack, poll, range(votes))

    close(slack, poll)

    told = [message["text"] for place in ("C1", "DLEAD") for message in slack.posted(place)[place == "C1" :]]
    assert any(f"A. Yes: {votes} (100%)" in text for text in told) is shown


def test_reopened_for_one_more_vote_the_first_results_stand(slack: Workspace) -> None:
    poll = opened(slack)
    cast(slack, poll, range(5))
    close(slack, poll)
    reopen_poll(slack.desk, found(slack, poll), slack.clock() + timedelta(days=2), "ULEAD")
    cast(slack, poll, range(5, 6), NO)

    close(slack, poll)

    said = replies(slack)[-1]["text"]
    assert "6 people took part" in said
    assert "These are the results of 5 votes, as they were shown before." in said
    assert "B. No: 0 (0%)" in said


def test_withdrawing_and_voting_again_hides_nobody_who_is_new(slack: Workspace) -> None:
    poll = opened(slack, results=Results.LIVE)
    cast(slack, poll, range(8))
    before = public_tally(slack.store, poll, slack.clock())
    for number in range(4):
        slack.store.votes.withdraw(payloads.TEAM, poll.id, f"U{number}", slack.clock())
    cast(slack, poll, range(4))
    cast(slack, poll, range(8, 9), NO)

    assert public_tally(slack.store, poll, slack.clock()) == before


def test_live_results_wait_until_five_more_have_voted(slack: Workspace) -> None:
    poll = opened(slack, results=Results.LIVE)

    def shown() -> int | None:
        counted = public_tally(slack.store, poll, slack.clock())
        return counted.taking_part if counted else None

    seen = []
    for number in range(12):
        cast(slack, poll, range(number, number + 1))
        seen.append(shown())

    assert seen == [None] * 4 + [5] * 5 + [10] * 3


def test_nothing_shows_of_an_open_poll_whose_results_come_after_close(slack: Workspace) -> None:
    poll = opened(slack)
    cast(slack, poll, range(9))

    assert public_tally(slack.store, poll, slack.clock()) is None
    assert slack.store.publications.latest(poll) is None


def test_where_slack_refuses_charts_a_table_says_the_same(slack: Workspace) -> None:
    poll = opened(slack, MORNINGS, MATTERS)
    cast(slack, poll, range(6))
    slack.slack.fail("chat.postMessage", error="invalid_blocks", times=1)

    close(slack, poll)

    [reply] = replies(slack)
    kinds = [block["type"] for block in reply["blocks"]]
    assert "data_visualization" not in kinds
    assert kinds.count("table") == 1
    rows = [[cell["text"] for cell in row] for row in next(b for b in reply["blocks"] if b["type"] == "table")["rows"]]
    assert rows[0] == ["Answer", "People", "Share"]
    assert rows[1] == ["1A Yes", "6", "100%"]
    assert rows[4] == ["2A Waiting times", "6", "100%"]
