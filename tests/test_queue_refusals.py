"""Whoever is no lead changes nothing in the queue, and is told why."""

import re
from pathlib import Path

import pytest

from bot.blocks import notices
from bot.listeners.rows import Place
from tests import payloads
from tests.harness import Workspace
from tests.queue_steps import CAT, CATS, LOCUM, ask, assigned_to, because, offers, press, sorted_so, versions

ACTIONS = [
    "queue:answer", "queue:link", "queue:assign", "queue:clarify", "queue:dismiss", "queue:sort", "queue:reopen",
    "queue:state", "queue:part", "queue:whose", "queue:older", "queue:newer", "undelivered:again", "undelivered:leave",
    "backfill:tell", "proposal:approve", "proposal:send_back", "recall:tell", "recall:decline",
]  # fmt: skip


@pytest.mark.parametrize("action_id", ACTIONS)
@pytest.mark.parametrize("where", ["home", "message"])
def test_who_is_not_a_lead_changes_nothing_by_an_action_and_is_told_why(
    desk: Workspace, action_id: str, where: str
) -> None:
    ask(desk, CAT)
    desk.timers.tick()
    before = versions(desk)
    [group] = desk.store.review.groups()
    url = desk.slack.response_url()
    place = (
        payloads.in_view("V1", desk.open_home("U1"))
        if where == "home"
        else payloads.in_message(desk.last("CLEADS") | {"channel": "CLEADS"}, url)
    )
    desk.slack.forget()

    value = f"{group.id} {group.version}" if action_id.startswith("queue:") else "1"
    response = desk.send(payloads.press({"type": "button", "action_id": action_id}, value, place, "U1"))

    assert response.status == 200
    assert versions(desk) == before
    assert notices.LEADS_ONLY in str([call.arguments for call in desk.slack.calls])
    assert not desk.slack.calls_to("views.open")
    assert not desk.slack.calls_to("views.publish")


FORMS: dict[str, payloads.Body] = {
    "queue_assign": assigned_to("ULEAD"),
    "queue_dismiss": because("not-a-question"),
    "queue_sort": sorted_so(apart=(1,)),
    "clarify_ask": {"question": {"text": {"type": "plain_text_input", "value": "For which day?"}}},
    "answer_form": {},
    "publish_answer": {},
    "link_form": {},
    "link_add": {},
    "link_only": {},
}


@pytest.mark.parametrize("callback_id", FORMS)
def test_who_is_not_a_lead_changes_nothing_by_a_form_and_is_told_why(desk: Workspace, callback_id: str) -> None:
    ask(desk, *CATS)
    [group] = desk.store.review.groups()
    before, sent = versions(desk), len(desk.posted("DU1"))
    metadata = f"{group.id} {group.version}"
    view = {
        "type": "modal",
        "callback_id": callback_id,
        "private_metadata": f"{metadata} 0" if callback_id == "clarify_ask" else f"{metadata}\n{Place()}",
        "blocks": [],
    }

    response = desk.send(payloads.submitted("V1", view, FORMS[callback_id], "U1"))
    desk.timers.tick()

    assert notices.LEADS_ONLY in response.body
    assert versions(desk) == before
    assert len(desk.posted("DU1")) == sent


def test_no_button_or_form_of_the_queue_is_left_untried() -> None:
    source = "\n".join(path.read_text() for path in (Path(__file__).parent.parent / "bot" / "listeners").glob("*.py"))

    buttons = set(re.findall(r'@app.action\("(queue:\w+|undelivered:\w+)"\)', source))
    forms = set(re.findall(r'@app.view\("((?:queue|answer|publish|link)_\w+)"\)', source))
    assert buttons <= set(ACTIONS)
    assert forms <= set(FORMS)


def test_who_is_not_a_lead_is_offered_no_rows(desk: Workspace) -> None:
    ask(desk, CAT, LOCUM)
    press(desk, "Join or split")

    assert offers(desk, "", user="U1") == []
