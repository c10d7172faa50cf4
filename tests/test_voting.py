"""Voting by buttons: what counts, and the one sentence that each press gets."""

import threading

import pytest

from bot.listeners.polls.moves import close_poll, delete_poll, reopen_poll
from bot.polls import Kind, Question, Results
from bot.storage import Store
from tests import payloads
from tests.ballots import HEARD, MORNINGS, WEEK, counts, later, message, opened, planned, told, vote
from tests.harness import CCG, Workspace, words_of


def test_a_click_counts_at_once(slack: Workspace) -> None:
    poll = opened(slack)

    said = vote(slack, "No")

    assert said == "Your vote is counted: “No”. You can change it until the poll closes: press another option."
    assert counts(slack, poll) == [(0, 1, 0)]


def test_what_is_said_after_a_click_only_the_voter_sees(slack: Workspace) -> None:
    opened(slack)

    vote(slack, "No")

    assert (told(slack)["response_type"], told(slack)["replace_original"]) == ("ephemeral", False)


def test_another_option_changes_the_vote(slack: Workspace) -> None:
    poll = opened(slack)
    vote(slack, "No")

    said = vote(slack, "Yes")

    assert said == "Your vote is changed, and counts once. It is now: “Yes”."
    assert counts(slack, poll) == [(1, 0, 0)]


def test_the_same_option_again_changes_nothing(slack: Workspace) -> None:
    poll = opened(slack)
    vote(slack, "No")

    said = vote(slack, "No")

    assert said == "You voted so already, so nothing was changed: “No”. To take it back, press Withdraw."
    assert counts(slack, poll) == [(0, 1, 0)]


def test_a_rating_is_voted_by_buttons_with_labelled_ends(slack: Workspace) -> None:
    poll = opened(slack, HEARD)

    said = vote(slack, "5: fully")

    assert "“5: fully”" in said
    assert counts(slack, poll) == [(0, 0, 0, 0, 1)]


def test_my_vote_says_what_stands(slack: Workspace) -> None:
    opened(slack)

    before = vote(slack, "My vote")
    vote(slack, "Don't mind")
    after = vote(slack, "My vote")

    assert before == "You have not voted in this poll yet. To vote, press an option."
    assert after.startswith("You voted: “Don't mind”. You can change it until the poll closes")


def test_withdraw_takes_the_vote_back(slack: Workspace) -> None:
    poll = opened(slack)
    vote(slack, "Yes")

    said = vote(slack, "Withdraw")

    assert said == "Your vote is taken back and is not counted. To vote again, press an option."
    assert counts(slack, poll) == [(0, 0, 0)]


def test_withdraw_without_a_vote_says_that_there_was_none(slack: Workspace) -> None:
    opened(slack)

    assert vote(slack, "Withdraw").startswith("You have not voted in this poll, so there was nothing to take back.")


def test_a_click_after_the_closing_time_does_not_count_though_nobody_closed_the_poll(slack: Workspace) -> None:
    poll = opened(slack)
    later(slack, days=7)

    said = vote(slack, "Yes")

    assert said.startswith("That poll closed on ")
    assert said.endswith("so your vote was not counted. Results will be in the thread.")
    assert counts(slack, poll) == [(0, 0, 0)]


def test_a_click_on_a_closed_poll_says_where_the_results_are(slack: Workspace) -> None:
    poll = opened(slack, results=Results.LEADS)
    before = message(slack)
    close_poll(slack.desk, poll, "ULEAD")

    slack.press("Yes", before)

    assert told(slack)["text"].endswith(f"so your vote was not counted. Results go to leads at {CCG}.")


def test_a_vote_stays_when_it_is_withdrawn_too_late(slack: Workspace) -> None:
    poll = opened(slack)
    vote(slack, "Yes")
    later(slack, days=8)

    said = vote(slack, "Withdraw")

    assert said.endswith("so your vote stays as it was.")
    assert counts(slack, poll) == [(1, 0, 0)]


def test_a_click_on_a_deleted_poll_says_that_it_is_gone(slack: Workspace) -> None:
    poll = opened(slack)
    before = message(slack)
    delete_poll(slack.desk, poll, "ULEAD")

    slack.press("Yes", before)

    assert told(slack)["text"] == "That poll was deleted, with every vote in it. There is nothing left to vote on."


@pytest.mark.parametrize("option", ["3", "7", ""], ids=["one more", "far more", "none"])
def test_a_button_whose_option_is_no_longer_there_counts_nothing(slack: Workspace, option: str) -> None:
    poll = opened(slack)
    place = payloads.in_message(message(slack), slack.slack.response_url())
    button = {"type": "button", "action_id": "poll:pick:3"}

    slack.send(payloads.press(button, f"{poll.id} {option}".strip(), place))

    assert told(slack)["text"].startswith("That option is no longer in the poll, so your vote was not counted.")
    assert counts(slack, poll) == [(0, 0, 0)]


