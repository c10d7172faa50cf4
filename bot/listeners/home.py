"""The Home tab and the agent's Messages tab."""

import logging
import re
from datetime import datetime, timedelta
from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot import blocks
from bot.blocks import notices
from bot.blocks.overview import Form, overview_blocks
from bot.blocks.queue import Showing
from bot.blocks.waiting import waiting_blocks
from bot.digesting import lately
from bot.errors import BotError
from bot.listeners.boundary import Boundary
from bot.listeners.desk import Desk, Request
from bot.listeners.gate import REFUSED
from bot.listeners.leads import Leads
from bot.listeners.mydata import send_held
from bot.listeners.payloads import workspace_of
from bot.listeners.poll_rows import polls_of
from bot.listeners.refusals import NOT_AS_BUILT, code_of
from bot.listeners.rows import page_of, waiting_of
from bot.listeners.windows import open_window
from bot.mydata import erase as erase_all
from bot.overview import Overview

logger = logging.getLogger(__name__)
OVERVIEW_LASTS = timedelta(minutes=1)  # before it is counted anew


class Tab:
    """Draws a person's Home tab; for a lead with the review queue."""

    def __init__(self, desk: Desk, leads: Leads) -> None:
        self._desk = desk
        self._leads = leads
        self._form = Form.CHART
        self._overviews: dict[str, tuple[datetime, Overview]] = {}  # by workspace

    def publish(
        self, workspace: str, user: str, client: WebClient, showing: Showing | None = None, seen: str | None = None
    ) -> None:
        """Draw it as things stand now. `showing` says which rows of the queue; all that is open without.

        `seen` is the hash of the tab that the person had before them. Where another was drawn since, what we draw may
        be older than that, so it is looked up anew. Where Slack refuses the chart, what it says goes in a plainer form.
        """
        form = self._form
        while True:
            view = self._view(workspace, user, client, showing, form)
            try:
                client.views_publish(user_id=user, view=view, hash=seen)
                break
            except SlackApiError as error:
                code = code_of(error)
                if code == "hash_conflict" and seen is not None:
                    seen = None
                elif code in NOT_AS_BUILT and form is not Form.WORDS and self._leads.include(user, client):
                    logger.error("Slack refused the blocks of the Home tab (%s); it goes in a plainer form.", code)
                    form = Form(form + 1)
                else:
                    raise
        self._form = form  # what Slack takes

    def _view(self, workspace: str, user: str, client: WebClient, showing: Showing | None, form: Form) -> blocks.Block:
        desk, store = self._desk, self._desk.store
        is_lead = self._leads.include(user, client)
        return blocks.home_view(
            desk.library.current.knowledge,
            store.questions.asked_by(workspace, user),
            desk.settings.ccg_name,
            queue=page_of(desk, workspace, user, showing or Showing()) if is_lead else None,
            undelivered=store.outbox.undelivered(workspace) if is_lead else (),
            waiting=waiting_blocks(waiting_of(desk, workspace), user) if is_lead else (),
            polls=polls_of(desk, workspace) if is_lead else (),
            overview=overview_blocks(self._lately(workspace), form, desk.settings.dashboard_url) if is_lead else (),
            practice=store.practices.practice_of(workspace, user),
            has_register=not store.practices.is_empty(),
        )

    def _lately(self, workspace: str) -> Overview:
        """The last weeks, as they were no longer than a minute ago: to count them anew each time takes too long."""
        now = self._desk.clock()
        counted_at, found = self._overviews.get(workspace, (None, None))
        if found is None or counted_at is None or not now - OVERVIEW_LASTS < counted_at <= now:
            found = lately(self._desk.store, workspace, now)
            self._overviews[workspace] = now, found
        return found


