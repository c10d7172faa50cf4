"""Reviews: reminding owners once a week, and taking what they say about an answer."""

import logging
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.additions import Addition, Kind, Standing
from bot.blocks import answer_view, note, notices, reviews
from bot.blocks.queue import Showing
from bot.blocks.reviews import Item, Reminder
from bot.errors import BotError
from bot.knowledge import Entry
from bot.letters import Letter
from bot.listeners.boundary import Boundary
from bot.listeners.choices import replace
from bot.listeners.desk import Desk
from bot.listeners.home import Tab
from bot.listeners.leads import Leads
from bot.listeners.payloads import workspace_of
from bot.listeners.recall import lead_channels
from bot.listeners.rows import Place
from bot.reminders import (
    AT_ONCE,
    Due,
    Mistakes,
    correction,
    due,
    owner_of,
    seen,
    shared_out,
    still_right,
    week_of,
    why_due,
)
from bot.storage.reviews import Forestalled

logger = logging.getLogger(__name__)
REVIEWS = frozenset({Kind.REVIEW, Kind.CORRECTION})
REMINDED = "reminded"


class Reminding:
    """Writes to each owner, or to the leads, on Mondays from 09:00 on; once for each week, whoever runs the timers."""

    def __init__(self, desk: Desk, leads: Leads) -> None:
        self._desk = desk
        self._leads = leads
        self._done: date | None = None

    def look(self, client: WebClient) -> None:
        """Cheap but for once a week. A bot that was down on Monday reminds when it is back."""
        desk, now = self._desk, self._desk.clock()
        week = week_of(now)
        if week == self._done or not (desk.settings.leads or desk.settings.leads_channel or desk.settings.owners):
            return
        if desk.store.weekly.is_due(REMINDED, week, now):
            try:
                is_out = self._remind(client, week)
            except (SlackApiError, OSError) as trouble:
                logger.warning("This week's reminders wait until Slack answers: %s", type(trouble).__name__)
                return
            if not is_out:
                return
        self._done = week

    def _remind(self, client: WebClient, week: date) -> bool:
        """Whether the reminders were written; False while Slack does not say who the leads are."""
        desk, now = self._desk, self._desk.clock()
        wanting = due(desk.library.current.knowledge.entries.values(), now.date())
        workspace = str(client.auth_test()["team_id"])
        owners = desk.settings.owners
        left = desk.store.reviews.left(workspace, set(owners.values()), now)
        additions = desk.store.additions.of()
        letters: list[Letter] = []
        for owner, theirs in shared_out(wanting, owners, left).items():
            items = [Item(one.entry, one, None, seen(one.entry, additions)) for one in theirs[:AT_ONCE]]
            message = reviews.reminder(items, len(theirs) - len(items), desk.settings.ccg_name)
            channels = [owner] if owner else lead_channels(desk, self._leads, client)
            if not channels and desk.settings.leads:
                return False
            letters += [reviews.reminder_letter(message, channel, owner, week) for channel in channels]
        desk.store.weekly.send(REMINDED, workspace, letters, week, now)
        return True


