"""Socket Mode: Slack's events over a WebSocket that the bot opens, and opens again within seconds where it is lost."""

import logging
import socket
import threading
import time
from contextlib import suppress
from urllib.error import URLError

from slack_bolt import App
from slack_bolt.adapter.socket_mode.websocket_client import SocketModeHandler
from slack_sdk.errors import SlackApiError
from websocket import WebSocketApp

from bot.errors import SettingsError

logger = logging.getLogger(__name__)
PING_EVERY = 1.0  # seconds
SILENT_FOR = 3.0  # seconds without an answer to a ping: then the line is dead, whatever TCP believes
LOOK_EVERY = 0.25  # seconds


class Connection:
    """Raises `SettingsError` where Slack does not take the token or cannot be reached."""

    def __init__(self, app: App, app_token: str) -> None:
        self._handler = SocketModeHandler(app, app_token, ping_interval=PING_EVERY)
        try:
            self._handler.connect()  # type: ignore[no-untyped-call]  # Bolt leaves these untyped
        except (SlackApiError, URLError) as error:
            self._handler.close()  # type: ignore[no-untyped-call]
            raise SettingsError(f"Slack did not accept SLACK_APP_TOKEN, or cannot be reached: {error}") from error
        self._stopping = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="socket")
        self._watcher.start()
        logger.info("Connected to Slack.")

    def is_up(self) -> bool:
        return self._handler.client.is_connected()

    def close(self) -> None:
        self._stopping.set()
        self._watcher.join()
        self._handler.close()  # type: ignore[no-untyped-call]

    def _watch(self) -> None:
        """Hang up where nothing answers. Neither the client nor TCP notices within minutes that a line went dead."""
        session, since = None, 0.0
        while not self._stopping.wait(LOOK_EVERY):
            now = self._handler.client.current_session
            if now is not session:
                session, since = now, time.time()
            if session is None or session.sock is None:
                since = time.time()  # not connected: the client is at it
            elif time.time() - max(since, session.last_pong_tm) > SILENT_FOR:
                logger.warning("Slack's socket has gone silent, and is opened anew.")
                _hang_up(session)
                since = time.time()


def _hang_up(session: WebSocketApp) -> None:
    """Without the closing words that nobody would answer; the client then connects again by itself."""
    line = session.sock.sock if session.sock else None
    if line:
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
