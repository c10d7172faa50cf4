"""A person says which practice is theirs, on the Home tab, and may change it."""

from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot import blocks
from bot.blocks.practices import NOT_LISTED
from bot.blocks.queue import Showing
from bot.listeners.boundary import Boundary
from bot.listeners.desk import Desk
from bot.listeners.home import Tab
from bot.listeners.leads import Leads
from bot.listeners.payloads import workspace_of
from bot.listeners.windows import open_window


def register(app: App, desk: Desk, boundary: Boundary, leads: Leads) -> None:
    """Listen for the button, the menu and the form behind it. Everybody may choose, for themselves alone."""
    tab, practices = Tab(desk, leads), desk.store.practices

    @app.action("practice:choose")
    def open_form(body: dict[str, Any], ack: Ack, client: WebClient) -> None:
        ack()
        with boundary(body, client):
            held = practices.practice_of(workspace_of(body), body["user"]["id"])
            # What the tab shows of the queue travels with the form, so that the tab comes back the same.
            showing = str((body.get("view") or {}).get("private_metadata") or "")
            view = blocks.practice_form(held, desk.settings.ccg_name, showing)
            open_window(body, client, view)

    @app.options("practice:pick")
    def offer(payload: dict[str, Any], ack: Ack) -> None:
        ack(options=blocks.practice_options(practices.search(str(payload.get("value") or ""))))

    @app.view("practice_form")
    def keep(body: dict[str, Any], view: dict[str, Any], ack: Ack, client: WebClient) -> None:
        user, workspace = body["user"]["id"], workspace_of(body)
        picked = view["state"]["values"]["practice"]["practice:pick"].get("selected_option")
        if not picked:
            practices.leave(workspace, user)
        elif not practices.choose(workspace, user, str(picked["value"]), desk.clock()):
            ack(response_action="errors", errors={"practice": NOT_LISTED})
            return
        ack()
        with boundary(body, client):
            tab.publish(workspace, user, client, Showing.read(str(view.get("private_metadata") or "")))
