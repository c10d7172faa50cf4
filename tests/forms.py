"""Filling in the leads' forms as Slack sends them."""

import json
from collections.abc import Mapping
from typing import Any

from bot.standin.checks import check_view
from tests import payloads
from tests.harness import Workspace, find_button, words_of
from tests.payloads import Body

CAT = "who feeds the office cat"
ANSWER = "The practice manager does."
LEADS: dict[str, Any] = {"leads": ("ULEAD", "UTWO"), "leads_channel": "CLEADS"}


def filled(view: Mapping[str, Any], **changes: str) -> Body:
    """What the fields of a window hold: what they were filled with, but for `changes` by block."""
    values: Body = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element, name = block["element"], block["block_id"]
            values[name] = {element["action_id"]: _held(element, changes.get(name))}
    return values


def _held(element: Mapping[str, Any], typed: str | None) -> Body:
    kind = element["type"]
    if kind == "datepicker":
        return {"type": kind, "selected_date": element.get("initial_date") if typed is None else typed}
    if kind.endswith("_select"):
        picked = element.get("initial_option") if typed is None else {"value": typed}
        return {"type": kind, "selected_option": picked}
    return {"type": kind, "value": element.get("initial_value") if typed is None else typed}


def submit(slack: Workspace, view: Mapping[str, Any], user: str, **changes: str) -> Body:
    """Submit a window; what it is answered with, and Slack would take."""
    response = slack.send(payloads.submitted(f"V{payloads.number()}", view, filled(view, **changes), user))
    assert response.status == 200
    answered: Body = json.loads(response.body) if response.body else {}
    if "view" in answered:
        assert check_view(answered["view"]) == []
    return answered


def press_answer(slack: Workspace, user: str = "ULEAD", group_id: int | None = None) -> Body | None:
    """Press "Answer" beside a row; the form that opens, or None."""
    groups = [group for group in slack.store.review.groups() if group_id in (None, group.id)]
    value = f"{groups[0].id} {groups[0].version}"
    before = len(slack.slack.calls_to("views.open"))
    body = payloads.press({"type": "button", "action_id": "queue:answer"}, value, payloads.in_view("VH", HOME), user)
    slack.send(body)
    opened = slack.slack.calls_to("views.open")
    return dict(opened[-1].arguments["view"]) if len(opened) > before else None


HOME: Body = {"type": "home", "blocks": []}


def answer_form(slack: Workspace, user: str = "ULEAD", group_id: int | None = None) -> Body:
    form = press_answer(slack, user, group_id)
    assert form is not None
    return form


def preview(slack: Workspace, user: str = "ULEAD", answer: str = "The practice manager does.", **changes: str) -> Body:
    """Fill in the form of the first row; the preview that is pushed."""
    pushed = submit(slack, answer_form(slack, user), user, answer=answer, **changes)
    assert pushed["response_action"] == "push", pushed
    return dict(pushed["view"])


def tick(slack: Workspace, message: Mapping[str, Any], ticked: list[str], user: str = "ULEAD") -> None:
    """Tick boxes of a message by their labels, and press "Tell them"."""
    state: Body = {}
    for block in message["blocks"]:
        for element in block.get("elements", []):
            if element["type"] == "checkboxes":
                picked = [option for option in element["options"] if option["text"]["text"] in ticked]
                state[block["block_id"]] = {element["action_id"]: {"type": "checkboxes", "selected_options": picked}}
    element, value = find_button(message["blocks"], "Tell them")
    place = payloads.in_message(message, slack.slack.response_url())
    slack.send({**payloads.press(element, value, place, user), "state": {"values": state}})


def ask(slack: Workspace, text: str = CAT, user: str = "U1") -> None:
    """Ask what nobody can answer; it stands in the queue."""
    slack.dm(text, user=user)
    slack.desk.queue.group_waiting()
    slack.slack.forget()


def told(slack: Workspace, channel: str = "DU1", text: str = ANSWER) -> int:
    """How many messages in a channel say it."""
    return sum(text in words_of(message) for message in slack.posted(channel))