def test_a_click_in_a_preview_counts_nothing(slack: Workspace) -> None:
    draft = slack.store.polls.draft(payloads.TEAM, "ULEAD", planned(), slack.clock())
    place = payloads.in_message({"channel": "D1", "ts": "1.1"}, slack.slack.response_url())

    slack.send(payloads.press({"type": "button", "action_id": "poll:pick:0"}, f"{draft.id} 0", place))

    assert told(slack)["text"].startswith("This is a preview that only you see, so nothing was counted.")
    assert slack.store.votes.count(draft.id) == 0


def test_a_click_from_another_workspace_counts_nothing(slack: Workspace) -> None:
    poll = opened(slack)
    place = payloads.in_message(message(slack), slack.slack.response_url())
    body = payloads.press({"type": "button", "action_id": "poll:pick:0"}, f"{poll.id} 0", place)

    slack.send({**body, "team": {"id": "TOTHER"}, "user": {"id": "U1", "team_id": "TOTHER"}})

    assert slack.store.votes.count(poll.id) == 0


def test_after_a_reopening_votes_count_on(slack: Workspace) -> None:
    poll = opened(slack)
    vote(slack, "Yes")
    before = message(slack)
    closed = close_poll(slack.desk, poll, "ULEAD")
    later(slack, minutes=1)
    reopen_poll(slack.desk, closed, slack.clock() + WEEK, "ULEAD")

    slack.press("No", before, "U2")

    assert counts(slack, poll) == [(1, 1, 0)]


def test_where_voters_see_results_they_come_with_the_sentence(slack: Workspace) -> None:
    opened(slack, results=Results.AFTER_VOTING)
    for person in range(4):
        assert "So far" not in vote(slack, "Yes", f"U{person}")

    said = vote(slack, "No", "U5")

    assert said.endswith("So far, with 5 taking part:\nYes: 4 (80%)\nNo: 1 (20%)\nDon't mind: 0 (0%)")


def test_what_people_typed_in_options_pings_nobody(slack: Workspace) -> None:
    opened(slack, Question("<!channel> & me?", Kind.ONE, ("<!here>", "*b* <@U9>")), title="<!everyone>")

    said = vote(slack, "&lt;!here&gt;")

    shown = message(slack)
    assert "<!" not in shown["text"] + words_of(shown) + said
    assert "“&lt;!here&gt;”" in said


def test_when_the_sentence_cannot_go_its_usual_way_it_goes_another(slack: Workspace) -> None:
    poll = opened(slack)
    url = slack.slack.response_url()
    slack.slack.expire(url)

    slack.press("Yes", message(slack), url=url)

    [call] = slack.slack.calls_to("chat.postEphemeral")
    assert (call.arguments["user"], call.arguments["channel"]) == ("U1", "C1")
    assert counts(slack, poll) == [(1, 0, 0)]


def test_a_vote_that_cannot_be_written_is_not_acknowledged(slack: Workspace) -> None:
    opened(slack)
    shown = message(slack)
    slack.store.close()
    slack.settings.db.unlink()
    slack.settings.db.mkdir()

    response = slack.press("Yes", shown)

    assert response.status >= 500
    slack.settings.db.rmdir()
    slack.store = Store(slack.settings.db)


@pytest.mark.parametrize("is_anonymous", [False, True], ids=["named", "anonymous"])
def test_however_many_clicks_arrive_at_once_each_person_has_one_vote(slack: Workspace, is_anonymous: bool) -> None:
    poll = opened(slack, is_anonymous=is_anonymous)
    start = threading.Barrier(32)
    shown = message(slack)

    def click(number: int) -> None:
        start.wait()
        slack.press(MORNINGS.options[number % 3], shown, f"U{number % 8}")

    threads = [threading.Thread(target=click, args=(number,)) for number in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    if poll.box is None:
        assert slack.store.votes.count(poll.id) == 8
        return
    assert slack.store.ballot_boxes.count(poll.box) == 8
    tally = slack.store.ballot_boxes.close(poll.box, poll.plan.questions)
    assert sum(tally.counts[0].numbers) == 8


def test_a_press_teaches_where_a_message_stands(slack: Workspace) -> None:
    drafted = slack.store.polls.draft(payloads.TEAM, "ULEAD", planned(), slack.clock())
    slack.store.polls.open(payloads.TEAM, drafted.id, slack.clock.now, lambda *_: [], slack.clock())
    place = payloads.in_message({"channel": "C1", "ts": "1353600000.000001"}, slack.slack.response_url())

    slack.send(payloads.press({"type": "button", "action_id": "poll:mine"}, str(drafted.id), place))

    assert slack.store.poll_messages.of(drafted.id) == [("C1", "1353600000.000001")]
