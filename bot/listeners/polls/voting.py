"""Voting: every press and every form is kept before Slack is told that it came, and then answered privately."""

import re
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot import blocks
from bot.blocks import Block, Message
from bot.blocks.polls import ballot
from bot.blocks.practices import NOT_LISTED
from bot.listeners.boundary import Boundary
from bot.listeners.desk import Desk, say_privately
from bot.listeners.payloads import workspace_of
from bot.listeners.polls.booth import Booth, Said, filled
from bot.listeners.polls.painter import Painter
from bot.polling import public_tally
from bot.polls import Poll, PollError, Results, State, Voice, takes_votes
from bot.polls.answering import mistakes

_VALUE = re.compile(r"(\d{1,18})(?: (\d{1,3}))?")
INSTEAD = 1  # beside the poll in a form's private_metadata: it shows what a colleague voted


@dataclass(frozen=True)
class Press:
    """Who pressed what: a poll, and an option of it or a mark of ours where the value has one."""

    workspace: str
    person: str
    poll_id: int
    option: int | None

    @classmethod
    def read(cls, body: dict[str, Any], value: str) -> "Press":
        """A value that is none of ours names poll 0, which does not exist."""
        found = _VALUE.fullmatch(value)
        poll_id, option = (int(found[1]), int(found[2]) if found[2] else None) if found else (0, None)
        return cls(workspace_of(body), body["user"]["id"], poll_id, option)

    def __str__(self) -> str:
        return f"{self.poll_id}" if self.option is None else f"{self.poll_id} {self.option}"