def register(app: App, desk: Desk, boundary: Boundary, leads: Leads) -> None:
    """Listen for "Still right", "Change it" with its form, and for a second lead's word on a change."""

    tab = Tab(desk, leads)

    def may_review(entry: Entry, user: str, client: WebClient) -> bool:
        return owner_of(entry, desk.settings.owners) == user or leads.include(user, client)

    def entry_for(value: str, user: str, client: WebClient) -> Entry:
        """The entry that a button or form names. Raises `BotError` for whoever may not review it."""
        entry = desk.library.current.knowledge.entries.get(value.split(" ")[0])
        if entry is None:
            raise BotError(notices.ENTRY_GONE)
        if not may_review(entry, user, client):
            raise BotError(notices.NOT_YOURS_TO_REVIEW)
        return entry

    @app.action("review:right")
    def take_still_right(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        with boundary(body, client):
            try:
                is_kept = keep_review(body, str(action["value"]), client)
            finally:
                ack()
            _draw(desk, client, _shown(body))
            if not is_kept:
                raise BotError(notices.CHANGED_MEANWHILE)

    def keep_review(body: dict[str, Any], value: str, client: WebClient) -> bool:
        """Whether the review was kept: not where the answer is no longer what the button was drawn with."""
        user, now = body["user"]["id"], desk.clock()
        entry = entry_for(value, user, client)
        if not _is_as_seen(entry, value):
            return False
        review = still_right(entry, user, desk.settings.ccg_name, now.date())
        try:
            desk.store.reviews.keep(workspace_of(body), [review], _newest(value), REVIEWS, now)
        except Forestalled:
            return False
        return True

    @app.action("review:change")
    def open_form(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        ack()
        with boundary(body, client):
            entry = entry_for(action["value"], body["user"]["id"], client)
            additions = desk.store.additions.of(entry.id)
            if any(one.kind is Kind.CORRECTION and one.standing is Standing.PROPOSED for one in additions):
                raise BotError(notices.WAITS_FOR_APPROVAL)
            view = reviews.change_view(entry, seen(entry, additions), _shown(body), desk.settings.two_leads)
            client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.view("review_change")
    def take_change(body: dict[str, Any], view: dict[str, Any], ack: Ack, client: WebClient) -> None:
        value, shown = reviews.read_change(view["private_metadata"])
        try:
            mistakes = keep_change(body, value, view["state"]["values"], client)
        except Forestalled:
            mistakes = Mistakes({"answer": notices.CHANGED_WHILE_OPEN})
        except BotError as trouble:
            ack(response_action="update", view=answer_view(note(str(trouble))))
            return
        if mistakes:
            ack(response_action="errors", errors=dict(mistakes.by_field))
            return
        ack()
        with boundary(body, client):
            _draw(desk, client, shown)
            desk.postman.deliver(client)

    def keep_change(body: dict[str, Any], value: str, typed: dict[str, Any], client: WebClient) -> Mistakes | None:
        """Keep what the form says, or say what is wrong with it. Raises `BotError` where it may not be kept."""
        user, now, settings = body["user"]["id"], desk.clock(), desk.settings
        entry = entry_for(value, user, client)
        standing = Standing.PROPOSED if settings.two_leads else Standing.LIVE
        answer, why_so = (str(typed[field]["text"].get("value") or "") for field in ("answer", "note"))
        made = correction(entry, answer, why_so, user, standing)
        if isinstance(made, Mistakes):
            return made
        if not _is_as_seen(entry, value):
            raise Forestalled(notices.CHANGED_WHILE_OPEN)
        kept, channels = [made], []
        if settings.two_leads:
            channels = lead_channels(desk, leads, client)
        else:
            # Whoever writes an answer anew has reviewed it.
            kept.insert(0, still_right(entry, user, settings.ccg_name, now.date()))
        letters = partial(_ask_to_approve, entry, channels)
        desk.store.reviews.keep(workspace_of(body), kept, _newest(value), {Kind.CORRECTION}, now, letters)
        return None

    @app.action("correction:approve")
    @app.action("correction:refuse")
    def take_second_word(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        user, now = body["user"]["id"], desk.clock()
        is_approved = action["action_id"] == "correction:approve"
        with boundary(body, client):
            try:
                leads.require(user, client)
                proposed = desk.store.additions.find(workspace_of(body), int(action["value"]))
                entry = desk.library.current.knowledge.entries.get(proposed.entry) if proposed else None
                if proposed is None or entry is None or proposed.kind is not Kind.CORRECTION:
                    raise BotError(notices.ENTRY_GONE)
                if is_approved and proposed.author == user:
                    raise BotError(notices.NOT_YOUR_OWN)
                also = [still_right(entry, user, desk.settings.ccg_name, now.date())] if is_approved else []
                standing = Standing.LIVE if is_approved else Standing.REFUSED
                desk.store.reviews.decide(workspace_of(body), proposed, standing, user, also, now)
            finally:
                ack()
            if body.get("message"):
                replace(body, client, reviews.correction_decided(user, is_approved))
            else:
                tab.publish(workspace_of(body), user, client, Showing.read(Place.of(body).showing))


def _ask_to_approve(entry: Entry, channels: Sequence[str], kept: Sequence[Addition]) -> list[Letter]:
    return [reviews.ask_to_approve(kept[0], entry, channel) for channel in channels]


def _is_as_seen(entry: Entry, value: str) -> bool:
    """Whether the entry says what it said when the button or form was drawn."""
    return seen(entry, ()).split(" ")[1] == value.split(" ")[1]


def _newest(value: str) -> int:
    return int(value.split(" ")[2])


def _shown(body: dict[str, Any]) -> Reminder:
    """The reminder whose button was pressed."""
    message = body["message"]
    return reviews.read_reminder(message.get("blocks", []), body["channel"]["id"], message["ts"])


def _item(entry: Entry, shown: Reminder, additions: Sequence[Addition], today: date) -> Item:
    """An entry of a reminder, with what somebody said of it since the reminder came."""
    since = datetime.fromtimestamp(float(shown.ts), UTC).date()
    said = [
        addition
        for addition in additions
        if addition.entry == entry.id
        and addition.kind in REVIEWS
        and addition.standing in (Standing.LIVE, Standing.PROPOSED, Standing.RETIRED)
        and (addition.made_on or today) >= since
    ]
    # A correction brings a review along, and says more than that.
    dealt = max(said, key=lambda addition: (addition.kind is Kind.CORRECTION, addition.id), default=None)
    why = why_due(entry, today)
    return Item(entry, Due(entry, why) if why else None, dealt, seen(entry, additions))


def _draw(desk: Desk, client: WebClient, shown: Reminder) -> None:
    """Show a reminder as things stand now."""
    entries, today = desk.library.current.knowledge.entries, desk.clock().date()
    additions = desk.store.additions.of()
    items = [_item(entries[key], shown, additions, today) for key in shown.entries if key in entries]
    message = reviews.reminder(items, shown.more, desk.settings.ccg_name)
    client.chat_update(channel=shown.channel, ts=shown.ts, **message.arguments())
