"""Two leads: the second approves an answer or sends it back to its author."""

from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot import blocks
from bot.additions import Addition, Standing
from bot.blocks import Message, notices
from bot.blocks.kit import MOST_TEXT
from bot.blocks.polls.outcome import offer_sent_back
from bot.drafting import seal
from bot.listeners.answers import end, put_live, redraw, refusal
from bot.listeners.boundary import Boundary
from bot.listeners.desk import Desk, say_privately
from bot.listeners.home import Tab
from bot.listeners.leads import Leads
from bot.listeners.payloads import workspace_of
from bot.listeners.rows import Place
from bot.review import ReviewError
from bot.text import visible


def register(app: App, desk: Desk, boundary: Boundary, leads: Leads) -> None:
    """Listen for the two buttons, which may stand in a message or on the Home tab, and for the form behind one."""
    proposals, tab = desk.store.proposals, Tab(desk, leads)

    @app.action("proposal:approve")
    def approve(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        user, workspace = body["user"]["id"], workspace_of(body)
        refused: Message | None = None
        try:
            addition = _waiting(desk, leads, client, body, str(action["value"]))
            people = _approve(desk, workspace, addition, user)
        except ReviewError as error:
            refused = refusal(error, user, notices.NOTHING_CHANGED)
        ack()
        with boundary(body, client):
            if refused:
                whisper(body, client, refused)
                return
            desk.library.look()
            desk.postman.deliver(client)
            if not _replace_buttons(body, client, f"<@{user}> approved this."):
                redraw(desk, tab, Place.of(body), workspace, user, client)
            whisper(body, client, blocks.note(blocks.published(people)))

    @app.action("proposal:send_back")
    def ask_why(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        ack()
        with boundary(body, client):
            addition = _waiting(desk, leads, client, body, str(action["value"]))
            client.views_open(trigger_id=body["trigger_id"], view=blocks.send_back_form(addition))

    @app.view("send_back")
    def send_back(body: dict[str, Any], view: dict[str, Any], ack: Ack, client: WebClient) -> None:
        user, workspace = body["user"]["id"], workspace_of(body)
        reason = visible(view["state"]["values"]["reason"]["text"].get("value") or "")
        if not reason:
            ack(response_action="errors", errors={"reason": notices.TYPE_A_REASON})
            return
        try:
            addition = _waiting(desk, leads, client, body, view["private_metadata"])
            group = desk.store.review.find(workspace, addition.group_id or 0)
            letters = [blocks.sent_back(addition, group, user, reason)] if group else []
            if addition.content.get("poll"):
                letters = [offer_sent_back(addition, user, reason)]
            proposals.send_back(workspace, addition, user, reason, letters, desk.clock())
        except ReviewError as error:
            end(ack, refusal(error, user, notices.NOTHING_CHANGED))
            return
        end(ack, blocks.note(notices.SENT_BACK))
        with boundary(body, client):
            desk.postman.deliver(client)


def _approve(desk: Desk, workspace: str, addition: Addition, by: str) -> int:
    """Serve an answer; how many people are told who asked. Nobody asked for what came of a poll."""
    if addition.content.get("poll"):
        desk.store.proposals.approve_offer(addition, by, desk.clock())
        return 0
    group = desk.store.review.find(workspace, addition.group_id or 0)
    if group is None:
        raise ReviewError(notices.QUESTION_GONE)
    return put_live(desk, workspace, addition, group.id, group.version, by)


def _waiting(desk: Desk, leads: Leads, client: WebClient, body: dict[str, Any], sealed: str) -> Addition:
    """The answer that waits, as the presser saw it. Raises `ReviewError` where they may not decide about it."""
    user = body["user"]["id"]
    if not leads.include(user, client):
        raise ReviewError(notices.LEADS_ONLY)
    found = desk.store.additions.find(workspace_of(body), int(sealed.partition(".")[0]))
    if found is None or found.standing is not Standing.PROPOSED or seal(found) != sealed:
        raise ReviewError(notices.PROPOSAL_SETTLED)
    if found.author == user:
        raise ReviewError(notices.NOT_YOUR_OWN)
    return found


def whisper(body: dict[str, Any], client: WebClient, message: Message) -> None:
    """Tell the presser alone, wherever they pressed."""
    url = body.get("response_url")
    if not (url and say_privately(str(url), message, replace_original=False)):
        client.chat_postMessage(channel=body["user"]["id"], **message.arguments())


def _replace_buttons(body: dict[str, Any], client: WebClient, said: str) -> bool:
    """In the letter about one answer, what became of it stands where its buttons were; False for any other place."""
    message = body.get("message")
    if not message or Place.of(body).groups:
        return False
    shown = [block for block in message.get("blocks", []) if block["type"] != "actions"]
    shown.append({"type": "context", "elements": [{"type": "mrkdwn", "text": said}]})
    text = str(message.get("text", ""))[:MOST_TEXT]
    client.chat_update(channel=body["channel"]["id"], ts=message["ts"], text=text, blocks=shown)
    return True
