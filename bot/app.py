"""The Slack app: wiring, the timers, and the one error boundary."""

import hashlib
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot import blocks
from bot.blocks import notices
from bot.errors import KnowledgeError
from bot.library import Library
from bot.listeners import (
    answers,
    backfill,
    choices,
    clarify,
    door,
    feedback,
    gate,
    home,
    linking,
    options,
    polls,
    practices,
    proposals,
    questions,
    queue,
    recall,
    reviews,
    staff,
    undelivered,
)
from bot.listeners.announce import announce
from bot.listeners.boundary import Boundary
from bot.listeners.desk import Desk
from bot.listeners.digest import write_digest
from bot.listeners.long_waits import warn_of_long_waits
from bot.listeners.polls.clock import PollClock
from bot.listeners.polls.painter import Painter
from bot.listeners.polls.posting import tell_of_refusals
from bot.listeners.recall import AnswerWatch
from bot.listeners.refusals import Patience, fault_of
from bot.listeners.reviews import Reminding
from bot.purging import purge_daily
from bot.settings import Settings
from bot.storage import EVERYWHERE, Store

logger = logging.getLogger(__name__)

# Bolt's own pool has 5 threads and loses acknowledgements in a burst. Most of these wait: for Slack, or for their turn.
LISTENER_THREADS = 128
LOOK_EVERY = 2.0  # seconds
TIMERS_LEASE = timedelta(seconds=30)


def build_app(
    settings: Settings,
    library: Library,
    store: Store,
    desk: Desk | None = None,
    executor: Executor | None = None,
    **how: Any,
) -> App:
    """A Bolt app that answers; `how` goes to Bolt."""
    desk = desk or Desk(settings, library, store)
    client = WebClient(
        settings.slack_bot_token,
        base_url=settings.slack_api_url,
        timeout=15,
        # A lost connection is not tried again: Slack may have posted the message before the line went dead.
        retry_handlers=[Patience(max_retry_count=2)],
    )
    app = App(
        signing_secret=settings.slack_signing_secret,
        client=client,
        listener_executor=executor or ThreadPoolExecutor(LISTENER_THREADS, thread_name_prefix="listener"),
        **how,
    )
    boundary = Boundary(app)
    door.register(app, desk)
    gate.register(app, desk, boundary)
    leads = desk.leads
    # Bolt asks one listener after the other: what many people do at once comes first.
    questions.register(app, desk, boundary)
    polls.register(app, desk, boundary, leads)
    choices.register(app, desk, boundary)
    feedback.register(app, desk, boundary)
    home.register(app, desk, boundary, leads)
    queue.register(app, desk, boundary, leads)
    undelivered.register(app, desk, boundary, leads)
    answers.register(app, desk, boundary, leads)
    proposals.register(app, desk, boundary, leads)
    backfill.register(app, desk, boundary, leads)
    linking.register(app, desk, boundary, leads)
    options.register(app, desk, leads)
    practices.register(app, desk, boundary, leads)
    staff.register(app, desk, boundary, leads)
    clarify.register(app, desk, boundary, leads)
    recall.register(app, desk, boundary, leads)
    reviews.register(app, desk, boundary, leads)

    @app.event("app_uninstalled")
    @app.event("tokens_revoked")
    def note_removal(body: dict[str, Any]) -> None:
        # What was asked stays until its time is up: the CCG may only be reinstalling.
        logger.error("Workspace %s has removed the app or its tokens.", body.get("team_id"))

    return app


class Timers:
    """What happens without anybody asking. Of several processes on one database, one runs it."""

    def __init__(self, desk: Desk, client: WebClient) -> None:
        self._desk = desk
        self._client = client
        self._backfill = backfill.Backfill(desk)
        self._answers = AnswerWatch(desk, desk.leads)
        self._reminding = Reminding(desk, desk.leads)
        self._polls = PollClock(desk)
        self._painter = Painter(desk)
        self._turned_at = time.monotonic()
        # No daemon: one that is torn down within native code at exit aborts the process.
        self._thread = threading.Thread(target=self._run, name="timers")

    def still_for(self) -> float:
        """Seconds since a timer last had its turn."""
        return time.monotonic() - self._turned_at

    def start(self) -> None:
        self._desk.library.watch(self.report_broken)
        self._thread.start()

    def stop(self) -> None:
        """Begin nothing more, and wait for what was begun."""
        self._desk.stopping.set()
        self._desk.library.stop()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._desk.stopping.wait(LOOK_EVERY):
            self._turned_at = time.monotonic()
            try:
                self.tick()
            except Exception:  # a timer that dies takes every promise with a time in it along
                logger.exception("A timer failed and will run again.")

    def tick(self) -> None:
        """One round: unfinished answers, suggestions nobody picked, and once a day the purge.

        What fails holds up nothing behind it. Raises `ExceptionGroup` at the end, with all that failed.
        """
        desk, now = self._desk, self._desk.clock()
        if not desk.store.house.hold("timers", now, TIMERS_LEASE):
            return
        timers: list[Callable[[], object]] = [
            partial(desk.recover, self._client),
            partial(self._answers.look, self._client),
            partial(self._reminding.look, self._client),
            partial(self._polls.look, self._client),
            partial(desk.postman.deliver, self._client),
            partial(tell_of_refusals, desk, desk.leads, self._client),
            partial(desk.store.questions.queue_unpicked, now),
            desk.queue.group_waiting,
            partial(announce, desk),
            partial(warn_of_long_waits, desk, self._client),
            partial(write_digest, desk, self._client),
            partial(self._painter.look, self._client),
            self._backfill.run,
            partial(purge_daily, desk.store, desk.settings.backup_folder, now),
            desk.queue.keep_ready,
        ]
        failed: list[Exception] = []
        for timer in timers:
            if desk.stopping.is_set():
                break
            self._turned_at = time.monotonic()
            try:
                timer()
            except Exception as error:  # raised together, once the others had their turn
                failed.append(error)
        if failed:
            raise ExceptionGroup("timers failed", failed)

    def report_broken(self, error: KnowledgeError) -> None:
        """Tell the leads' channel of a broken edit, once for each set of mistakes."""
        channel, house, now = self._desk.settings.leads_channel, self._desk.store.house, self._desk.clock()
        name = "broken:" + hashlib.sha256("\n".join(error.problems).encode()).hexdigest()[:16]
        if channel is None or not house.mark_once(EVERYWHERE, name, now):
            return
        message = blocks.note(notices.broken_knowledge(len(error.problems), error.problems[0]))
        try:
            self._client.chat_postMessage(channel=channel, **message.arguments())
        except (SlackApiError, OSError) as trouble:
            house.unmark(EVERYWHERE, name)
            logger.error("The leads' channel could not be told of a broken edit: %s", fault_of(trouble))
