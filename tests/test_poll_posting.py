"""From a poll's preview to its messages: posting, planning, changing, discarding, and what Slack refused."""

from datetime import timedelta

import pytest

from bot.blocks import notices
from bot.listeners.polls.making import SAY_WHEN
from bot.polls import Plan, Question, State
from bot.polls.posting import CHANGED_SINCE
from bot.storage.poll_forms import POSTED
from tests import payloads
from tests.harness import Workspace, words_of
from tests.payloads import Body
from tests.poll_forms import LEAD, LUNCH, NOON, Window, last_of, latest, new_poll, previewed


@pytest.fixture
def slack(at_noon: Workspace) -> Workspace:
    return at_noon


def told(slack: Workspace) -> str:
    """What the presser was told privately."""
    return str(slack.slack.calls_to("response_url")[-1].arguments["text"])


def change(slack: Workspace, message: Body) -> Window:
    slack.press("Change it", message, LEAD)
    view_id, view = slack.last_view()
    return Window(slack, view, view_id)


# Posting


def test_post_it_opens_the_poll_in_its_channels(slack: Workspace) -> None:
    slack.press("Post it", previewed(slack, channels=["C1", "C2"]), LEAD)

    assert latest(slack).state is State.OPEN
    assert [words_of(slack.last(channel)).split("\n")[0] for channel in ("C1", "C2")] == ["Where shall we meet?"] * 2


def test_the_preview_is_replaced_by_what_happened(slack: Workspace) -> None:
    slack.press("Post it", previewed(slack, channels=["C1", "C2"]), LEAD)

    said = words_of(last_of(slack))
    assert "Your poll is open. It is in <#C1> and <#C2>. It closes on Wednesday 2 December at 12:00." in said
    assert "Post it" not in said


def test_a_poll_with_a_later_opening_is_planned_and_opens_by_itself(slack: Workspace) -> None:
    slack.press("Post it", previewed(slack, opens_at="Friday 9:00"), LEAD)

    assert latest(slack).state is State.SCHEDULED
    assert "It opens by itself on Friday 27 November at 09:00, in <#C1>." in words_of(last_of(slack))
    slack.clock.forward(days=2)
    slack.timers.tick()
    assert "Where shall we meet?" in words_of(slack.last("C1"))


def test_two_presses_post_one_poll(slack: Workspace) -> None:
    message = previewed(slack)

    for lead in (LEAD, "UOTHER"):
        slack.press("Post it", message, lead)

    assert len(slack.posted("C1")) == 1
    assert told(slack) == POSTED


def test_a_poll_that_should_have_closed_by_now_is_not_posted(slack: Workspace) -> None:
    message = previewed(slack, closes_at="in 2 days")
    slack.clock.forward(days=3)

    slack.press("Post it", message, LEAD)

    assert told(slack).startswith("This poll was to close on Friday 27 November at 12:00, which has passed")
    assert latest(slack).state is State.DRAFT


def test_a_poll_whose_opening_has_passed_opens_at_once(slack: Workspace) -> None:
    message = previewed(slack, opens_at="in 1 day", closes_at="in 9 days")
    slack.clock.forward(days=2)

    slack.press("Post it", message, LEAD)

    assert latest(slack).state is State.OPEN


@pytest.mark.parametrize("label", ["Post it", "Change it", "Discard"])
def test_only_leads_press_under_a_preview(slack: Workspace, label: str) -> None:
    message = previewed(slack)

    slack.press(label, message, "U1")

    assert told(slack) == notices.LEADS_ONLY
    assert latest(slack).state is State.DRAFT


# Changing and discarding


def test_change_it_opens_the_form_as_it_was_and_a_new_preview_follows(slack: Workspace) -> None:
    first = previewed(slack, closes_at="Friday 17:00")
    form = change(slack, first)
    assert (form.shown("question"), form.shown("closes_at")) == (LUNCH["question"], "Friday 27 November at 17:00")

    form.type(question="Where shall we eat?").submit()
    slack.press("Post it", first, LEAD)

    assert told(slack) == CHANGED_SINCE
    slack.press("Post it", last_of(slack), LEAD)
    assert "Where shall we eat?" in words_of(slack.last("C1"))


