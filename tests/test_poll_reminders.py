"""Reminders of polls: who gets one, how often, and how they say that they want none."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

import pytest
from sqlite_utils import Database

from bot.blocks.polls.reminder import AGAIN, NO_MORE
from bot.polls import Answer, Plan, Poll, State, Voice
from bot.polls.reminding import NoReminder, to_remind, why_none
from tests import payloads
from tests.ballots import LONG, MORNINGS, opened
from tests.harness import Workspace, find_button, words_of
from tests.poll_window import Window
from tests.practice_samples import ELM, OAK, TWO

TEAM = payloads.TEAM
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
PEOPLE = {"U1": ELM.code, "U2": ELM.code, "U3": OAK.code, "U4": "Z00000"}


def poll(voice: Voice = Voice.PERSON, reminders: int = 0, reminded_at: datetime | None = None) -> Poll:
    plan = Plan("Mornings?", (MORNINGS,), closes_at=NOW + timedelta(days=5), voice=voice)
    return Poll(1, "T1", State.OPEN, plan, "ULEAD", 1, NOW, reminders=reminders, reminded_at=reminded_at)


@pytest.mark.parametrize(
    ("voice", "voted", "unwilling", "found"),
    [
        (Voice.PERSON, {"U1", "U9"}, set(), ["U2", "U3", "U4"]),
        (Voice.PERSON, {"U1"}, {"U3"}, ["U2", "U4"]),
        (Voice.PRACTICE, {ELM.code}, set(), ["U3"]),
        (Voice.PRACTICE, set(), set(), ["U1", "U2", "U3"]),
    ],
    ids=["who has not voted", "but who wants none", "whose practice has not voted", "practices of the register alone"],
)
def test_a_reminder_goes_to_people_with_a_practice_that_have_not_voted(
    voice: Voice, voted: Collection[str], unwilling: Collection[str], found: list[str]
) -> None:
    assert to_remind(poll(voice), PEOPLE, {ELM.code, OAK.code}, voted, unwilling) == found


@pytest.mark.parametrize(
    ("reminders", "days_ago", "people", "why"),
    [
        (0, None, ["U1"], None),
        (1, 3, ["U1"], None),
        (1, 2.99, ["U1"], NoReminder.TOO_SOON),
        (2, 30, ["U1"], NoReminder.TWICE),
        (0, None, [], NoReminder.NOBODY),
    ],
)
def test_at_most_two_go_out_and_three_days_apart(
    reminders: int, days_ago: float | None, people: list[str], why: NoReminder | None
) -> None:
    reminded_at = NOW - timedelta(days=days_ago) if days_ago else None

    assert why_none(poll(reminders=reminders, reminded_at=reminded_at), people, NOW) is why


def test_none_goes_out_once_time_is_up_though_nobody_closed_the_poll_yet() -> None:
    assert why_none(poll(), ["U1"], NOW + timedelta(days=5)) is NoReminder.NOT_OPEN


@pytest.fixture
def anytown(desk: Workspace) -> Workspace:
    desk.store.practices.replace_register(TWO)
    for person, code in (("U1", ELM.code), ("U2", ELM.code), ("U3", OAK.code)):
        desk.store.practices.choose(TEAM, person, code, desk.clock())
    return desk


def reminded(slack: Workspace) -> dict[str, int]:
    """How many messages each person got."""
    return {user: len(slack.posted(f"D{user[1:]}")) for user in ("U1", "U2", "U3", "U4")}


def test_a_reminder_reaches_each_who_did_not_vote_once_and_says_what_voting_means(anytown: Workspace) -> None:
    made = opened(anytown)
    anytown.store.votes.cast(TEAM, made.id, "U1", (Answer((0,)),), anytown.clock())

    said = Window(anytown, made.id).press("Remind")

    assert said.startswith("A reminder is on its way to 2 people.")
    assert "1 reminder sent. Another can go from" in said
    assert reminded(anytown) == {"U1": 0, "U2": 1, "U3": 1, "U4": 0}
    message = anytown.last("D2")
    assert "Anytown CCG would like to hear from you: you have not voted yet in “Locality meetings”." in words_of(
        message
    )
    assert "Not anonymous: leads at Anytown CCG see each practice's answers" in words_of(message)
    assert not [one for block in message["blocks"] for one in block.get("elements", []) if "url" in one]


def test_the_vote_button_of_a_reminder_votes(anytown: Workspace) -> None:
    made = opened(anytown)
    Window(anytown, made.id).press("Remind")

    anytown.press("Vote", anytown.last("D2"), "U2")
    view_id, view = anytown.last_view()
    chosen = {"question-0": {"answer": {"type": "radio_buttons", "selected_option": {"value": "1"}}}}
    assert anytown.send(payloads.submitted(view_id, view, chosen, "U2")).status == 200

    assert [vote.person for vote in anytown.store.votes.all(made.id)] == ["U2"]


def test_colleagues_of_a_practice_that_voted_are_left_in_peace(anytown: Workspace) -> None:
    made = opened(anytown, voice=Voice.PRACTICE)
    anytown.store.votes.cast(TEAM, made.id, "U1", (Answer((0,)),), anytown.clock())

    Window(anytown, made.id).press("Remind")

    assert reminded(anytown) == {"U1": 0, "U2": 0, "U3": 1, "U4": 0}
    assert "your practice has not voted yet" in words_of(anytown.last("D3"))


def test_who_took_part_in_an_open_anonymous_poll_is_not_reminded(anytown: Workspace) -> None:
    made = opened(anytown, *LONG[:1], is_anonymous=True)
    anytown.store.ballot_boxes.cast(made.box or "", made.plan.questions, "U1", (Answer((0,)),))

    Window(anytown, made.id).press("Remind")

    assert reminded(anytown) == {"U1": 0, "U2": 1, "U3": 1, "U4": 0}


def test_a_second_reminder_waits_three_days_and_a_third_never_goes(anytown: Workspace) -> None:
    made = opened(anytown, closes_at=anytown.clock() + timedelta(days=30))
    window = Window(anytown, made.id)
    window.press("Remind")
    assert "Remind" not in window.buttons

    for _ in range(2):
        anytown.clock.forward(days=3)
        window = Window(anytown, made.id)
        if "Remind" in window.buttons:
            window.press("Remind")

    assert reminded(anytown)["U2"] == 2
    assert "2 reminders sent. There are at most 2 a poll." in window.words


def test_of_two_leads_who_remind_only_the_first_does(anytown: Workspace) -> None:
    made = opened(anytown)
    first, second = Window(anytown, made.id), Window(anytown, made.id, "UOTHER")
    first.press("Remind")

    said = second.press("Remind")

    assert "<@ULEAD> sent a reminder of this poll on " in said
    assert reminded(anytown)["U2"] == 1


def test_whoever_wants_no_more_reminders_gets_none_and_can_have_them_again(anytown: Workspace) -> None:
    made = opened(anytown)
    Window(anytown, made.id).press("Remind")
    anytown.press("No more reminders", anytown.last("D2"), "U2")
    message = anytown.last("D2")
    assert NO_MORE in words_of(message)
    assert find_button(message["blocks"], "Vote")

    anytown.clock.forward(days=4)
    Window(anytown, made.id).press("Remind")
    assert reminded(anytown) == {"U1": 2, "U2": 1, "U3": 2, "U4": 0}

    anytown.press("Send me reminders again", message, "U2")
    assert AGAIN in words_of(anytown.last("D2"))
    assert anytown.store.polls.without_reminders(TEAM) == set()


def test_a_reminder_that_slack_did_not_take_goes_with_the_poll(anytown: Workspace) -> None:
    made = opened(anytown)
    anytown.slack.fail("chat.postMessage", "service_unavailable", times=9)
    window = Window(anytown, made.id)
    window.press("Remind")
    anytown.slack.forget()

    window.press("Close now")
    anytown.clock.forward(days=1)
    anytown.timers.tick()

    assert not [call for call in anytown.slack.calls_to("chat.postMessage") if "hear from you" in str(call.arguments)]


def test_who_was_reminded_is_forgotten_when_the_poll_closes(anytown: Workspace) -> None:
    made = opened(anytown, is_anonymous=True)
    window = Window(anytown, made.id)
    window.press("Remind")
    kept = Database(anytown.settings.db)["outbox"]
    assert kept.count_where("kind = 'poll_reminder'") == 3

    window.press("Close now")

    assert kept.count_where("kind = 'poll_reminder'") == 0


def test_voting_in_a_form_after_the_poll_closed_is_refused_in_one_sentence(anytown: Workspace) -> None:
    made = opened(anytown)
    window = Window(anytown, made.id)
    window.press("Remind")
    window.press("Close now")

    anytown.press("Vote", anytown.last("D2"), "U2")

    assert "closed" in anytown.slack.calls_to("response_url")[-1].arguments["text"]
