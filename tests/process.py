"""The bot as a process of its own, over signed HTTP, for tests that kill it."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.client import HTTPException
from pathlib import Path

from bot.standin import StandIn
from tests.harness import SECRET, signed
from tests.payloads import Body

ROOT = Path(__file__).parent.parent
Run = Callable[..., subprocess.CompletedProcess[bytes]]  # of mandate-bot, with its arguments


def free_port() -> int:
    """One below those that outgoing connections are given, so that it is still free once a killed bot starts again."""
    while True:
        port = random.randrange(12_000, 32_000)
        with socket.socket() as found, suppress(OSError):
            found.bind(("127.0.0.1", port))
            return port


@contextmanager
def dashboard_on(db: Path, **env: str) -> Iterator[str]:
    """The address of a dashboard that is a process of its own, without a slash at the end."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "MANDATE_"))}
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "dashboard", "--db", str(db), "--port", "0"],
        env=inherited | {"PYTHONPATH": str(ROOT)} | env,
        cwd=db.parent,
        stdout=subprocess.PIPE,
        text=True,
    ) as serving:
        try:
            assert serving.stdout
            said = serving.stdout.readline()
            yield said.split()[4].rstrip("/")
        finally:
            serving.terminate()


class Process:
    """Started on demand, killed without warning."""

    def __init__(self, folder: Path, cache: Path, slack: StandIn) -> None:
        self.db = folder / "bot.db"
        self.port = free_port()
        self.env = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "MANDATE_"))},
            "PYTHONPATH": str(ROOT),
            "XDG_CACHE_HOME": str(cache),
            "SLACK_API_URL": slack.url,
            "SLACK_BOT_TOKEN": "xoxb-test",
            "SLACK_SIGNING_SECRET": SECRET,
            "MANDATE_DB": str(self.db),
            "MANDATE_CCG_NAME": "Anytown CCG",
        }
        self.log = folder / "bot.log"
        self.before: tuple[str, ...] = ()  # a command to run it under, such as taskset
        self.options: tuple[str, ...] = ()  # of `run`
        self._folder = folder
        self._running: subprocess.Popen[bytes] | None = None

    def start(self) -> "Process":
        self.begin()
        try:
            self._wait_until_healthy()
        except AssertionError:
            self.kill()
            raise
        return self

    def begin(self) -> None:
        """Start, and wait for nothing. What it logs is added to the file `log`."""
        with self.log.open("ab") as log:
            self._running = subprocess.Popen(
                [*self.before, sys.executable, "-m", "bot", "run", "--http", f"127.0.0.1:{self.port}", *self.options],
                env=self.env,
                cwd=self._folder,
                stderr=log,
            )

    @property
    def pid(self) -> int:
        assert self._running
        return self._running.pid

    def _wait_until_healthy(self) -> None:
        give_up_at = time.monotonic() + 60
        while time.monotonic() < give_up_at:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2):
                    return
            except OSError:
                time.sleep(0.05)
            if self._running and self._running.poll() is not None:
                break
        raise AssertionError(f"the bot did not start: {self.log.read_text()[-1_000:]}")

    def kill(self) -> None:
        """kill -9: nothing is finished, nothing is tidied."""
        assert self._running
        self._running.send_signal(signal.SIGKILL)
        self._running.wait(timeout=10)

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        assert self._running
        self._running.terminate()
        return self._running.wait(timeout=20)

    def send(self, body: Body, secret: str = SECRET) -> int:
        """Deliver a signed request; the status that Slack would see, 0 when nobody answered."""
        return self.exchange(body, secret=secret)[0]

    def exchange(self, body: Body, headers: Mapping[str, str] | None = None, secret: str = SECRET) -> tuple[int, bytes]:
        """As `send`, with what the answer says."""
        request = signed(body, headers, secret=secret)
        sent = {name: value[0] for name, value in request.headers.items()}
        message = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/slack/events", data=request.raw_body.encode(), headers=sent
        )
        try:
            with urllib.request.urlopen(message, timeout=10) as answered:
                return int(answered.status), answered.read()
        except urllib.error.HTTPError as error:
            return error.code, b""
        except (OSError, HTTPException):
            return 0, b""

    def __exit__(self, *_: object) -> None:
        if self._running and self._running.poll() is None:
            self.kill()

    def __enter__(self) -> "Process":
        return self.start()
