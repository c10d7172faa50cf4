"""A lead says that an entry answers a question: the form, the proof of its phrasing, and adding it."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot import blocks
from bot.additions import Addition, Kind, Standing
from bot.blocks import notices
from bot.errors import BotError
from bot.knowledge import Entry
from bot.letters import Letter
from bot.listeners.answers import Seen, end, redraw, refusal
from bot.listeners.background import in_background
from bot.listeners.boundary import Boundary
from bot.listeners.desk import Desk
from bot.listeners.home import Tab
from bot.listeners.leads import Leads
from bot.listeners.payloads import workspace_of
from bot.listeners.rows import Place
from bot.listeners.telling import answer_letters
from bot.listeners.windows import open_window
from bot.proof import Proof, prime, prove, stamp
from bot.review import Asker, Group, Move, ReviewError, to_tell
from bot.storage import Closing, Hand
from bot.text import comparable, visible, words

logger = logging.getLogger(__name__)
# Slack's words for a window that was closed in the meantime.
_WINDOW_GONE = {"not_found", "view_not_found", "expired_trigger_id"}


@dataclass(frozen=True)
class Press:
    """A lead, and the group that they looked at, as it still is."""

    workspace: str
    lead: str
    seen: Seen
    group: Group


def register(app: App, desk: Desk, boundary: Boundary, leads: Leads) -> None:
    """Listen for the button beside a question, and for the windows behind it. Only leads change anything."""
    tab, review = Tab(desk, leads), desk.store.review

    def pressed(body: dict[str, Any], seen: Seen, client: WebClient) -> Press:
        """Raises `BotError` for somebody who is no lead, `ReviewError` where the group has changed since."""
        workspace, user = workspace_of(body), body["user"]["id"]
        leads.require(user, client)
        group = review.unchanged(workspace, seen.id, seen.version)
        if not group.is_open:
            raise ReviewError(notices.QUESTION_CLOSED)
        return Press(workspace, user, seen, group)

    def submitted(body: dict[str, Any], view: dict[str, Any], ack: Ack, client: WebClient) -> Press | None:
        """As `pressed`, for a window; None once the lead was told why nothing came of it."""
        try:
            return pressed(body, Seen.read(view), client)
        except ReviewError as error:
            end(ack, refusal(error, body["user"]["id"], notices.NOTHING_ADDED))
        except BotError as error:
            end(ack, blocks.note(str(error)))
        return None

    def check(body: dict[str, Any], press: Press, draft: Addition, client: WebClient) -> None:
        """Prove a draft in the background, and show what came of it in the window, if that is still open."""

        def work() -> None:
            with boundary(body, client):
                proof = _proved(desk, press, draft)
                _show(client, body["view"]["id"], _proof_view(desk, press, proof))

        in_background("proof", work)

    def finish(
        body: dict[str, Any], ack: Ack, client: WebClient, press: Press, entry: Entry, added: Addition | None
    ) -> None:
        """Close the group, acknowledge, and tell everybody who asked."""
        try:
            people = _link(desk, press, entry, added)
        except ReviewError as error:
            end(ack, refusal(error, press.lead, notices.NOTHING_ADDED))
            return
        end(ack, blocks.note(blocks.linked(people, added=added is not None)))
        with boundary(body, client):
            desk.library.look()
            desk.postman.deliver(client)
            redraw(desk, tab, press.seen.place, press.workspace, press.lead, client)

    @app.action("queue:link")
    def open_form(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        ack()
        with boundary(body, client):
            group_id, _, version = str(action["value"]).partition(" ")
            try:
                press = pressed(body, Seen(int(group_id), int(version), Place.of(body)), client)
            except ReviewError as error:
                message = refusal(error, body["user"]["id"], notices.NOTHING_ADDED)
                client.views_open(trigger_id=body["trigger_id"], view=blocks.answer_view(message))
                return
            open_window(body, client, _form(desk, press))
            # While the lead reads the form, so that the check has half as much to do.
            answered = desk.store.served.latest_answered(press.workspace)
            in_background("prime", partial(prime, desk.library.fitted, answered))

    @app.view("link_form")
    def take_form(body: dict[str, Any], view: dict[str, Any], ack: Ack, client: WebClient) -> None:
        press = submitted(body, view, ack, client)
        if press is None:
            return
        values, entries = view["state"]["values"], desk.library.current.knowledge.entries
        picked = values["entry"]["pick_entry"].get("selected_option") or {}
        entry = entries.get(str(picked.get("value")))
        phrasing = " ".join(visible(values["phrasing"]["text"].get("value") or "").split())
        if mistakes := _mistakes(entry, phrasing, entries):
            ack(response_action="errors", errors=mistakes)
            return
        assert entry is not None  # else it is a mistake
        draft = _keep_draft(desk, press, entry, phrasing)
        if not phrasing:
            people = len(to_tell(review.askers(press.group.id)))
            ack(response_action="update", view=blocks.only_link_view(entry, people, str(press.seen)))
            return
        ack(response_action="update", view=blocks.checking_view(entry, phrasing, str(press.seen)))
        check(body, press, draft, client)

    @app.view("link_add")
    def add(body: dict[str, Any], view: dict[str, Any], ack: Ack, client: WebClient) -> None:
        press = submitted(body, view, ack, client)
        if press is None:
            return
        draft = _draft_of(desk, press)
        entry = desk.library.current.knowledge.entries.get(draft.entry) if draft else None
        if draft is None or entry is None or not draft.content["text"]:
            end(ack, blocks.note(notices.NOT_CHECKED))
            return
        # What was proved is what counts, and it is kept here: a payload by hand says nothing of it.
        proof = _proof_of(desk, draft)
        if proof is None:
            ack(response_action="update", view=blocks.checking_view(entry, draft.content["text"], str(press.seen)))
            check(body, press, draft, client)
            return
        reason = visible(view["state"]["values"].get("reason", {}).get("text", {}).get("value") or "").strip()
        if not proof.is_harmless and not reason:
            if "reason" in view["state"]["values"]:
                ack(response_action="errors", errors={"reason": notices.SAY_WHY})
            else:
                ack(response_action="update", view=_proof_view(desk, press, proof))
            return
        if not proof.is_harmless:
            draft = replace(draft, reason=reason)
            desk.store.additions.change(draft, Hand(press.lead, desk.clock()))
        finish(body, ack, client, press, entry, draft)

    @app.view("link_only")
    def link_only(body: dict[str, Any], view: dict[str, Any], ack: Ack, client: WebClient) -> None:
        press = submitted(body, view, ack, client)
        if press is None:
            return
        draft = _draft_of(desk, press)
        entry = desk.library.current.knowledge.entries.get(draft.entry) if draft else None
        if draft is None or entry is None or draft.content["text"]:
            end(ack, blocks.note(notices.NOT_CHECKED))
            return
        finish(body, ack, client, press, entry, None)

    @app.action("link:reword")
    def reword(body: dict[str, Any], ack: Ack, client: WebClient) -> None:
        ack()
        with boundary(body, client):
            press = pressed(body, Seen.read(body["view"]), client)
            _show(client, body["view"]["id"], _form(desk, press))


def _form(desk: Desk, press: Press) -> dict[str, Any]:
    """The form, with what this lead drafted before, or with the best candidate and the first wording."""
    understanding, kept = desk.library.current, _draft_of(desk, press)
    entries = understanding.knowledge.entries
    ranking = understanding.ranker.rank(press.group.text)
    # What did not help its asker is hardly what they meant.
    near = [match.entry for match in ranking if match.entry.id not in press.group.unhelpful]
    best = entries.get(kept.entry) if kept else near[0] if near else None
    first = " ".join(press.group.text.split())
    return blocks.link_form(press.group, best, str(kept.content["text"]) if kept else first, str(press.seen))


def _mistakes(entry: Entry | None, phrasing: str, entries: Mapping[str, Entry]) -> dict[str, str]:
    """What is wrong with a form, by its block."""
    if entry is None:
        return {"entry": notices.PICK_AN_ENTRY}
    if not phrasing:
        return {}
    if not words(phrasing):
        return {"phrasing": notices.NO_WORDS}
    same = comparable(phrasing)
    for other in entries.values():
        if any(comparable(text) == same for text in other.phrasings):
            return {"phrasing": notices.IS_THERE if other.id == entry.id else notices.IS_ANOTHERS}
    return {}


def _keep_draft(desk: Desk, press: Press, entry: Entry, phrasing: str) -> Addition:
    """Write down what a lead typed, not proved yet; it takes the place of an earlier draft of theirs."""
    kept = _draft_of(desk, press)
    made = Addition(
        Kind.PHRASING,
        entry.id,
        {"text": phrasing},
        press.lead,
        kept.id if kept else 0,
        standing=Standing.DRAFT,
        group_id=press.group.id,
    )
    if kept is None:
        return desk.store.additions.add(press.workspace, made, desk.clock())
    desk.store.additions.change(made, Hand(press.lead, desk.clock()))
    return made


def _draft_of(desk: Desk, press: Press) -> Addition | None:
    drafts = desk.store.additions.of(standings={Standing.DRAFT})
    own = [one for one in drafts if one.kind is Kind.PHRASING and one.author == press.lead]
    return next((one for one in reversed(own) if one.group_id == press.group.id), None)


def _proved(desk: Desk, press: Press, draft: Addition) -> Proof:
    """The proof of a draft, which is kept with it. Raises `BotError` when its entry has gone."""
    understanding = desk.library.fitted
    if draft.entry not in understanding.knowledge.entries:
        raise BotError(notices.ENTRY_GONE)
    proof = prove(
        understanding,
        draft.entry,
        draft.content["text"],
        desk.store.served.latest_answered(press.workspace),
        group=[text for _, text in desk.store.review.wordings(press.group.id)],
        unhelpful=press.group.unhelpful,
    )
    now = desk.store.additions.find(press.workspace, draft.id)
    # A draft that was reworded in the meantime has a check of its own.
    if now and (now.entry, now.content["text"]) == (draft.entry, draft.content["text"]):
        content = {"text": proof.phrasing, "proof": proof.as_content(), "stamp": stamp(understanding.knowledge)}
        desk.store.additions.change(replace(draft, content=content))
    return proof


def _proof_view(desk: Desk, press: Press, proof: Proof) -> dict[str, Any]:
    people = len(to_tell(desk.store.review.askers(press.group.id)))
    return blocks.proof_view(proof, desk.library.fitted.knowledge, people, str(press.seen))


def _proof_of(desk: Desk, draft: Addition) -> Proof | None:
    """What was proved of a draft; None where it was not, or where the knowledge has changed since."""
    if draft.content.get("stamp") != stamp(desk.library.fitted.knowledge):
        return None
    return Proof.read(draft.entry, draft.content["text"], draft.content["proof"])


def _link(desk: Desk, press: Press, entry: Entry, added: Addition | None) -> int:
    """Close the group with the entry, write to everybody who asked; how many are told. Raises `ReviewError`."""
    told: list[Letter] = []

    def compose(askers: Sequence[Asker]) -> Sequence[Letter]:
        told.extend(answer_letters(desk, press.group, askers, entry))
        return told

    how = Closing(Move.LINK, press.lead, entry=entry.id, addition=added, compose=compose)
    desk.store.review.close(press.workspace, press.seen.id, press.seen.version, how, desk.clock())
    return len(told)


def _show(client: WebClient, view_id: str, view: dict[str, Any]) -> None:
    """Change a window; nothing where the lead has closed it since."""
    try:
        client.views_update(view_id=view_id, view=view)
    except SlackApiError as error:
        if error.response.get("error") not in _WINDOW_GONE:
            raise
        logger.info("A window was closed before it could be changed.")
