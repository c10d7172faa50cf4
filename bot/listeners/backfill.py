"""A new entry is tried against the whole open queue, and its publisher ticks what else it answers."""

import time
from dataclasses import dataclass, field
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot import blocks
from bot.additions import Kind, Standing
from bot.blocks import Message, notices
from bot.errors import BotError
from bot.knowledge import Entry
from bot.listeners.boundary import Boundary
from bot.listeners.desk import Desk
from bot.listeners.leads import Leads
from bot.listeners.payloads import workspace_of
from bot.listeners.proposals import whisper
from bot.listeners.telling import answer_letters
from bot.matching import Answer
from bot.review import Filter, Group, Move, ReviewError
from bot.storage import Closing
from bot.storage.proposals import Published

ROUND_LASTS = 0.5  # seconds; what is left waits for the next round, so that other timers get their turn
MOST_TRIED = 100_000


@dataclass
class _Trying:
    """How far one entry has come along the queue as it stood when it was served."""

    left: list[Group]  # the next one last
    fits: list[Group] = field(default_factory=list)


class Backfill:
    """What is still to try stands in the database; how far it has come is forgotten with the process."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._proposals = desk.store.proposals
        self._trying: dict[int, _Trying] = {}

    def run(self, seconds: float = ROUND_LASTS) -> int:
        """Go on trying new entries for a while; how many of them were finished."""
        started, finished = time.monotonic(), 0
        entries = self._desk.library.fitted.knowledge.entries
        for published in self._proposals.untried(self._desk.clock()):
            if published.addition.entry not in entries:
                continue  # not learned yet
            trying = self._begun(published)
            while trying.left and time.monotonic() - started < seconds:
                group = trying.left.pop()
                if self._answers(group.text, published.addition.entry):
                    trying.fits.append(group)
            if trying.left:
                break
            self._finish(published, trying, entries[published.addition.entry])
            finished += 1
        return finished

    def _begun(self, published: Published) -> _Trying:
        trying = self._trying.get(published.addition.id)
        if trying is None:
            waiting, _ = self._desk.store.review.page(published.workspace, Filter(), 0, MOST_TRIED)
            trying = self._trying[published.addition.id] = _Trying(waiting[::-1])
        return trying

    def _answers(self, question: str, entry: str) -> bool:
        parts = self._desk.library.fitted.read(question) if question else ()
        return any(isinstance(part.outcome, Answer) and part.outcome.entry.id == entry for part in parts)

    def _finish(self, published: Published, trying: _Trying, entry: Entry) -> None:
        """Offer what fits and is still open, as it is now."""
        review = self._desk.store.review
        now = [review.find(published.workspace, group.id) for group in trying.fits]
        still = list({group.id: group for group in now if group is not None and group.is_open}.values())
        letters = [blocks.also_answers(published.addition, still, entry.question, published.by)] if still else []
        self._proposals.tried(published, letters, self._desk.clock())
        del self._trying[published.addition.id]


def register(app: App, desk: Desk, boundary: Boundary, leads: Leads) -> None:
    """Listen for the button under the offer; the boxes themselves do nothing until it is pressed."""

    @app.action("backfill:tick")
    def take_tick(ack: Ack) -> None:
        ack()

    @app.action("backfill:tell")
    def tell(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        user, workspace, ticked = body["user"]["id"], workspace_of(body), _ticked(body)
        is_lead = leads.include(user, client)
        addition = desk.store.additions.find(workspace, int(action["value"]))
        is_live = addition is not None and addition.kind is Kind.ENTRY and addition.standing is Standing.LIVE
        entry = desk.library.current.knowledge.entries.get(addition.entry) if addition and is_live else None
        linked = _link_all(desk, workspace, ticked, entry, user) if is_lead and entry else 0
        ack()
        with boundary(body, client):
            if not is_lead:
                raise BotError(notices.LEADS_ONLY)
            if entry is None:
                raise BotError(notices.ENTRY_GONE)
            if not ticked:
                whisper(body, client, blocks.note(notices.TICK_ONE))
                return
            desk.postman.deliver(client)
            _show(body, client, blocks.also_told(linked, len(ticked) - linked))


def _ticked(body: dict[str, Any]) -> list[tuple[int, int]]:
    """The groups ticked, each with the version that was offered."""
    blocks_of = (body.get("state") or {}).get("values", {}).values()
    boxes = [block.get("backfill:tick", {}).get("selected_options") or [] for block in blocks_of]
    values = [str(option["value"]).split() for options in boxes for option in options]
    return [(int(group_id), int(version)) for group_id, version in values]


def _link_all(desk: Desk, workspace: str, ticked: list[tuple[int, int]], entry: Entry, by: str) -> int:
    """Point groups to an entry and write to their askers; how many: others were quicker with the rest."""
    return sum(_link(desk, workspace, group_id, version, entry, by) for group_id, version in ticked)


def _link(desk: Desk, workspace: str, group_id: int, version: int, entry: Entry, by: str) -> bool:
    group, now = desk.store.review.find(workspace, group_id), desk.clock()
    if group is None:
        return False
    how = Closing(Move.LINK, by, entry=entry.id, compose=lambda askers: answer_letters(desk, group, askers, entry))
    try:
        desk.store.review.close(workspace, group_id, version, how, now)
    except ReviewError:
        return False
    return True


def _show(body: dict[str, Any], client: WebClient, sentence: str) -> None:
    """What came of it, where the boxes were."""
    said: Message = blocks.note(sentence)
    message = body.get("message")
    if not message:
        whisper(body, client, said)
        return
    client.chat_update(channel=body["channel"]["id"], ts=message["ts"], text=said.text, blocks=said.blocks)
