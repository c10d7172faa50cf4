"""Weekly reminders in Slack, and what owners and leads say about an answer."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.additions import Kind, Standing
from bot.app import Timers
from bot.blocks import notices
from bot.blocks.wording import say_entry
from bot.standin import StandIn
from tests import payloads
from tests.harness import CCG, words_of
from tests.small_knowledge import ASKED, NEW, NOTE, OLD, PARKING, TEA, SmallWorkspace, small_workspace

REVIEWED = "  reviewed: 2012-11-22\n  reviewed_by: Anytown CCG\n"
OVERDUE = PARKING.replace("2099-01-01", "2020-01-31")
OWNERS = {"practice engagement lead": "UOWNER"}
LEADS = {"leads": ("ULEAD", "UOTHER"), "leads_channel": "CLEADS"}


@pytest.fixture
def small(tmp_path: Path, standin: StandIn) -> Iterator[SmallWorkspace]:
    with small_workspace(tmp_path, standin, OVERDUE + TEA + REVIEWED, owners=OWNERS, **LEADS) as workspace:
        yield workspace


def next_monday(small: SmallWorkspace, hour: int = 9) -> None:
    """Let the clock run to the coming Monday, and the timers with it."""
    now = small.clock.now + timedelta(days=7 - small.clock.now.weekday())
    small.clock.now = datetime(now.year, now.month, now.day, hour, 30, tzinfo=UTC)
    small.tick()


def reminders(small: SmallWorkspace, channel: str) -> list[dict[str, Any]]:
    return [message for message in small.posted(channel) if "Please look at these answers" in message["text"]]


def told_privately(small: SmallWorkspace) -> str:
    return str(small.slack.calls_to("response_url")[-1].arguments["text"])


def change(small: SmallWorkspace, answer: str = NEW, note: str = NOTE, user: str = "UOWNER") -> dict[str, Any]:
    """Send the form that was opened last; what Slack is answered."""
    view_id, view = small.last_view()
    values = {"answer": {"text": {"value": answer}}, "note": {"text": {"value": note}}}
    response = small.send(payloads.submitted(view_id, view, values, user))
    return dict(json.loads(response.body)) if response.body else {}


def answer_now(small: SmallWorkspace) -> str:
    small.library.refresh()
    return small.library.current.knowledge.entries["parking"].answer


def test_an_owner_is_reminded_once_a_week_in_one_message(small: SmallWorkspace) -> None:
    next_monday(small)
    small.tick()
    Timers(small.desk, small.app.client).tick()

    [message] = reminders(small, "DOWNER")
    assert "Due for review since 31 January 2020." in words_of(message)
    assert OLD in words_of(message)
    assert reminders(small, "CLEADS") == []

    next_monday(small)
    assert len(reminders(small, "DOWNER")) == 2


def test_nobody_is_reminded_before_nine_or_in_the_week_the_bot_starts(small: SmallWorkspace) -> None:
    small.tick()
    next_monday(small, hour=8)

    assert reminders(small, "DOWNER") == []


def test_a_bot_that_was_down_on_monday_reminds_when_it_is_back(small: SmallWorkspace) -> None:
    small.clock.forward(days=7)
    small.tick()

    assert len(reminders(small, "DOWNER")) == 1


def test_what_no_owner_has_goes_to_the_leads_five_at_a_time(tmp_path: Path, standin: StandIn) -> None:
    many = "".join(
        TEA.replace("id: tea", f"id: tea-{n}")
        .replace("When is tea", f"When is tea number {n}")
        .replace("tea t", f"{n}")
        for n in range(7)
    ).replace(", what time is tea", "")
    with small_workspace(tmp_path, standin, many, **LEADS) as small:
        next_monday(small)

        [message] = reminders(small, "CLEADS")
        assert words_of(message).count(f"Nobody at {CCG} has reviewed this yet.") == 5
        assert "2 more answers need a review. I will send them in the next weeks." in words_of(message)


def test_five_of_the_longest_answers_fit_in_a_message_and_in_the_form(tmp_path: Path, standin: StandIn) -> None:
    def longest(number: int) -> str:
        question = f"Is {number} {'and & so on ' * 20}"[:139] + "?"
        text = OVERDUE.replace("id: parking", f"id: {'parking-' * 9}{number}").replace(ASKED, question)
        return text.replace("also: [car park, parking space, where can i leave the car]", f"also: [x{number}]").replace(
            OLD, f"a{'&' * 2_499}"
        )

    with small_workspace(tmp_path, standin, "".join(map(longest, range(5))), **LEADS) as small:
        next_monday(small)
        [message] = reminders(small, "CLEADS")

        small.press("Change it", message, user="ULEAD")
        change(small, answer="&" * 2_500, user="ULEAD")

        assert words_of(reminders(small, "CLEADS")[0]).count("changed the answer") == 1
        assert standin.complaints == []


def test_without_a_channel_each_lead_is_reminded(tmp_path: Path, standin: StandIn) -> None:
    with small_workspace(tmp_path, standin, OVERDUE, leads=("U7", "U8")) as small:
        next_monday(small)

        assert [len(reminders(small, channel)) for channel in ("D7", "D8")] == [1, 1]


def test_still_right_reviews_the_answer_for_a_year(small: SmallWorkspace) -> None:
    next_monday(small)

    small.press("Still right", reminders(small, "DOWNER")[0], user="UOWNER")

    [review] = small.store.additions.live()
    today = small.clock().date()
    assert (review.kind, review.author) == (Kind.REVIEW, "UOWNER")
    assert review.content["reviewed_by"] == CCG
    [message] = reminders(small, "DOWNER")
    assert "<@UOWNER> said" in words_of(message)
    assert "is still right." in words_of(message)
    small.library.refresh()
    entry = small.library.current.knowledge.entries["parking"]
    assert entry.reviewed == today
    assert not entry.is_overdue(today)


def test_change_it_opens_the_answer_and_serves_the_new_one(small: SmallWorkspace) -> None:
    next_monday(small)
    small.press("Change it", reminders(small, "DOWNER")[0], user="UOWNER")
    [box] = [block for block in small.last_view()[1]["blocks"] if block.get("block_id") == "answer"]
    assert box["element"]["initial_value"] == OLD

    assert change(small) == {}

    assert answer_now(small) == NEW
    assert "<@UOWNER> changed the answer" in words_of(reminders(small, "DOWNER")[0])
    small.dm(ASKED)
    assert f"reviewed by {CCG}" in small.last("DU1")["text"]


def test_a_changed_answer_can_be_told_to_those_who_were_given_the_old_one(small: SmallWorkspace) -> None:
    small.dm(ASKED)
    next_monday(small)
    small.press("Change it", reminders(small, "DOWNER")[0], user="UOWNER")

    change(small)
    small.tick()

    assert "One person was given the old answer" in words_of(small.last("CLEADS"))


def test_a_form_with_mistakes_stays_open_and_says_which(small: SmallWorkspace) -> None:
    next_monday(small)
    small.press("Change it", reminders(small, "DOWNER")[0], user="UOWNER")

    answered = change(small, answer="Park *here*.", note=" ")

    assert answered["response_action"] == "errors"
    assert set(answered["errors"]) == {"answer", "note"}
    assert small.store.additions.of() == []


def test_with_two_leads_a_change_waits_for_another_lead(tmp_path: Path, standin: StandIn) -> None:
    with small_workspace(tmp_path, standin, OVERDUE, two_leads=True, **LEADS) as small:
        next_monday(small)
        small.press("Change it", reminders(small, "CLEADS")[0], user="ULEAD")
        change(small, user="ULEAD")
        assert answer_now(small) == OLD
        proposal = small.last("CLEADS")
        assert f"Proposed\n{NEW}" in words_of(proposal)

        small.press("Approve", proposal, user="ULEAD")
        assert told_privately(small) == notices.NOT_YOUR_OWN
        assert answer_now(small) == OLD
        small.press("Approve", proposal, user="UOTHER")

        assert answer_now(small) == NEW
        assert small.store.additions.live()[0].approved_by == "UOTHER"


def test_a_proposal_that_is_left_changes_nothing(tmp_path: Path, standin: StandIn) -> None:
    with small_workspace(tmp_path, standin, OVERDUE, two_leads=True, **LEADS) as small:
        next_monday(small)
        small.press("Change it", reminders(small, "CLEADS")[0], user="ULEAD")
        change(small, user="ULEAD")

        small.press("Leave it as it is", small.last("CLEADS"), user="UOTHER")

        assert answer_now(small) == OLD
        assert [one.standing for one in small.store.additions.of()] == [Standing.REFUSED]


@pytest.mark.parametrize("button", ["Still right", "Change it"])
def test_somebody_else_changes_nothing_and_is_told_why(small: SmallWorkspace, button: str) -> None:
    next_monday(small)

    small.press(button, reminders(small, "DOWNER")[0], user="U1")

    assert small.store.additions.of() == []
    assert small.slack.calls_to("views.open") == []
    assert told_privately(small) == notices.NOT_YOURS_TO_REVIEW


def test_a_form_sent_by_hand_changes_nothing(small: SmallWorkspace) -> None:
    next_monday(small)
    small.press("Change it", reminders(small, "DOWNER")[0], user="UOWNER")

    answered = change(small, user="U1")

    assert notices.NOT_YOURS_TO_REVIEW in words_of(answered["view"])
    assert small.store.additions.of() == []


def test_the_second_of_two_reviewers_overwrites_nothing(small: SmallWorkspace) -> None:
    next_monday(small)
    message = reminders(small, "DOWNER")[0]
    small.press("Change it", message, user="ULEAD")
    form = small.last_view()
    small.press("Change it", message, user="UOWNER")
    change(small)

    view_id, view = form
    values = {"answer": {"text": {"value": "Walk."}}, "note": {"text": {"value": "No cars."}}}
    response = small.send(payloads.submitted(view_id, view, values, "ULEAD"))
    small.press("Still right", message, user="ULEAD")

    assert notices.CHANGED_WHILE_OPEN in json.loads(response.body)["errors"]["answer"]
    assert told_privately(small) == notices.CHANGED_MEANWHILE
    assert answer_now(small) == NEW


def test_an_answer_edited_in_the_files_meanwhile_is_shown_anew(small: SmallWorkspace) -> None:
    next_monday(small)
    message = reminders(small, "DOWNER")[0]
    small.edit(OVERDUE.replace(OLD, "Walk.") + TEA + REVIEWED)

    small.press("Still right", message, user="UOWNER")

    assert small.store.additions.of() == []
    assert "Walk." in words_of(reminders(small, "DOWNER")[0])


@pytest.mark.parametrize("error", ["user_not_found", "user_disabled"])
def test_an_owner_who_has_left_passes_to_the_leads(small: SmallWorkspace, error: str) -> None:
    small.slack.fail("chat.postMessage", error=error)
    next_monday(small)
    assert reminders(small, "DOWNER") == reminders(small, "CLEADS") == []

    for _ in range(6):  # for longer than undelivered letters are kept
        next_monday(small)

    assert len(reminders(small, "CLEADS")) == 6
    assert reminders(small, "DOWNER") == []


def test_an_overdue_answer_says_so(small: SmallWorkspace) -> None:
    small.dm(ASKED)

    assert "Due for review since 31 January 2020; it may be out of date." in small.last("DU1")["text"]


def test_an_answer_says_nothing_of_the_kind_on_the_day_itself(small: SmallWorkspace) -> None:
    entry = small.library.current.knowledge.entries["parking"]

    assert "Due for review" not in say_entry(entry, CCG, entry.review_by).text
    assert "Due for review" in say_entry(entry, CCG, entry.review_by + timedelta(days=1)).text


def test_the_leads_are_reminded_once_slack_says_who_they_are(
    tmp_path: Path, standin: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.listeners.leads.ASK_SLACK_EVERY", 0.0)
    standin.user_groups["S1"] = ["ULEAD"]
    with small_workspace(tmp_path, standin, OVERDUE, leads=("S1",)) as small:
        standin.fail("usergroups.users.list", error="internal_error", times=1)
        next_monday(small)
        assert reminders(small, "DLEAD") == []

        small.tick()

        assert len(reminders(small, "DLEAD")) == 1


def test_a_timer_that_fails_holds_up_nothing_behind_it(small: SmallWorkspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ValueError("no such luck")

    monkeypatch.setattr(small.desk, "recover", fail)

    with pytest.raises(ExceptionGroup, match="timers failed"):
        next_monday(small)

    assert len(reminders(small, "DOWNER")) == 1
