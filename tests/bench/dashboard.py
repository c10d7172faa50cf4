"""How quick the dashboard is when much was asked, and whether answering waits for it.

python -m tests.bench.dashboard [--questions N]

The peer is Datasette as it comes: its own page of a table with the same questions.
"""

import argparse
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.knowledge import load_knowledge
from bot.retention import days_of
from bot.settings import shipped_knowledge
from bot.storage import Store
from bot.storage.database import as_text
from tests.bench.answering import batch
from tests.process import dashboard_on, free_port

DAYS = 178  # so that nothing is old enough to be deleted while it is measured
FIRST = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=DAYS)
OUTCOMES = ("answer",) * 17 + ("suggestions",) + ("no_answer",) * 2
PER_ROW = 5  # questions in a row of the queue
ENTRIES = 280
OPENED = 20  # times that each page is opened
ASKED = 200


def main() -> None:
    """Print a figure a line; the machine's cores are shared by all that runs here."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=100_000)
    count = parser.parse_args().questions
    with tempfile.TemporaryDirectory(prefix="dashboard-") as folder:
        db, plain = Path(folder) / "bot.db", Path(folder) / "plain.db"
        fill(db, count)
        copy_plainly(db, plain)
        load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
        print(f"{count:,} questions over {DAYS} days, {os.cpu_count()} cores, load {load}")
        with dashboard_on(db) as ours, datasette(plain) as peer:
            opened = [(_seconds(f"{ours}/"), _seconds(f"{peer}plain/questions")) for _ in range(OPENED + 1)][1:]
            for name, times in zip(
                ("Overview", "peer: Datasette's table page"), zip(*opened, strict=True), strict=True
            ):
                _show(name, times)
            for page in ("unanswered", "entries", "polls", "practices"):
                _show(page.capitalize(), [_seconds(f"{ours}/{page}") for _ in range(OPENED // 4)])
            _show_answering(db, folder, ours)
        _show_roll_up(db)


def fill(path: Path, count: int) -> None:
    """Questions at every hour, feedback on a quarter of the answers, a queue that leads work through."""
    Store(path).close()
    chance, last = random.Random(7), timedelta(days=DAYS)
    with closing(sqlite3.connect(path)) as db, db:
        questions: list[tuple[object, ...]] = []
        feedback: list[tuple[object, ...]] = []
        queue: list[tuple[object, ...]] = []
        moves: list[tuple[object, ...]] = []
        for number in range(1, count + 1):
            at = FIRST + last * (number - 1) / count
            outcome = chance.choice(OUTCOMES)
            part = None if outcome == "no_answer" or chance.random() < 0.5 else chance.randint(1, 9)
            entry = f"entry-{chance.randrange(ENTRIES)}" if outcome == "answer" else None
            surface = chance.choice(("direct", "channel", "command"))
            practice = f"Z{chance.randrange(60):05}"
            asker, text = f"U{number % 500}", f"what does the mandate say of {number}"
            questions.append((number, asker, surface, text, outcome, entry, part, practice, as_text(at)))
            if entry and chance.random() < 0.25:
                helpful = chance.random() < 0.86
                given = as_text(at + timedelta(minutes=chance.randrange(1, 90)))
                feedback.append((number, asker, entry, helpful, None if helpful else "unclear", given))
            if outcome == "no_answer":
                queue.append((number, as_text(at), len(queue) // PER_ROW + 1))
        for row in range(1, len(queue) // PER_ROW):
            waited = ",".join(f'[{chance.randrange(30, 9_000)},"direct"]' for _ in range(PER_ROW))
            answered = FIRST + last * row * PER_ROW / len(queue) + timedelta(days=chance.randrange(1, 9))
            moves.append((row, f'{{"part": {chance.randint(1, 9)}, "waited": [{waited}]}}', as_text(answered)))
        db.executemany(
            "INSERT INTO questions (id, workspace, asker, surface, question, outcome, entry, confidence, part, "
            "practice, asked_at) VALUES (?, 'T1', ?, ?, ?, ?, ?, 0.5, ?, ?, ?)",
            questions,
        )
        db.executemany(
            "INSERT INTO feedback (workspace, question_id, asker, entry, helpful, reason, given_at) "
            "VALUES ('T1', ?, ?, ?, ?, ?, ?)",
            feedback,
        )
        db.executemany(
            "INSERT INTO unanswered (workspace, question_id, status, reason, queued_at, group_id) "
            "VALUES ('T1', ?, 'open', 'no_answer', ?, ?)",
            queue,
        )
        db.execute(
            "INSERT INTO groups (id, workspace, state, version, times, people, practices, first_asked_at, "
            "last_asked_at) SELECT group_id, 'T1', iif(group_id % 8, 'answered', 'new'), 1, count(*), 1, 1, "
            "min(queued_at), max(queued_at) FROM unanswered GROUP BY group_id"
        )
        db.executemany(
            "INSERT INTO versions (entry, digest, content, by, seen_at, part) VALUES (?, 'd', ?, 'A. Lead', ?, 1)",
            [
                (f"entry-{one}", '{"question": "What of it?", "reviewed": null}', as_text(FIRST))
                for one in range(ENTRIES)
            ],
        )
        db.executemany(
            "INSERT INTO practices (code, name, postcode, locality, is_listed) VALUES (?, ?, '', 'North', 1)",
            [(f"Z{one:05}", f"Practice {one}") for one in range(60)],
        )
        db.executemany(
            "INSERT INTO moves (workspace, group_id, move, by, detail, made_at) "
            "VALUES ('T1', ?, 'answer', 'ULEAD', ?, ?)",
            moves,
        )


def copy_plainly(db: Path, plain: Path) -> None:
    """The same questions in a table of their own."""
    with closing(sqlite3.connect(plain)) as copy:
        copy.execute("ATTACH ? AS bot", (str(db),))
        copy.execute("CREATE TABLE questions AS SELECT * FROM bot.questions")
        copy.commit()


@contextmanager
def datasette(db: Path) -> Iterator[str]:
    """The address of a Datasette without any settings."""
    port = free_port()
    command = [sys.executable, "-m", "datasette", "serve", str(db), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as serving:
        try:
            address, give_up_at = f"http://127.0.0.1:{port}/", time.monotonic() + 30
            while not _answers(address) and time.monotonic() < give_up_at:
                time.sleep(0.1)
            yield address
        finally:
            serving.terminate()


def _show_answering(db: Path, folder: str, address: str) -> None:
    """`ask --batch` on the same database: undisturbed, and while somebody reloads Overview without a pause."""
    env = {**os.environ, "MANDATE_DB": str(db)}
    questions = [ask.ask for ask in load_knowledge(shipped_knowledge()).asks[:ASKED]]
    subprocess.run([sys.executable, "-m", "bot", "ask", "what is a CCG"], env=env, check=True, capture_output=True)
    _show("an answer, nobody looking", batch(questions, env)[0])
    stop, reloads = threading.Event(), []

    def reload() -> None:
        while not stop.is_set():
            reloads.append(_seconds(f"{address}/"))

    looking = threading.Thread(target=reload)
    looking.start()
    try:
        _show("an answer, Overview reloaded all the time", batch(questions, env)[0])
    finally:
        stop.set()
        looking.join()
    _show(f"Overview meanwhile, {len(reloads)} times", reloads)


def _show_roll_up(db: Path) -> None:
    store = Store(db)
    try:
        for name, cutoff in (("first", 1), ("daily", 2), ("ten days at once", 12)):
            started = time.perf_counter()
            gone = store.house.purge(FIRST + timedelta(days=days_of("questions") + cutoff))["questions"]
            took = time.perf_counter() - started
            print(f"{f'roll-up with the purge, {name}':45}{took:8.3f} s, {gone:,} questions went")
    finally:
        store.close()


def _seconds(address: str) -> float:
    """That a page takes, whole."""
    started = time.perf_counter()
    with urllib.request.urlopen(address, timeout=60) as answered:
        answered.read()
    return time.perf_counter() - started


def _answers(address: str) -> bool:
    try:
        _seconds(address)
    except OSError:
        return False
    return True


def _show(name: str, times: Sequence[float]) -> None:
    slowest = statistics.quantiles(times, n=20, method="inclusive")[-1]
    print(f"{name:45}{statistics.median(times):8.3f} s median, {slowest:.3f} s 95th percentile", flush=True)


if __name__ == "__main__":
    main()
