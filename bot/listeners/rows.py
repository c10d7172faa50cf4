"""Rows of the review queue: gathering what is shown of them, and drawing them anew where a lead pressed."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from slack_sdk import WebClient

from bot import blocks
from bot.additions import Addition, Kind, Standing
from bot.blocks.queue import PAGE, Row, Showing, Shown, last_page
from bot.blocks.waiting import Waiting
from bot.listeners.desk import Desk
from bot.review import Group
from bot.storage.review import Review

MOST_CANDIDATES = 3
_ROW = re.compile(r"row-(\d+)")
_MORE = re.compile(r"more-(\d+)")


@dataclass(frozen=True)
class Place:
    """Where a lead pressed: on their Home tab, showing these rows, or under a message with these groups."""

    showing: str = ""  # as `Showing` writes it
    channel: str | None = None
    ts: str | None = None
    groups: tuple[int, ...] = ()
    more: int = 0

    @classmethod
    def of(cls, body: dict[str, Any]) -> "Place":
        """From a press on the Home tab or under a message."""
        message, view = body.get("message"), body.get("view") or {}
        if not message:
            return cls(showing=str(view.get("private_metadata") or ""))
        ids = [str(block.get("block_id", "")) for block in message.get("blocks", [])]
        more = [int(found[1]) for one in ids if (found := _MORE.fullmatch(one))]
        groups = tuple(int(found[1]) for one in ids if (found := _ROW.fullmatch(one)))
        ts = (body.get("container") or {}).get("message_ts") or message["ts"]
        return cls("", body["channel"]["id"], ts, groups, sum(more))

    @classmethod
    def read(cls, text: str) -> "Place":
        """From what `str` makes of one."""
        held = json.loads(text)
        return cls(**{**held, "groups": tuple(held["groups"])})

    def __str__(self) -> str:
        return json.dumps(asdict(self))


def rows_of(desk: Desk, groups: Sequence[Group]) -> list[Row]:
    """Groups with all that is shown of them."""
    waiting = _proposals(desk, groups[0].workspace) if groups and desk.settings.two_leads else {}
    return [_row(desk, group, waiting.get(group.id)) for group in groups]


def _proposals(desk: Desk, workspace: str) -> dict[int, Addition]:
    """The answers that wait for a second lead, by the group that they are for now."""
    found: dict[int, Addition] = {}
    for addition in desk.store.additions.of(standings={Standing.PROPOSED}):
        group = desk.store.review.find(workspace, addition.group_id or 0)
        if addition.kind is Kind.ENTRY and group:
            found[group.id] = addition
    return found


def waiting_of(desk: Desk, workspace: str) -> list[Waiting]:
    """What waits for a second lead, oldest first."""
    answers = {addition.id for addition in _proposals(desk, workspace).values()}
    entries = desk.library.current.knowledge.entries
    found: list[Waiting] = []
    for addition in desk.store.additions.of(standings={Standing.PROPOSED}):
        entry = entries.get(addition.entry)
        if addition.id in answers:
            record = addition.content["record"]
            found.append(Waiting(addition, record["question"], record["answer"]))
        elif addition.kind is Kind.CORRECTION and entry:
            found.append(Waiting(addition, entry.question, addition.content["answer"], before=entry.answer))
    return found


def _row(desk: Desk, group: Group, proposal: Addition | None) -> Row:
    understanding, review = desk.library.current, desk.store.review
    knowledge = understanding.knowledge
    near = understanding.ranker.rank(group.text)[:MOST_CANDIDATES] if group.is_open else ()
    served = [knowledge.find(entry) for entry in group.unhelpful]
    found = knowledge.find(group.entry) if group.entry else None
    asked_back = desk.store.clarifications.of(group.id)
    return Row(
        group,
        candidates=[(match.entry.question, match.confidence) for match in near],
        unhelpful=[entry.question for entry in served if entry],
        wordings=_others(review, group),
        replies=[reply for one in asked_back for reply in one.replies],
        answered_by=found.question if found else None,
        proposal=proposal,
    )


def _others(review: Review, group: Group) -> list[str]:
    """Every other wording, once."""
    if group.times < 2:
        return []
    wordings = dict.fromkeys(text for _, text in review.wordings(group.id) if text)
    return [text for text in wordings if text != group.text]


def page_of(desk: Desk, workspace: str, lead: str, showing: Showing) -> Shown:
    """The page of the queue that a lead looks at; the last one where there are fewer rows by now."""
    review = desk.store.review
    groups, count = review.page(workspace, showing.wanted(lead), showing.first, PAGE)
    if not groups and count:
        showing = last_page(showing, count)
        groups, count = review.page(workspace, showing.wanted(lead), showing.first, PAGE)
    return Shown(rows_of(desk, groups), count, review.count_open(workspace), showing)


def draw_message(desk: Desk, workspace: str, place: Place, client: WebClient) -> None:
    """Show in a message to the leads' channel how its rows stand now."""
    found = [desk.store.review.find(workspace, group_id) for group_id in place.groups]
    groups = {group.id: group for group in found if group}
    message = blocks.announcement(rows_of(desk, list(groups.values())), place.more)
    client.chat_update(channel=place.channel or "", ts=place.ts or "", **message.arguments())
