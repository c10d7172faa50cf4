"""The HTTP side: what gets in, how much, how fast, and how little is said to what does not."""

import socket
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest

from bot.commands import serving
from bot.library import Library
from bot.standin import StandIn
from tests import payloads
from tests.harness import SECRET, Workspace, signed
from tests.payloads import Body
from tests.process import free_port

ASKED = "how many objectives are in the mandate"


class Site:
    """The bot behind its own HTTP server, in this process."""

    def __init__(self, workspace: Workspace, read_within: float) -> None:
        self.workspace = workspace
        self.port = free_port()
        self._server = serving.make_server(workspace.app, "127.0.0.1", self.port, read_within)
        threading.Thread(target=self._server.run, daemon=True).start()

    def close(self) -> None:
        self._server.close()

    def request(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> tuple[HTTPResponse, bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, body, headers or {})
            answered = connection.getresponse()
            return answered, answered.read()
        finally:
            connection.close()

    def post(self, body: Body, *, at: float | None = None, secret: str = SECRET) -> tuple[HTTPResponse, bytes]:
        request = signed(body, at=at, secret=secret)
        headers = {name: value[0] for name, value in request.headers.items()}
        answered = self.request("POST", "/slack/events", request.raw_body.encode(), headers)
        self.workspace.executor.submit(lambda: None).result(timeout=10)
        return answered

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def raw(self, sent: bytes) -> bytes:
        """All that comes back for these bytes."""
        with self.connect() as connection:
            connection.sendall(sent)
            return b"".join(iter(lambda: connection.recv(65_536), b""))


@pytest.fixture
def site(tmp_path: Path, library: Library, standin: StandIn) -> Iterator[Site]:
    workspace = Workspace(tmp_path, library, standin)
    site = Site(workspace, serving.READ_WITHIN)
    yield site
    site.close()
    workspace.close()


@pytest.fixture
def impatient(tmp_path: Path, library: Library, standin: StandIn) -> Iterator[Site]:
    """A site that gives a request one second to arrive."""
    workspace = Workspace(tmp_path, library, standin)
    site = Site(workspace, read_within=1.0)
    yield site
    site.close()
    workspace.close()


def is_dropped(connection: socket.socket, within: float) -> bool:
    """Whether the other side closes the connection in so many seconds, without a word."""
    connection.settimeout(within)
    try:
        return connection.recv(1) == b""
    except ConnectionError:
        return True
    except TimeoutError:
        return False


def question() -> Body:
    return payloads.envelope(payloads.direct_message(ASKED))


def test_a_signed_request_is_answered(site: Site) -> None:
    answered, _ = site.post(question())

    assert answered.status == 200
    assert len(site.workspace.posted("DU1")) == 1


@pytest.mark.parametrize("seconds", [-301, 301], ids=["old", "ahead"])
def test_a_signature_of_another_time_is_refused(site: Site, seconds: int) -> None:
    answered, said = site.post(question(), at=time.time() + seconds)

    assert (answered.status, said) == (401, b"")
    assert site.workspace.posted("DU1") == []


def test_a_signature_with_another_secret_is_refused(site: Site) -> None:
    answered, said = site.post(question(), secret="another")

    assert (answered.status, said) == (401, b"")


def test_a_request_without_a_signature_is_refused(site: Site) -> None:
    answered, said = site.request("POST", "/slack/events", b"{}", {"Content-Type": "application/json"})

    assert (answered.status, said) == (401, b"")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/slack/events", 405),
        ("PUT", "/slack/events", 405),
        ("POST", "/healthz", 405),
        ("GET", "/", 404),
        ("GET", "/slack/install", 404),
        ("GET", "/slack/oauth_redirect", 404),
        ("POST", "/slack/events/", 404),
        ("GET", "/../etc/passwd", 404),
    ],
)
def test_there_are_two_ways_in_and_no_other(site: Site, method: str, path: str, status: int) -> None:
    answered, said = site.request(method, path)

    assert (answered.status, said) == (status, b"")


def test_health_is_told(site: Site) -> None:
    answered, said = site.request("GET", "/healthz")

    assert (answered.status, said) == (200, b"ok\n")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 1000001\r\n\r\n", b"413"),
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 32_100, b"431"),
        (b"nonsense\r\n\r\n", b"400"),
        (b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: minus one\r\n\r\n", b"400"),
        (b"POST /slack/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", b"501"),
        (b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\n\xff\xfe", b"400"),
    ],
    ids=["large body", "large headers", "no HTTP", "no length", "encoding", "no UTF-8"],
)
def test_what_is_no_request_of_slack_gets_a_status_and_nothing_more(site: Site, sent: bytes, status: bytes) -> None:
    head, _, body = site.raw(sent).partition(b"\r\n\r\n")

    assert head.split(b" ")[1] == status
    assert body == b""
    assert not any(word in head.lower() for word in (b"server:", b"via:", b"waitress", b"python", b"bolt"))


def test_a_chunked_body_has_the_same_limit(site: Site) -> None:
    chunk = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"
    start = b"POST /slack/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"

    with site.connect() as connection:
        connection.sendall(start)
        for _ in range(serving.MOST_BODY // 0x10000 + 2):
            try:
                connection.sendall(chunk)
            except ConnectionError:
                break
        try:
            said = connection.recv(100)
        except ConnectionError:  # closed while we were still sending
            said = b""

    assert b"200" not in said
    assert site.request("GET", "/healthz")[0].status == 200


def test_an_error_of_ours_is_a_status_and_nothing_more(site: Site) -> None:
    site.workspace.store.close()
    site.workspace.settings.db.unlink()
    site.workspace.settings.db.mkdir()

    answered, said = site.post(question())

    assert (answered.status, said) == (503, b"")
    site.workspace.settings.db.rmdir()


def test_a_client_that_sends_a_byte_now_and_then_is_dropped(impatient: Site) -> None:
    gone_after = None
    started = time.monotonic()

    with impatient.connect() as connection:
        for byte in b"POST /slack/events HTTP/1.1\r\nHost: x\r\nX-Slow: " + b"a" * 200:
            try:
                connection.sendall(bytes([byte]))
            except ConnectionError:
                gone_after = time.monotonic() - started
                break
            time.sleep(0.1)

    assert gone_after is not None
    assert gone_after < 10


@pytest.mark.parametrize(
    "sent",
    [b"", b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"],
    ids=["nothing", "half a body"],
)
def test_a_client_that_falls_silent_is_dropped(impatient: Site, sent: bytes) -> None:
    with impatient.connect() as connection:
        connection.sendall(sent)

        assert is_dropped(connection, within=9)


def test_a_connection_that_was_of_use_may_rest(impatient: Site) -> None:
    with impatient.connect() as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        connection.recv(1_000)

        assert not is_dropped(connection, within=5)


def test_slow_clients_keep_nobody_else_waiting(site: Site) -> None:
    slow = [site.connect() for _ in range(150)]
    for connection in slow:
        connection.sendall(b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")

    answered, _ = site.post(question())

    assert answered.status == 200
    for connection in slow:
        connection.close()
