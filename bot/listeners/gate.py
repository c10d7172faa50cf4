"""The gate: what people type is looked at before anything reads it. What is refused is taken out, and goes no further.

It stands before all listeners, so that a form made later passes it too.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App, BoltContext, BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot import blocks
from bot.blocks.refusals import refused, say_refusal
from bot.errors import StorageError
from bot.guard import Refusal, look
from bot.listeners.boundary import Boundary
from bot.listeners.desk import Desk
from bot.listeners.payloads import edit_of, is_question, shown_text, typed_text, workspace_of
from bot.refusing import refuse, refuse_after, refuse_fields, together

logger = logging.getLogger(__name__)
REFUSED = "mandate_bot.refused"  # where the kinds wait for the listener that tells the person
TELL = "gate:tell"  # what a press becomes whose window holds what is refused
_ASKS = ("ask_box", "ask_button")
_REPLIES = ("clarify_reply", "poll_ballot")  # forms whose texts answer a question above them

Body = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """Where a text stands in a payload."""

    holder: Body
    key: str

    @property
    def text(self) -> str:
        return str(self.holder.get(self.key) or "")

    def empty(self) -> None:
        """Take the text out, with Slack's other forms of it."""
        self.holder[self.key] = ""
        for other in ("blocks", "attachments"):
            self.holder.pop(other, None)


def register(app: App, desk: Desk, boundary: Boundary) -> None:
    """Look at every text that comes in. Must be registered before whatever reads one."""

    @app.middleware
    def look_first(body: Body, context: BoltContext, ack: Ack, next: Callable[[], None]) -> BoltResponse | None:
        question = question_in(body)
        if question is not None:
            try:
                before = _said_before(desk, body)
            except StorageError:
                # Not acknowledged, so that Slack delivers it again.
                return BoltResponse(status=503, body="")
            refusal = _refuse_question(question.text, before)
            if refusal:
                question.empty()
                # Whether it is an edit is told by another text before, and that may be refused too.
                (body.get("event") or {}).pop("previous_message", None)
                context[REFUSED] = refusal.kinds
        elif body.get("type") == "view_submission":
            if wrong := _refuse_form(body["view"]):
                for each in wrong.values():
                    _count(desk, body, str(body["view"].get("callback_id")), each)
                said = {field: "\n\n".join(say_refusal(each)) for field, each in wrong.items()}
                return ack(response_action="errors", errors=said)
        elif body.get("type") == "block_actions":
            held = body.get("view") or body
            refusal = together(refuse_fields(_fields(held)).values())
            if refusal:
                context[REFUSED] = refusal.kinds
                _count(desk, body, str(held.get("callback_id") or "message"), refusal)
                _turn_away(body, held)
        elif body.get("type") == "block_suggestion":
            if look(str(body.get("value") or "")):
                return ack(options=[])
        elif body.get("command") and (refusal := look(str(body.get("text") or ""))):
            _count(desk, body, str(body["command"]), refusal)
            return ack(**refused(refusal).arguments())
        next()
        return None

    @app.action(TELL)
    def tell(body: Body, context: BoltContext, ack: Ack, client: WebClient) -> None:
        ack()
        kinds = context.get(REFUSED)
        if not kinds:
            return
        with boundary(body, client):
            message = refused(Refusal(kinds))
            try:
                client.views_push(trigger_id=body["trigger_id"], view=blocks.answer_view(message))
            except SlackApiError:  # there are three windows already, or theirs was closed
                client.chat_postMessage(channel=body["user"]["id"], **message.arguments())


def question_in(body: Body) -> Place | None:
    """Where the text of a question stands, however it was asked; None for everything else."""
    if is_question(body):
        event = body["event"]
        return Place(event["message"] if edit_of(event) else event, "text")
    if body.get("command") == "/mandate":
        return Place(body, "text")
    if body.get("type") == "message_action":
        return Place(body.get("message") or {}, "text")
    if (body.get("view") or {}).get("type") == "home" and body.get("type") == "block_actions":
        return _in_ask_box(body)
    return None


def _in_ask_box(body: Body) -> Place:
    """What stands in the Home tab's box; nothing of it comes along with other presses there."""
    values = (body["view"].get("state") or {}).get("values") or {}
    if body["actions"][0].get("action_id") not in _ASKS:
        values.pop("ask", None)
    for action in body["actions"]:
        if action.get("type") == "plain_text_input":
            action.pop("value", None)
    return Place(values.get("ask", {}).get("ask_box", {}), "value")


def _refuse_question(text: str, before: str) -> Refusal | None:
    """Looks at what would be kept, and at what Slack shows others where that is more."""
    kept, shown = typed_text(text), shown_text(text)
    return refuse(kept, before) or (look(shown) if shown != kept else None)


def _said_before(desk: Desk, body: Body) -> str:
    """What the same person asked just before in this conversation, if it is one."""
    event = body.get("event") or {}
    channel, user = str(event.get("channel") or ""), event.get("user")
    if not user or not (channel.startswith("D") or event.get("thread_ts")):
        return ""
    return desk.store.questions.last_asked(workspace_of(body), user, channel, event.get("thread_ts"), desk.clock())


def _refuse_form(view: Mapping[str, Any]) -> dict[str, Refusal]:
    fields = _fields(view)
    wrong = refuse_fields(fields)
    if wrong or view.get("callback_id") not in _REPLIES:
        return wrong
    replies = {block_id: refuse_after(_asked_above(view, block_id), text) for block_id, text in fields.items() if text}
    return {block_id: refusal for block_id, refusal in replies.items() if refusal}


def _asked_above(view: Mapping[str, Any], block_id: str) -> str:
    """What a field and the block above it say."""
    shown = list(view.get("blocks") or ())
    at = next((place for place, block in enumerate(shown) if block.get("block_id") == block_id), 0)
    return "\n".join(_strings(shown[max(0, at - 1) : at + 1], {"element", "elements", "label", "text"}))


def _fields(held: Mapping[str, Any]) -> dict[str, str]:
    """What was typed in a window or a message, by block; what was picked is ours."""
    values = (held.get("state") or {}).get("values") or {}
    typed = {"value", "rich_text_value", "elements", "text", "url"}
    return {
        block_id: "\n".join(text for element in elements.values() for text in _strings(element, typed))
        for block_id, elements in values.items()
    }


def _strings(piece: Any, keys: Set[str]) -> Iterator[str]:
    """The texts under some keys of a payload, in its order."""
    waiting = [piece]
    while waiting:
        piece = waiting.pop()
        if isinstance(piece, str):
            yield piece
        elif isinstance(piece, list):
            waiting += piece[::-1]
        elif isinstance(piece, dict):
            waiting += [value for key, value in piece.items() if key in keys][::-1]


def _turn_away(body: Body, held: Body) -> None:
    """Let a press come to nothing but a word on why; what was `held` where it was may be more than was refused."""
    held["state"] = {"values": {}}
    body["actions"] = [{"type": "button", "action_id": TELL, "block_id": "gate", "value": ""}]


def _count(desk: Desk, body: Body, surface: str, refusal: Refusal) -> None:
    """Count what is refused; telling the person comes first where it cannot be counted."""
    try:
        desk.store.refusals.note(workspace_of(body), surface, refusal.kinds, desk.clock())
    except StorageError as error:
        logger.error("A refusal was not counted: %s", error)
