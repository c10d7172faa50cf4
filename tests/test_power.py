"""Power loss, as far as it can be simulated: what was acknowledged is on the disk, and the log may end anywhere."""

import random
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.storage import Delivery, Store
from bot.storage.database import Connections

NOW = datetime.now(UTC)


def test_every_connection_writes_through_before_it_says_so(tmp_path: Path) -> None:
    connections = Connections(tmp_path / "bot.db")

    for _ in range(2):  # a new one, and one that was kept
        with connections.reading() as db, connections.reading() as beside:
            for one in (db, beside):
                assert one.conn.execute("PRAGMA synchronous").fetchone()[0] == 2  # FULL
                assert one.conn.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    connections.close()


@pytest.mark.parametrize("seed", range(5))
def test_a_log_torn_behind_what_was_acknowledged_loses_none_of_it(tmp_path: Path, seed: int) -> None:
    chance, store = random.Random(seed), Store(tmp_path / "bot.db")
    for number in range(20):
        assert store.inbox.accept(Delivery("T0001", f"Ev{number}", {}, NOW))
    written = (tmp_path / "bot.db-wal").stat().st_size
    for number in range(20, 25):  # on its way to the disk when the power goes
        store.inbox.accept(Delivery("T0001", f"Ev{number}", {}, NOW))

    after = tmp_path / "after"
    after.mkdir()
    shutil.copy(tmp_path / "bot.db", after)
    log = (tmp_path / "bot.db-wal").read_bytes()
    end = chance.randint(written, len(log))
    (after / "bot.db-wal").write_bytes(log[:end] + chance.randbytes(len(log) - end))
    store.close()

    survived = Store(after / "bot.db")
    assert all(survived.inbox.knows("T0001", f"Ev{number}") for number in range(20))
    survived.close()
    with closing(sqlite3.connect(after / "bot.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_a_connection_to_a_file_that_was_moved_away_is_not_used_again(tmp_path: Path) -> None:
    store = Store(tmp_path / "bot.db")
    assert store.inbox.accept(Delivery("T0001", "Ev1", {}, NOW))
    for path in tmp_path.glob("bot.db*"):
        path.rename(tmp_path / f"old-{path.name}")
    Store(tmp_path / "bot.db").close()

    assert store.inbox.accept(Delivery("T0001", "Ev1", {}, NOW))  # which the new file does not know

    store.close()


def test_what_was_read_halfway_holds_no_connection_back(tmp_path: Path) -> None:
    connections = Connections(tmp_path / "bot.db")
    with connections.writing() as db:
        db.conn.execute("INSERT INTO marks VALUES ('T', 'a', ''), ('T', 'b', '')")
    with connections.reading() as db:
        half = db.conn.execute("SELECT * FROM marks")
        half.fetchone()

    with Connections(tmp_path / "bot.db").writing() as other:
        other.conn.execute("DELETE FROM marks")
    with connections.writing() as db:  # on the connection that was reading
        db.conn.execute("INSERT INTO marks VALUES ('T', 'c', '')")

    with pytest.raises(sqlite3.ProgrammingError):
        half.fetchone()
    connections.close()
