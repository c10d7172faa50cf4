"""Socket Mode, over a real WebSocket on loopback."""

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

from bot.standin import StandIn
from tests import payloads
from tests.payloads import Body
from tests.process import Process

ASKED = "how many objectives are in the mandate"


class Wire:
    """What lies between the bot and Slack. It can be cut, so that nothing passes and neither side is told."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._cut: set[socket.socket] = set()
        self._open: set[socket.socket] = set()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._take, daemon=True).start()

    def cut(self) -> None:
        """Every line that is open now goes dead; new ones work."""
        self._cut |= self._open

    def close(self) -> None:
        self._listening.close()

    def _take(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self._to))
            self._open |= {near, far}
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._pass, args=(one, other), daemon=True).start()

    def _pass(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while passed := one.recv(65_536):
                if one not in self._cut:
                    other.sendall(passed)
            if one not in self._cut:
                other.shutdown(socket.SHUT_RDWR)


class Socket:
    """Slack's end of the socket: sends envelopes, and keeps what is acknowledged."""

    def __init__(self) -> None:
        self.acknowledged: list[str] = []
        self.connections: list[float] = []  # when each came, time.monotonic()
        self._connection: ServerConnection | None = None
        self._connected = threading.Event()
        self._heard = threading.Condition()
        self._server: Server = serve(self._talk, "127.0.0.1", 0)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self._server.socket.getsockname()[1]}/"

    def _talk(self, connection: ServerConnection) -> None:
        connection.send(json.dumps({"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A0001"}}))
        self._connection = connection
        with self._heard:
            self.connections.append(time.monotonic())
            self._heard.notify_all()
        self._connected.set()
        with suppress(ConnectionClosed):
            self._hear(connection)

    def _hear(self, connection: ServerConnection) -> None:
        for message in connection:
            with self._heard:
                self.acknowledged.append(json.loads(message).get("envelope_id", ""))
                self._heard.notify_all()

    def send(self, body: Body, envelope_id: str) -> None:
        assert self._connected.wait(timeout=30)
        assert self._connection
        envelope = {"type": "events_api", "envelope_id": envelope_id, "payload": body, "retry_attempt": 0}
        self._connection.send(json.dumps(envelope))

    def wait_for_acknowledgement(self, envelope_id: str) -> None:
        with self._heard:
            assert self._heard.wait_for(lambda: envelope_id in self.acknowledged, timeout=30)

    def wait_for_connections(self, count: int) -> float:
        """When the latest came."""
        with self._heard:
            assert self._heard.wait_for(lambda: len(self.connections) >= count, timeout=60)
            return self.connections[-1]

    def drop(self) -> None:
        """As a machine that dies does: the line is closed, without a closing word."""
        assert self._connection
        self._connection.socket.shutdown(socket.SHUT_RDWR)

    def ask_to_reconnect(self) -> None:
        """As Slack does every few hours."""
        assert self._connection
        self._connection.send(json.dumps({"type": "disconnect", "reason": "refresh_requested"}))

    def close(self) -> None:
        self._server.shutdown()


@pytest.fixture
def slack_socket(standin: StandIn) -> Iterator[Socket]:
    made = Socket()
    standin.socket_url = made.url
    yield made
    made.close()


@pytest.fixture
def wire(standin: StandIn, slack_socket: Socket) -> Iterator[Wire]:
    wire = Wire(int(slack_socket.url.rsplit(":", 1)[1].strip("/")))
    standin.socket_url = f"ws://127.0.0.1:{wire.port}/"
    yield wire
    wire.close()


@contextmanager
def running(folder: Path, cache: Path, standin: StandIn, **env: str) -> Iterator[subprocess.Popen[bytes]]:
    """The bot over Socket Mode, which has to end well when it is asked to."""
    settings = Process(folder, cache, standin).env | {"SLACK_APP_TOKEN": "xapp-test", **env}
    with (folder / "bot.log").open("wb") as log:
        bot = subprocess.Popen([sys.executable, "-m", "bot", "run"], env=settings, cwd=folder, stderr=log)
        try:
            yield bot
            asked_at = time.monotonic()
            bot.terminate()
            assert bot.wait(timeout=20) == 0
            assert time.monotonic() - asked_at < 10
        finally:
            bot.kill()
            bot.wait()


def test_a_question_over_the_socket_is_acknowledged_and_answered_once(
    tmp_path: Path, model_cache: Path, standin: StandIn, slack_socket: Socket
) -> None:
    body = payloads.envelope(payloads.direct_message(ASKED))
    with running(tmp_path, model_cache, standin):
        slack_socket.send(body, "first")
        slack_socket.wait_for_acknowledgement("first")
        slack_socket.send(body, "again")
        slack_socket.wait_for_acknowledgement("again")
        standin.wait_for("chat.postMessage", timeout=20)

    assert len(standin.posted["DU1"]) == 1


@pytest.mark.parametrize("how", ["closed", "silent"])
def test_a_socket_lost_without_a_close_frame_is_back_in_under_five_seconds(
    tmp_path: Path, model_cache: Path, standin: StandIn, slack_socket: Socket, wire: Wire, how: str
) -> None:
    body = payloads.envelope(payloads.direct_message(ASKED))
    with running(tmp_path, model_cache, standin):
        slack_socket.send(body, "first")
        slack_socket.wait_for_acknowledgement("first")
        lost_at = time.monotonic()
        wire.cut() if how == "silent" else slack_socket.drop()

        took = slack_socket.wait_for_connections(2) - lost_at

        slack_socket.send(body, "again")  # Slack delivers anew what it is not sure of
        slack_socket.wait_for_acknowledgement("again")

    assert took < 5
    assert len(standin.posted["DU1"]) == 1


def test_asked_to_reconnect_it_does_and_loses_nothing(
    tmp_path: Path, model_cache: Path, standin: StandIn, slack_socket: Socket
) -> None:
    with running(tmp_path, model_cache, standin):
        slack_socket.wait_for_connections(1)
        slack_socket.ask_to_reconnect()
        slack_socket.wait_for_connections(2)
        slack_socket.send(payloads.envelope(payloads.direct_message(ASKED)), "after")
        slack_socket.wait_for_acknowledgement("after")

    assert len(standin.posted["DU1"]) == 1


def test_over_the_socket_the_heartbeat_is_touched_while_it_runs(
    tmp_path: Path, model_cache: Path, standin: StandIn, slack_socket: Socket
) -> None:
    beat = tmp_path / "heartbeat"
    with running(tmp_path, model_cache, standin, MANDATE_HEARTBEAT=str(beat)):
        slack_socket.wait_for_connections(1)
        time.sleep(1)
        first = beat.stat().st_mtime_ns
        time.sleep(6)

        later = beat.stat().st_mtime_ns

    assert later > first
    assert not beat.exists()