def test_a_planned_poll_is_changed_and_opens_as_it_was_until_the_form_is_sent(slack: Workspace) -> None:
    slack.press("Post it", previewed(slack, opens_at="Friday 9:00"), LEAD)
    form = change(slack, last_of(slack))
    form.type(question="Half a ques").kind("rating")
    assert latest(slack).plan.questions[0].text == LUNCH["question"]
    assert form.type(opens_at="").submit() == {"opens_at": SAY_WHEN}

    form.kind("one").type(question="Where else?", opens_at="Friday 10:00").submit()

    assert (latest(slack).state, latest(slack).plan.title) == (State.SCHEDULED, "Where else?")
    said = words_of(last_of(slack))
    assert "This is how your planned poll looks now." in said
    assert "Post it" not in said


def test_a_poll_that_was_posted_meanwhile_is_not_changed(slack: Workspace) -> None:
    message = previewed(slack)
    form = change(slack, message)
    slack.press("Post it", message, LEAD)

    answered = form.type(question="Where shall we eat?").submit()

    assert POSTED in words_of(answered["view"])
    assert latest(slack).plan.title == LUNCH["question"]
    slack.press("Change it", message, LEAD)
    assert told(slack) == POSTED


def test_discard_drops_a_draft_and_never_a_poll_that_was_posted(slack: Workspace) -> None:
    first = previewed(slack)
    slack.press("Discard", first, LEAD)
    assert "This poll is discarded. It was not posted." in words_of(last_of(slack))
    assert slack.store.polls.listed() == []

    second = previewed(slack)
    slack.press("Post it", second, LEAD)
    slack.press("Discard", second, LEAD)

    assert told(slack) == POSTED
    assert latest(slack).state is State.OPEN


# What Slack refused


def refused(slack: Workspace) -> Body:
    """Post a poll in a channel that the bot is in and one that it is not in; what the lead is told."""
    slack.slack.not_joined.add("C2")
    slack.press("Post it", previewed(slack, channels=["C1", "C2"]), LEAD)
    return last_of(slack)


def test_a_channel_without_the_bot_is_told_to_the_lead_once(slack: Workspace) -> None:
    letter = refused(slack)
    for _ in range(3):
        slack.timers.tick()

    said = words_of(letter)
    assert said.startswith("I am not in <#C2>, so “Where shall we meet?” was not posted there. Invite me")
    assert len(slack.posted("DULEAD")) == 2
    assert "I could not post it in <#C2>" in words_of(slack.posted("DULEAD")[0])


def test_retry_posts_it_once_the_bot_is_invited(slack: Workspace) -> None:
    letter = refused(slack)
    slack.slack.not_joined.clear()

    slack.press("Retry", letter, LEAD)
    slack.press("Retry", letter, "UOTHER")

    assert len(slack.posted("C2")) == 1
    assert "The poll is now in <#C2>." in words_of(last_of(slack))
    assert told(slack) == notices.DEALT_WITH
    assert ("C2", slack.last("C2")["ts"]) in slack.store.poll_messages.of(latest(slack).id)


def test_retry_works_in_a_private_message_too(slack: Workspace) -> None:
    letter = refused(slack)
    slack.slack.not_joined.clear()
    url = slack.slack.response_url()

    slack.press_private("Retry", letter["blocks"], url, LEAD)

    last = slack.slack.calls_to("response_url")[-1].arguments
    assert (last["text"], last["replace_original"]) == ("The poll is now in <#C2>.", True)


def test_each_failed_retry_is_told_with_another_retry(slack: Workspace) -> None:
    slack.press("Retry", refused(slack), LEAD)

    messages = [words_of(message) for message in slack.posted("DULEAD")]
    assert messages[1].startswith("I tried again, and Slack still does not let me post in <#C2>.")
    assert messages[2].startswith("I am not in <#C2>")
    assert len(messages) == 3


def test_a_poll_that_opens_by_the_clock_tells_of_refusals_too(slack: Workspace) -> None:
    slack.slack.not_joined.add("C1")
    slack.press("Post it", previewed(slack, opens_at="Friday 9:00"), LEAD)
    slack.clock.forward(days=2)

    slack.timers.tick()

    assert words_of(last_of(slack)).startswith("I am not in <#C1>")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("channel_not_found", "I am not in <#C1>"),
        ("is_archived", "<#C1> has been archived"),
        ("restricted_action", "I am not allowed to post in <#C1>"),
    ],
)
def test_each_refusal_says_what_to_do(slack: Workspace, error: str, said: str) -> None:
    message = previewed(slack)
    slack.slack.fail("chat.postMessage", error=error)

    slack.press("Post it", message, LEAD)

    assert words_of(last_of(slack)).startswith(said)


