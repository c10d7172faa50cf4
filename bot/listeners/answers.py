"""A lead answers a question: the form, its preview, and publishing or sending it for approval."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot import blocks
from bot.additions import Addition, Kind, Standing
from bot.blocks import Message, notices
from bot.blocks.queue import Showing
from bot.drafting import Asked, Draft, Mistakes, Typed, as_question, draft, entry_of, typed_from
from bot.letters import Letter
from bot.listeners.boundary import Boundary
from bot.listeners.desk import Desk
from bot.listeners.home import Tab
from bot.listeners.leads import Leads
from bot.listeners.payloads import workspace_of
from bot.listeners.recall import lead_channels
from bot.listeners.rows import Place, draw_message
from bot.listeners.telling import answer_letter, answer_letters
from bot.listeners.windows import open_window
from bot.review import Asker, Group, Move, ReviewError
from bot.storage import Closing, Hand, Overtaken
from bot.storage.proposals import Proposals


@dataclass(frozen=True)
class Seen:
    """What a window is about, as a lead saw it: a group or a draft by its id, the group's version, and where."""

    id: int
    version: int
    place: Place

    @classmethod
    def read(cls, view: Mapping[str, Any]) -> "Seen":
        numbers, _, place = str(view["private_metadata"]).partition("\n")
        number, version = (int(one) for one in numbers.split())
        return cls(number, version, Place.read(place))

    def __str__(self) -> str:
        return f"{self.id} {self.version}\n{self.place}"


