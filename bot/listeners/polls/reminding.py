"""Reminders of polls: sent by a lead, and refused by whoever wants none."""

from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.blocks.polls import reminder as words
from bot.listeners.boundary import Boundary, tell_privately
from bot.listeners.desk import Desk
from bot.listeners.payloads import number_in, workspace_of
from bot.polls import Poll, PollError
from bot.polls.reminding import why_none
from bot.reporting import whom_to_remind


def send(desk: Desk, poll: Poll, lead: str) -> str:
    """Write a reminder to everybody who has one to get; what to tell the lead. Raises `PollError` where none may go."""
    people, now = whom_to_remind(desk.store, poll), desk.clock()
    if why := why_none(poll, people, now):
        raise PollError(words.not_sent(why, poll, now))
    letters = [words.reminder(poll, person, desk.settings.ccg_name, now) for person in people]
    desk.store.polls.note_reminder(poll.workspace, poll, letters, lead, now)
    return words.sent(len(people))


def register(app: App, desk: Desk, boundary: Boundary) -> None:
    """Listen for what people say about reminders, each for themselves."""

    def settle(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient, *, wants: bool) -> None:
        workspace, poll_id = workspace_of(body), number_in(action)
        desk.store.polls.reminds(workspace, body["user"]["id"], wants)
        ack()
        with boundary(body, client):
            poll = desk.store.polls.find(workspace, poll_id)
            message, shown = words.settled(poll, poll_id, wants), body.get("message")
            if shown:
                client.chat_update(channel=body["channel"]["id"], ts=shown["ts"], **message.arguments())
            else:
                tell_privately(body, client, message.text)

    @app.action("poll:remind_off")
    def stop(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        settle(body, action, ack, client, wants=False)

    @app.action("poll:remind_on")
    def start_again(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        settle(body, action, ack, client, wants=True)
