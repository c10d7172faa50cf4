"""The HTTP server on 127.0.0.1 and what a test sees of it."""

import json
import threading
import time
from collections import defaultdict, deque
from contextlib import suppress
from copy import deepcopy
from dataclasses import asdict, dataclass
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from bot.standin import files
from bot.standin.answers import Arguments, Refused
from bot.standin.messages import RESPONSE_URL_USES
from bot.standin.methods import METHODS
from bot.standin.workspace import Workspace

_JSON = "application/json; charset=utf-8"
_PLAIN = "text/plain; charset=utf-8"
_UPLOAD = "/upload/"
# Arguments that come as JSON even in a form.
_HOLD_JSON = ("attachments", "blocks", "files", "metadata", "prompts", "view")


@dataclass(frozen=True)
class Call:
    """What was asked of Slack. The token is not kept."""

    method: str  # such as "chat.postMessage"; "response_url" for a post to a response URL
    arguments: dict[str, Any]
    at: float  # seconds, time.monotonic()


@dataclass(frozen=True)
class _Fault:
    error: str | None
    status: int
    retry_after: int | None
    delay: float
    drop: bool


@dataclass(frozen=True)
class _Reply:
    status: int
    body: str
    content_type: str = _JSON
    retry_after: int | None = None
    scopes: str | None = None


