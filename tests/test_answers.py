"""A lead answers a question: the form, its preview, publishing, and what else the answer fits."""

import json
import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.additions import Addition, Kind, Standing
from bot.blocks import also_answers, notices
from bot.library import Library
from bot.review import Group, Move, State
from bot.standin import StandIn, check_message
from bot.storage import Closing
from tests import payloads
from tests.forms import ANSWER, CAT, LEADS, answer_form, ask, filled, press_answer, preview, submit, told
from tests.harness import CCG, Workspace, words_of


@pytest.fixture
def slack(tmp_path: Path, library: Library, standin: StandIn) -> Iterator[Workspace]:
    workspace = Workspace(tmp_path, library, standin, **LEADS)
    ask(workspace)
    yield workspace
    workspace.close()


def state(slack: Workspace) -> State:
    return slack.store.review.groups()[0].state


def test_the_form_shows_the_question_the_closest_entries_and_defaults(slack: Workspace) -> None:
    form = answer_form(slack)

    said, values = words_of(form), filled(form)
    assert CAT in said
    assert said.count("% likely: ") == 3
    assert "Nothing about a patient." in said
    assert values["question"]["text"]["value"] == "Who feeds the office cat?"
    assert values["owner"]["text"]["value"] == "CCG lead"
    assert values["edition"]["choice"]["selected_option"]["value"] == "context"


def test_the_answer_is_the_only_field_that_is_needed(slack: Workspace) -> None:
    needed = [b["block_id"] for b in answer_form(slack)["blocks"] if b["type"] == "input" and not b["optional"]]

    assert needed == ["answer"]


def test_the_form_opens_where_a_question_was_long(slack: Workspace) -> None:
    slack.store.questions.withdraw("T0001", 1)
    ask(slack, "why " + "does the office cat never come when it is called " * 55)

    form = answer_form(slack)

    assert filled(form)["question"]["text"]["value"].endswith("?")


def test_mistakes_show_at_their_fields_and_nothing_is_kept(slack: Workspace) -> None:
    refused = submit(slack, answer_form(slack), "ULEAD", answer="x", review_by="2000-01-01", source_address="x")

    assert refused["response_action"] == "errors"
    assert set(refused["errors"]) == {"review_by", "source_address"}
    assert slack.store.additions.of() == []


def test_the_preview_is_what_a_private_asker_gets(slack: Workspace) -> None:
    shown = preview(slack)
    submit(slack, shown, "ULEAD")

    posted = [block for block in slack.last("DU1")["blocks"] if block["type"] != "context_actions"]
    assert shown["blocks"][2:] == posted


def test_a_preview_publishes_nothing(slack: Workspace) -> None:
    preview(slack)

    [draft] = slack.store.additions.of()
    assert (draft.standing, draft.author) == (Standing.DRAFT, "ULEAD")
    assert state(slack) is State.NEW
    assert told(slack) == 0


def test_a_draft_is_taken_up_again_and_stays_one(slack: Workspace) -> None:
    preview(slack, owner="caretaker")

    again = answer_form(slack)
    submit(slack, again, "ULEAD", answer="Nobody does.")

    assert filled(again)["answer"]["text"]["value"] == ANSWER
    assert filled(again)["owner"]["text"]["value"] == "caretaker"
    [draft] = slack.store.additions.of()
    assert draft.content["record"]["answer"] == "Nobody does."
    assert draft.entry == "who-feeds-the-office-cat"


def test_publishing_closes_the_row_serves_the_entry_and_tells_the_asker(slack: Workspace) -> None:
    done = submit(slack, preview(slack), "ULEAD")

    assert "Published. The person who asked is told" in words_of(done["view"])
    assert state(slack) is State.ANSWERED
    [entry] = slack.store.additions.live()
    assert (entry.entry, entry.author) == ("who-feeds-the-office-cat", "ULEAD")
    assert told(slack) == 1
    said = words_of(slack.last("DU1"))
    assert f"{CCG} has answered" in said
    assert f"You asked: {CAT}" in said
    assert f"reviewed by {CCG}" in said


def test_published_twice_by_a_double_click_it_is_published_once(slack: Workspace) -> None:
    shown = preview(slack)
    submit(slack, shown, "ULEAD")

    second = submit(slack, shown, "ULEAD")

    assert words_of(second["view"]).startswith("You answered that question on")
    assert len(slack.store.additions.live()) == 1
    assert told(slack) == 1


def test_the_second_of_two_leads_is_told_who_answered_and_keeps_a_draft(slack: Workspace) -> None:
    first, second = preview(slack), preview(slack, "UTWO", answer="Nobody does.")
    submit(slack, first, "ULEAD")

    refused = submit(slack, second, "UTWO")

    assert words_of(refused["view"]).startswith("<@ULEAD> answered that question on")
    assert notices.DRAFT_KEPT in words_of(refused["view"])
    assert [one.content["record"]["answer"] for one in slack.store.additions.live()] == [ANSWER]
    assert told(slack) == 1


def test_an_answer_to_a_row_that_was_assigned_meanwhile_is_not_published(slack: Workspace) -> None:
    shown = preview(slack)
    [group] = slack.store.review.groups()
    slack.store.review.assign("T0001", group.id, group.version, "UTWO", "UTWO", slack.clock())

    refused = submit(slack, shown, "ULEAD")

    assert "<@UTWO> assigned that question on" in words_of(refused["view"])
    assert state(slack) is State.ASSIGNED
    assert slack.store.additions.live() == []


