"""After a poll: its owners say what came of it, offer that as an answer, or take votes again."""

from collections.abc import Sequence
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot import blocks
from bot.additions import Addition, Kind, Standing
from bot.blocks.polls import outcome as words
from bot.drafting import Asked, Draft, Mistakes, Typed, draft, entry_of, typed_from
from bot.errors import BotError
from bot.letters import Letter
from bot.listeners.answers import end, names_in_use, read_typed
from bot.listeners.boundary import Boundary
from bot.listeners.desk import Desk
from bot.listeners.leads import Leads
from bot.listeners.payloads import workspace_of
from bot.listeners.polls.moves import find_poll, may_manage, reopen_poll
from bot.listeners.recall import lead_channels
from bot.listeners.windows import open_window
from bot.polls import Outcome, Poll, PollError, State
from bot.polls.planning import LONGEST
from bot.schedule import moment
from bot.storage import Transaction
from bot.storage.polls import CLOSE_FIRST

_HELD = frozenset({Standing.DRAFT, Standing.PROPOSED, Standing.LIVE, Standing.RETIRED})


def register(app: App, desk: Desk, boundary: Boundary, leads: Leads) -> None:
    """Listen for three buttons, and for the form behind each. Only a poll's owners may."""

    def owned(body: dict[str, Any], poll_id: str, client: WebClient) -> Poll:
        """The poll. Raises `BotError` where the presser may not decide about it."""
        user = body["user"]["id"]
        leads.require(user, client)
        poll = find_poll(desk, workspace_of(body), int(poll_id))
        if not may_manage(poll, user, leads, client):
            raise PollError(words.OWNERS_ONLY)
        return poll

    def show(body: dict[str, Any], client: WebClient, view: dict[str, Any]) -> None:
        shown = body.get("view") or {}
        if str(shown.get("callback_id")).startswith("poll_outcome"):  # may be the third window, and Slack has no fourth
            client.views_update(view_id=shown["id"], view=view)
            return
        open_window(body, client, view)

    @app.action("poll:outcome")
    def ask_outcome(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        ack()
        with boundary(body, client):
            poll = owned(body, str(action["value"]), client)
            if poll.state is not State.CLOSED:
                raise PollError(CLOSE_FIRST)
            show(body, client, words.outcome_form(poll))

    @app.view("poll_outcome")
    def keep_outcome(body: dict[str, Any], view: dict[str, Any], ack: Ack, client: WebClient) -> None:
        said = {name: _typed_in(view, name) for name in ("heard", "will_do")}
        if mistakes := {name: words.TYPE_IT for name, text in said.items() if not text}:
            ack(response_action="errors", errors=mistakes)
            return
        try:
            poll = owned(body, view["private_metadata"], client)
            kept = _keep(desk, poll, Outcome(**said, by=body["user"]["id"], said_at=desk.clock()))
        except BotError as error:
            end(ack, blocks.note(str(error)))
            return
        ack(response_action="update", view=words.outcome_posted(kept))
        with boundary(body, client):
            desk.postman.deliver(client)

    @app.action("poll:reopen")
    def ask_until_when(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        ack()
        with boundary(body, client):
            show(body, client, words.reopen_form(owned(body, str(action["value"]), client)))

    @app.view("poll_reopen")
    def reopen(body: dict[str, Any], view: dict[str, Any], ack: Ack, client: WebClient) -> None:
        now = desk.clock()
        closes_at = moment(_typed_in(view, "closes"), now)
        if closes_at is None or not now < closes_at <= now + LONGEST:
            wrong = words.TYPE_A_TIME if closes_at is None else words.TOO_EARLY if closes_at <= now else words.TOO_LATE
            ack(response_action="errors", errors={"closes": wrong})
            return
        try:
            poll = owned(body, view["private_metadata"], client)
            opened = reopen_poll(desk, poll, closes_at, body["user"]["id"])
        except BotError as error:
            end(ack, blocks.note(str(error)))
            return
        end(ack, blocks.note(words.reopened(opened)))
        with boundary(body, client):
            desk.postman.deliver(client)

    @app.action("poll:offer")
    def offer(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        ack()
        with boundary(body, client):
            poll = owned(body, str(action["value"]), client)
            show(body, client, _entry_form(desk, poll))

    @app.view("poll_entry")
    def keep_entry(body: dict[str, Any], view: dict[str, Any], ack: Ack, client: WebClient) -> None:
        user = body["user"]["id"]
        try:
            poll = owned(body, view["private_metadata"], client)
            drafted = _drafted(desk, poll, user, read_typed(view["state"]["values"]))
            if isinstance(drafted, Mistakes):
                ack(response_action="errors", errors=dict(drafted.by_field))
                return
            whom = [one for one in lead_channels(desk, leads, client) if one != user] if desk.settings.two_leads else []
            _offer(desk, poll, drafted, whom)
        except BotError as error:
            end(ack, blocks.note(str(error)))
            return
        end(ack, blocks.note(words.OFFERED if desk.settings.two_leads else words.ADDED))
        with boundary(body, client):
            desk.library.look()
            desk.postman.deliver(client)


def _keep(desk: Desk, poll: Poll, outcome: Outcome) -> Poll:
    """Keep what came of a poll, with a message for each of its channels."""

    def messages(_: Transaction, kept: Poll) -> Sequence[Letter]:
        body = words.outcome_body(kept, outcome, desk.settings.ccg_name, is_again=poll.outcome is not None)
        name = f"outcome:{kept.id}:{kept.version}"
        return [Letter(f"{name}:{channel}", "outcome", channel, body) for channel in kept.plan.channels]

    return desk.store.polls.keep_outcome(poll.workspace, poll.id, outcome, messages, desk.clock())


def _entry_form(desk: Desk, poll: Poll) -> dict[str, Any]:
    """The form of an answer, filled with what came of a poll, or with the draft that was made of it."""
    kept = _draft_of(desk, poll)
    if poll.outcome is None:
        raise PollError(words.SAY_FIRST)
    question, answer = words.as_answer(poll, poll.outcome)
    today, knowledge = desk.clock().date(), desk.library.current.knowledge
    filled = typed_from(kept) if kept else Typed(answer, question)
    near = desk.library.current.ranker.rank(question)
    return blocks.outcome_entry_form(poll.id, near, filled, knowledge.sources, today)


def _drafted(desk: Desk, poll: Poll, user: str, typed: Typed) -> Addition | Mistakes:
    """The answer as it would be added, with the id of the draft that it takes the place of."""
    kept = _draft_of(desk, poll)
    number, settings, today = kept.id if kept else 0, desk.settings, desk.clock().date()
    names = names_in_use(desk, but=number, standings=frozenset(Standing))
    made = draft(typed, Asked([]), desk.library.current.knowledge, names, settings.ccg_name, today)
    if not isinstance(made, Draft):
        return made
    standing = Standing.PROPOSED if settings.two_leads else Standing.LIVE
    return Addition(Kind.ENTRY, made.record["id"], made.content | {"poll": poll.id}, user, number, standing=standing)


def _offer(desk: Desk, poll: Poll, addition: Addition, whom: Sequence[str]) -> None:
    """Add the answer, or let a second lead look at it. Raises `PollError` where it was offered meanwhile."""
    settings, now = desk.settings, desk.clock()

    def letters(added: Addition) -> Sequence[Letter]:
        entry = entry_of(added, desk.library.current.knowledge.sources)
        assert entry is not None  # what was drafted a moment ago has no mistakes
        return [words.offered(added, entry, one, settings.ccg_name, now.date()) for one in whom]

    if not desk.store.proposals.offer(poll.workspace, addition, poll.id, letters, now):
        raise PollError(words.OFFERED_BEFORE)


def _draft_of(desk: Desk, poll: Poll) -> Addition | None:
    """The draft that was made of a poll's outcome. Raises `PollError` where it was offered already."""
    held = desk.store.additions.of(standings=_HELD)
    made = next((one for one in held if one.content.get("poll") == poll.id), None)
    if made and made.standing is not Standing.DRAFT:
        raise PollError(words.OFFERED_BEFORE)
    return made


def _typed_in(view: dict[str, Any], name: str) -> str:
    return str(view["state"]["values"].get(name, {}).get("text", {}).get("value") or "").strip()
