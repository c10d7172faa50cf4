"""Who works at which practice: leads see it, and correct it."""

from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot import blocks
from bot.blocks import notices, staff
from bot.blocks.staff import PAGE, Member, Page
from bot.errors import BotError, StorageError
from bot.letters import Letter
from bot.listeners.boundary import Boundary
from bot.listeners.desk import Desk
from bot.listeners.leads import Leads
from bot.listeners.payloads import workspace_of
from bot.practices import Practice

SAVED = "Saved. I tell them by direct message."


def register(app: App, desk: Desk, boundary: Boundary, leads: Leads) -> None:
    """Listen for the window, its pages and its form."""
    practices = desk.store.practices

    def view_of(workspace: str, page: Page, told: str = "") -> dict[str, Any]:
        claims, count = practices.claims(workspace, page.first, PAGE, page.practice)
        if not claims and page.first:
            page = Page(0, page.practice)
            claims, count = practices.claims(workspace, page.first, PAGE, page.practice)
        members = [Member(one.person, one.practice, one.chosen_at.date()) for one in claims]
        return staff.staff_view(members, count, page, _practice(page.practice), told)

    def _practice(code: str | None) -> Practice | None:
        return next((one for one in practices.known() if one.code == code), None)

    def show(body: dict[str, Any], client: WebClient, page: Page) -> None:
        leads.require(body["user"]["id"], client)
        client.views_update(view_id=body["view"]["id"], view=view_of(workspace_of(body), page))

    @app.action("staff:open")
    def open_window(body: dict[str, Any], ack: Ack, client: WebClient) -> None:
        ack()
        with boundary(body, client):
            leads.require(body["user"]["id"], client)
            client.views_open(trigger_id=body["trigger_id"], view=view_of(workspace_of(body), Page()))

    @app.options("staff:practice")
    def offer(body: dict[str, Any], payload: dict[str, Any], ack: Ack, client: WebClient) -> None:
        is_lead = leads.include(body["user"]["id"], client)
        found = practices.search(str(payload.get("value") or "")) if is_lead else []
        ack(options=blocks.practice_options(found))

    @app.action("staff:practice")
    def show_one(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        ack()
        with boundary(body, client):
            picked = action.get("selected_option")
            show(body, client, Page(0, str(picked["value"]) if picked else None))

    @app.action("staff:all")
    def show_all(body: dict[str, Any], ack: Ack, client: WebClient) -> None:
        ack()
        with boundary(body, client):
            show(body, client, Page())

    @app.action("staff:back")
    @app.action("staff:more")
    def turn(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        ack()
        with boundary(body, client):
            shown = Page.read(body["view"]["private_metadata"])
            show(body, client, Page(int(action["value"]), shown.practice))

    @app.action("staff:correct")
    def open_form(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        ack()
        with boundary(body, client):
            leads.require(body["user"]["id"], client)
            person, _, code = str(action["value"]).partition(" ")
            held = practices.practice_of(workspace_of(body), person)
            if held is None or held.code != code:
                show(body, client, Page.read(body["view"]["private_metadata"]))
                return
            metadata = "\n".join([str(action["value"]), body["view"]["id"], body["view"]["private_metadata"]])
            client.views_push(trigger_id=body["trigger_id"], view=staff.correction_form(person, held, metadata))

    @app.view("staff_form")
    def correct(body: dict[str, Any], view: dict[str, Any], ack: Ack, client: WebClient) -> None:
        lead, workspace = body["user"]["id"], workspace_of(body)
        value, window, page = view["private_metadata"].split("\n")
        person, _, seen = value.partition(" ")
        picked = view["state"]["values"]["practice"]["practice:pick"].get("selected_option")
        code = str(picked["value"]) if picked else None
        if not leads.include(lead, client):
            ack(response_action="update", view=blocks.answer_view(blocks.note(notices.LEADS_ONLY)))
            return
        try:
            if code != seen:
                _correct(workspace, person, seen, code, lead)
        except StorageError:
            raise
        except BotError as error:
            ack(response_action="errors", errors={"practice": str(error)})
            return
        ack()
        with boundary(body, client):
            told = "" if code == seen else SAVED
            client.views_update(view_id=window, view=view_of(workspace, Page.read(page), told))
            desk.postman.deliver(client)

    def _correct(workspace: str, person: str, seen: str, code: str | None, lead: str) -> None:
        before, after = _practice(seen), _practice(code)

        def compose(number: int) -> Letter:
            assert before  # it is in the register, or was
            return staff.corrected(person, before, after, lead, desk.settings.ccg_name, number)

        practices.correct(workspace, person, seen, code, lead, compose, desk.clock())