def register(app: App, desk: Desk, boundary: Boundary) -> None:
    """Listen for the buttons of a poll's message and for the forms behind them. Everybody may press them."""
    store, booth, painter = desk.store, Booth(desk), Painter(desk)

    def find(press: Press) -> Poll | None:
        return store.polls.find(press.workspace, press.poll_id)

    def in_full(said: Said) -> Message:
        """What is said, with the results so far where voters see them."""
        if said.poll is None or said.poll.plan.results is not Results.AFTER_VOTING:
            return said.message
        return ballot.with_results(said.message, public_tally(store, said.poll, desk.clock()))

    def should_ask_practice(press: Press, said: Said) -> bool:
        """Once a person, after their first vote in a named poll in which each person has a voice."""
        if said.poll is None or not said.is_first or said.poll.plan.voice is Voice.PRACTICE:
            return False
        if store.practices.is_empty() or store.practices.practice_of(press.workspace, press.person):
            return False
        return store.house.mark_once(press.workspace, f"practice-asked:{press.person}", desk.clock())

    def form_for(press: Press, poll: Poll) -> Block:
        """The form, or the question that comes before it."""
        if booth.lacks_practice(poll, press.person):
            return ballot.practice_first(str(press.poll_id), then=ballot.THEN_FORM)
        vote = None if poll.is_anonymous else store.votes.of(press.workspace, poll, press.person)
        metadata = f"{poll.id} {INSTEAD}" if vote and vote.person != press.person else f"{poll.id}"
        return ballot.ballot_form(poll, vote, press.person, desk.settings.ccg_name, metadata, desk.clock())

    def finish(press: Press, said: Said, client: WebClient) -> None:
        """Have the poll's messages show a vote that counts."""
        if said.poll and said.poll.box:
            store.poll_messages.want(press.poll_id)
        if said.poll:
            painter.nudge(client)

    def tell_in_window(body: dict[str, Any], press: Press, said: Said, ack: Ack, client: WebClient) -> None:
        """Acknowledge a window with what came of a vote; results, and the question for a practice, follow in it."""
        ack(response_action="update", view=blocks.answer_view(said.message))
        with boundary(body, client):
            message = in_full(said)
            if should_ask_practice(press, said):
                message = ballot.together(message, ballot.which_practice(desk.settings.ccg_name))
            if message != said.message:
                client.views_update(view_id=body["view"]["id"], view=blocks.answer_view(message))
        with boundary(body, client):
            finish(press, said, client)

    def vote(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient, *, instead: bool) -> None:
        press = Press.read(body, action["value"])
        said = booth.press(press.workspace, press.poll_id, press.person, press.option, instead=instead)
        ack()
        with boundary(body, client):
            _learn(desk, press, body)
            if said.needs_practice:
                client.views_open(
                    trigger_id=body["trigger_id"], view=ballot.practice_first(str(press), then=ballot.THEN_CAST)
                )
                return
            _tell(body, client, in_full(said), replace_original=instead)
            if should_ask_practice(press, said):
                _tell(body, client, ballot.which_practice(desk.settings.ccg_name))
        with boundary(body, client):
            finish(press, said, client)

    @app.action(re.compile(r"^poll:pick:\d+$"))
    def pick(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        vote(body, action, ack, client, instead=False)

    @app.action("poll:instead")
    def put_in_its_place(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        vote(body, action, ack, client, instead=True)

    @app.action("poll:vote")
    def open_form(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        ack()
        with boundary(body, client):
            press = Press.read(body, action["value"])
            _learn(desk, press, body)
            poll = find(press)
            is_preview = poll is not None and poll.state in (State.DRAFT, State.SCHEDULED)
            if poll is None or not (is_preview or takes_votes(poll, desk.clock())):
                _tell(body, client, booth.refuse(poll).message)
            elif poll.box and store.ballot_boxes.has_voted(poll.box, press.person):
                _tell(body, client, ballot.anonymous_again())
            elif booth.lacks_practice(poll, press.person) and store.practices.is_empty():
                _tell(body, client, ballot.no_register())
            else:
                client.views_open(trigger_id=body["trigger_id"], view=form_for(press, poll))

    @app.view("poll_ballot")
    def submit(body: dict[str, Any], view: dict[str, Any], ack: Ack, client: WebClient) -> None:
        press = Press.read(body, view["private_metadata"])
        poll = find(press)
        if poll is None or not takes_votes(poll, desk.clock()):
            ack(response_action="update", view=blocks.answer_view(booth.refuse(poll).message))
            return
        answers = filled(poll.plan.questions, view["state"]["values"])
        if wrong := mistakes(poll.plan.questions, answers):
            ack(response_action="errors", errors={f"question-{position}": why for position, why in wrong.items()})
            return
        said = booth.submit(poll, press.person, answers, instead=press.option == INSTEAD)
        if said.needs_practice:
            ack(response_action="update", view=ballot.practice_first(str(press.poll_id), then=ballot.THEN_FORM))
            return
        tell_in_window(body, press, said, ack, client)

    @app.view("poll_practice")
    def choose_first(body: dict[str, Any], view: dict[str, Any], ack: Ack, client: WebClient) -> None:
        press = Press.read(body, view["private_metadata"])
        picked = view["state"]["values"]["practice"]["practice:pick"].get("selected_option") or {}
        if not store.practices.choose(press.workspace, press.person, str(picked.get("value")), desk.clock()):
            ack(response_action="errors", errors={"practice": NOT_LISTED})
            return
        if press.option is None:
            poll = find(press)
            is_open = poll is not None and takes_votes(poll, desk.clock())
            shown = form_for(press, poll) if poll and is_open else blocks.answer_view(booth.refuse(poll).message)
            ack(response_action="update", view=shown)
            return
        said = booth.press(press.workspace, press.poll_id, press.person, press.option)
        tell_in_window(body, press, said, ack, client)

    @app.action("poll:mine")
    def show_mine(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        ack()
        with boundary(body, client):
            press = Press.read(body, action["value"])
            _learn(desk, press, body)
            _tell(body, client, mine(press))

    def mine(press: Press) -> Message:
        poll = find(press)
        if poll is None or poll.state not in (State.OPEN, State.CLOSED):
            return booth.refuse(poll).message
        if poll.box:
            return ballot.mine_anonymous(poll, store.ballot_boxes.has_voted(poll.box, press.person))
        if booth.lacks_practice(poll, press.person):
            return ballot.no_practice_yet(poll)
        standing = store.votes.of(press.workspace, poll, press.person)
        message = ballot.mine(poll, standing, press.person, desk.clock())
        return in_full(Said(message, poll)) if standing and poll.state is State.OPEN else message

    @app.action("poll:withdraw")
    def withdraw(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        press = Press.read(body, action["value"])
        said = take_back(press)
        ack()
        with boundary(body, client):
            _learn(desk, press, body)
            _tell(body, client, said.message)
        with boundary(body, client):
            finish(press, said, client)

    def take_back(press: Press) -> Said:
        poll = find(press)
        if poll is None or poll.state not in (State.OPEN, State.CLOSED):
            return booth.refuse(poll)
        if poll.is_anonymous:
            return Said(ballot.anonymous_stays())
        if not takes_votes(poll, desk.clock()):
            return Said(ballot.too_late_to_withdraw(poll, desk.clock()))
        if booth.lacks_practice(poll, press.person):
            return Said(ballot.no_practice_yet(poll))
        try:
            gone = store.votes.withdraw(press.workspace, press.poll_id, press.person, desk.clock())
        except PollError:  # closed meanwhile
            return Said(ballot.too_late_to_withdraw(find(press) or poll, desk.clock()))
        return Said(ballot.withdrawn(poll), poll) if gone else Said(ballot.nothing_to_withdraw(poll))

    @app.action("poll:not_now")
    def leave_it(body: dict[str, Any], ack: Ack, client: WebClient) -> None:
        ack()
        with boundary(body, client):
            _tell(body, client, ballot.not_asked_again(), replace_original=True)


def _learn(desk: Desk, press: Press, body: dict[str, Any]) -> None:
    """A press on a channel's message tells where it stands."""
    container = body.get("container") or {}
    if container.get("type") == "message" and not container.get("is_ephemeral"):
        desk.store.poll_messages.learn(press.poll_id, str(container["channel_id"]), str(container["message_ts"]))


def _tell(body: dict[str, Any], client: WebClient, message: Message, *, replace_original: bool = False) -> None:
    """Say something that only the presser sees: beside the message, or in the window that they pressed in."""
    if (body.get("view") or {}).get("type") == "modal":
        client.views_update(view_id=body["view"]["id"], view=blocks.answer_view(message))
        return
    if say_privately(str(body["response_url"]), message, replace_original=replace_original):
        return
    channel, user = body["container"]["channel_id"], body["user"]["id"]
    client.chat_postEphemeral(channel=channel, user=user, **message.arguments())
