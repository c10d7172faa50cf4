"""Answers that change: noting each change, and telling those who were given an answer that was wrong."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.additions import Standing
from bot.blocks import notices, recall
from bot.conversation import Understanding
from bot.errors import BotError
from bot.history import Recall
from bot.letters import Letter
from bot.listeners.boundary import Boundary
from bot.listeners.choices import replace
from bot.listeners.desk import Desk
from bot.listeners.leads import Leads
from bot.listeners.payloads import workspace_of
from bot.listeners.telling import answer_letter
from bot.review import Asker
from bot.settings import LOCAL_WORKSPACE


class AnswerWatch:
    """Notes what changed whenever the knowledge in use does, and asks the leads about corrections."""

    def __init__(self, desk: Desk, leads: Leads) -> None:
        self._desk = desk
        self._leads = leads
        self._noted: Understanding | None = None
        self._to_ask = True  # whether there may be corrections that the leads were not asked about

    def look(self, client: WebClient) -> None:
        """Cheap while the knowledge stays the same."""
        desk = self._desk
        current = desk.library.current
        if current is not self._noted:
            additions = desk.store.additions.of(standings={Standing.LIVE, Standing.RETIRED})
            desk.store.versions.record(current.knowledge.entries, additions, desk.clock())
            _word_anew(desk)
            self._noted, self._to_ask = current, True
        if self._to_ask and (desk.settings.leads_channel or desk.settings.leads):
            self._to_ask = not self._ask_leads(current, client)

    def _ask_leads(self, current: Understanding, client: WebClient) -> bool:
        """Whether every correction was put to the leads; False while Slack does not say who they are."""
        desk = self._desk
        waiting = desk.store.recalls.due(desk.clock(), without=LOCAL_WORKSPACE)
        channels = lead_channels(desk, self._leads, client) if waiting else []
        for one in waiting if channels else ():
            entry = current.knowledge.entries.get(one.after.entry)
            if entry is not None:
                desk.store.recalls.offer(one, partial(_letters, channels, entry.question), desk.clock())
        return not waiting or bool(channels)


def _word_anew(desk: Desk) -> None:
    """Letters with an answer that are not sent yet say what it says now: nobody is told the old one from here on."""
    entries = desk.library.current.knowledge.entries
    for unsent in desk.store.outbox.unsent_answers():
        group, entry = desk.store.review.find(unsent.workspace, unsent.group_id), entries.get(unsent.entry)
        if group is not None and entry is not None:
            desk.store.outbox.reword(unsent.posting_id, answer_letter(desk, group, unsent.asker, entry).body)


def _letters(channels: Sequence[str], question: str, offered: Recall) -> Sequence[Letter]:
    return [recall.ask_leads(offered, question, channel) for channel in channels]


def lead_channels(desk: Desk, leads: Leads, client: WebClient) -> list[str]:
    """Where the leads are written to: their channel, or each of them where there is none."""
    channel = desk.settings.leads_channel
    return [channel] if channel else sorted(leads.people(client))


def register(app: App, desk: Desk, boundary: Boundary, leads: Leads) -> None:
    """Listen for "Tell them" and "Don't". Of two leads who press, the second is told what was decided."""

    @app.action("recall:tell")
    def tell(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        with boundary(body, client):
            try:
                told = _tell(body, action, client)
            finally:
                ack()
            replace(body, client, recall.recall_decided(body["user"]["id"], told))
            desk.postman.deliver(client)

    def _tell(body: dict[str, Any], action: dict[str, Any], client: WebClient) -> int:
        user, workspace, now = body["user"]["id"], workspace_of(body), desk.clock()
        leads.require(user, client)
        offered = desk.store.recalls.find(workspace, int(action["value"]))
        entries = desk.library.current.knowledge.entries
        entry = entries.get(offered.after.entry) if offered else None
        if offered is None or entry is None:
            raise BotError(notices.CORRECTION_GONE)

        def letters(askers: Sequence[Asker]) -> Sequence[Letter]:
            ccg_name = desk.settings.ccg_name
            return [recall.corrected(offered, asker, entry, entries, ccg_name, now.date()) for asker in askers]

        return desk.store.recalls.tell(workspace, offered.id, user, letters, now)

    @app.action("recall:decline")
    def decline(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        user = body["user"]["id"]
        with boundary(body, client):
            try:
                leads.require(user, client)
                desk.store.recalls.decline(workspace_of(body), int(action["value"]), user, desk.clock())
            finally:
                ack()
            replace(body, client, recall.recall_decided(user, None))