def test_two_answers_under_one_name_the_second_is_told_and_can_publish_under_another(slack: Workspace) -> None:
    ask(slack, "is there a lift to the second floor")
    cat, lift = (group.id for group in slack.store.review.groups())
    question = "Who knows?"
    first = submit(slack, answer_form(slack, "ULEAD", cat), "ULEAD", answer="A.", question=question)["view"]
    draft = slack.store.additions.of()[0]
    second = submit(slack, answer_form(slack, "UTWO", lift), "UTWO", answer="B.", question="Who else knows?")["view"]
    other = slack.store.additions.of()[1]
    slack.store.additions.change(type(other)(**{**vars(other), "entry": draft.entry}))  # as when both came at once
    submit(slack, first, "ULEAD")

    refused = submit(slack, second, "UTWO")
    again = submit(slack, answer_form(slack, "UTWO", lift), "UTWO")["view"]
    submit(slack, again, "UTWO")

    assert notices.NAME_TAKEN in words_of(refused["view"])
    assert [one.entry for one in slack.store.additions.live()] == ["who-knows", "who-else-knows"]


def test_a_question_that_was_taken_back_cannot_be_answered(slack: Workspace) -> None:
    form = answer_form(slack)
    slack.store.questions.withdraw("T0001", 1)
    slack.store.review.groups()

    refused = submit(slack, form, "ULEAD", answer=ANSWER)

    assert notices.QUESTION_GONE in words_of(refused["view"])


def test_the_form_does_not_open_for_a_row_that_is_closed(slack: Workspace) -> None:
    [group] = slack.store.review.groups()
    how = Closing(Move.DISMISS, "UTWO", reason="not-a-question")
    slack.store.review.close("T0001", group.id, group.version, how, slack.clock())

    assert press_answer(slack) is None
    assert notices.QUESTION_CLOSED in slack.last("DLEAD")["text"]


@pytest.mark.parametrize("callback", ["answer_form", "publish_answer"])
def test_somebody_who_is_no_lead_changes_nothing_and_is_told_why(slack: Workspace, callback: str) -> None:
    shown = preview(slack) if callback == "publish_answer" else answer_form(slack)

    refused = submit(slack, shown, "U1", answer="Mine.")

    assert press_answer(slack, "U1") is None
    assert notices.LEADS_ONLY in words_of(refused["view"])
    assert state(slack) is State.NEW
    assert slack.store.additions.live() == []


def test_a_lead_cannot_publish_the_draft_of_another(slack: Workspace) -> None:
    refused = submit(slack, preview(slack), "UTWO")

    assert notices.NOT_YOUR_DRAFT in words_of(refused["view"])
    assert slack.store.additions.live() == []


def offered(slack: Workspace, menu: str, typed: str, user: str = "ULEAD") -> list[dict[str, Any]]:
    body = {
        "type": "block_suggestion",
        "team": {"id": payloads.TEAM},
        "user": {"id": user},
        "action_id": menu,
        "block_id": "source",
        "value": typed,
        "view": {"id": "V1"},
    }
    return list(json.loads(slack.send(body).body)["options"])


def test_sources_are_found_by_title_and_publisher_in_under_a_second(slack: Workspace) -> None:
    started = time.monotonic()

    found = offered(slack, "pick_source", "four pil pulse")

    assert time.monotonic() - started < 1
    assert [one["value"] for one in found] == ["pulse-pillars"]


def test_entries_are_found_by_any_of_their_phrasings(slack: Workspace) -> None:
    assert "How many objectives are in the mandate?" in [
        one["text"]["text"] for one in offered(slack, "pick_entry", "how many objec")
    ]


def test_no_more_options_are_offered_than_slack_shows_and_none_to_others(slack: Workspace) -> None:
    assert len(offered(slack, "pick_source", "")) == 100
    assert all(len(one["text"]["text"]) <= 75 for one in offered(slack, "pick_entry", ""))
    assert offered(slack, "pick_source", "", user="U1") == []


def test_a_source_that_was_picked_stands_under_the_answer(slack: Workspace) -> None:
    submit(slack, preview(slack, source="mandate-2012"), "ULEAD")

    assert "Source: The Mandate: a mandate from the Government" in words_of(slack.last("DU1"))


def test_a_wording_that_is_taken_back_goes_from_the_draft(slack: Workspace) -> None:
    ask(slack, "whos feeding the office cat", user="U2")
    preview(slack)
    [before] = slack.store.additions.of()

    slack.store.house.erase("T0001", "U2")

    [draft] = slack.store.additions.of()
    assert before.content["record"]["also"] == ["whos feeding the office cat"]
    assert draft.content["record"]["also"] == []


def test_a_draft_goes_with_its_question(slack: Workspace) -> None:
    preview(slack)

    slack.store.house.erase("T0001", "U1")

    assert slack.store.additions.of() == []
    with sqlite3.connect(slack.settings.db) as db:
        assert "office cat" not in "".join(db.iterdump())
    db.close()


def test_all_that_a_new_answer_would_also_answer_fits_in_a_message() -> None:
    moment = datetime(2012, 11, 22, tzinfo=UTC)
    groups = [Group(n, "T1", State.NEW, 1, "why & how " * 400, 1, 1, 0, moment, moment) for n in range(60)]

    letter = also_answers(Addition(Kind.ENTRY, "cat", {}, "ULEAD", 1), groups, "Who feeds the cat?", "ULEAD")

    assert check_message({"channel": "ULEAD", **letter.body}) == []
    assert len(words_of(letter.body)) + len(letter.body["text"]) < 12_000
