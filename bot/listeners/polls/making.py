"""Leads make a poll: the window to begin in, the form, and the windows of its further questions."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot import blocks
from bot.blocks import notices
from bot.blocks.polls.form import poll_form, start_form
from bot.blocks.polls.preview import PLAN_CHANGED, PREVIEW_READY, preview
from bot.blocks.polls.question_form import question_form
from bot.drafting import as_question
from bot.errors import BotError
from bot.letters import Letter
from bot.listeners.answers import end
from bot.listeners.boundary import Boundary
from bot.listeners.desk import Desk
from bot.listeners.leads import Leads
from bot.listeners.payloads import workspace_of
from bot.listeners.polls.form_state import View, at_fields, read_form, read_question, stamp_of
from bot.listeners.polls.moves import find_poll
from bot.polls import Plan, Poll, PollError, Question, State, Voice
from bot.polls.filling import EMPTY, Filled, fingerprint
from bot.polls.finishing import copied, filled_with, finished, tidy
from bot.polls.planning import MOST_QUESTIONS, new_plan, standing_problems
from bot.polls.templates import Template, load_polls
from bot.storage import Hand
from bot.storage.poll_forms import PLANNED, POSTED

MOST_EARLIER = 50
ONE_OF_TWO = "Pick a template or an earlier poll, not both."
SAY_WHEN = "This poll is planned. Type when it opens, or discard it in the preview I sent you."
NOT_LEADS = "Only CCG leads can own a poll, and somebody you picked is not listed as one. Pick leads only."
TOO_MANY = f"A poll has up to {MOST_QUESTIONS} questions, and this one has them. Close this window."
NO_TEMPLATE = "That template is no longer there. Pick another one, or leave it empty."

Redraw = Callable[[Filled, str], Filled]


def open_form(desk: Desk, client: WebClient, body: dict[str, Any], plan: Plan | None = None) -> None:
    """Open the form of a new poll, filled with `plan`. Raises `BotError` for anybody who is not a lead."""
    desk.leads.require(_user_of(body), client)
    filled = filled_with(plan, desk.clock()) if plan else EMPTY
    poll = desk.store.poll_forms.begin(workspace_of(body), _user_of(body), filled, desk.clock())
    _show(client, body, _form(desk, poll, filled))


def register(app: App, desk: Desk, boundary: Boundary, leads: Leads) -> None:
    """Listen for what leads press and send on the way to a preview. Everybody else is told why nothing happened."""
    forms = desk.store.poll_forms

    def lead_of(body: dict[str, Any], client: WebClient) -> str:
        user = _user_of(body)
        leads.require(user, client)
        return user

    @app.action("poll:new")
    def begin(body: dict[str, Any], ack: Ack, client: WebClient) -> None:
        ack()
        with boundary(body, client):
            user = lead_of(body, client)
            view = start_form(_templates(desk), _earlier(desk, workspace_of(body), user))
            client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.view("poll_start")
    def start(body: dict[str, Any], view: dict[str, Any], ack: Ack, client: WebClient) -> None:
        workspace, user = workspace_of(body), body["user"]["id"]
        template, earlier = (_picked(view, name) for name in ("template", "earlier"))
        if not leads.include(user, client):
            end(ack, blocks.note(notices.LEADS_ONLY))
        elif template and earlier:
            ack(response_action="errors", errors={"earlier": ONE_OF_TWO})
        elif template and template not in (known := {one.id: one for one in _templates(desk)}):
            ack(response_action="errors", errors={"template": NO_TEMPLATE})
        else:
            plan = known[template].plan if template else None
            try:
                poll, filled = _begun(desk, workspace, user, plan, int(earlier) if earlier else None)
            except PollError as error:
                end(ack, blocks.note(str(error)))
                return
            ack(response_action="update", view=_form(desk, poll, filled))

    @app.action("poll:copy")
    def copy(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        ack()
        with boundary(body, client):
            lead_of(body, client)
            poll = find_poll(desk, workspace_of(body), int(action["value"]))
            open_form(desk, client, body, copied(poll.plan))

    @app.action("poll:from_group")
    def ask_practices(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        ack()
        with boundary(body, client):
            lead_of(body, client)
            group = desk.store.review.find(workspace_of(body), int(action["value"]))
            if group is None or not group.text:
                raise BotError(notices.QUESTION_GONE)
            open_form(desk, client, body, new_plan(Question(as_question(group.text))))

    @app.action("poll:change")
    def change(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        ack()
        with boundary(body, client):
            lead_of(body, client)
            poll = find_poll(desk, workspace_of(body), int(action["value"]))
            if poll.state not in PLANNED:
                raise PollError(POSTED)
            _show(client, body, _form(desk, poll, _kept(desk, poll)))

    def typed_so_far(body: dict[str, Any], client: WebClient, redraw: Redraw | None = None, value: str = "") -> Poll:
        """Keep what stands in the form at a press in it, changed by `redraw`."""
        lead_of(body, client)
        poll = find_poll(desk, workspace_of(body), int(body["view"]["private_metadata"]))
        filled = read_form(body["view"], _kept(desk, poll))
        hand = Hand(body["user"]["id"], desk.clock())
        forms.keep(poll.workspace, poll.id, redraw(filled, value) if redraw else filled, hand)
        return poll

    @app.action("poll:kind")
    def show_other_fields(body: dict[str, Any], ack: Ack, client: WebClient) -> None:
        view = body["view"]
        with boundary(body, client):
            if view["callback_id"] == "poll_question":
                ack()
                lead_of(body, client)
                poll, number, is_new, kept = _in_window(desk, workspace_of(body), view)
                question = read_question(view, kept)
                drawn = question_form(number, question, view["private_metadata"], is_new=is_new)
            else:
                try:
                    poll = typed_so_far(body, client)
                finally:
                    ack()
                drawn = _form(desk, poll, _kept(desk, poll), stamp_of(view))
            client.views_update(view_id=view["id"], view=drawn)

    @app.action("poll:add_question")
    def open_new_question(body: dict[str, Any], ack: Ack, client: WebClient) -> None:
        with boundary(body, client):
            try:
                poll = typed_so_far(body, client)
            finally:
                ack()
            number = len(_kept(desk, poll).plan.questions) + 1
            view = question_form(number, Question(""), f"{poll.id} {number} new", is_new=True)
            client.views_push(trigger_id=body["trigger_id"], view=view)

    @app.action("poll:change_question")
    def open_question(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        with boundary(body, client):
            try:
                poll = typed_so_far(body, client)
            finally:
                ack()
            questions = _kept(desk, poll).plan.questions
            number = min(int(action["value"].split()[0]), len(questions))
            view = question_form(number, questions[number - 1], f"{poll.id} {number}", is_new=False)
            client.views_push(trigger_id=body["trigger_id"], view=view)

    def change_list(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient, move: Redraw) -> None:
        with boundary(body, client):
            try:
                poll = typed_so_far(body, client, move, action["value"])
            finally:
                ack()
            # With new block ids Slack shows the question that is first now, not what was typed there.
            drawn = _form(desk, poll, _kept(desk, poll), stamp_of(body["view"]) + 1)
            client.views_update(view_id=body["view"]["id"], view=drawn)

    @app.action("poll:raise_question")
    def raise_question(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        change_list(body, action, ack, client, _raised)

    @app.action("poll:remove_question")
    def remove_question(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        change_list(body, action, ack, client, _removed)

    @app.view("poll_question")
    def keep_question(body: dict[str, Any], view: dict[str, Any], ack: Ack, client: WebClient) -> None:
        if not leads.include(body["user"]["id"], client):
            end(ack, blocks.note(notices.LEADS_ONLY))
            return
        try:
            poll, number, is_new, kept = _in_window(desk, workspace_of(body), view)
        except PollError as error:
            end(ack, blocks.note(str(error)))
            return
        question, filled = read_question(view, kept), _kept(desk, poll)
        wrong = {
            f"{field.partition('-')[0]}-{number}": sentence
            for field, sentence in standing_problems(new_plan(tidy(question), title="?")).items()
        }
        if is_new and len(filled.plan.questions) >= MOST_QUESTIONS:
            wrong = {f"question-{number}": TOO_MANY}
        if wrong:
            ack(response_action="errors", errors=at_fields(view, wrong))
            return
        questions = list(filled.plan.questions)
        questions[number - 1 : number if not is_new else number - 1] = [question]
        filled = replace(filled, plan=replace(filled.plan, questions=tuple(questions)))
        try:
            forms.keep(poll.workspace, poll.id, filled, Hand(body["user"]["id"], desk.clock()))
        except PollError as error:
            end(ack, blocks.note(str(error)))
            return
        ack()
        with boundary(body, client):
            beneath = view.get("previous_view_id") or view.get("root_view_id")
            client.views_update(view_id=beneath, view=_form(desk, poll, filled))

    @app.view("poll_form")
    def send_preview(body: dict[str, Any], view: dict[str, Any], ack: Ack, client: WebClient) -> None:
        workspace, user = workspace_of(body), body["user"]["id"]
        hand = Hand(user, desk.clock())
        if not leads.include(user, client):
            end(ack, blocks.note(notices.LEADS_ONLY))
            return
        try:
            poll = find_poll(desk, workspace, int(view["private_metadata"]))
            filled = read_form(view, _kept(desk, poll))
            forms.keep(workspace, poll.id, filled, hand)
            made = _finished(filled, poll, leads, client, desk)
            if not isinstance(made, Plan):
                ack(response_action="errors", errors=at_fields(view, made))
                return
            forms.settle(workspace, poll.id, made, lambda settled: _previews(desk, settled, user), hand)
        except PollError as error:
            end(ack, blocks.note(str(error)))
            return
        end(ack, blocks.note(PREVIEW_READY if poll.state is State.DRAFT else PLAN_CHANGED))
        with boundary(body, client):
            desk.postman.deliver(client)


def _finished(filled: Filled, poll: Poll, leads: Leads, client: WebClient, desk: Desk) -> Plan | dict[str, str]:
    """The plan, with what else this form has to be sure of."""
    if desk.store.practices.is_empty():  # a template may want their voice all the same, and nobody could vote
        filled = replace(filled, plan=replace(filled.plan, voice=Voice.PERSON))
    made = finished(filled, desk.clock())
    wrong = {} if isinstance(made, Plan) else dict(made)
    if poll.state is State.SCHEDULED and not filled.opens.strip():
        wrong["opens_at"] = SAY_WHEN
    if not all(leads.include(owner, client) for owner in filled.plan.owners):
        wrong["owners"] = NOT_LEADS
    if wrong or not isinstance(made, Plan):
        return wrong
    return replace(made, owners=tuple(owner for owner in made.owners if owner != poll.author))


def _previews(desk: Desk, poll: Poll, user: str) -> list[Letter]:
    return [preview(poll, user, desk.settings.ccg_name, desk.clock())]


def _begun(desk: Desk, workspace: str, user: str, plan: Plan | None, earlier: int | None) -> tuple[Poll, Filled]:
    """A new draft from a template's plan or an earlier poll; a draft that is not finished is taken up as it was."""
    if earlier is not None:
        poll = find_poll(desk, workspace, earlier)
        if poll.state is State.DRAFT and poll.author == user:
            return poll, _kept(desk, poll)
        plan = copied(poll.plan)
    filled = filled_with(plan, desk.clock()) if plan else EMPTY
    return desk.store.poll_forms.begin(workspace, user, filled, desk.clock()), filled


