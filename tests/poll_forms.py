"""The windows in which a poll is made, filled in and sent as Slack does it."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.polls import Poll
from bot.standin.checks import check_message, check_view
from tests import payloads
from tests.harness import Workspace, elements_of
from tests.payloads import Body

Typed = str | Sequence[str]
LEAD = "ULEAD"
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)  # a Wednesday


class Window:
    """A window that a lead has open. Like Slack it keeps what was typed in a field while its block_id stays."""

    def __init__(
        self, slack: Workspace, view: Mapping[str, Any], view_id: str, user: str = LEAD, beneath: str | None = None
    ) -> None:
        self.slack, self.view_id, self.user, self.beneath = slack, view_id, user, beneath
        self.values: Body = {}
        self.view: Body = {}
        self.show(view)

    def show(self, view: Mapping[str, Any]) -> None:
        assert check_view(view) == []
        self.view = {**view, "previous_view_id": self.beneath}
        inputs = [block for block in view["blocks"] if block["type"] == "input"]
        self.values = {
            block["block_id"]: self.values.get(block["block_id"])
            or {block["element"]["action_id"]: _initial(block["element"])}
            for block in inputs
        }

    def fields(self) -> dict[str, Body]:
        """The input blocks by the name that their block_id begins with."""
        inputs = [block for block in self.view["blocks"] if block["type"] == "input"]
        return {block["block_id"].split("-")[0]: block for block in inputs}

    def shown(self, name: str) -> Any:
        """What a field holds."""
        [held] = self.values[self.fields()[name]["block_id"]].values()
        found = next(value for key, value in held.items() if key != "type")
        return found["value"] if isinstance(found, dict) else found

    def type(self, **typed: Typed) -> "Window":
        for name, value in typed.items():
            block = self.fields()[name]
            self.values[block["block_id"]] = {block["element"]["action_id"]: _held(block["element"], value)}
        return self

    def press(self, label: str, nth: int = 0) -> None:
        """Press a button, the `nth` of those with this label, and look at what the window shows then."""
        buttons = [element for element in elements_of(self.view["blocks"]) if element["type"] == "button"]
        found = [button for button in buttons if button["text"]["text"] == label]
        self._act(found[nth], found[nth].get("value", ""))

    def kind(self, kind: str) -> "Window":
        """Pick how the question is answered."""
        self.type(kind=kind)
        self._act(self.fields()["kind"]["element"], "", {"selected_option": {"value": kind}})
        return self

    def _act(self, element: Body, value: str, more: Body | None = None) -> None:
        before = len(self.slack.slack.calls_to("views.update"))
        body = payloads.press(element, value, payloads.in_view(self.view_id, self.view, self.values), self.user)
        body["actions"][0] |= more or {}
        assert self.slack.send(body).status == 200
        self._look(before)

    def _look(self, before: int) -> None:
        for call in self.slack.slack.calls_to("views.update")[before:]:
            if call.arguments["view_id"] == self.view_id:
                self.show(call.arguments["view"])

    def pushed(self) -> "Window":
        """The window that was opened over this one."""
        view_id, view = self.slack.last_view("views.push")
        return Window(self.slack, view, view_id, self.user, self.view_id)

    def fresh(self) -> "Window":
        """The same window as somebody sees it who never typed in it."""
        view = {name: value for name, value in self.view.items() if name != "previous_view_id"}
        return Window(self.slack, view, self.view_id, self.user, self.beneath)

    def submit(self) -> Body:
        """Send it; what Slack is answered. Where that is another window, this one shows it from then on."""
        response = self.slack.send(payloads.submitted(self.view_id, self.view, self.values, self.user))
        assert response.status == 200
        answered: Body = json.loads(response.body) if response.body else {}
        if answered.get("response_action") == "errors":
            inputs = {block["block_id"] for block in self.view["blocks"] if block["type"] == "input"}
            assert set(answered["errors"]) <= inputs
            return {name.split("-")[0]: said for name, said in answered["errors"].items()}
        if not answered and self.beneath:
            self.slack.slack.modal_stack.remove(self.view_id)
        if "view" in answered:
            self.values = {}
            self.show(answered["view"])
        return answered

    def add(self, question: str, kind: str = "one", **typed: Typed) -> None:
        """Add a further question in a window of its own."""
        self.press("Add a question")
        window = self.pushed()
        if kind != "one":
            window.kind(kind)
        before = len(self.slack.slack.calls_to("views.update"))
        assert window.type(question=question, **typed).submit() == {}
        self._look(before)


def _initial(element: Mapping[str, Any]) -> Body:
    match element["type"]:
        case "plain_text_input":
            return {"type": "plain_text_input", "value": element.get("initial_value")}
        case "multi_conversations_select" as kind:
            return {"type": kind, "selected_conversations": element.get("initial_conversations", [])}
        case "multi_users_select" as kind:
            return {"type": kind, "selected_users": element.get("initial_users", [])}
        case kind:
            return {"type": kind, "selected_option": element.get("initial_option")}


def _held(element: Mapping[str, Any], value: Typed) -> Body:
    held = _initial(element)
    key = next(key for key in held if key != "type")
    is_option = key == "selected_option"
    if is_option:
        assert value in [option["value"] for option in element["options"]]
    return held | {key: {"value": value} if is_option else value}


def new_poll(slack: Workspace, user: str = LEAD, **begin: str) -> Window:
    """Press "New poll" on the Home tab and "Next"; the form."""
    slack.press_in_view("New poll", slack.open_home(user), "VHOME", user)
    view_id, view = slack.last_view()
    window = Window(slack, view, view_id, user)
    assert window.type(**begin).submit()["response_action"] == "update"
    return window


LUNCH: dict[str, Typed] = {"question": "Where shall we meet?", "options": "Here\nThere", "channels": ["C1"]}


def previewed(slack: Workspace, user: str = LEAD, **typed: Typed) -> Body:
    """Make a poll with one question; its preview."""
    assert new_poll(slack, user).type(**{**LUNCH, **typed}).submit()["response_action"] == "update"
    return last_of(slack, user)


def last_of(slack: Workspace, user: str = LEAD) -> Body:
    """The last message to a lead, which Slack would take."""
    message = slack.last(f"D{user}")
    assert check_message(message) == []
    return message


def latest(slack: Workspace) -> Poll:
    """The poll that was begun last."""
    return slack.store.polls.listed()[0]
