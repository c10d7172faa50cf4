"""From the preview of a poll to its messages: posting, planning, discarding, and posting again what Slack refused."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.blocks import Message, notices
from bot.blocks.polls.preview import discarded, not_posted, planned, posted, retried
from bot.errors import BotError
from bot.letters import Letter
from bot.listeners.boundary import Boundary
from bot.listeners.desk import Desk, say_privately
from bot.listeners.leads import Leads
from bot.listeners.payloads import workspace_of
from bot.listeners.polls.moves import find_poll, open_poll
from bot.listeners.recall import lead_channels
from bot.polls import Poll, PollError, State, takes_votes
from bot.polls.posting import CHANGED_SINCE, ready_to_post
from bot.storage import Hand, Refusal
from bot.storage.poll_forms import PLANNED, POSTED


def register(app: App, desk: Desk, boundary: Boundary, leads: Leads) -> None:
    """Listen for the buttons of previews, and of letters that tell of a channel that did not get a poll."""
    store = desk.store

    @app.action("poll:post")
    def post(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        with boundary(body, client):
            try:
                leads.require(body["user"]["id"], client)
                poll = _post(desk, workspace_of(body), str(action["value"]), body["user"]["id"])
            finally:
                ack()
            if poll.state is State.SCHEDULED:
                _replace(body, client, planned(poll, desk.clock()))
                return
            desk.postman.deliver(client)
            reached = [channel for channel, _ in store.poll_messages.of(poll.id)]
            refused = [refusal.channel for refusal in store.poll_refusals.of(poll.id)]
            _replace(body, client, posted(poll, reached, refused, desk.clock()))
            tell_of_refusals(desk, leads, client)

    @app.action("poll:discard")
    def discard(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        with boundary(body, client):
            try:
                leads.require(body["user"]["id"], client)
                poll = find_poll(desk, workspace_of(body), int(action["value"]), POSTED)
                store.poll_forms.discard(poll.workspace, poll.id, Hand(body["user"]["id"], desk.clock()))
            finally:
                ack()
            _replace(body, client, discarded(poll))

    @app.action("poll:retry")
    def retry(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        posting_id = int(action["value"])
        with boundary(body, client):
            try:
                leads.require(body["user"]["id"], client)
                refusal = _retry(desk, workspace_of(body), posting_id, body["user"]["id"])
            finally:
                ack()
            desk.postman.deliver(client)
            is_there = any(channel == refusal.channel for channel, _ in store.poll_messages.of(refusal.poll_id))
            _replace(body, client, retried(refusal.channel, is_there=is_there))
            tell_of_refusals(desk, leads, client)


def tell_of_refusals(desk: Desk, leads: Leads, client: WebClient) -> None:
    """Write to the lead whose poll a channel did not get, once for each refusal; cheap while there is none."""
    refusals, now = desk.store.poll_refusals.untold(), desk.clock()
    for refusal in refusals:
        poll = desk.store.polls.find(refusal.workspace, refusal.poll_id)
        whom = _whom(desk, poll, leads, client) if poll else []
        desk.store.poll_refusals.tell(refusal, partial(_letters, poll, refusal, whom), now)
    if refusals:
        desk.postman.deliver(client)


def _letters(poll: Poll | None, refusal: Refusal, whom: Sequence[str], times: int) -> list[Letter]:
    if poll is None:
        return []
    return [not_posted(poll, refusal.posting_id, refusal.channel, refusal.error, to, times) for to in whom]


def _whom(desk: Desk, poll: Poll, leads: Leads, client: WebClient) -> list[str]:
    """Its author; the other owners where that one is no lead any more; all leads where nobody of them is."""
    known = leads.people(client)
    owners = [one for one in poll.owners if one in known]
    return owners[:1] or lead_channels(desk, leads, client)


def _post(desk: Desk, workspace: str, value: str, lead: str) -> Poll:
    """Open or plan the poll that a preview shows. Raises `PollError` where it is no longer that poll, or too late."""
    poll_id, version = (int(one) for one in value.split())
    poll, now = find_poll(desk, workspace, poll_id, POSTED), desk.clock()
    if poll.state not in PLANNED:
        raise PollError(POSTED)
    if poll.version != version:
        raise PollError(CHANGED_SINCE)
    if ready_to_post(poll.plan, now):
        return open_poll(desk, poll, by=lead)
    return desk.store.polls.schedule(workspace, poll.id, now, by=lead)


def _retry(desk: Desk, workspace: str, posting_id: int, lead: str) -> Refusal:
    """Put a message of a poll back into the outbox. Raises `BotError` where that was done, or the poll is over."""
    refusal = desk.store.poll_refusals.find(workspace, posting_id)
    if refusal is None:
        raise BotError(notices.DEALT_WITH)
    poll = find_poll(desk, workspace, refusal.poll_id, POSTED)
    if not takes_votes(poll, desk.clock()):
        raise PollError("That poll is closed by now, so it was not posted in one more channel.")
    # Forgotten first: where the process dies in between, the lead is told once more instead of never.
    desk.store.poll_refusals.forget(posting_id)
    desk.store.outbox.post_again(workspace, posting_id, lead, desk.clock())
    return refusal


def _replace(body: dict[str, Any], client: WebClient, message: Message) -> None:
    """Say what happened in place of the message that was pressed."""
    container = body.get("container") or {}
    if container.get("is_ephemeral"):  # nothing but its response URL changes it
        say_privately(str(body["response_url"]), message, replace_original=True)
        return
    ts = container.get("message_ts") or body["message"]["ts"]
    client.chat_update(channel=body["channel"]["id"], ts=ts, **message.arguments())