def _templates(desk: Desk) -> list[Template]:
    return list(load_polls(desk.settings.knowledge / "polls").values())


def _earlier(desk: Desk, workspace: str, user: str) -> list[Poll]:
    """What a lead can begin with: their own drafts as they stand, and everybody's polls, newest first."""
    found = []
    for poll in desk.store.polls.listed(workspace):
        if poll.state is not State.DRAFT:
            found.append(poll)
        elif poll.author == user and (filled := _kept(desk, poll)) != EMPTY:
            found.append(replace(poll, plan=filled.plan))
    return found[:MOST_EARLIER]


def _kept(desk: Desk, poll: Poll) -> Filled:
    """What stands in a poll's form, or what its plan would fill it with."""
    return desk.store.poll_forms.of(poll.workspace, poll.id) or filled_with(poll.plan, desk.clock())


def _form(desk: Desk, poll: Poll, filled: Filled, stamp: int = 0) -> dict[str, Any]:
    has_register = not desk.store.practices.is_empty()
    return poll_form(poll, filled, desk.settings.ccg_name, has_register=has_register, stamp=stamp)


def _show(client: WebClient, body: dict[str, Any], view: dict[str, Any]) -> None:
    """Open a window, in the place of the one that was pressed in: Slack stacks no more than three."""
    shown = body.get("view") or {}
    if shown.get("type") == "modal":
        client.views_update(view_id=shown["id"], view=view)
    else:
        client.views_open(trigger_id=body["trigger_id"], view=view)