def test_a_poll_that_closed_meanwhile_is_not_posted_again(slack: Workspace) -> None:
    letter = refused(slack)
    slack.clock.forward(days=8)

    slack.press("Retry", letter, LEAD)

    assert "closed" in told(slack)
    assert slack.posted("C2") == []


def test_where_the_author_is_no_lead_any_more_another_owner_is_told(slack: Workspace) -> None:
    plan = Plan("Lunch", (Question("Where?", options=("A", "B")),), ("C2",), opens_at=NOON, owners=("UOTHER",))
    poll = slack.store.polls.draft(payloads.TEAM, "UGONE", plan, NOON)
    slack.store.polls.schedule(payloads.TEAM, poll.id, NOON)
    slack.slack.not_joined.add("C2")

    slack.timers.tick()

    assert words_of(slack.last("DOTHER")).startswith("I am not in <#C2>")


def test_refused_polls_do_not_show_as_not_delivered_as_well(slack: Workspace) -> None:
    refused(slack)

    assert "Not delivered" not in words_of(slack.open_home(LEAD))


def test_only_leads_retry(slack: Workspace) -> None:
    slack.press("Retry", refused(slack), "U1")

    assert told(slack) == notices.LEADS_ONLY


# The Home tab


def test_the_home_tab_shows_polls_to_leads_alone(slack: Workspace) -> None:
    slack.press("Post it", previewed(slack), LEAD)

    assert "Open: nobody took part yet, closes on Wednesday 2 December at 12:00" in words_of(slack.open_home(LEAD))
    assert "Where shall we meet?" not in words_of(slack.open_home("U1"))


def test_the_home_tab_shows_open_polls_first_and_five_at_most(slack: Workspace) -> None:
    slack.press("Post it", previewed(slack, question="Planned?", opens_at="Friday"), LEAD)
    for number in range(5):
        slack.press("Post it", previewed(slack, question=f"Open {number}?"), LEAD)
        slack.clock.forward(minutes=1)
    slack.desk.store.polls.close(payloads.TEAM, latest(slack).id, LEAD, lambda db, poll: [], slack.clock())

    home = words_of(slack.open_home(LEAD))

    shown = [line for line in home.split("\n") if line.endswith("?") and "Friends" not in line]
    assert shown == ["Open 3?", "Open 2?", "Open 1?", "Open 0?", "Planned?"]
    assert "Planned: opens on Friday 27 November at 17:00" in home


def test_all_polls_come_in_pages(slack: Workspace) -> None:
    for number in range(12):
        plan = Plan(f"Poll {number}", (Question("Where?", options=("A", "B")),), ("C1",))
        poll = slack.store.polls.draft(payloads.TEAM, LEAD, plan, NOON)
        slack.store.polls.open(payloads.TEAM, poll.id, NOON + timedelta(days=1), lambda db, poll: [], NOON)
    new_poll(slack)  # a draft is nobody else's business
    slack.press_in_view("All polls", slack.open_home(LEAD), "VHOME", LEAD)
    window = Window(slack, slack.last_view()[1], slack.last_view()[0])
    assert "Polls 1 to 10 of 12, the newest first." in words_of(window.view)

    window.press("Older")

    assert "Poll 1\n" in words_of(window.view)
    assert "Polls 11 to 12 of 12" in words_of(window.view)
    window.press("Newer")
    assert "Poll 11\n" in words_of(window.view)


def test_a_poll_is_copied_from_its_own_window(slack: Workspace) -> None:
    slack.press("Post it", previewed(slack), LEAD)
    slack.press_in_view("Details", slack.open_home(LEAD), "VHOME", LEAD)
    view_id, view = slack.last_view()

    slack.press_in_view("Copy", view, view_id, LEAD)

    updated, form = slack.last_view("views.update")
    assert (updated, Window(slack, form, updated).shown("question")) == (view_id, LUNCH["question"])


def test_the_buttons_of_a_poll_in_a_preview_count_nothing(slack: Workspace) -> None:
    slack.press("Here", previewed(slack), LEAD)

    assert "preview" in told(slack)
    assert slack.store.votes.count(latest(slack).id) == 0
