"""The leads' two buttons beside a message that was not delivered: post it again, leave it."""

import re
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot import blocks
from bot.blocks import notices
from bot.blocks.queue import Showing
from bot.errors import BotError
from bot.listeners.boundary import Boundary, tell_privately
from bot.listeners.desk import Desk
from bot.listeners.home import Tab, seen_in
from bot.listeners.leads import Leads
from bot.listeners.payloads import workspace_of
from bot.listeners.refusals import code_of


def register(app: App, desk: Desk, boundary: Boundary, leads: Leads) -> None:
    """Listen for the buttons. Of two leads who press, the second is told that it was dealt with."""
    tab = Tab(desk, leads)

    @app.action(re.compile(r"^undelivered:(?:again|leave)$"))
    def decide(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        is_lead = leads.include(body["user"]["id"], client)
        is_again = action["action_id"] == "undelivered:again"
        outbox, letter_id = desk.store.outbox, int(action["value"])
        settle = outbox.post_again if is_again else outbox.leave
        is_settled = is_lead and settle(workspace_of(body), letter_id, body["user"]["id"], desk.clock())
        ack()
        with boundary(body, client):
            if not is_lead:
                raise BotError(notices.LEADS_ONLY)
            if is_settled and is_again:
                desk.postman.deliver(client)
            sentence = notices.POSTING_AGAIN if is_again else notices.LEFT_ALONE
            _show(body, client, tab, letter_id, sentence if is_settled else notices.DEALT_WITH)


def _show(body: dict[str, Any], client: WebClient, tab: Tab, letter_id: int, sentence: str) -> None:
    """Say it where the buttons were, on the Home tab; elsewhere to the presser alone.

    Where the tab has been drawn anew meanwhile it is drawn as things stand now, and the sentence comes beside it.
    """
    view = body.get("view") or {}
    if view.get("type") != "home":
        tell_privately(body, client, sentence)
        return
    shown = blocks.dealt_with_row(view["blocks"], letter_id, sentence)
    kept = {name: view[name] for name in ("callback_id", "private_metadata", "external_id") if view.get(name)}
    user = body["user"]["id"]
    try:
        client.views_publish(user_id=user, view={"type": "home", "blocks": shown, **kept}, hash=seen_in(body))
    except SlackApiError as error:
        if code_of(error) != "hash_conflict":
            raise
        tab.publish(workspace_of(body), user, client, Showing.read(str(view.get("private_metadata") or "")))
        tell_privately(body, client, sentence)
