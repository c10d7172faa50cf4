"""Leads' rights, looked at from outside: every way into the bot, sent by hand with what leads were shown."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.blocks import notices
from bot.listeners.leads import Leads
from bot.standin import StandIn
from tests.harness import Workspace
from tests.small_knowledge import KNOWLEDGE, SmallWorkspace, small_workspace
from tests.walk import LEAD, MEMBER, SECOND, SECRETS, TEAM, Scene, Way, busy_day, contents, requests, said, ways

STRANGER = "USTRANGER"
# What everybody may press and send, for themselves alone; all else is for leads.
FOR_EVERYBODY = {
    "/mandate", "ask_mandate_bot", "ask_box", "ask_button", "pick:1", "none_of_these", "withdraw", "related:1", "share",
    "feedback", "feedback:helpful", "feedback:unhelpful", "why_not_helpful", "part:1", "open_entry:1", "glossary",
    "about_me", "erase_me", "export_me", "practice:choose", "practice:pick", "practice_form", "clarify:reply",
    "clarify_reply",
    "poll:pick:1", "poll:instead", "poll:vote", "poll_ballot", "poll_practice", "poll:mine", "poll:withdraw",
    "poll:not_now", "poll:remind_off", "poll:remind_on", "backfill:tick", "gate:tell",
}  # fmt: skip


@pytest.fixture
def scene(tmp_path: Path, standin: StandIn) -> Iterator[Scene]:
    settings = {"leads": (LEAD, SECOND), "leads_channel": "CLEADS", "two_leads": True}
    with small_workspace(tmp_path, standin, KNOWLEDGE, **settings) as workspace:
        yield busy_day(workspace)


def send_all(scene: Scene, way: Way, user: str, team: str = TEAM) -> str:
    """Everything that was said to whoever sent it."""
    before, responses = len(scene.workspace.slack.calls), []
    for body in list(requests(scene, way, user, team)):
        responses.append(scene.workspace.send(body).body)
    return said(scene.workspace, before, responses)


def of_leads(workspace: SmallWorkspace) -> list[Way]:
    return [way for way in ways(workspace) if way.name not in FOR_EVERYBODY]


def test_the_list_of_what_is_for_everybody_names_nothing_that_is_not_there(scene: Scene) -> None:
    assert {way.name for way in ways(scene.workspace)} >= FOR_EVERYBODY


def test_leads_were_shown_every_window_of_theirs(scene: Scene) -> None:
    windows = {way.name for way in of_leads(scene.workspace) if way.kind == "view_submission"}

    assert windows - set(scene.views) == set()


def test_whoever_is_no_lead_changes_and_sees_nothing_of_theirs(scene: Scene) -> None:
    changed, told = {}, {}
    for way in of_leads(scene.workspace):
        before = contents(scene.workspace)
        heard = send_all(scene, way, STRANGER)
        after = contents(scene.workspace)
        if after != before:
            changed[way.name] = [name for name in after if after[name] != before[name]]
        if leaked := [secret for secret in SECRETS if secret in heard]:
            told[way.name] = leaked

    assert changed == {}
    assert told == {}


def test_the_same_from_a_lead_is_taken(scene: Scene) -> None:
    """So that the walk above means something: what it sends is what leads send."""
    workspace, refused, idle = scene.workspace, [], []
    for way in of_leads(workspace):
        before, calls = contents(workspace), len(workspace.slack.calls)
        heard = send_all(scene, way, LEAD)
        if notices.LEADS_ONLY in heard:
            refused.append(way.name)
        if contents(workspace) == before and len(workspace.slack.calls) == calls and len(heard) < 10:
            idle.append(way.name)

    assert refused == []
    assert idle == []


def test_a_lead_who_writes_from_another_workspace_changes_nothing_of_this_one(scene: Scene) -> None:
    workspace, changed = scene.workspace, {}
    for way in of_leads(workspace):
        before = contents(workspace)
        send_all(scene, way, LEAD, team="T0002")
        after = contents(workspace)
        if lost := {name: rows for name in before if (rows := set(before[name]) - set(after[name]))}:
            changed[way.name] = lost

    assert changed == {}


def test_nobody_changes_what_is_another_persons(scene: Scene) -> None:
    workspace, changed = scene.workspace, {}
    for way in ways(workspace):
        if way.name not in FOR_EVERYBODY:
            continue
        before = contents(workspace)
        send_all(scene, way, STRANGER)
        after = contents(workspace)
        gone = {name: [row for row in before[name] if MEMBER in row and row not in after[name]] for name in before}
        if any(gone.values()):
            changed[way.name] = {name: rows for name, rows in gone.items() if rows}

    assert changed == {}


def test_while_slack_does_not_say_who_is_in_a_group_nobody_is_a_lead_by_it(desk: Workspace) -> None:
    desk.slack.user_groups["S1"] = ["UGROUP"]
    leads = Leads(("UONE", "S1"))
    desk.slack.fail("usergroups.users.list", status=503)

    assert not leads.include("UGROUP", desk.app.client)
    assert leads.include("UONE", desk.app.client)


def test_slack_is_asked_once_in_five_minutes_who_is_in_a_group(desk: Workspace) -> None:
    desk.slack.user_groups["S1"] = ["UGROUP"]
    leads = Leads(("S1",))

    assert all(leads.include("UGROUP", desk.app.client) for _ in range(50))
    assert not leads.include("USTRANGER", desk.app.client)

    assert len(desk.slack.calls_to("usergroups.users.list")) == 1
