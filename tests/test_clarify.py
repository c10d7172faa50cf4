"""Ask what they mean: a lead's question to those who asked, and their replies, unnamed."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from bot.blocks import notices
from bot.letters import Letter
from bot.library import Library
from bot.queueing import Queue
from bot.review import Group
from bot.standin import StandIn
from bot.standin.workspace import direct_channel
from tests import payloads
from tests.harness import CCG, Workspace, words_of

TEAM = "T0001"
UNKNOWN = "who feeds the office cat"
ASKED = "Which office do you mean?"
REPLY = "The one in Station Road"


@pytest.fixture
def leads(tmp_path: Path, library: Library, standin: StandIn) -> Iterator[Workspace]:
    workspace = Workspace(tmp_path, library, standin, leads=("ULEAD", "UOTHER"), leads_channel="CLEADS")
    yield workspace
    workspace.close()


def group_of(workspace: Workspace) -> Group:
    workspace.timers.tick()
    [group] = workspace.store.review.groups(TEAM)
    return group


def typed(block_id: str, text: str | None) -> dict[str, Any]:
    return {block_id: {"text": {"type": "plain_text_input", "value": text}}}


def press(workspace: Workspace, action_id: str, value: str, user: str) -> None:
    place = payloads.in_view("V1", {"type": "home", "blocks": []})
    workspace.send(payloads.press({"type": "button", "action_id": action_id}, value, place, user))


def submit(workspace: Workspace, view: dict[str, Any], block_id: str, text: str | None, user: str) -> dict[str, Any]:
    """Send a form; what Slack is told to show."""
    response = workspace.send(payloads.submitted("V1", view, typed(block_id, text), user))
    return dict(json.loads(response.body))


def form_of(workspace: Workspace, group: Group, user: str = "ULEAD") -> dict[str, Any]:
    press(workspace, "queue:clarify", f"{group.id} {group.version}", user)
    return workspace.last_view()[1]


def ask_them(workspace: Workspace, group: Group, user: str = "ULEAD", text: str = ASKED) -> dict[str, Any]:
    return submit(workspace, form_of(workspace, group, user), "question", text, user)


def question_back(workspace: Workspace, channel: str) -> dict[str, Any]:
    return next(one for one in workspace.posted(channel)[::-1] if ASKED in one["text"])


def reply(workspace: Workspace, asked: dict[str, Any], user: str, text: str | None = REPLY) -> dict[str, Any]:
    workspace.press("Reply", asked, user=user)
    return submit(workspace, workspace.last_view()[1], "reply", text, user)


def replies_of(workspace: Workspace, group: Group) -> list[str]:
    return [one for asked in workspace.store.clarifications.of(group.id) for one in asked.replies]


def persons(workspace: Workspace) -> list[str | None]:
    return [row["person"] for row in Database(workspace.settings.db).query("SELECT person FROM clarified ORDER BY id")]


def test_each_asker_is_asked_where_they_asked(leads: Workspace) -> None:
    leads.dm(UNKNOWN, "U1")
    leads.mention(UNKNOWN, "U2", ts="7.7")
    leads.command(UNKNOWN, "U3")

    shown = ask_them(leads, group_of(leads))

    assert "asking the 3 people" in words_of(shown["view"])
    for channel in ("DU1", "C1", direct_channel("U3")):
        said = words_of(question_back(leads, channel))
        assert f"{CCG} asks what you meant: {ASKED}" in said
        assert f"You asked: {UNKNOWN}" in said
    assert question_back(leads, "C1")["thread_ts"] == "7.7"
    assert question_back(leads, "C1")["text"].startswith("<@U2> ")


def test_who_asked_twice_is_asked_once(leads: Workspace) -> None:
    leads.dm(UNKNOWN)
    leads.dm("whos feeding the office cat")

    ask_them(leads, group_of(leads))

    assert sum(ASKED in one["text"] for one in leads.posted("DU1")) == 1


def test_the_form_shows_the_question_and_how_many_it_goes_to(leads: Workspace) -> None:
    leads.dm(UNKNOWN)

    said = words_of(form_of(leads, group_of(leads)))

    assert UNKNOWN in said
    assert "I send this to the person who asked" in said
    assert "U1" not in said


def test_a_form_without_a_question_comes_back(leads: Workspace) -> None:
    leads.dm(UNKNOWN)

    told = ask_them(leads, group_of(leads), text="  ")

    assert told["errors"] == {"question": notices.TYPE_A_QUESTION}


def test_a_reply_reaches_the_leads_without_a_name(leads: Workspace) -> None:
    leads.dm(UNKNOWN)
    group = group_of(leads)
    ask_them(leads, group)

    told = reply(leads, question_back(leads, "DU1"), "U1")

    passed_on = leads.last("CLEADS")
    assert all(words in words_of(passed_on) for words in (UNKNOWN, ASKED, REPLY))
    assert "U1" not in str(passed_on)
    assert notices.reply_passed_on(CCG) in words_of(told["view"])
    assert replies_of(leads, group) == [REPLY]


def test_after_replying_the_persons_id_is_gone(leads: Workspace) -> None:
    leads.dm(UNKNOWN)
    ask_them(leads, group_of(leads))

    reply(leads, question_back(leads, "DU1"), "U1")

    assert persons(leads) == [None]


def test_a_second_reply_is_told_that_it_was_passed_on(leads: Workspace) -> None:
    leads.dm(UNKNOWN)
    group = group_of(leads)
    ask_them(leads, group)
    leads.press("Reply", question_back(leads, "DU1"))
    form = leads.last_view()[1]
    submit(leads, form, "reply", REPLY, "U1")

    told = submit(leads, form, "reply", "And another thing", "U1")

    assert notices.REPLIED_ALREADY in words_of(told["view"])
    assert replies_of(leads, group) == [REPLY]


def test_only_the_person_who_was_asked_can_reply(leads: Workspace) -> None:
    leads.mention(UNKNOWN, "U2")
    group = group_of(leads)
    ask_them(leads, group)
    asked = question_back(leads, "C1")
    leads.press("Reply", asked, user="U2")
    form = leads.last_view()[1]
    url = leads.slack.response_url()

    leads.press("Reply", asked, user="U9", url=url)
    told = submit(leads, form, "reply", "Not mine to say", "U9")

    [private] = [one for one in leads.slack.calls_to("response_url") if one.arguments["response_url"] == url]
    assert private.arguments["text"] == notices.NOT_ASKED
    assert notices.NOT_ASKED in words_of(told["view"])
    assert replies_of(leads, group) == []
    assert persons(leads) == ["U2"]


def test_a_reply_without_a_word_comes_back(leads: Workspace) -> None:
    leads.dm(UNKNOWN)
    ask_them(leads, group_of(leads))

    told = reply(leads, question_back(leads, "DU1"), "U1", None)

    assert told["errors"] == {"reply": notices.TYPE_A_REPLY}


def test_without_a_leads_channel_the_reply_goes_to_the_lead_who_asked(
    tmp_path: Path, library: Library, standin: StandIn
) -> None:
    workspace = Workspace(tmp_path, library, standin, leads=("ULEAD",))
    workspace.dm(UNKNOWN)
    ask_them(workspace, group_of(workspace))

    reply(workspace, question_back(workspace, "DU1"), "U1")

    assert REPLY in workspace.last(direct_channel("ULEAD"))["text"]
    workspace.close()


@pytest.mark.parametrize("text", ["<!channel> *now*", "<@U5> & <https://x.example|here>"])
def test_what_people_type_pings_nobody(leads: Workspace, text: str) -> None:
    leads.dm(UNKNOWN)
    group = group_of(leads)
    shown = submit(leads, form_of(leads, group), "question", text, "ULEAD")
    assert shown["response_action"] == "update"
    asked = leads.last("DU1")

    reply(leads, asked, "U1", text)

    for said in (asked, leads.last("CLEADS")):
        assert "<!" not in said["text"]
        assert "<@U5>" not in str(said["blocks"])


def test_somebody_who_is_no_lead_asks_nobody_and_is_told_why(leads: Workspace) -> None:
    leads.dm(UNKNOWN)
    group = group_of(leads)
    form = form_of(leads, group)
    windows = len(leads.slack.calls_to("views.open"))

    press(leads, "queue:clarify", f"{group.id} {group.version}", "U5")
    told = submit(leads, form, "question", ASKED, "U5")

    assert leads.last("D5")["text"] == notices.LEADS_ONLY
    assert len(leads.slack.calls_to("views.open")) == windows
    assert notices.LEADS_ONLY in words_of(told["view"])
    assert leads.store.clarifications.of(group.id) == []
    assert not any(ASKED in one["text"] for one in leads.posted("DU1"))


def test_the_second_of_two_leads_is_told_what_the_first_asked(leads: Workspace) -> None:
    leads.dm(UNKNOWN)
    group = group_of(leads)
    form = form_of(leads, group, "UOTHER")
    ask_them(leads, group, "ULEAD")

    told = submit(leads, form, "question", "What cat?", "UOTHER")

    assert "<@ULEAD> asked what they mean in the meantime" in words_of(told["view"])
    assert ASKED in words_of(told["view"])
    assert [one.question for one in leads.store.clarifications.of(group.id)] == [ASKED]


def test_knowing_what_was_asked_a_lead_can_ask_more(leads: Workspace) -> None:
    leads.dm(UNKNOWN)
    group = group_of(leads)
    ask_them(leads, group)

    ask_them(leads, group, "UOTHER", "What cat?")

    assert [one.question for one in leads.store.clarifications.of(group.id)] == [ASKED, "What cat?"]


@pytest.mark.parametrize("moment", ["before the form opens", "while the form is open"])
def test_where_another_lead_moved_the_row_nothing_is_sent(leads: Workspace, moment: str) -> None:
    leads.dm(UNKNOWN)
    group = group_of(leads)
    form = form_of(leads, group)
    leads.store.review.assign(TEAM, group.id, group.version, "UOTHER", "UOTHER", leads.clock())

    told = (
        form_of(leads, group)
        if moment.startswith("before")
        else submit(leads, form, "question", ASKED, "ULEAD")["view"]
    )

    assert "<@UOTHER>" in words_of(told)
    assert leads.store.clarifications.of(group.id) == []


def test_a_question_taken_back_meanwhile_asks_nobody(leads: Workspace) -> None:
    leads.dm(UNKNOWN)
    group = group_of(leads)
    form = form_of(leads, group)
    assert leads.store.questions.withdraw(TEAM, 1)

    submit(leads, form, "question", ASKED, "ULEAD")

    assert leads.store.clarifications.of(group.id) == []


def test_who_erased_everything_can_no_longer_reply(leads: Workspace) -> None:
    leads.dm(UNKNOWN)
    ask_them(leads, group_of(leads))
    asked = question_back(leads, "DU1")
    leads.store.house.erase(TEAM, "U1")
    url = leads.slack.response_url()

    leads.press("Reply", asked, url=url)

    assert leads.slack.calls_to("response_url")[-1].arguments["text"] == notices.GONE
    assert persons(leads) == []


def test_who_got_their_answer_meanwhile_need_not_reply(leads: Workspace) -> None:
    leads.dm(UNKNOWN)
    ask_them(leads, group_of(leads))
    answer = Letter("answer:1:U1", "answer", "DU1", {"text": "The receptionist."}, person="U1", question_id=1)
    leads.store.outbox.write(TEAM, [answer], leads.clock())
    leads.desk.postman.deliver(leads.app.client)

    leads.press("Reply", question_back(leads, "DU1"))

    assert leads.slack.calls_to("response_url")[-1].arguments["text"] == notices.ANSWERED_SINCE
    assert persons(leads) == [None]


def test_rows_that_became_one_keep_what_was_asked_back(leads: Workspace) -> None:
    leads.dm(UNKNOWN)
    ask_them(leads, group_of(leads))
    leads.dm("how much does a locum cost a day", "U2")
    leads.timers.tick()
    ones, others = ([row for row, _ in leads.store.review.wordings(one.id)] for one in leads.store.review.groups(TEAM))
    Queue(leads.store, leads.library).pin(TEAM, ones, others, together=True)

    [group] = leads.store.review.groups(TEAM)

    assert [one.question for one in leads.store.clarifications.of(group.id)] == [ASKED]