def _in_window(desk: Desk, workspace: str, view: View) -> tuple[Poll, int, bool, Question]:
    """The poll of a question's window, the question's number, whether it is new, and the question as it was kept."""
    poll_id, number, *new = str(view["private_metadata"]).split()
    poll = find_poll(desk, workspace, int(poll_id))
    questions = _kept(desk, poll).plan.questions
    if new or int(number) > len(questions):
        return poll, int(number), True, Question("")
    return poll, int(number), False, questions[int(number) - 1]


def _raised(filled: Filled, value: str) -> Filled:
    at = _position(filled, value)
    questions = list(filled.plan.questions)
    if at:
        questions[at - 1], questions[at] = questions[at], questions[at - 1]
    return replace(filled, plan=replace(filled.plan, questions=tuple(questions)))


def _removed(filled: Filled, value: str) -> Filled:
    at = _position(filled, value)
    questions = tuple(one for place, one in enumerate(filled.plan.questions) if not at or place != at)
    return replace(filled, plan=replace(filled.plan, questions=questions))


def _position(filled: Filled, value: str) -> int | None:
    """Where a further question stands, from 1; None where the list has changed since its buttons were drawn."""
    number, seen = value.split()
    return int(number) - 1 if seen == fingerprint(filled.plan) else None


def _picked(view: View, name: str) -> str | None:
    held = view["state"]["values"].get(name, {}).get("choice", {})
    return (held.get("selected_option") or {}).get("value")


def _user_of(body: dict[str, Any]) -> str:
    return str(body["user"]["id"] if "user" in body else body["user_id"])
