"""Socket Mode, over a real WebSocket on loopback."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.sync.server import Server, ServerConnection, serve

from bot.standin import StandIn
from tests import payloads
from tests.payloads import Body
from tests.process import Process

ASKED = "how many objectives are in the mandate"


class Socket:
    """Slack's end of the socket: sends envelopes, and keeps what is acknowledged."""

    def __init__(self) -> None:
        self.acknowledged: list[str] = []
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
        self._connected.set()
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

    def close(self) -> None:
        self._server.shutdown()


@pytest.fixture
def socket(standin: StandIn) -> Iterator[Socket]:
    socket = Socket()
    standin.socket_url = socket.url
    yield socket
    socket.close()


def test_a_question_over_the_socket_is_acknowledged_and_answered_once(
    tmp_path: Path, model_cache: Path, standin: StandIn, socket: Socket
) -> None:
    env = Process(tmp_path, model_cache, standin).env | {"SLACK_APP_TOKEN": "xapp-test"}
    body = payloads.envelope(payloads.direct_message(ASKED))
    with subprocess.Popen([sys.executable, "-m", "bot", "run"], env=env, cwd=tmp_path, stderr=subprocess.PIPE) as bot:
        socket.send(body, "first")
        socket.wait_for_acknowledgement("first")
        socket.send(body, "again")
        socket.wait_for_acknowledgement("again")
        standin.wait_for("chat.postMessage", timeout=20)
        bot.terminate()
        assert bot.wait(timeout=20) == 0

    assert len(standin.posted["DU1"]) == 1
