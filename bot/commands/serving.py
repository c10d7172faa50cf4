"""Slack's requests over HTTP: few ways in, small bodies, no patience for slow clients, and no word too many."""

import logging
import socket
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import waitress
from slack_bolt import App
from slack_bolt.adapter.wsgi import SlackRequestHandler
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer
from waitress.task import ErrorTask

from bot.errors import BotError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

logger = logging.getLogger(__name__)
MOST_BODY = 1_000_000  # bytes; Slack's largest payloads, views, are 250 KB
MOST_HEADERS = 32_000  # bytes
READ_WITHIN = 10.0  # seconds for a whole request, from its first byte or from the connection
IDLE_FOR = 120  # seconds between requests on one connection, as proxies hold them
LOOK_EVERY = 2  # seconds
THREADS = 32
ANSWERED_WITHIN, SENT_WITHIN = 4.0, 1.0  # seconds, once the process is to stop
MOST_CONNECTIONS = 1_000
SLACK, HEALTH = "/slack/events", "/healthz"
ALLOWED = {SLACK: "POST", HEALTH: "GET"}


def make_server(
    app: App,
    host: str,
    port: int,
    read_within: float = READ_WITHIN,
    troubles: Callable[[], Sequence[str]] = tuple,
    listening: socket.socket | None = None,
) -> Any:
    """A server that answers once its `run()` is called. `troubles` says what is wrong with the process, if anything.

    `listening` is a socket that listens there already, for other processes too.
    Raises `BotError` where the address cannot be had.
    """
    where: dict[str, Any] = {"sockets": [listening]} if listening else {"host": host, "port": port}
    servers: dict[int, Any] = {}  # a name such as localhost has several addresses
    try:
        server = waitress.create_server(
            site(app, troubles),
            map=servers,
            **where,
            threads=THREADS,
            ident=None,  # no Server header
            max_request_body_size=MOST_BODY,
            max_request_header_size=MOST_HEADERS,
            inbuf_overflow=2 * MOST_BODY,  # what people wrote is never parked in a file
            channel_timeout=IDLE_FOR,
            cleanup_interval=LOOK_EVERY,
            connection_limit=MOST_CONNECTIONS,
            asyncore_use_poll=True,  # select() takes no more than 1,024 connections
        )
    except OSError as error:
        raise BotError(f"Cannot listen on {host}:{port}: {error.strerror}.") from error
    for one in servers.values():
        if isinstance(one, BaseWSGIServer):
            one.channel_class = partial(_Channel, read_within=read_within)
    return server


def wind_down(server: Any) -> None:
    """Take no more requests, and answer those that came."""
    server.accepting = False
    server.task_dispatcher.shutdown(cancel_pending=False, timeout=ANSWERED_WITHIN)
    give_up_at = time.monotonic() + SENT_WITHIN
    while any(channel.total_outbufs_len for channel in list(server.active_channels.values())):
        if time.monotonic() > give_up_at:
            break
        time.sleep(0.01)
    server.close()


def site(app: App, troubles: Callable[[], Sequence[str]] = tuple) -> "WSGIApplication":
    """Slack's requests at /slack/events, and /healthz for whoever watches over the process. Nothing else."""
    slack = SlackRequestHandler(app)

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        if path not in ALLOWED:
            return _refuse(start_response, "404 Not Found")
        if method != ALLOWED[path]:
            return _refuse(start_response, "405 Method Not Allowed", ("Allow", ALLOWED[path]))
        if path == HEALTH:
            wrong = troubles()
            status = "503 Service Unavailable" if wrong else "200 OK"
            start_response(status, [("Content-Type", "text/plain; charset=utf-8")])
            return ["".join(f"{one}\n" for one in wrong or ("ok",)).encode()]
        try:
            return _without_words(slack, environ, start_response)
        except (ValueError, RecursionError):  # a body that cannot be read; Slack's can
            return _refuse(start_response, "400 Bad Request")
        except Exception:  # the edge of the process: whoever called learns nothing of what went wrong
            logger.exception("A request could not be answered.")
            return _refuse(start_response, "500 Internal Server Error")

    return answer


def _without_words(
    slack: SlackRequestHandler, environ: "WSGIEnvironment", start_response: "StartResponse"
) -> Iterable[bytes]:
    """Bolt's response; of one that refuses only the status."""
    said: list[tuple[str, list[tuple[str, str]]]] = []
    body = slack(environ, lambda status, headers, *_: said.append((status, headers)))  # type: ignore[arg-type]
    [(status, headers)] = said
    if not status.startswith("2"):
        return _refuse(start_response, status)
    start_response(status, headers)
    return body


def _refuse(start_response: "StartResponse", status: str, *headers: tuple[str, str]) -> Iterable[bytes]:
    start_response(status, [("Content-Length", "0"), *headers])
    return []


class _Quiet(ErrorTask):  # type: ignore[misc]  # waitress says nothing of its types
    """A response to what is not HTTP as it should be: its status, and no word on what serves it."""

    def execute(self) -> None:
        self.status, _, _ = self.request.error.to_response()
        self.set_close_on_finish()
        self.content_length = 0
        self.write(b"")


class _Channel(HTTPChannel):  # type: ignore[misc]
    """A connection that is dropped where a request takes its time to arrive, a byte now and then or none at all.

    waitress's own timeout starts anew with every byte.
    """

    error_task_class = _Quiet

    def __init__(self, *of: Any, read_within: float, **how: Any) -> None:
        self._read_within = read_within
        self._reading_since: float | None = time.monotonic()
        super().__init__(*of, **how)

    def received(self, data: bytes) -> bool:
        if self._reading_since is None:
            self._reading_since = time.monotonic()
        taken = bool(super().received(data))
        if self.request is None:
            self._reading_since = None
        return taken

    @property
    def last_activity(self) -> float:
        """When waitress counts it as last alive: never, once a request is overdue."""
        overdue = self._reading_since is not None and time.monotonic() - self._reading_since > self._read_within
        return 0.0 if overdue else self._last_activity

    @last_activity.setter
    def last_activity(self, at: float) -> None:
        self._last_activity = at
