"""Buttons under an answer or its suggestions: pick one, none of these, don't send it, related, share."""

import re
from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot import blocks
from bot.asking import StoredQuestion
from bot.blocks import Message, notices
from bot.errors import BotError
from bot.knowledge import Entry
from bot.listeners.boundary import Boundary
from bot.listeners.desk import Desk, place_of, say_privately
from bot.listeners.payloads import workspace_of


def register(app: App, desk: Desk, boundary: Boundary) -> None:
    """Listen for the buttons. Each stores first, then acknowledges, then changes what is on the screen."""
    ccg_name = desk.settings.ccg_name

    @app.action(re.compile(r"^pick:\d+$"))
    def serve_picked(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        question = _own_question(desk, body, action, ack, client, boundary)
        entry = _entry_of(desk, body, action, ack, client, boundary) if question else None
        if question is None or entry is None:
            return
        place = _place(body, question)
        desk.store.questions.pick(workspace_of(body), question.id, entry.id, entry.part, place, desk.clock())
        ack()
        with boundary(body, client):
            replace(body, client, _served(desk, body, entry, question.id))

    @app.action("none_of_these")
    def pass_on(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        question = _own_question(desk, body, action, ack, client, boundary)
        if question is None:
            return
        is_queued = desk.store.questions.queue(workspace_of(body), question.id, "none_of_these", desk.clock())
        ack()
        with boundary(body, client):
            if not is_queued:
                raise BotError(notices.ALREADY_PASSED_ON)
            sentence = blocks.say_no_answer(True, f"I've passed it to {ccg_name}.")
            replace(body, client, blocks.queued_message(question.id, sentence))

    @app.action("withdraw")
    def take_back(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        question = _own_question(desk, body, action, ack, client, boundary)
        if question is None:
            return
        was_open = desk.store.questions.withdraw(workspace_of(body), question.id)
        ack()
        with boundary(body, client):
            sentence = notices.withdrawn(ccg_name) if was_open else notices.ALREADY_PASSED_ON
            replace(body, client, blocks.note(sentence))

    @app.action(re.compile(r"^related:\d+$"))
    def serve_related(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        question = desk.store.questions.find(workspace_of(body), _question_id(action))
        entry = _entry_of(desk, body, action, ack, client, boundary)
        if entry is None:
            return
        user = body["user"]["id"]
        if question is not None:
            # What somebody else looks at does not change what the asker's next "it" means.
            place = _place(body, question) if question.asker == user else None
            desk.store.questions.serve(workspace_of(body), question.id, user, entry.id, place, desk.clock())
        ack()
        with boundary(body, client):
            _add(body, client, _served(desk, body, entry, _question_id(action)))

    @app.action("share")
    def share(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        entry = _entry_of(desk, body, action, ack, client, boundary)
        if entry is None:
            return
        ack()
        message = blocks.entry_message(
            entry,
            _question_id(action),
            _entries(desk),
            ccg_name,
            shared_by=body["user"]["id"],
            today=desk.clock().date(),
        )
        with boundary(body, client):
            shared = say_privately(body["response_url"], message, response_type="in_channel", replace_original=False)
            if not shared:
                raise BotError(notices.ASK_AGAIN)


def _own_question(
    desk: Desk, body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient, boundary: Boundary
) -> StoredQuestion | None:
    """The question a button belongs to, if it is the presser's; otherwise they are told, and None."""
    question = desk.store.questions.find(workspace_of(body), _question_id(action))
    if question is not None and question.asker == body["user"]["id"]:
        return question
    ack()
    with boundary(body, client):
        raise BotError(notices.GONE if question is None else notices.NOT_YOURS)
    return None


def _served(desk: Desk, body: dict[str, Any], entry: Entry, question_id: int) -> Message:
    is_private = bool((body.get("container") or {}).get("is_ephemeral"))
    return blocks.entry_message(
        entry,
        question_id,
        _entries(desk),
        desk.settings.ccg_name,
        in_modal=bool(body.get("view")),
        shareable=is_private,
        today=desk.clock().date(),
    )


def _question_id(action: dict[str, Any]) -> int:
    return int(str(action["value"]).split()[0])


def _entry_of(
    desk: Desk, body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient, boundary: Boundary
) -> Entry | None:
    """The entry a button names, if the knowledge still has it; otherwise the presser is told, and None."""
    entry = _entries(desk).get(str(action["value"]).partition(" ")[2])
    if entry is None:
        ack()
        with boundary(body, client):
            raise BotError(notices.ENTRY_GONE)
    return entry


def _entries(desk: Desk) -> Mapping[str, Entry]:
    return desk.library.current.knowledge.entries


def _place(body: dict[str, Any], question: StoredQuestion) -> str | None:
    return place_of(question.surface, body["user"]["id"], question.channel, question.thread_ts)


def replace(body: dict[str, Any], client: WebClient, message: Message) -> None:
    """Put `message` where the pressed button was: in its part of a window, a private message or a posted one."""
    container = body.get("container") or {}
    block_id = body["actions"][0].get("block_id", "")
    if body.get("view"):
        shown = blocks.replace_part(body["view"]["blocks"], block_id, message.blocks)
        client.views_update(view_id=body["view"]["id"], view=blocks.answer_view(Message(message.text, shown)))
    elif container.get("is_ephemeral"):
        # Slack does not send what a private message shows, so its other parts cannot be kept in place.
        if not say_privately(body["response_url"], message, replace_original=True):
            raise BotError(notices.ASK_AGAIN)
    else:
        shown = blocks.replace_part(body["message"].get("blocks", []), block_id, message.blocks)
        ts = container.get("message_ts") or body["message"]["ts"]
        client.chat_update(channel=body["channel"]["id"], ts=ts, text=message.text, blocks=shown)


def _add(body: dict[str, Any], client: WebClient, message: Message) -> None:
    """Show `message` beside the pressed button, to whoever pressed it alone where others look on."""
    container = body.get("container") or {}
    channel = (body.get("channel") or {}).get("id", "")
    if body.get("view"):
        client.views_update(view_id=body["view"]["id"], view=blocks.answer_view(message))
    elif channel.startswith("D") and not container.get("is_ephemeral"):
        client.chat_postMessage(
            channel=channel, thread_ts=container.get("thread_ts"), unfurl_links=False, **message.arguments()
        )
    elif not say_privately(body["response_url"], message, replace_original=False, **_in_thread(container)):
        raise BotError(notices.ASK_AGAIN)


def _in_thread(container: dict[str, Any]) -> dict[str, str]:
    return {"thread_ts": container["thread_ts"]} if container.get("thread_ts") else {}
