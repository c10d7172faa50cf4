"""`mandate-bot run`: answer in Slack, over Socket Mode or signed HTTP."""

import logging
import signal
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.error import URLError

from slack_bolt import App
from slack_bolt.error import BoltError
from slack_sdk.errors import SlackApiError

from bot.app import Timers, build_app
from bot.errors import BotError, SettingsError
from bot.keeping import cache_folder
from bot.library import Library
from bot.listeners.desk import Desk
from bot.settings import Settings
from bot.storage import Store

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

logger = logging.getLogger(__name__)
MOST_BODY = 1_000_000  # bytes; Slack's largest payloads, views, are 250 KB


def run(settings: Settings, *, http: tuple[str, int] | None) -> int:
    """Answer until told to stop. Raises `SettingsError` when a token is missing or refused."""
    settings.require_tokens(http=http is not None)
    logging.getLogger().setLevel(logging.INFO)
    store = Store(settings.db)
    library = Library(settings.knowledge, cache_folder(), additions=store.additions)
    desk = Desk(settings, library, store)
    try:
        app = build_app(settings, library, store, desk)
    except (BoltError, SlackApiError, URLError) as error:
        raise SettingsError(f"Slack did not accept the bot token, or cannot be reached: {error}") from error
    stopping = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopping.set())
    timers = Timers(desk, app.client)
    timers.start()
    try:
        if http:
            _serve_http(app, *http, stopping)
        else:
            _serve_socket(app, settings.slack_app_token, stopping)
    finally:
        timers.stop()
        app.listener_runner.listener_executor.shutdown(wait=True)
        store.close()
    return 0


def _serve_socket(app: App, app_token: str, stopping: threading.Event) -> None:
    from slack_bolt.adapter.socket_mode.websocket_client import SocketModeHandler

    handler = SocketModeHandler(app, app_token)
    try:
        handler.connect()  # type: ignore[no-untyped-call]  # Bolt leaves these untyped
    except (SlackApiError, URLError) as error:
        raise SettingsError(f"Slack did not accept SLACK_APP_TOKEN, or cannot be reached: {error}") from error
    logger.info("Connected to Slack.")
    stopping.wait()
    handler.close()  # type: ignore[no-untyped-call]


def _serve_http(app: App, host: str, port: int, stopping: threading.Event) -> None:
    import waitress

    try:
        server = waitress.create_server(
            _site(app), host=host, port=port, threads=32, max_request_body_size=MOST_BODY, ident=None
        )
    except OSError as error:
        raise BotError(f"Cannot listen on {host}:{port}: {error.strerror}.") from error
    serving = threading.Thread(target=server.run, name="http", daemon=True)
    serving.start()
    logger.info("Listening on %s:%d.", host, port)
    stopping.wait()
    server.close()


def _site(app: App) -> "WSGIApplication":
    """Slack's requests at /slack/events, and /healthz for whoever watches over the process."""
    from slack_bolt.adapter.wsgi import SlackRequestHandler

    slack = SlackRequestHandler(app)

    def site(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/healthz":
            start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8")])
            return [b"ok\n"]
        return slack(environ, start_response)

    return site
