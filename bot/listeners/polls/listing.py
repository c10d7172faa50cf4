"""The window with all polls."""

import re
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.listeners.boundary import Boundary
from bot.listeners.desk import Desk
from bot.listeners.leads import Leads
from bot.listeners.payloads import workspace_of
from bot.listeners.poll_rows import page_of_polls


def register(app: App, desk: Desk, boundary: Boundary, leads: Leads) -> None:
    """Listen for "All polls" and its pages."""

    @app.action("poll:all")
    def open_all(body: dict[str, Any], ack: Ack, client: WebClient) -> None:
        ack()
        with boundary(body, client):
            leads.require(body["user"]["id"], client)
            client.views_open(trigger_id=body["trigger_id"], view=page_of_polls(desk, workspace_of(body), 0))

    @app.action(re.compile(r"^poll:page:(?:newer|older)$"))
    def turn(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        ack()
        with boundary(body, client):
            leads.require(body["user"]["id"], client)
            view = page_of_polls(desk, workspace_of(body), int(action["value"]))
            client.views_update(view_id=body["view"]["id"], view=view)
