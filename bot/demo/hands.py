"""What people's hands do in Slack: type, press and fill in. Each request is dispatched through Bolt at once."""

import json
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, Future
from typing import Any

from slack_bolt import App, BoltRequest, BoltResponse
from slack_sdk.signature import SignatureVerifier

from bot.errors import BotError
from bot.standin import StandIn, payloads
from bot.standin.payloads import Body, block_of, elements_of, find_button
from bot.standin.workspace import Posted, Shown, direct_channel

HOME: Body = {"type": "home", "blocks": []}
_NOTHING: Body = {}


class Inline(Executor):
    """Does at once, in the caller's own thread, what it is given: one thing after the other, the same each time."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except BaseException as error:
            done.set_exception(error)
        return done


class Hands:
    """Everybody's hands in one workspace. Raises `BotError` where the bot does not take what they do."""

    def __init__(self, app: App, slack: StandIn, secret: str) -> None:
        self._app = app
        self._slack = slack
        self._verifier = SignatureVerifier(secret)

    def send(self, body: Body) -> BoltResponse:
        raw, content_type = payloads.encoded(body)
        stamp = str(int(time.time()))
        headers: dict[str, str | Sequence[str]] = {
            "content-type": [content_type],
            "x-slack-request-timestamp": [stamp],
            "x-slack-signature": [self._verifier.generate_signature(timestamp=stamp, body=raw) or ""],
        }
        response = self._app.dispatch(BoltRequest(body=raw, headers=headers))
        if response.status != 200:
            raise BotError(f"The bot answered {response.status} to a {body.get('type', 'command')}.")
        return response

    # Typing

    def tell(self, user: str, text: str) -> Posted:
        """A direct message; what was posted last in answer to it."""
        event = payloads.direct_message(text, user) | {"channel": direct_channel(user)}
        self.send(payloads.envelope(event))
        return self.latest(direct_channel(user))

    def mention(self, user: str, text: str, channel: str) -> Posted:
        self.send(payloads.envelope(payloads.mention(text, user, channel)))
        return self.latest(channel)

    def command(self, user: str, text: str, channel: str, name: str = "/mandate") -> None:
        self.send(payloads.command(text, self._slack.response_url(), user, channel, name))

    def latest(self, channel: str) -> Posted:
        """What was posted last in a channel."""
        return next(one for one in reversed(self._slack.messages.values()) if one.channel == channel)

    def showing(self, channel: str, action_id: str, value: str) -> Posted | None:
        """The latest message of a channel that has such a button."""
        found = (one for one in reversed(self._slack.messages.values()) if one.channel == channel)
        wanted = {"action_id": action_id, "value": value}
        return next(
            (one for one in found if any(wanted.items() <= each.items() for each in elements_of(one.blocks))), None
        )

    # Pressing

    def press(self, user: str, label: str, message: Posted) -> None:
        """Press the button of a message that says `label`."""
        now = self._slack.messages[message.channel, message.ts]
        element, value = find_button(now.blocks, label)
        place = payloads.in_message(vars(now), self._slack.response_url())
        self.send(payloads.press(element, value, place, user, block_of(now.blocks, element)))

    def press_action(self, user: str, action_id: str, message: Posted, value: str | None = None) -> None:
        """As `press`, by the id of the button; by its value too where several have that id."""
        now = self._slack.messages[message.channel, message.ts]
        alike = (one for one in elements_of(now.blocks) if one.get("action_id") == action_id)
        element = next(one for one in alike if value in (None, one.get("value")))
        place = payloads.in_message(vars(now), self._slack.response_url())
        self.send(payloads.press(element, element.get("value", ""), place, user, block_of(now.blocks, element)))

    def press_at_home(self, user: str, action_id: str, value: str = "") -> None:
        """Press a button of the Home tab by its id: it may stand further down than the tab shows now."""
        element = {"type": "button", "action_id": action_id}
        self.send(payloads.press(element, value, payloads.in_view(f"VHOME{user}", HOME), user))

    # Filling in

    def window(self) -> tuple[str, Body]:
        """The window on top: its id, and what it shows."""
        view_id = self._slack.modal_stack[-1]
        return view_id, self._slack.shown[view_id].view

    def pick(self, user: str, name: str, value: str) -> None:
        """Pick in a menu of the window on top at which the bot draws it anew."""
        view_id, view = self.window()
        values = filled(view, {name: value})
        block = field(view, name)
        place = payloads.in_view(view_id, view, values)
        body = payloads.press(block["element"], "", place, user, str(block["block_id"]))
        body["actions"][0]["selected_option"] = {"value": value}
        self.send(body)

    def show(self, view: Body) -> None:
        """Open a window without the press that opens it, where that press has the bot begin long work."""
        self._slack.modal_stack[:] = [self._slack.next_id("V")]
        self._slack.show(Shown(self._slack.modal_stack[-1], "", view))

    def submit(self, user: str, typed: Mapping[str, Any] = _NOTHING) -> None:
        """Send the window on top with what is typed in its fields, and look at what comes in its place or over it.

        `typed` goes by the beginning of a field's block_id: "title", or "question" for "question-1.0".
        """
        view_id, view = self.window()
        response = self.send(payloads.submitted(view_id, view, filled(view, typed), user))
        answered: Body = json.loads(response.body) if response.body else {}
        match answered.get("response_action"):
            case "errors":
                raise BotError(f"A window was not taken: {answered['errors']}")
            case "update":
                self._slack.show(Shown(view_id, "", answered["view"]))
            case "push":
                self._slack.modal_stack.append(self._slack.next_id("V"))
                self._slack.show(Shown(self._slack.modal_stack[-1], "", answered["view"]))


def filled(view: Mapping[str, Any], typed: Mapping[str, Any]) -> Body:
    """What stands in the fields of a window: what the bot filled in, but for what is `typed`."""
    inputs = [block for block in view["blocks"] if block["type"] == "input"]
    return {
        block["block_id"]: {block["element"]["action_id"]: _held(block["element"], _typed(block["block_id"], typed))}
        for block in inputs
    }


def field(view: Mapping[str, Any], name: str) -> Body:
    """The input block whose block_id begins so."""
    return next(dict(block) for block in view["blocks"] if _is_named(str(block.get("block_id", "")), name))


def _is_named(block_id: str, name: str) -> bool:
    return block_id == name or block_id.partition("-")[0] == name


def _typed(block_id: str, typed: Mapping[str, Any]) -> Any:
    return typed.get(block_id, typed.get(block_id.partition("-")[0]))


_INITIAL = {
    "plain_text_input": ("value", "initial_value"),
    "datepicker": ("selected_date", "initial_date"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_users_select": ("selected_users", "initial_users"),
}


def _held(element: Mapping[str, Any], typed: Any) -> Body:
    kind = element["type"]
    key, initial = _INITIAL.get(kind, ("selected_option", "initial_option"))
    if typed is None:
        return {"type": kind, key: element.get(initial)}
    if key == "selected_option":
        typed = {"value": str(typed)}
    elif key == "selected_options":
        typed = [{"value": str(one)} for one in typed]
    return {"type": kind, key: typed}
