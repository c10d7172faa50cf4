"""The poll's own window: leads look at it, turn its pages, close the poll and delete it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.blocks.polls import desk as words
from bot.blocks.polls.desk import Looking, Standing
from bot.blocks.polls.desk_parts import Part
from bot.blocks.polls.outcome import OWNERS_ONLY
from bot.blocks.polls.series import after_deleting
from bot.errors import BotError
from bot.listeners.boundary import Boundary
from bot.listeners.desk import Desk, say_privately
from bot.listeners.leads import Leads
from bot.listeners.payloads import number_in, workspace_of
from bot.listeners.polls import exports, reminding
from bot.listeners.polls.moves import close_poll, delete_poll, may_manage
from bot.listeners.windows import open_window
from bot.polls import Poll, PollError, State
from bot.polls.reminding import why_none
from bot.reporting import report_for_leads, turnout_of, whom_to_remind

GONE = "That poll is no longer here. It may have been deleted."
CLOSED = "The poll is closed. Its results are on their way."


@dataclass(frozen=True)
class Press:
    """Who pressed what about which poll. `looking` is known where it was in the poll's own window."""

    workspace: str
    lead: str
    poll_id: int
    looking: Looking | None = None

    @classmethod
    def of(cls, body: dict[str, Any], action: dict[str, Any]) -> "Press":
        view = body.get("view") or {}
        looking = Looking.read(view["private_metadata"]) if view.get("callback_id") == words.CALLBACK else None
        return cls(workspace_of(body), body["user"]["id"], number_in(action), looking)


class PollDesk:
    """Draws the window, and makes the moves that are asked for in it."""

    def __init__(self, desk: Desk, leads: Leads) -> None:
        self._desk = desk
        self._leads = leads

    def find(self, press: Press) -> Poll:
        """The poll, deleted or not. Raises `PollError` where there is none."""
        poll = self._desk.store.polls.find(press.workspace, press.poll_id)
        if poll is None:
            raise PollError(GONE)
        return poll

    def unchanged(self, press: Press) -> Poll:
        """The poll as the lead saw it. Raises `PollError` that says who was quicker otherwise."""
        poll = self.find(press)
        if poll.state is State.DELETED or (press.looking and press.looking.version != poll.version):
            deed = self._desk.store.audit.latest(press.workspace, poll.id)
            made = (deed.action, deed.by, deed.done_at) if deed else None
            raise PollError(words.what_happened(poll, made, press.lead, self._desk.clock()))
        return poll

    def view(self, poll: Poll, lead: str, client: WebClient, looking: Looking, told: str = "") -> dict[str, Any]:
        """The window as things stand now."""
        if poll.state is State.DELETED:
            return words.notice_view(told or words.DELETED)
        store, now = self._desk.store, self._desk.clock()
        people = whom_to_remind(store, poll) if poll.state is State.OPEN else []
        standing = Standing(len(people), why_none(poll, people, now), may_manage(poll, lead, self._leads, client), now)
        turnout = [] if poll.is_anonymous else turnout_of(store, poll)
        return words.desk_view(report_for_leads(store, poll), turnout, standing, looking, told)

    def draw(self, press: Press, body: dict[str, Any], client: WebClient, notice: str) -> None:
        """Say what a press came to: in the poll's window, or beside the button where that was elsewhere."""
        poll = self._desk.store.polls.find(press.workspace, press.poll_id)
        if press.looking is None or poll is None:
            # A private note about a poll that is gone keeps no button.
            is_gone = poll is not None and poll.state is State.DELETED
            is_private = bool((body.get("container") or {}).get("is_ephemeral"))
            self._tell(body, client, notice, replace_original=is_gone and is_private)
            return
        view = self.view(poll, press.lead, client, press.looking, notice)
        client.views_update(view_id=body["view"]["id"], view=view)

    def _tell(self, body: dict[str, Any], client: WebClient, notice: str, *, replace_original: bool) -> None:
        kind, url, said = (body.get("view") or {}).get("type"), str(body.get("response_url")), words.notice(notice)
        if kind is None and say_privately(url, said, replace_original=replace_original):
            return
        open_window(body, client, words.notice_view(notice))


Move = Callable[[Press], str]  # what a lead is told once it is done


def register(app: App, desk: Desk, boundary: Boundary, leads: Leads) -> None:
    """Listen for what leads press. Of two, the second is told who did what."""
    window = PollDesk(desk, leads)

    def make(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient, move: Move) -> None:
        """Make a move, acknowledge it, say what it came to, and send what it wrote."""
        with boundary(body, client):
            press = Press.of(body, action)
            try:
                leads.require(press.lead, client)
                notice = move(press)
            except PollError as error:
                notice = str(error)
            finally:
                ack()
            window.draw(press, body, client, notice)
            desk.postman.deliver(client)

    @app.action("poll:open_desk")
    def show_poll(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        ack()
        with boundary(body, client):
            press = Press.of(body, action)
            leads.require(press.lead, client)
            poll = window.find(press)
            view = window.view(poll, press.lead, client, Looking(poll.id, poll.version))
            open_window(body, client, view)

    @app.action("poll:desk_part")
    def show_part(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        ack()
        with boundary(body, client):
            part = Part(action["selected_option"]["value"])
            _show(body, client, lambda looking: replace(looking, part=part, first=0))

    @app.action("poll:desk_back")
    @app.action("poll:desk_more")
    def turn(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        ack()
        with boundary(body, client):
            _show(body, client, lambda looking: replace(looking, first=int(action["value"])))

    def _show(body: dict[str, Any], client: WebClient, change: Callable[[Looking], Looking]) -> None:
        looking = change(Looking.read(body["view"]["private_metadata"]))
        press = Press(workspace_of(body), body["user"]["id"], looking.poll_id, looking)
        leads.require(press.lead, client)
        window.draw(press, body, client, "")

    @app.action("poll:close")
    def close(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        def move(press: Press) -> str:
            close_poll(desk, window.unchanged(press), press.lead)
            return CLOSED

        make(body, action, ack, client, move)

    @app.action("poll:delete")
    def delete(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        def move(press: Press) -> str:
            poll = window.unchanged(press)
            if not may_manage(poll, press.lead, leads, client):
                raise BotError(OWNERS_ONLY)
            delete_poll(desk, poll, press.lead)
            return after_deleting(poll, words.DELETED)

        make(body, action, ack, client, move)

    @app.action("poll:export")
    def export(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        ack()
        with boundary(body, client):
            press = Press.of(body, action)
            leads.require(press.lead, client)
            try:
                poll = window.find(press)
                desk.store.audit.note(press.workspace, press.lead, "poll:export", desk.clock(), poll_id=poll.id)
                notice = exports.send(desk, poll, press.lead, client)
            except PollError as error:
                notice = str(error)
            window.draw(press, body, client, notice)

    @app.action("poll:remind")
    def remind(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        make(body, action, ack, client, lambda press: reminding.send(desk, window.unchanged(press), press.lead))
