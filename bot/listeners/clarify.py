"""Ask what they mean: a lead's question goes to those who asked, and their replies come back without names."""

from dataclasses import dataclass, replace
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot import blocks
from bot.blocks import notices
from bot.clarifying import Clarification, Sent
from bot.errors import BotError
from bot.letters import Letter
from bot.listeners.answers import refusal
from bot.listeners.boundary import Boundary
from bot.listeners.desk import Desk
from bot.listeners.leads import Leads
from bot.listeners.payloads import workspace_of
from bot.listeners.windows import open_window
from bot.review import Asker, ReviewError, to_tell
from bot.storage import AskedMeanwhile
from bot.text import visible


@dataclass(frozen=True)
class Seen:
    """Which row a lead's form is about, and what the lead had seen of it."""

    group_id: int
    version: int
    latest: int = 0  # the id of the latest question back, 0 for none

    @classmethod
    def read(cls, value: str) -> "Seen":
        """From a button's value or a form's metadata: two numbers or three."""
        return cls(*(int(number) for number in value.split()))

    def __str__(self) -> str:
        return f"{self.group_id} {self.version} {self.latest}"


class NotTheirs(BotError):
    """A reply that is not, or no longer, the presser's to give."""


def register(app: App, desk: Desk, boundary: Boundary, leads: Leads) -> None:
    """Listen for the lead's button and form, and for the button and form of those who are asked."""

    @app.action("queue:clarify")
    def open_ask_form(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        ack()
        with boundary(body, client):
            leads.require(body["user"]["id"], client)
            open_window(body, client, _ask_form(desk, body, Seen.read(action["value"])))

    @app.view("clarify_ask")
    def ask_them(body: dict[str, Any], view: dict[str, Any], ack: Ack, client: WebClient) -> None:
        question = _typed(view, "question")
        if not leads.include(body["user"]["id"], client):
            _end(ack, blocks.note(notices.LEADS_ONLY))
        elif not question:
            ack(response_action="errors", errors={"question": notices.TYPE_A_QUESTION})
        else:
            _end(ack, _ask(desk, body, Seen.read(view["private_metadata"]), question))
            with boundary(body, client):
                desk.postman.deliver(client)

    @app.action("clarify:reply")
    def open_reply_form(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        ack()
        with boundary(body, client):
            sent = _theirs(desk, body, int(action["value"]))
            open_window(body, client, blocks.reply_form(sent))

    @app.view("clarify_reply")
    def pass_on(body: dict[str, Any], view: dict[str, Any], ack: Ack, client: WebClient) -> None:
        reply = _typed(view, "reply")
        if not reply:
            ack(response_action="errors", errors={"reply": notices.TYPE_A_REPLY})
            return
        _end(ack, blocks.note(_reply(desk, body, int(view["private_metadata"]), reply)))
        with boundary(body, client):
            desk.postman.deliver(client)


def _ask_form(desk: Desk, body: dict[str, Any], seen: Seen) -> dict[str, Any]:
    """The form, or a window that says why there is none. Sending looks at the row again, within its transaction."""
    review = desk.store.review
    try:
        group = review.unchanged(workspace_of(body), seen.group_id, seen.version)
    except ReviewError as error:
        return blocks.answer_view(_why_not(error, body["user"]["id"]))
    people = len(to_tell(review.askers(group.id)))
    if not (group.is_open and people):
        return blocks.answer_view(blocks.note(notices.NOBODY_TO_ASK if group.is_open else notices.CLOSED))
    asked = desk.store.clarifications.of(group.id)
    return blocks.ask_form(group, people, str(replace(seen, latest=asked[-1].id if asked else 0)))


def _why_not(error: ReviewError, presser: str) -> blocks.Message:
    if isinstance(error, AskedMeanwhile):
        return blocks.asked_meanwhile(error.other)
    return refusal(error, presser)


def _ask(desk: Desk, body: dict[str, Any], seen: Seen, question: str) -> blocks.Message:
    """Store a lead's question with a letter for everybody it goes to; what the lead is told."""

    def compose(asker: Asker, sent_id: int) -> Letter:
        return blocks.clarify_letter(asker, sent_id, question, desk.settings.ccg_name)

    asked = Clarification(0, question, body["user"]["id"], desk.clock(), people=0)
    try:
        people = desk.store.clarifications.ask(
            workspace_of(body), seen.group_id, seen.version, seen.latest, asked, compose
        )
    except ReviewError as error:
        return _why_not(error, asked.by)
    return blocks.asked_back(people)


def _theirs(desk: Desk, body: dict[str, Any], sent_id: int) -> Sent:
    """The question back that went to whoever pressed. Raises `NotTheirs`."""
    sent = desk.store.clarifications.find(workspace_of(body), sent_id)
    if sent is None:
        raise NotTheirs(notices.GONE)
    if sent.is_replied:
        raise NotTheirs(notices.REPLIED_ALREADY)
    if sent.person is None:
        raise NotTheirs(notices.ANSWERED_SINCE)
    if sent.person != body["user"]["id"]:
        raise NotTheirs(notices.NOT_ASKED)
    return sent


def _reply(desk: Desk, body: dict[str, Any], sent_id: int, reply: str) -> str:
    """Store a reply with the letter that passes it on; what the person is told."""
    try:
        sent = _theirs(desk, body, sent_id)
    except NotTheirs as error:
        return str(error)
    workspace = workspace_of(body)
    group = desk.store.review.find(workspace, sent.group_id)
    letter = blocks.reply_letter(sent, group.text if group else "", reply, desk.settings.leads_channel or sent.by)
    is_kept = desk.store.clarifications.reply(workspace, sent.id, body["user"]["id"], reply, [letter], desk.clock())
    return notices.reply_passed_on(desk.settings.ccg_name) if is_kept else notices.REPLIED_ALREADY


def _typed(view: dict[str, Any], block_id: str) -> str:
    return visible(view["state"]["values"][block_id]["text"].get("value") or "")


def _end(ack: Ack, message: blocks.Message) -> None:
    """Acknowledge a form with what became of it, in its place."""
    ack(response_action="update", view=blocks.answer_view(message))
