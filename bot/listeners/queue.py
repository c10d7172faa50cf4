"""The review queue: its filters and pages, and the moves that need no long form."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot import blocks
from bot.blocks import Message, notices
from bot.blocks.queue import Showing
from bot.letters import Letter
from bot.listeners.answers import refusal
from bot.listeners.boundary import Boundary
from bot.listeners.desk import Desk, say_privately
from bot.listeners.home import Tab
from bot.listeners.leads import Leads
from bot.listeners.payloads import workspace_of
from bot.listeners.rows import Place, draw_message
from bot.review import Asker, Group, Move, ReviewError, to_tell
from bot.storage import Closing, Sorting

MOST_OFFERED = 50  # other rows, to put a row together with
_VALUE = re.compile(r"(\d{1,18}) (\d{1,18})")


@dataclass(frozen=True)
class Press:
    """What a lead pressed: on which row, as they saw it, and where that row was."""

    workspace: str
    lead: str
    group_id: int
    version: int
    place: Place

    @classmethod
    def on_row(cls, body: dict[str, Any], value: str) -> "Press":
        return cls._read(body, value, Place.of(body))

    @classmethod
    def in_form(cls, body: dict[str, Any]) -> "Press":
        """A form's private_metadata is what `metadata` made."""
        value, _, place = body["view"]["private_metadata"].partition("\n")
        return cls._read(body, value, Place.read(place))

    @classmethod
    def _read(cls, body: dict[str, Any], value: str, place: Place) -> "Press":
        group_id, version = _seen(value)
        return cls(workspace_of(body), body["user"]["id"], group_id, version, place)

    @property
    def metadata(self) -> str:
        return f"{self.group_id} {self.version}\n{self.place}"


def _seen(value: str) -> tuple[int, int]:
    """The row that a button or an option names, and its version then."""
    found = _VALUE.fullmatch(value)
    if found is None:
        raise ReviewError(notices.ROW_GONE)
    return int(found[1]), int(found[2])


Form = Callable[[Press, Group], dict[str, Any]]


