"""`mandate-bot run`: answer in Slack, over Socket Mode or signed HTTP, until told to stop."""

import logging
import os
import signal
import socket
import sys
import threading
from urllib.error import URLError

from slack_bolt import App
from slack_bolt.error import BoltError
from slack_sdk.errors import SlackApiError

from bot.app import Timers, build_app
from bot.commands.logs import log_discreetly
from bot.commands.pulse import Pulse
from bot.commands.several import listen, share
from bot.errors import SettingsError
from bot.keeping import cache_folder
from bot.library import Library
from bot.listeners.desk import Desk
from bot.settings import Settings
from bot.storage import Store, require_whole

logger = logging.getLogger(__name__)
SWITCH_EVERY = 0.001  # seconds; Python's own is 0.005
STOPS_WITHIN = 9.0  # seconds; supervisors often kill after ten


def run(settings: Settings, *, http: tuple[str, int] | None, processes: int = 1) -> int:
    """Answer until told to stop. Raises `SettingsError` when a token is missing or refused."""
    settings.require_tokens(http=http is not None)
    require_whole(settings.db)
    if http is None or processes == 1:
        return _answer(settings, http)
    with listen(*http) as listening:
        return share(processes, lambda: _answer(settings, http, listening))


def _answer(settings: Settings, http: tuple[str, int] | None, listening: socket.socket | None = None) -> int:
    """What one process does, `listening` at an address that it shares with others."""
    store = Store(settings.db)
    store.secret.prepare()
    log_discreetly(lambda text: store.secret.mark("log", text, 10))
    library = Library(settings.knowledge, cache_folder(), additions=store.additions)
    desk = Desk(settings, library, store)
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
    timers.start()
    try:
        if http:
            _serve_http(app, http, listening, timers, desk, stopping)
        else:
            _serve_socket(app, settings.slack_app_token, timers, desk, stopping)
    finally:
        timers.stop()
        app.listener_runner.listener_executor.shutdown(wait=True)
        store.close()
    return 0


def _serve_socket(app: App, app_token: str, timers: Timers, desk: Desk, stopping: threading.Event) -> None:
    from bot.commands.socket_mode import Connection

    connection = Connection(app, app_token)
    pulse = Pulse(desk.store, timers.still_for, desk.settings.heartbeat, connection.is_up)
    pulse.start()
    _wait(stopping)
    pulse.stop()
    connection.close()


def _serve_http(
    app: App,
    address: tuple[str, int],
    listening: socket.socket | None,
    timers: Timers,
    desk: Desk,
    stopping: threading.Event,
) -> None:
    from bot.commands.serving import make_server, wind_down

    pulse = Pulse(desk.store, timers.still_for, desk.settings.heartbeat)
    pulse.start()
    try:
        server = make_server(app, *address, troubles=pulse.troubles, listening=listening)
        serving = threading.Thread(target=server.run, name="http", daemon=True)
        serving.start()
        logger.info("Listening on %s:%d.", *address)
        _wait(stopping)
        wind_down(server)
    finally:
        pulse.stop()


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
