"""`/mandate-poll`, by real dispatch: what is clear is posted at once, everything else opens the form."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.library import Library
from bot.polls import Poll, State
from bot.schedule import spoken
from bot.standin import StandIn
from bot.standin.checks import check_message
from tests import payloads
from tests.harness import Workspace, words_of

LEAD = "ULEAD"
TYPED = '"Open late &amp; early?" "Yes &lt;3" "No"'


@pytest.fixture
def polls(tmp_path: Path, library: Library, standin: StandIn) -> Iterator[Workspace]:
    workspace = Workspace(tmp_path, library, standin, leads=(LEAD, "UOTHER"))
    yield workspace
    workspace.close()


def type_poll(polls: Workspace, text: str, user: str = LEAD, channel: str = "C1") -> str:
    return polls.command(text, user, channel, "/mandate-poll")


def told(polls: Workspace) -> dict[str, Any]:
    """What was last said privately through the response URL."""
    return polls.slack.calls_to("response_url")[-1].arguments


def only_poll(polls: Workspace) -> Poll:
    [poll] = polls.store.polls.listed(states=set(State))
    return poll


def test_a_typed_poll_is_posted_at_once_where_it_was_typed(polls: Workspace) -> None:
    type_poll(polls, TYPED)

    poll = only_poll(polls)
    assert poll.state is State.OPEN
    assert (poll.author, poll.plan.channels) == (LEAD, ("C1",))
    assert poll.plan.questions[0].text == "Open late & early?"
    assert poll.plan.questions[0].options == ("Yes <3", "No")
    [message] = polls.posted("C1")
    assert "Open late & early?" in words_of(message).replace("&amp;", "&")
    assert check_message({"text": message["text"], "blocks": message["blocks"]}) == []


def test_its_author_is_told_privately_when_it_closes_and_how_to_take_it_back(polls: Workspace) -> None:
    type_poll(polls, TYPED)

    said = told(polls)
    closes_at = only_poll(polls).plan.closes_at
    assert closes_at is not None
    assert said["response_type"] == "ephemeral"
    assert f"It closes on {spoken(closes_at)}." in said["text"]
    assert "“Open late &amp; early?” is posted" in said["text"]


def test_delete_takes_it_back(polls: Workspace) -> None:
    url = type_poll(polls, TYPED)

    polls.press_private("Delete", told(polls)["blocks"], url, LEAD)

    assert only_poll(polls).state is State.DELETED


def test_only_its_owner_can_delete_it(polls: Workspace) -> None:
    url = type_poll(polls, TYPED)

    polls.press_private("Delete", told(polls)["blocks"], url, "UOTHER")

    assert only_poll(polls).state is State.OPEN


def test_nobody_but_leads_can_post_or_begin_one(polls: Workspace) -> None:
    for typed in (TYPED, ""):
        type_poll(polls, typed, user="U1")

    assert polls.store.polls.listed(states=set(State)) == []
    assert polls.slack.calls_to("views.open") == []
    assert "Only CCG leads can do that" in told(polls)["text"]


def test_without_words_the_form_opens_empty(polls: Workspace) -> None:
    type_poll(polls, "")

    assert polls.last_view()[1]["callback_id"] == "poll_form"
    assert polls.posted("C1") == []


@pytest.mark.parametrize(
    "typed",
    ['Open late? "Yes" "No"', '"Open late?" "Yes"', f'"Open late?" "Yes" "{"n" * 76}"', '"Open late?" "Yes" "yes"'],
)
def test_what_is_unclear_or_too_long_opens_the_form_with_what_was_typed(polls: Workspace, typed: str) -> None:
    type_poll(polls, typed)

    view = polls.last_view()[1]
    assert "Open late?" in str(view)
    assert "'Yes" in str(view)
    assert only_poll(polls).state is State.DRAFT
    assert polls.posted("C1") == []


def test_typed_in_a_direct_message_the_form_asks_where(polls: Workspace) -> None:
    type_poll(polls, TYPED, channel=f"D{LEAD}")

    assert polls.last_view()[1]["callback_id"] == "poll_form"
    assert only_poll(polls).plan.channels == ()


def test_the_same_command_delivered_twice_posts_once(polls: Workspace) -> None:
    body = payloads.command(TYPED, polls.slack.response_url(), LEAD, "C1", "/mandate-poll")

    polls.send(body)
    polls.send(body)

    assert only_poll(polls).state is State.OPEN
    assert len(polls.posted("C1")) == 1


@pytest.mark.parametrize("error", ["not_in_channel", "channel_not_found"])
def test_where_the_bot_is_not_in_the_channel_the_lead_is_asked_to_invite_it(polls: Workspace, error: str) -> None:
    polls.slack.fail("chat.postMessage", error)

    type_poll(polls, TYPED)

    said = told(polls)
    assert "/invite @Mandate Bot" in said["text"]
    assert "press Retry" in said["text"]
    assert polls.posted(f"D{LEAD[1:]}") == []  # told once


def test_retry_posts_it_once_the_bot_is_there(polls: Workspace) -> None:
    polls.slack.fail("chat.postMessage", "not_in_channel")
    url = type_poll(polls, TYPED)

    polls.press_private("Retry", told(polls)["blocks"], url, LEAD)

    assert len(polls.posted("C1")) == 1
    assert "The poll is now in <#C1>." in told(polls)["text"]
    assert told(polls)["replace_original"] is True


def test_retry_says_so_while_the_bot_is_still_not_there(polls: Workspace) -> None:
    polls.slack.fail("chat.postMessage", "not_in_channel")
    url = type_poll(polls, TYPED)
    polls.slack.fail("chat.postMessage", "not_in_channel")

    polls.press_private("Retry", told(polls)["blocks"], url, LEAD)

    assert polls.posted("C1") == []
    assert "still does not let me post" in told(polls)["text"]


def test_a_poll_that_slack_does_not_take_now_follows_later(polls: Workspace) -> None:
    polls.slack.fail("chat.postMessage", retry_after=60)

    type_poll(polls, TYPED)

    assert "will be posted here as soon as Slack takes it" in told(polls)["text"]
    polls.clock.forward(minutes=10)
    polls.timers.tick()
    assert len(polls.posted("C1")) == 1


def test_the_author_is_told_by_direct_message_once_the_response_url_is_spent(polls: Workspace) -> None:
    polls.slack.fail("response_url", "used_url", status=404)

    type_poll(polls, TYPED)

    assert "is posted" in polls.slack.calls_to("chat.postMessage")[-1].arguments["text"]


def test_a_typed_poll_is_open_for_a_week(polls: Workspace) -> None:
    type_poll(polls, TYPED)

    closes_at = only_poll(polls).plan.closes_at
    assert closes_at is not None
    assert abs(closes_at - polls.clock() - timedelta(days=7)) <= timedelta(hours=1)
