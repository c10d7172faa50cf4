"""The bot as a process of its own, over signed HTTP, for tests that kill it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from bot.standin import StandIn
from tests.harness import SECRET, signed
from tests.payloads import Body

ROOT = Path(__file__).parent.parent
Run = Callable[..., subprocess.CompletedProcess[bytes]]  # of mandate-bot, with its arguments


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


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
        self._folder = folder
        self._running: subprocess.Popen[bytes] | None = None

    def start(self) -> "Process":
        self._running = subprocess.Popen(
            [sys.executable, "-m", "bot", "run", "--http", f"127.0.0.1:{self.port}"],
            env=self.env,
            cwd=self._folder,
            stderr=subprocess.DEVNULL,
        )
        self._wait_until_healthy()
        return self

    def _wait_until_healthy(self) -> None:
        give_up_at = time.monotonic() + 60
        while time.monotonic() < give_up_at:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2):
                    return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("the bot did not start")

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
        request = signed(body, secret=secret)
        headers = {name: value[0] for name, value in request.headers.items()}
        message = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/slack/events", data=request.raw_body.encode(), headers=headers
        )
        try:
            with urllib.request.urlopen(message, timeout=10) as answered:
                return int(answered.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def __exit__(self, *_: object) -> None:
        if self._running and self._running.poll() is None:
            self.kill()

    def __enter__(self) -> "Process":
        return self.start()
