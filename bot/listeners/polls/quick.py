"""`/mandate-poll "Question" "A" "B"` posts a poll at once; whatever is not clear about it opens the form."""

from dataclasses import replace
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.blocks.polls.quick import posted_at_once, refused_at_once
from bot.listeners.boundary import Boundary
from bot.listeners.desk import Desk, say_privately
from bot.listeners.leads import Leads
from bot.listeners.payloads import typed_text, workspace_of
from bot.listeners.polls.making import open_form
from bot.listeners.polls.moves import open_poll
from bot.listeners.polls.posting import tell_of_refusals
from bot.polls import Plan, Poll
from bot.polls.planning import problems, usual_close
from bot.polls.quoting import Unclear, quick_poll


def register(app: App, desk: Desk, boundary: Boundary, leads: Leads) -> None:
    """Listen for the command."""

    @app.command("/mandate-poll")
    def make_poll(body: dict[str, Any], ack: Ack, client: WebClient) -> None:
        with boundary(body, client):
            try:
                leads.require(body["user_id"], client)
                plan, is_ready = _read(desk, body)
                poll = _post(desk, body, plan) if is_ready else None
            finally:
                ack()
            if poll:
                desk.postman.deliver(client)
                _tell(desk, leads, body, poll, client)
            elif not is_ready:
                open_form(desk, client, body, plan)


def _read(desk: Desk, body: dict[str, Any]) -> tuple[Plan | None, bool]:
    """What was typed, None for nothing; and whether it can be posted as it stands."""
    typed = typed_text(body.get("text"))
    if not typed:
        return None, False
    read, now = quick_poll(typed), desk.clock()
    plan = read.plan if isinstance(read, Unclear) else read
    channel = str(body.get("channel_id") or "")
    # In a direct message there is nobody else to ask, so the form asks where.
    plan = replace(plan, channels=(channel,) if channel[:1] in ("C", "G") else ())
    is_ready = not isinstance(read, Unclear) and not problems(plan, now)
    return replace(plan, closes_at=usual_close(now)) if is_ready else plan, is_ready


def _post(desk: Desk, body: dict[str, Any], plan: Plan | None) -> Poll | None:
    """Open the poll; None where Slack sent the same command twice."""
    workspace, now = workspace_of(body), desk.clock()
    if plan is None or not desk.store.house.mark_once(workspace, f"typed:{body['trigger_id']}", now):
        return None
    user = str(body["user_id"])
    return open_poll(desk, desk.store.polls.draft(workspace, user, plan, now), by=user)


def _tell(desk: Desk, leads: Leads, body: dict[str, Any], poll: Poll, client: WebClient) -> None:
    """Tell its author what became of it where they typed it; by direct message where Slack no longer lets us."""
    now, refusals = desk.clock(), desk.store.poll_refusals
    refused = refusals.of(poll.id)
    if not refused:
        is_there = bool(desk.store.poll_messages.of(poll.id))
        message = posted_at_once(poll, now, is_there=is_there)
        if not say_privately(str(body["response_url"]), message):
            client.chat_postMessage(channel=poll.author, **message.arguments())
        return
    refusal = refused[0]
    message = refused_at_once(poll, refusal.posting_id, refusal.channel, refusal.error)
    if say_privately(str(body["response_url"]), message):
        refusals.tell(refusal, lambda times: [], now)
    tell_of_refusals(desk, leads, client)