def register(app: App, desk: Desk, boundary: Boundary, leads: Leads) -> None:
    """Draw the tab when it is opened, and answer what is pressed on it."""
    tab = Tab(desk, leads)

    @app.event("app_home_opened")
    def draw(body: dict[str, Any], event: dict[str, Any], client: WebClient) -> None:
        desk.store.outbox.know_direct_channel(workspace_of(body), event["user"], event.get("channel"), desk.clock())
        if event.get("tab") == "messages":
            _greet(desk, workspace_of(body), event, client)
        else:
            tab.publish(workspace_of(body), event["user"], client, _showing(event), seen_in(event))

    @app.action(re.compile(r"^ask_(?:box|button)$"))
    def ask_from_home(body: dict[str, Any], context: BoltContext, ack: Ack, client: WebClient) -> None:
        typed = body["view"]["state"]["values"]["ask"]["ask_box"].get("value") or ""
        refused = context.get(REFUSED, ())
        if not typed.strip() and not refused:
            ack()
            with boundary(body, client):
                client.views_open(
                    trigger_id=body["trigger_id"], view=blocks.answer_view(blocks.note(notices.ASK_NOTHING))
                )
            return
        user, workspace = body["user"]["id"], workspace_of(body)
        asked_at = desk.clock().isoformat()
        request = Request("home", typed, user, asked_at, trigger_id=body["trigger_id"], refused=refused)
        inbox_id = desk.keep(workspace, str(body["trigger_id"]), request)
        ack()
        if inbox_id is not None:
            with boundary(body, client):
                desk.handle(client, workspace, inbox_id, request)
                tab.publish(workspace, user, client, _showing(body), seen_in(body))

    @app.action(re.compile(r"^part:[1-9]$"))
    def show_part(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        ack()
        with boundary(body, client):
            entries = desk.library.current.knowledge.entries.values()
            view = blocks.part_view(int(action["value"]), entries)
            client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.action(re.compile(r"^open_entry:\d+$"))
    def show_entry(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        ack()
        with boundary(body, client):
            found = desk.library.current.knowledge.entries.get(action["value"])
            if found is None:
                raise BotError(notices.ENTRY_GONE)
            view = blocks.browse_view(found, desk.settings.ccg_name, desk.clock().date())
            client.views_push(trigger_id=body["trigger_id"], view=view)

    @app.action("glossary")
    def show_glossary(body: dict[str, Any], ack: Ack, client: WebClient) -> None:
        ack()
        with boundary(body, client):
            terms = tuple(desk.library.current.knowledge.terms.values())
            client.views_open(trigger_id=body["trigger_id"], view=blocks.glossary_view(terms))

    @app.action("about_me")
    def show_what_is_kept(body: dict[str, Any], ack: Ack, client: WebClient) -> None:
        ack()
        with boundary(body, client):
            view = blocks.about_me_view(desk.settings.ccg_name)
            open_window(body, client, view)

    @app.action("erase_me")
    def erase(body: dict[str, Any], ack: Ack, client: WebClient) -> None:
        user, workspace = body["user"]["id"], workspace_of(body)
        gone = erase_all(desk.store, workspace, user)
        ack()
        with boundary(body, client):
            message = blocks.note(notices.erased(gone.questions, gone.open_boxes, gone.deeds))
            client.views_update(view_id=body["view"]["id"], view=blocks.answer_view(message))
            tab.publish(workspace, user, client)

    @app.action("export_me")
    def export(body: dict[str, Any], ack: Ack, client: WebClient) -> None:
        ack()
        with boundary(body, client):
            sentence = send_held(desk, workspace_of(body), body["user"]["id"], client)
            view = blocks.answer_view(blocks.note(sentence))
            client.views_update(view_id=body["view"]["id"], view=view)


def seen_in(held: dict[str, Any]) -> str | None:
    """The hash of the tab in an event or a press on it; None on a first opening and in other windows."""
    view = held.get("view") or {}
    return view.get("hash") if view.get("type") == "home" else None


def _showing(held: dict[str, Any]) -> Showing:
    """Which rows the tab showed so far, from its view in an event or a press; a first opening has none."""
    return Showing.read(str((held.get("view") or {}).get("private_metadata") or ""))


def _greet(desk: Desk, workspace: str, event: dict[str, Any], client: WebClient) -> None:
    """Offer prompts each time, and say hello the first time."""
    # With a thread_ts, as Bolt's own helper passes it, this fails silently in an agent_view app:
    # https://docs.slack.dev/reference/methods/assistant.threads.setSuggestedPrompts/
    client.assistant_threads_setSuggestedPrompts(
        channel_id=event["channel"],
        title="You could ask",
        prompts=[{"title": title, "message": message} for title, message in notices.SUGGESTED_PROMPTS],
    )
    if desk.store.house.mark_once(workspace, f"greeted:{event['user']}", desk.clock()):
        client.chat_postMessage(channel=event["channel"], **blocks.note(notices.GREETING).arguments())
