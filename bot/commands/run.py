"""`mandate-bot run`: answer in Slack, over Socket Mode or signed HTTP, until told to stop."""

import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from urllib.error import URLError

from slack_bolt import App
from slack_bolt.error import BoltError
from slack_sdk.errors import SlackApiError

from bot.app import Timers, build_app
from bot.commands.logs import log_discreetly
from bot.commands.pulse import Pulse
from bot.commands.several import Bell, listen, share
from bot.errors import SettingsError
from bot.keeping import cache_folder
from bot.library import Library
from bot.listeners.answerer import Answerer
from bot.listeners.boundary import Boundary
from bot.listeners.desk import Desk
from bot.settings import Settings
from bot.storage import Store, require_real, require_whole

logger = logging.getLogger(__name__)
SWITCH_EVERY = 0.001  # seconds; Python's own is 0.005
LOOK_LATER = 5.0  # seconds
STOPS_WITHIN = 9.0  # seconds; supervisors often kill after ten


def run(settings: Settings, *, http: tuple[str, int] | None, processes: int = 1) -> int:
    """Answer until told to stop. Raises `SettingsError` when a token is missing or refused.

    Nor does it answer from a database that is damaged or made up, which raises `BotError`.
    """
    settings.require_tokens(http=http is not None)
    require_whole(settings.db)
    require_real(settings.db)
    if http is None:
        return _serve_socket(settings)
    if processes == 1:
        return _serve_http(settings, http)
    bell = Bell()
    with listen(*http) as listening:
        return share([partial(_answer, settings, bell), *[partial(_take, settings, http, bell, listening)] * processes])


def _serve_socket(settings: Settings) -> int:
    from bot.commands.socket_mode import Connection

    with _working(settings) as at:
        at.timers.start()
        connection = Connection(at.app, settings.slack_app_token)
        with _watched(at, at.timers.still_for, connection.is_up):
            _wait(at.stopping)
        connection.close()
    return 0


def _serve_http(settings: Settings, http: tuple[str, int]) -> int:
    """One process for all there is to do."""
    with _working(settings) as at:
        at.timers.start()
        _take_requests(at, http, at.timers.still_for)
    return 0


def _take(settings: Settings, http: tuple[str, int], bell: Bell, listening: socket.socket) -> int:
    """What comes is taken, written down and acknowledged; another process answers, and runs the timers."""
    with _working(settings, bell.ring) as at:
        # The process that answers looks sooner and learns what is new; the others take up what it has learned.
        at.desk.library.watch(at.timers.report_broken, LOOK_LATER)
        _take_requests(at, http, lambda: at.store.house.late_by("timers", at.desk.clock()), listening)
    return 0


def _answer(settings: Settings, bell: Bell) -> int:
    """What others have taken is answered."""
    with _working(settings) as at:
        at.timers.start()
        answerer = Answerer(at.desk, Boundary(at.app), at.app.client, bell.wait)
        answerer.start()
        with _watched(at, at.timers.still_for):
            _wait(at.stopping)
        answerer.stop()
    return 0


@dataclass(frozen=True)
class _Working:
    """What a process that works has."""

    desk: Desk
    app: App
    timers: Timers
    stopping: threading.Event

    @property
    def store(self) -> Store:
        return self.desk.store


@contextmanager
def _working(settings: Settings, hand_on: Callable[[], None] | None = None) -> Iterator[_Working]:
    """A process that is told to stop by a signal, and at the end finishes what it has begun."""
    store = Store(settings.db)
    store.secret.prepare()
    log_discreetly(lambda text: store.secret.mark("log", text, 10))
    library = Library(settings.knowledge, cache_folder(), additions=store.additions)
    desk = Desk(settings, library, store, hand_on=hand_on)
    try:
        app = build_app(settings, library, store, desk)
    except (BoltError, SlackApiError, URLError) as error:
        raise SettingsError(f"Slack did not accept the bot token, or cannot be reached: {error}") from error
    stopping = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopping.set())
    # Acknowledgements change hands between threads often, and must not wait for a matcher each time.
    sys.setswitchinterval(SWITCH_EVERY)
    timers = Timers(desk, app.client)
    try:
        yield _Working(desk, app, timers, stopping)
    finally:
        timers.stop()
        app.listener_runner.listener_executor.shutdown(wait=True)
        store.close()


@contextmanager
def _watched(
    at: _Working, still_for: Callable[[], float], is_connected: Callable[[], bool] = lambda: True
) -> Iterator[Pulse]:
    pulse = Pulse(at.store, still_for, at.desk.settings.heartbeat, is_connected)
    pulse.start()
    try:
        yield pulse
    finally:
        pulse.stop()


def _take_requests(
    at: _Working, address: tuple[str, int], still_for: Callable[[], float], listening: socket.socket | None = None
) -> None:
    """Serve until told to stop, `listening` at an address that is shared with other processes."""
    from bot.commands.serving import make_server, wind_down

    with _watched(at, still_for) as pulse:
        server = make_server(at.app, *address, troubles=pulse.troubles, listening=listening)
        serving = threading.Thread(target=server.run, name="http", daemon=True)
        serving.start()
        logger.info("Listening on %s:%d.", *address)
        _wait(at.stopping)
        wind_down(server)


def _wait(stopping: threading.Event) -> None:
    """Until told to stop; from then on the process has a few seconds left, whatever Slack takes its time over.

    What is not finished by then is in the database, and the next start goes on with it.
    """
    stopping.wait()
    logger.info("Stopping.")
    last = threading.Timer(STOPS_WITHIN, _leave)
    last.daemon = True
    last.start()


def _leave() -> None:
    logger.warning("Not everything was finished in time; the next start goes on with it.")
    os._exit(0)