class StandIn(Workspace):
    """A Slack workspace reached at `url`, for SLACK_API_URL or a WebClient's `base_url`. Any thread may use it."""

    def __init__(self) -> None:
        super().__init__()
        self._calls: list[Call] = []
        self._faults: defaultdict[str, deque[_Fault]] = defaultdict(deque)
        self._changed = threading.Condition()
        self._closing = threading.Event()
        self._server = _Server(self)
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        self.url = f"{self.origin}/api/"
        # Looks often whether it should stop: by default closing takes half a second.
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), name="stand-in", daemon=True)
        self._thread.start()

    def __enter__(self) -> "StandIn":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    # What came

    @property
    def calls(self) -> list[Call]:
        """Every call in the order in which they came."""
        with self._changed:
            return list(self._calls)

    def calls_to(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    def wait_for(self, method: str, count: int = 1, timeout: float = 5.0) -> list[Call]:
        """The calls to `method` once there are `count` of them and what they change has changed.

        Raises AssertionError, which lists what did come, after `timeout` seconds.
        """
        with self._changed:
            came = self._changed.wait_for(lambda: len(self.calls_to(method)) >= count, timeout)
            if not came:
                others = ", ".join(call.method for call in self._calls) or "nothing"
                raise AssertionError(f"Waited {timeout} s for {count} of {method}; there came: {others}")
            return self.calls_to(method)

    def forget(self) -> None:
        """Forget the calls; messages and views stay."""
        with self._changed:
            self._calls.clear()

    # What people see

    @property
    def posted(self) -> defaultdict[str, list[dict[str, Any]]]:
        """The messages by channel, oldest first; [] for a channel without any.

        Each has channel, ts, thread_ts, text, blocks, metadata, and ephemeral_to (a user id, or None).
        """
        seen: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        with self._changed:
            for message in self.messages.values():
                seen[message.channel].append(asdict(message))
        return seen

    @property
    def views(self) -> dict[str, dict[str, Any]]:
        """The Home tabs by user id, and the modals by view id; each as it was sent, with its `id` and `hash`."""
        with self._changed:
            shown = deepcopy(list(self.shown.values()))
        return {one.user or one.id: {**one.view, "id": one.id, "hash": one.hash} for one in shown}

    # How Slack shall behave

    def fail(
        self,
        method: str,
        error: str | None = "ratelimited",
        times: int = 1,
        status: int = 200,
        retry_after: int | None = None,
        delay: float = 0.0,
        drop: bool = False,
    ) -> None:
        """The next `times` calls of `method` ("response_url" too) fail so, and change nothing.

        "ratelimited" comes with status 429 and Retry-After (`retry_after` seconds, or 1); a status of 500 or more comes
        as plain text. The answer takes `delay` seconds. With `error=None` it is then the usual one. With `drop` the
        call has its effect, but the connection closes without an answer, whatever `error` says.
        """
        if error == "ratelimited" and status == 200:
            status, retry_after = 429, 1 if retry_after is None else retry_after
        with self._changed:
            self._faults[method].extend([_Fault(error, status, retry_after, delay, drop)] * times)

    def response_url(self) -> str:
        """A new response URL, good for 5 uses."""
        with self._changed:
            url = f"{self.origin}/respond/{self.next_id('')}"
            self.uses_left[url] = RESPONSE_URL_USES
        return url

    def expire(self, url: str) -> None:
        """From now on the response URL answers as Slack's do after 30 minutes."""
        with self._changed:
            self.uses_left.pop(url, None)

    # How the server asks

    def take(self, path: str, query: str, body: str, headers: Message) -> _Reply | None:
        """Record a call, let it have its effect, and answer; None where the connection shall be dropped."""
        arguments = _decode(query, body, headers.get("Content-Type") or "")
        token = arguments.pop("token", None) or headers.get("Authorization")
        if path.startswith("/respond/"):
            method, token = "response_url", "not needed"
            arguments["response_url"] = f"{self.origin}{path}"
        else:
            method = path.removeprefix("/api/")
        with self._changed:
            fault = self._faults[method].popleft() if self._faults[method] else None
            self._calls.append(Call(method, arguments, time.monotonic()))
            if fault is None or fault.drop or fault.error is None:
                reply = self._perform(method, arguments, bool(token))
            else:
                reply = _failure(fault, fault.error)
            self._changed.notify_all()
        if fault:
            self._closing.wait(fault.delay)
        return None if fault and fault.drop else reply

    def receive(self, path: str, content: bytes) -> _Reply:
        """Take the bytes of a file."""
        with self._changed:
            taken = files.receive(self, path.removeprefix(_UPLOAD), content)
        return _Reply(200, f"OK - {len(content)}", _PLAIN) if taken else _Reply(400, "bad upload", _PLAIN)

    def _perform(self, method: str, arguments: Arguments, has_token: bool) -> _Reply:
        try:
            if not has_token:
                raise Refused("not_authed")
            if method not in METHODS:
                raise Refused("unknown_method")
            answer = METHODS[method](self, arguments)
        except Refused as refused:
            return _Reply(refused.status, json.dumps(refused.answer()))
        if method == "response_url":
            return _Reply(200, "ok", _PLAIN)
        return _Reply(200, json.dumps({"ok": True, **answer}), scopes=",".join(self.scopes))


def _failure(fault: _Fault, error: str) -> _Reply:
    if fault.status >= 500:
        return _Reply(fault.status, error, _PLAIN)
    return _Reply(fault.status, json.dumps({"ok": False, "error": error}), retry_after=fault.retry_after)


def _decode(query: str, body: str, content_type: str) -> Arguments:
    """The arguments, whether they came as JSON, in a form or in the address."""
    arguments: Arguments = dict(parse_qsl(query, keep_blank_values=True))
    if content_type.startswith("application/json"):
        sent = _from_json(body)
        arguments |= sent if isinstance(sent, dict) else {}
    else:
        arguments |= dict(parse_qsl(body, keep_blank_values=True))
    for name in _HOLD_JSON:
        if isinstance(arguments.get(name), str):
            arguments[name] = _from_json(arguments[name])
    return arguments


def _from_json(text: str) -> Any:
    """What the JSON says; `text` itself where it is none, to be refused for what it is."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # a burst of callers; the default of 5 makes the others wait a second

    def __init__(self, stand_in: StandIn) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.stand_in = stand_in


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        asked = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if asked.path.startswith(_UPLOAD):
            self._send(self.server.stand_in.receive(asked.path, body))
            return
        reply = self.server.stand_in.take(asked.path, asked.query, body.decode(), self.headers)
        if reply is None:
            return
        # A caller that lost patience has gone.
        with suppress(ConnectionError):
            self._send(reply)

    do_GET = do_POST  # noqa: N815 - http.server looks for this name

    def _send(self, reply: _Reply) -> None:
        payload = reply.body.encode()
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(payload)))
        if reply.retry_after is not None:
            self.send_header("Retry-After", str(reply.retry_after))
        if reply.scopes is not None:
            self.send_header("X-OAuth-Scopes", reply.scopes)
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: what came is in `calls`."""
