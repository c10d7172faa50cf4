"""How long Slack waits for an acknowledgement while many ask and vote at once, over signed HTTP.

python -m tests.bench.load [--seconds N] [--rate N] [--processes N]
"""

import argparse
import http.client
import multiprocessing
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path
from queue import SimpleQueue

import psutil

from bot.knowledge import load_knowledge
from bot.polls import Plan, Question
from bot.settings import shipped_knowledge
from bot.standin import StandIn
from bot.storage import Store
from tests import payloads
from tests.bench.answering import resident
from tests.harness import SECRET, signed
from tests.payloads import Body
from tests.process import ROOT, Process, free_port

CLIENTS = 64  # connections that are held open, as Slack's proxies do
PATIENCE = 3.0  # seconds, then Slack gives up on an acknowledgement
PEOPLE = 5_000
PEER_LASTS = 20.0  # seconds at most
POLL = Question("Should locality meetings move to mornings?", options=("Yes", "No", "Don't mind"))
PEER = """
import sys, waitress
from slack_sdk.signature import SignatureVerifier
verifier = SignatureVerifier(sys.argv[2])
def site(environ, start_response):
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"] or 0)).decode()
    stamp, signature = environ["HTTP_X_SLACK_REQUEST_TIMESTAMP"], environ["HTTP_X_SLACK_SIGNATURE"]
    start_response("200 OK" if verifier.is_valid(body, stamp, signature) else "401 Unauthorized", [])
    return [b""]
waitress.serve(site, host="127.0.0.1", port=int(sys.argv[1]), threads=32, _quiet=True)
"""


@dataclass(frozen=True)
class Taken:
    """One request: what it was, seconds from when it was due until its acknowledgement, and whether that came."""

    kind: str
    took: float
    is_acknowledged: bool


