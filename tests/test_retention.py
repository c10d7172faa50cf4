"""How long things are kept: every table is in the list, and the purge does what the list says."""

import os
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from bot.purging import purge, purge_daily
from bot.retention import LEADS_WARNED_AFTER, RETENTION, days_of
from bot.storage import Store
from bot.storage.database import as_text
from bot.storage.people import schema_of
from bot.storage.purging import _PURGES
from tests.harness import Workspace
from tests.process import ROOT, Run
from tests.queue_steps import CAT, LOCUM, ask

NOW = datetime.now(UTC)
# Of what has a length of its own: a table with the column that counts, and what else a row needs for the rule to hold.
AGED: dict[str, tuple[str, str, dict[str, Any]]] = {
    "questions": ("questions", "asked_at", {}),
    "served": ("served", "served_at", {}),
    "feedback": ("feedback", "given_at", {}),
    "conversations": ("conversations", "served_at", {}),
    "inbox": ("inbox", "received_at", {"state": "done"}),
    "sent": ("outbox", "made_at", {"state": "sent"}),
    "undelivered": ("outbox", "made_at", {"state": "dead"}),
    "marks": ("marks", "made_at", {"name": "greeted:U1"}),
    "leases": ("leases", "until", {}),
    "direct_channels": ("direct_channels", "known_at", {}),
    "clarifications": ("clarifications", "asked_at", {}),
    "moves": ("moves", "made_at", {"detail": "{}"}),
    "drafts": ("additions", "made_at", {"state": "draft", "content": "{}"}),
    "recalls": ("recalls", "decided_at", {}),
    "unused_polls": ("polls", "made_at", {"state": "draft"}),
    "redraws": ("redraws", "drawn_at", {}),
    "redraw_pauses": ("redraw_pauses", "until", {}),
    "audit": ("audit", "done_at", {}),
    "arrivals": ("arrivals", "came_at", {}),
}
COUNTED_OTHERWISE = {"voters", "backups"}  # tests of their own


def put(db: Path, table: str, **values: Any) -> None:
    """A row with something in every column that needs it."""
    database = Database(db)
    database.execute("PRAGMA foreign_keys=OFF")
    for column in database[table].columns:
        if column.notnull and column.default_value is None and not column.is_pk and column.name not in values:
            values[column.name] = 1 if column.type in ("INTEGER", "REAL") else "x"
    for name in database.table(table).pks:
        if name not in values and name != "rowid" and database[table].columns_dict[name] is str:
            values[name] = "x"
    database.table(table).insert(values)
    database.conn.close()


def count(db: Path, table: str) -> int:
    return int(Database(db)[table].count)


def long_waits(desk: Workspace) -> list[str]:
    return [one["text"] for one in desk.posted("CLEADS") if "150 days" in one["text"]]


def test_every_table_of_the_schema_stands_in_the_list_and_no_other(store: Store) -> None:
    tables = set(store.people.schema()) | set(store.ballot_boxes.schema())

    assert {kept.table for kept in RETENTION} - {"backups"} == tables


def test_a_table_without_a_retention_would_be_found(store: Store, tmp_path: Path) -> None:
    Database(tmp_path / "bot.db").execute("CREATE TABLE new_feature (person TEXT)")

    with store._connections.reading() as db:
        assert set(schema_of(db)) - {kept.table for kept in RETENTION} == {"new_feature"}


def test_everything_with_a_length_is_purged_and_tested() -> None:
    with_length = {kept.name for kept in RETENTION if kept.days}

    assert with_length == set(AGED) | COUNTED_OTHERWISE
    assert set(_PURGES) == with_length - {"backups"}


@pytest.mark.parametrize("name", AGED)
def test_rows_go_when_their_time_is_up_and_not_before(name: str, store: Store, tmp_path: Path) -> None:
    table, column, more = AGED[name]
    young, old = NOW - timedelta(days=days_of(name) - 1), NOW - timedelta(days=days_of(name) + 1)
    put(tmp_path / "bot.db", table, **{**more, column: as_text(old)})

    gone = store.house.purge(NOW)[name]
    left = count(tmp_path / "bot.db", table) - (name == "marks")  # the purge leaves a mark of its own
    put(tmp_path / "bot.db", table, **{**more, column: as_text(young)})
    store.house.purge(NOW)

    assert (gone, left) == (1, 0)
    assert count(tmp_path / "bot.db", table) - (name == "marks") == 1


def test_an_open_question_stays_and_leads_are_told_once_in_one_message(desk: Workspace) -> None:
    ask(desk, CAT, LOCUM)
    desk.clock.forward(days=LEADS_WARNED_AFTER - 1)
    desk.timers.tick()
    early = long_waits(desk)
    desk.clock.forward(days=2)
    desk.timers.tick()
    desk.clock.forward(days=60)
    desk.timers.tick()

    [told] = long_waits(desk)
    assert early == []
    assert told.startswith("2 questions have waited for 150 days or more, the oldest since ")
    assert len(desk.store.questions.unanswered("T0001", "open")) == 2


def test_old_backups_go_and_nothing_else_in_their_folder(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    names = ["old.zip", "young.zip", "notes.txt", "bot.db"]
    for name in names[:2]:
        with zipfile.ZipFile(folder / name, "w") as archive:
            archive.writestr("backup.json", "{}")
            archive.writestr("mandate-bot.db", "")
    (folder / "notes.txt").write_text("ours")
    Database(folder / "bot.db").table("kept").insert({"a": 1})
    for name in ("old.zip", "notes.txt", "bot.db"):
        then = (NOW - timedelta(days=36)).timestamp()
        os.utime(folder / name, (then, then))

    gone = purge(store, folder, NOW)

    assert gone["backups"] == 1
    assert {path.name for path in folder.iterdir()} == set(names) - {"old.zip"}


def test_the_purge_runs_once_a_day(store: Store, tmp_path: Path) -> None:
    purge_daily(store, tmp_path, NOW)
    put(tmp_path / "bot.db", "redraws", drawn_at=as_text(NOW - timedelta(days=2)))
    purge_daily(store, tmp_path, NOW)
    same_day = count(tmp_path / "bot.db", "redraws")
    purge_daily(store, tmp_path, NOW + timedelta(days=1))

    assert (same_day, count(tmp_path / "bot.db", "redraws")) == (1, 0)


def test_the_command_prints_a_line_for_each_kind(bot: Run, store: Store, tmp_path: Path) -> None:
    put(tmp_path / "bot.db", "redraws", drawn_at=as_text(NOW - timedelta(days=2)))

    lines = bot("purge").stdout.decode().splitlines()

    assert [line.split()[1] for line in lines] == [kept.name for kept in RETENTION]
    assert next(line for line in lines if " redraws " in line).split()[0] == "1"


def test_the_readme_has_the_same_list() -> None:
    readme = (ROOT / "README.md").read_text()

    assert [kept.name for kept in RETENTION if f"| {kept.holds} | {kept.how_long} |" not in readme] == []