def register(app: App, desk: Desk, boundary: Boundary, leads: Leads) -> None:
    """Listen for what leads press. Everybody else is told why nothing changed."""
    tab = Tab(desk, leads)
    review = desk.store.review

    def draw(press: Press, client: WebClient) -> None:
        """Show how the row stands now, where it was pressed."""
        if press.place.channel:
            draw_message(desk, press.workspace, press.place, client)
        else:
            tab.publish(press.workspace, press.lead, client, Showing.read(press.place.showing))

    def open_form(body: dict[str, Any], value: str, client: WebClient, form: Form) -> None:
        """Open a form about a row; where the row has changed since it was drawn, say so and draw it anew."""
        leads.require(body["user"]["id"], client)
        press = Press.on_row(body, value)
        try:
            group = review.unchanged(press.workspace, press.group_id, press.version)
        except ReviewError as error:
            _tell(body, client, refusal(error, press.lead))
            draw(press, client)
            return
        client.views_open(trigger_id=body["trigger_id"], view=form(press, group))

    def submit(body: dict[str, Any], ack: Ack, client: WebClient, move: Callable[[Press], None]) -> None:
        """Make a move that a form asked for, acknowledge it, and draw the row anew."""
        if not leads.include(body["user"]["id"], client):
            _end(ack, blocks.note(notices.LEADS_ONLY))
            return
        press = Press.in_form(body)
        try:
            move(press)
        except ReviewError as error:
            _end(ack, refusal(error, press.lead))
        else:
            ack()
        with boundary(body, client):
            draw(press, client)

    @app.action(re.compile(r"^queue:(?:state|part|whose|older|newer)$"))
    def show_others(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        ack()
        with boundary(body, client):
            leads.require(body["user"]["id"], client)
            showing = Showing.read(Place.of(body).showing)
            picked = action["selected_option"]["value"] if "selected_option" in action else action["value"]
            showing = showing.changed(action["action_id"].removeprefix("queue:"), str(picked))
            tab.publish(workspace_of(body), body["user"]["id"], client, showing)

    @app.action("queue:reopen")
    def reopen(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        trouble: ReviewError | None = None
        press = Press.on_row(body, action["value"])
        is_lead = leads.include(press.lead, client)
        try:
            if is_lead:
                review.reopen(press.workspace, press.group_id, press.version, press.lead, desk.clock())
        except ReviewError as error:
            trouble = error
        ack()
        with boundary(body, client):
            leads.require(body["user"]["id"], client)
            if trouble:
                _tell(body, client, refusal(trouble, press.lead))
            draw(press, client)

    @app.action("queue:assign")
    def open_assign_form(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        ack()
        with boundary(body, client):
            open_form(
                body,
                action["value"],
                client,
                lambda press, group: blocks.assign_form(group, press.lead, press.metadata),
            )

    @app.view("queue_assign")
    def assign(body: dict[str, Any], view: dict[str, Any], ack: Ack, client: WebClient) -> None:
        to = view["state"]["values"]["assignee"]["person"].get("selected_user") or body["user"]["id"]
        if leads.include(body["user"]["id"], client) and not leads.include(to, client):
            ack(response_action="errors", errors={"assignee": notices.NOT_A_LEAD})
            return

        def give(press: Press) -> None:
            review.assign(press.workspace, press.group_id, press.version, press.lead, to, desk.clock())

        submit(body, ack, client, give)

    @app.action("queue:dismiss")
    def open_dismiss_form(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        ack()
        with boundary(body, client):
            open_form(body, action["value"], client, lambda press, group: blocks.dismiss_form(group, press.metadata))

    @app.view("queue_dismiss")
    def dismiss(body: dict[str, Any], view: dict[str, Any], ack: Ack, client: WebClient) -> None:
        reason = view["state"]["values"]["reason"]["choice"]["selected_option"]["value"]

        submit(body, ack, client, lambda press: _dismiss(desk, press, reason))
        with boundary(body, client):
            desk.postman.deliver(client)

    @app.action("queue:sort")
    def open_sort_form(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        ack()
        with boundary(body, client):
            open_form(
                body,
                action["value"],
                client,
                lambda press, group: blocks.sort_form(group, _distinct(desk, group), press.metadata),
            )

    @app.options("queue:join")
    def offer_rows(body: dict[str, Any], payload: dict[str, Any], ack: Ack, client: WebClient) -> None:
        if not leads.include(body["user"]["id"], client):
            ack(options=[])
            return
        press = Press.in_form(body)
        found = review.search(press.workspace, str(payload.get("value") or ""), MOST_OFFERED)
        ack(options=[blocks.row_option(*one) for one in found if one[0] != press.group_id])

    @app.view("queue_sort")
    def sort(body: dict[str, Any], view: dict[str, Any], ack: Ack, client: WebClient) -> None:
        values = view["state"]["values"]
        joined = values["join"]["queue:join"].get("selected_option")
        ticked = {
            int(option["value"])
            for block_id, held in values.items()
            if block_id.startswith("apart-")
            for option in held["wordings"].get("selected_options") or []
        }
        if joined and ticked:
            ack(response_action="errors", errors={"join": notices.ONE_AT_A_TIME})
            return
        submit(body, ack, client, lambda press: _sort(desk, press, ticked, joined["value"] if joined else None))


def _dismiss(desk: Desk, press: Press, reason: str) -> None:
    group = desk.store.review.unchanged(press.workspace, press.group_id, press.version)

    def compose(askers: Sequence[Asker]) -> list[Letter]:
        return [blocks.dismissed(group, asker, reason, desk.settings.ccg_name) for asker in to_tell(list(askers))]

    how = Closing(Move.DISMISS, press.lead, reason=reason, compose=compose)
    desk.store.review.close(press.workspace, press.group_id, press.version, how, desk.clock())


def _distinct(desk: Desk, group: Group) -> list[tuple[int, str]]:
    """Each wording of a group once, with the id of the first question asked so."""
    first: dict[str, int] = {}
    for one, text in desk.store.review.wordings(group.id):
        first.setdefault(text, one)
    return [(one, text) for text, one in first.items()]


def _sort(desk: Desk, press: Press, ticked: set[int], joined: str | None) -> None:
    """Set the ticked wordings of a row apart from the rest, or put the row together with another."""
    review = desk.store.review
    wordings = review.wordings(press.group_id)
    seen = [(press.group_id, press.version)]
    if joined:
        seen.append(_seen(joined))
    sorting = Sorting(press.lead, desk.clock(), seen)
    if joined:
        ones = [one for one, _ in wordings]
        others = [one for one, _ in review.wordings(seen[1][0])]
        desk.queue.pin(press.workspace, ones, others, together=True, sorting=sorting)
    elif ticked:
        texts = {text for one, text in wordings if one in ticked}
        apart = [one for one, text in wordings if text in texts]
        rest = [one for one, text in wordings if text not in texts]
        if not rest:
            raise ReviewError(notices.NOTHING_LEFT)
        desk.queue.pin(press.workspace, apart, rest, together=False, sorting=sorting)


def _tell(body: dict[str, Any], client: WebClient, message: Message) -> None:
    """Say something that only the presser sees: in a window over their Home tab, or beside the message."""
    if body.get("response_url") and say_privately(str(body["response_url"]), message, replace_original=False):
        return
    client.views_open(trigger_id=body["trigger_id"], view=blocks.answer_view(message))


def _end(ack: Ack, message: Message) -> None:
    """Acknowledge a form with what became of it, in its place."""
    ack(response_action="update", view=blocks.answer_view(message))
