"""A database that is locked, full, read-only, damaged or too new: said clearly, and nothing acknowledged is lost."""

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.blocks import notices
from bot.errors import StorageError
from bot.standin import StandIn
from bot.storage import Store, require_whole
from tests import payloads
from tests.ballots import MORNINGS, message, opened
from tests.harness import Workspace, signed
from tests.process import ROOT, Process, Run
from tests.test_faults import ANSWER, ASKED

# Makes a database, has its files made read-only, gives up the rights of root, and tries to write.
READ_ONLY = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from bot.errors import StorageError
from bot.storage import Store
folder = Path(sys.argv[1])
store = Store(folder / "bot.db")
for path in folder.iterdir():
    path.chmod(0o444)
if os.geteuid() == 0:
    folder.chmod(0o755)
    os.setuid(65534)
try:
    store.house.mark_once("T1", "x", datetime.now(UTC))
except StorageError as error:
    print(error)
"""


@contextmanager
def locked(db: Path) -> Iterator[None]:
    with closing(sqlite3.connect(db, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.rollback()


def test_while_another_program_holds_the_database_nothing_is_acknowledged_and_people_are_told(slack: Workspace) -> None:
    poll = opened(slack)
    event = payloads.envelope(payloads.direct_message(ASKED))
    statuses: list[int] = []
    with locked(slack.settings.db):
        asking = threading.Thread(target=lambda: statuses.append(slack.app.dispatch(signed(event)).status))
        asking.start()
        slack.press(MORNINGS.options[0], message(slack), "U2")
        asking.join()

    # Bolt waits three seconds for an acknowledgement, and here it says that there was none.
    assert [call.arguments["text"] for call in slack.slack.calls_to("response_url")][-1] == notices.DATABASE_TROUBLE
    assert statuses == [503]  # Slack delivers it again
    assert slack.store.votes.count(poll.id) == 0
    slack.send(event, {"x-slack-retry-num": "1"})
    assert sum(ANSWER in one["text"] for one in slack.posted("DU1")) == 1


def test_at_start_a_database_that_another_program_holds_is_named(tmp_path: Path) -> None:
    Store(tmp_path / "bot.db").close()

    with locked(tmp_path / "bot.db"), pytest.raises(StorageError, match="Another program holds it"):
        Store(tmp_path / "bot.db")


def no_longer_grows(bot: Process) -> None:
    """What a full disk does to a file: not a byte more than it has. Its log has been emptied by then."""
    with closing(sqlite3.connect(bot.db)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))


def health(bot: Process, until: int, seconds: float = 20) -> str:
    """What /healthz says once it has this status."""
    give_up_at = time.monotonic() + seconds
    while time.monotonic() < give_up_at:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{bot.port}/healthz", timeout=5) as answered:
                status, said = answered.status, answered.read()
        except urllib.error.HTTPError as error:
            status, said = error.code, error.read()
        if status == until:
            return bytes(said).decode()
        time.sleep(0.2)
    raise AssertionError(f"/healthz never said {until}")


def test_with_the_disk_full_nothing_is_acknowledged_and_all_goes_on_once_there_is_room(
    tmp_path: Path, model_cache: Path, standin: StandIn
) -> None:
    first, second = (payloads.envelope(payloads.direct_message(ASKED, user)) for user in ("U1", "U2"))
    with Process(tmp_path, model_cache, standin) as bot:
        assert bot.send(first) == 200
        standin.wait_for("chat.postMessage", timeout=30)
        no_longer_grows(bot)

        refused = bot.send(second)
        bot.send(payloads.command(ASKED, standin.response_url(), "U3"))
        sick = health(bot, until=503)
        resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        assert bot.send(second) == 200
        standin.wait_for("chat.postMessage", count=2, timeout=30)
        assert bot.stop() == 0

    assert refused == 503
    assert sick == "the database cannot be written\n"
    assert [told.arguments["text"] for told in standin.calls_to("response_url")] == [notices.DATABASE_TROUBLE]
    assert [sum(ANSWER in one["text"] for one in standin.posted[f"DU{number}"]) for number in (1, 2)] == [1, 1]
    assert Database(bot.db).execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_a_database_that_may_not_be_written_any_more_is_said_to_be(tmp_path: Path) -> None:
    folder = tmp_path / "data"

    done = subprocess.run(
        [sys.executable, "-c", READ_ONLY, str(folder)],
        cwd=ROOT,
        capture_output=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )

    assert b"bot.db cannot be used" in done.stdout, done.stderr
    assert b"The user who runs the bot has to be able to write to the file and to its folder." in done.stdout


def test_at_start_a_damaged_database_is_refused_with_what_to_do(tmp_path: Path) -> None:
    Store(tmp_path / "bot.db").close()
    content = (tmp_path / "bot.db").read_bytes()
    (tmp_path / "bot.db").write_bytes(content[:4096] + b"\xff" * 8192 + content[12288:])

    with pytest.raises(StorageError, match="put back the latest backup with: mandate-bot restore FILE"):
        require_whole(tmp_path / "bot.db")


@pytest.mark.parametrize("name", ["bot.db", "bot-ballots.db"])
def test_run_does_not_start_on_a_damaged_database(tmp_path: Path, bot: Run, name: str) -> None:
    Store(tmp_path / "bot.db").close()
    (tmp_path / name).write_bytes(b"This is a shopping list, and a long one at that." * 100)

    done = bot("run", "--http", "127.0.0.1:1", SLACK_BOT_TOKEN="xoxb-test", SLACK_SIGNING_SECRET="x")

    assert done.returncode == 1
    assert f"{name} cannot be used: file is not a database".encode() in done.stderr
    assert b"mandate-bot restore FILE" in done.stderr


def test_damage_while_it_runs_is_told_to_the_person(slack: Workspace) -> None:
    with closing(sqlite3.connect(slack.settings.db, isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        [root] = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'inbox'").fetchone()
    content = bytearray(slack.settings.db.read_bytes())
    content[(root - 1) * 4096 : root * 4096] = b"\xff" * 4096
    slack.settings.db.write_bytes(content)

    url = slack.slack.response_url()
    slack.send(payloads.command(ASKED, url))

    [told] = slack.slack.calls_to("response_url")
    assert told.arguments["text"] == notices.DATABASE_TROUBLE


def test_votes_of_a_newer_version_are_refused_at_start(tmp_path: Path) -> None:
    Store(tmp_path / "bot.db").close()
    ballots = Database(tmp_path / "bot-ballots.db")
    ballots.table("_sqlite_migrations").insert(
        {"migration_set": "mandate-bot-ballots", "name": "b999_future", "applied_at": ""}
    )

    with pytest.raises(StorageError, match=r"written by a newer Mandate Bot \(b999_future\)"):
        require_whole(tmp_path / "bot.db")


def test_two_processes_on_one_database_answer_each_event_once(
    tmp_path: Path, model_cache: Path, standin: StandIn
) -> None:
    events = [payloads.envelope(payloads.direct_message(ASKED, f"U{number}")) for number in range(1, 9)]
    with Process(tmp_path, model_cache, standin) as one, Process(tmp_path, model_cache, standin) as other:
        statuses: list[int] = []
        threads = [
            threading.Thread(target=lambda bot=bot, event=event: statuses.append(bot.send(event)))
            for event in events
            for bot in (one, other)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        standin.wait_for("chat.postMessage", count=8, timeout=30)
        assert (one.stop(), other.stop()) == (0, 0)

    assert statuses == [200] * 16
    assert [sum(ANSWER in told["text"] for told in standin.posted[f"DU{number}"]) for number in range(1, 9)] == [1] * 8


def test_a_vote_that_was_cut_off_halfway_is_taken_back_at_the_next_start(tmp_path: Path) -> None:
    db, ballots = tmp_path / "bot.db", tmp_path / "bot-ballots.db"
    Store(db).close()
    cut_off(ballots, tmp_path / "before.db")

    require_whole(db)

    with closing(sqlite3.connect(ballots)) as connection:
        assert connection.execute("SELECT count(*) FROM much").fetchone() == (0,)


def cut_off(file: Path, elsewhere: Path) -> None:
    """Leave a file as kill -9 does in the middle of a commit: changed in part, with the journal of what was before."""
    with closing(sqlite3.connect(elsewhere, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE much (text TEXT)")
        connection.execute("PRAGMA cache_size=1")  # so that it writes before it commits
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO much VALUES (?)", [("much" * 1_000,)] * 100)
        for path in (elsewhere, elsewhere.with_name(f"{elsewhere.name}-journal")):
            shutil.copy(path, file.with_name(path.name.replace(elsewhere.name, file.name)))
        connection.rollback()