def register(app: App, desk: Desk, boundary: Boundary, leads: Leads) -> None:
    """Listen for the button beside a question, and for the two windows behind it."""
    proposals, tab = desk.store.proposals, Tab(desk, leads)

    @app.action("queue:answer")
    def open_form(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        ack()
        with boundary(body, client):
            user = body["user"]["id"]
            leads.require(user, client)
            group_id = int(str(action["value"]).split()[0])
            view = _form(desk, workspace_of(body), group_id, user, Place.of(body))
            open_window(body, client, view)

    @app.view("answer_form")
    def preview(body: dict[str, Any], view: dict[str, Any], ack: Ack, client: WebClient) -> None:
        user, workspace = body["user"]["id"], workspace_of(body)
        if not leads.include(user, client):
            end(ack, blocks.note(notices.LEADS_ONLY))
            return
        seen = Seen.read(view)
        group = desk.store.review.find(workspace, seen.id)
        if group is None:
            end(ack, blocks.note(notices.QUESTION_GONE))
            return
        drafted = _drafted(desk, workspace, group, user, read_typed(view["state"]["values"]))
        if isinstance(drafted, Mistakes):
            ack(response_action="errors", errors=dict(drafted.by_field))
            return
        ack(response_action="push", view=_preview(desk, group, drafted, replace(seen, id=drafted.id)))

    @app.view("publish_answer")
    def publish(body: dict[str, Any], view: dict[str, Any], ack: Ack, client: WebClient) -> None:
        user, workspace = body["user"]["id"], workspace_of(body)
        if not leads.include(user, client):
            end(ack, blocks.note(notices.LEADS_ONLY))
            return
        seen = Seen.read(view)
        try:
            addition = _own_draft(desk, workspace, seen.id, user)
            if desk.settings.two_leads:
                whom = [one for one in lead_channels(desk, leads, client) if one != user]
                _propose(desk, proposals, workspace, addition, seen.version, whom)
                said = notices.SENT_FOR_APPROVAL
            else:
                people = put_live(desk, workspace, addition, addition.group_id or 0, seen.version, user)
                said = blocks.published(people)
        except ReviewError as error:
            end(ack, refusal(error, user, notices.DRAFT_KEPT))
            return
        end(ack, blocks.note(said))
        with boundary(body, client):
            desk.library.look()
            desk.postman.deliver(client)
            redraw(desk, tab, seen.place, workspace, user, client)


def redraw(desk: Desk, tab: Tab, place: Place, workspace: str, user: str, client: WebClient) -> None:
    """Show how the rows stand now: under the message that was pressed, or on the lead's Home tab."""
    if place.groups:
        draw_message(desk, workspace, place, client)
    else:
        tab.publish(workspace, user, client, Showing.read(place.showing))


def end(ack: Ack, message: Message) -> None:
    """Acknowledge a window with a message in its place; closing that closes the windows beneath."""
    ack(response_action="update", view=blocks.closing_view(message))


def refusal(error: ReviewError, presser: str, then: str = notices.NOTHING_CHANGED) -> Message:
    """Why a move was refused, with who was quicker where that is so; `then` says what it means for the presser."""
    if isinstance(error, Overtaken):
        is_own = error.last.by == presser and error.last.move is not Move.REOPEN
        return blocks.who_did(error.last, presser, notices.NOTHING_CHANGED if is_own else then)
    return blocks.note(str(error))


def put_live(desk: Desk, workspace: str, addition: Addition, group_id: int, version: int, by: str) -> int:
    """Serve an answer, close its group and write to everybody who asked; how many are told. Raises `ReviewError`."""
    knowledge = desk.library.current.knowledge
    group = desk.store.review.find(workspace, group_id)
    entry = entry_of(addition, knowledge.sources)
    if group is None:
        raise ReviewError(notices.QUESTION_GONE)
    if entry is None:
        raise ReviewError(notices.SOURCE_GONE)
    told: list[Letter] = []

    def compose(askers: Sequence[Asker]) -> Sequence[Letter]:
        # Within the transaction, where no other lead can take the name in between.
        if addition.entry in names_in_use(desk, but=addition.id, standings={Standing.LIVE, Standing.PROPOSED}):
            raise ReviewError(notices.NAME_TAKEN)
        told.extend(answer_letters(desk, group, askers, entry))
        return told

    how = Closing(Move.ANSWER, by, entry=addition.entry, addition=addition, compose=compose)
    desk.store.review.close(workspace, group_id, version, how, desk.clock())
    return len(told)


def _form(desk: Desk, workspace: str, group_id: int, user: str, place: Place) -> dict[str, Any]:
    """The form as the group stands now. Raises `ReviewError` where there is nothing left to answer."""
    review, understanding = desk.store.review, desk.library.current
    group = review.find(workspace, group_id)
    if group is None:
        raise ReviewError(notices.QUESTION_GONE)
    if not group.is_open:
        raise ReviewError(notices.QUESTION_CLOSED)
    if any(one.standing is Standing.PROPOSED for one in _additions_for(desk, workspace, group)):
        raise ReviewError(notices.WAITS_FOR_APPROVAL)
    kept = _draft_of(desk, workspace, group, user)
    return blocks.answer_form(
        group,
        understanding.ranker.rank(group.text),
        typed_from(kept) if kept else None,
        as_question(group.text),
        understanding.knowledge.sources,
        desk.clock().date(),
        str(Seen(group.id, group.version, place)),
    )


def _drafted(desk: Desk, workspace: str, group: Group, user: str, typed: Typed) -> Addition | Mistakes:
    """The draft as it is kept from now on, or what is wrong with it."""
    kept = _draft_of(desk, workspace, group, user)
    number = kept.id if kept and kept.group_id == group.id else 0
    asked = Asked([text for _, text in desk.store.review.wordings(group.id)], group.part)
    names = names_in_use(desk, but=number, standings=frozenset(Standing))
    now = desk.clock()
    made = draft(typed, asked, desk.library.current.knowledge, names, desk.settings.ccg_name, now.date())
    if not isinstance(made, Draft):
        return made
    addition = Addition(
        Kind.ENTRY, made.record["id"], made.content, user, number, standing=Standing.DRAFT, group_id=group.id
    )
    if not number:
        return desk.store.additions.add(workspace, addition, now)
    desk.store.additions.change(addition, Hand(user, now))
    return addition


def _preview(desk: Desk, group: Group, addition: Addition, seen: Seen) -> dict[str, Any]:
    entry = entry_of(addition, desk.library.current.knowledge.sources)
    assert entry is not None  # what was drafted a moment ago has no mistakes
    letter = answer_letter(desk, group, Asker(0, addition.author, "home", None, None, group.text), entry)
    return blocks.preview_view(letter, str(seen), two_leads=desk.settings.two_leads)


def _propose(
    desk: Desk, proposals: Proposals, workspace: str, addition: Addition, version: int, to_whom: Sequence[str]
) -> None:
    """Let a second lead look at an answer: a letter for the leads' channel, or for each of the others."""
    group = desk.store.review.find(workspace, addition.group_id or 0)
    entry = entry_of(addition, desk.library.current.knowledge.sources)
    if group is None or entry is None:
        raise ReviewError(notices.QUESTION_GONE if group is None else notices.SOURCE_GONE)
    ccg_name, now = desk.settings.ccg_name, desk.clock()
    waiting = replace(addition, standing=Standing.PROPOSED)
    letters = [blocks.proposed(waiting, entry, group, whom, ccg_name, now.date()) for whom in to_whom]
    proposals.propose(workspace, addition, version, letters, now)


def _own_draft(desk: Desk, workspace: str, addition_id: int, user: str) -> Addition:
    """The draft that a preview names, if it is the presser's. Raises `ReviewError` for any other."""
    found = desk.store.additions.find(workspace, addition_id)
    if found is None or found.kind is not Kind.ENTRY or found.author != user:
        raise ReviewError(notices.NOT_YOUR_DRAFT)
    if found.standing is not Standing.DRAFT:
        last = desk.store.review.last_move(found.group_id or 0)
        raise Overtaken(last) if last else ReviewError(notices.NOT_YOUR_DRAFT)
    return found


def _draft_of(desk: Desk, workspace: str, group: Group, user: str) -> Addition | None:
    """What this lead drafted for a group, or for one that has become one with it; the latest."""
    waiting = _additions_for(desk, workspace, group)
    own = [one for one in waiting if one.standing is Standing.DRAFT and one.author == user]
    return own[-1] if own else None


def _additions_for(desk: Desk, workspace: str, group: Group) -> list[Addition]:
    """Answers to a group that are drafts or wait for a second lead, oldest first."""
    waiting = desk.store.additions.of(standings={Standing.DRAFT, Standing.PROPOSED})
    found = [one for one in waiting if one.kind is Kind.ENTRY and one.group_id is not None]
    return [one for one in found if _is_of(desk, workspace, one.group_id or 0, group)]


def _is_of(desk: Desk, workspace: str, group_id: int, group: Group) -> bool:
    if group_id == group.id:
        return True
    now = desk.store.review.find(workspace, group_id)
    return now is not None and now.id == group.id


def names_in_use(desk: Desk, *, but: int, standings: frozenset[Standing] | set[Standing]) -> set[str]:
    """The ids that entries have: those in use, and those of additions in these standings save one."""
    additions = desk.store.additions.of(standings=standings)
    made = {one.entry for one in additions if one.kind is Kind.ENTRY and one.id != but}
    return made | set(desk.library.current.knowledge.entries)


def read_typed(values: Mapping[str, Any]) -> Typed:
    """What stands in the form, as Slack sends it: by block and action."""

    def text(name: str) -> str:
        return str(values.get(name, {}).get("text", {}).get("value") or "")

    def chosen(name: str, action: str = "choice") -> str:
        option = values.get(name, {}).get(action, {}).get("selected_option") or {}
        return str(option.get("value") or "")

    return Typed(
        answer=text("answer"),
        question=text("question"),
        source=chosen("source", "pick_source"),
        source_title=text("source_title"),
        source_address=text("source_address"),
        edition=chosen("edition"),
        audience=chosen("audience"),
        part=chosen("part"),
        owner=text("owner"),
        review_by=str(values.get("review_by", {}).get("date", {}).get("selected_date") or ""),
    )