def main() -> None:
    """Print figures; the bot and its peer are held to two cores, those that the load and the stand-in use too."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--rate", type=int, default=50, help="questions a second, and as many votes")
    parser.add_argument("--processes", type=int, default=2, help="that the bot answers with")
    options = parser.parse_args()
    cores = ",".join(map(str, sorted(os.sched_getaffinity(0))[:2])) if sys.platform == "linux" else ""
    before = ("taskset", "-c", cores) if cores else ()
    context, stop = multiprocessing.get_context("spawn"), multiprocessing.get_context("spawn").Event()
    here, there = context.Pipe()
    slack = context.Process(target=_stand_in, args=(there, stop))
    slack.start()
    with tempfile.TemporaryDirectory(prefix="load-") as folder:
        try:
            _measure(Path(folder), here, before, options)
        finally:
            stop.set()
            slack.join()


def _stand_in(pipe: Connection, stop: Event) -> None:
    """Serve in a process of its own until `stop`; at any word from outside say how many messages were posted."""
    with StandIn() as slack:
        private = slack.response_url()
        slack.uses_left[private] = sys.maxsize
        pipe.send((slack.url, private))
        while not stop.is_set():
            if pipe.poll(0.2):
                pipe.recv()
                pipe.send(len(slack.messages))


def _measure(folder: Path, slack: Connection, before: tuple[str, ...], options: argparse.Namespace) -> None:
    seconds, rate, processes = options.seconds, options.rate, options.processes
    slack_url, private_url = slack.recv()
    print(
        f"{rate} questions and {rate} votes a second for {seconds} s, cores {before[-1] if before else 'any'}, "
        f"{processes} processes"
    )
    _show_commits(folder)
    bot = Process(folder, Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"), _Elsewhere(slack_url))
    bot.before, bot.options = before, ("--processes", str(processes))
    # The first start after a change learns for many seconds; what is measured begins with what it has kept.
    ask = [sys.executable, "-m", "bot", "ask", "what is a CCG"]
    subprocess.run(ask, env=bot.env, cwd=folder, check=True, capture_output=True)
    poll_id = _opened_poll(bot.db)
    with bot:
        make = _requests(poll_id, private_url)
        _offer(bot.port, make, 3, min(rate, 20))  # so that nothing is done for the first time
        family = _family(bot.pid)
        memory, used = [("start", _all_resident(family))], _cpu_seconds(family)
        taken = _offer(bot.port, make, seconds, rate, lambda minute: memory.append((minute, _all_resident(family))))
        memory.append(("end", _all_resident(family)))
        busy = 100 * (_cpu_seconds(family) - used) / seconds
        behind = _drained(bot.db)
        slack.send("how many")
        print(f"answers still to be sent at the end were gone {behind:.1f} s later; messages posted: {slack.recv()}")
    for kind in ("question", "vote"):
        _show(f"{kind}s", [one for one in taken if one.kind == kind])
    _show("both", taken)
    print(f"the bot kept {busy:.0f}% of a core busy")
    print("resident memory: " + ", ".join(f"{when} {size:.0f} MB" for when, size in memory))
    _show_peer(before, make, min(seconds, PEER_LASTS), rate)


class _Elsewhere(StandIn):
    """Where the stand-in of the other process is, for `Process`."""

    def __init__(self, url: str) -> None:
        self.url = url


def _opened_poll(db: Path) -> int:
    store, now = Store(db), datetime.now(UTC)
    poll = store.polls.draft(payloads.TEAM, "ULEAD", Plan("Locality meetings", (POLL,), ("C1",)), now)
    store.polls.open(payloads.TEAM, poll.id, now + timedelta(days=7), lambda *_: [], now)
    store.poll_messages.learn(poll.id, "C1", "1353600000.000001")
    store.close()
    return poll.id


def _requests(poll_id: int, private_url: str) -> Callable[[int], tuple[str, Body]]:
    """Questions that people put in their own words, and votes in one poll, in turn."""
    asks = [ask.ask for ask in load_knowledge(shipped_knowledge()).asks]
    random.Random(1).shuffle(asks)

    def make(number: int) -> tuple[str, Body]:
        person = f"U{number // 2 % PEOPLE}"
        if number % 2:
            place = payloads.in_message({"channel": "C1", "ts": "1353600000.000001", "blocks": []}, private_url)
            choice = number // 2 % 3
            button = {"type": "button", "action_id": f"poll:pick:{choice}"}
            return "vote", payloads.press(button, f"{poll_id} {choice}", place, person)
        return "question", payloads.envelope(payloads.direct_message(asks[number // 2 % len(asks)], person))

    return make


def _offer(
    port: int,
    make: Callable[[int], tuple[str, Body]],
    seconds: float,
    rate: int,
    each_minute: Callable[[str], None] = lambda minute: None,
) -> list[Taken]:
    """Send each request when it is due, whether or not the ones before were acknowledged."""
    due: SimpleQueue[tuple[float, str, Body] | None] = SimpleQueue()
    taken: list[Taken] = []
    clients = [threading.Thread(target=_client, args=(port, due, taken)) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    started, minutes = time.perf_counter(), 0
    for number in range(int(2 * rate * seconds)):
        kind, body = make(number)
        at = started + number / (2 * rate)
        time.sleep(max(0.0, at - time.perf_counter()))
        due.put((at, kind, body))
        if at - started >= 60 * (minutes + 1):
            minutes += 1
            each_minute(f"{minutes} min")
    for _ in clients:
        due.put(None)
    for client in clients:
        client.join()
    return taken


def _client(port: int, due: "SimpleQueue[tuple[float, str, Body] | None]", taken: list[Taken]) -> None:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    with closing(line):
        while (one := due.get()) is not None:
            at, kind, body = one
            request = signed(body)
            headers = {name: value[0] for name, value in request.headers.items()}
            try:
                line.request("POST", "/slack/events", request.raw_body.encode(), headers)
                answer = line.getresponse()
                answer.read()
                status = answer.status
            except (OSError, http.client.HTTPException):
                line.close()
                status = 0
            took = time.perf_counter() - at
            taken.append(Taken(kind, took, status == 200 and took < PATIENCE))


def _family(pid: int) -> list[int]:
    """A process and those that it started."""
    return [pid, *(child.pid for child in psutil.Process(pid).children())]


def _cpu_seconds(family: Sequence[int]) -> float:
    return sum(sum(psutil.Process(pid).cpu_times()[:2]) for pid in family)


def _all_resident(family: Sequence[int]) -> float:
    """MB of them all."""
    return sum(resident(pid) for pid in family)


def _drained(db: Path) -> float:
    """Seconds until no question waits for its answer any more."""
    started = time.monotonic()
    while time.monotonic() - started < 300:
        with closing(sqlite3.connect(db, timeout=10)) as connection:
            if connection.execute("SELECT count(*) FROM inbox WHERE state != 'done'").fetchone()[0] == 0:
                break
        time.sleep(0.1)
    return time.monotonic() - started


def _show(what: str, taken: Sequence[Taken]) -> None:
    times = [1000 * one.took for one in taken]
    cut = statistics.quantiles(times, n=100)
    failed = sum(not one.is_acknowledged for one in taken)
    print(
        f"{what:10} {len(taken):6,} sent, {failed} not acknowledged; acknowledged within median {cut[49]:6.1f} ms, "
        f"95th percentile {cut[94]:6.1f}, 99th {cut[98]:6.1f}, longest {max(times):6.1f}"
    )


def _show_peer(before: tuple[str, ...], make: Callable[[int], tuple[str, Body]], seconds: float, rate: int) -> None:
    """A server that checks the signature, does nothing and says yes."""
    port = free_port()
    peer = subprocess.Popen([*before, sys.executable, "-c", PEER, str(port), SECRET], cwd=ROOT)
    try:
        time.sleep(2)
        _show("peer", _offer(port, make, seconds, rate))
    finally:
        peer.terminate()
        peer.wait()


def _show_commits(folder: Path) -> None:
    """What it costs on this disk that each commit is written through, so that it outlives a power cut."""
    for mode in ("FULL", "NORMAL"):
        with closing(sqlite3.connect(folder / f"{mode}.db", isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute(f"PRAGMA synchronous={mode}")
            connection.execute("CREATE TABLE one (text TEXT)")
            took = []
            for number in range(300):
                started = time.perf_counter()
                connection.execute("INSERT INTO one VALUES (?)", (f"{number} " * 50,))
                took.append(1000 * (time.perf_counter() - started))
        print(f"a commit with synchronous={mode:6} median {statistics.median(took):.2f} ms")


if __name__ == "__main__":
    main()
