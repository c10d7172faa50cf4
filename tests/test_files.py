"""Files that the bot makes: only whoever runs it may read them, whatever the machine's habit is."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.additions import Addition, Kind
from bot.keeping import understand
from bot.knowledge import load_knowledge
from bot.storage import Store
from tests import ballots
from tests.harness import Workspace
from tests.process import ROOT
from tests.small_knowledge import KNOWLEDGE, SOURCES
from tests.walk import CAT_ENTRY


@pytest.fixture(autouse=True)
def _usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def open_to_others(folder: Path) -> list[str]:
    """What in a folder others than its owner may read, or look into."""
    paths = [folder, *folder.rglob("*")]
    return [f"{path.name} {path.stat().st_mode & 0o777:o}" for path in paths if path.stat().st_mode & 0o077]


def mandate_bot(*arguments: str, **env: str) -> None:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "MANDATE_"))}
    subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        env={**inherited, "PYTHONPATH": str(ROOT), **env},
        check=True,
        capture_output=True,
        timeout=120,
    )


def small_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "knowledge"
    folder.mkdir()
    (folder / "sources.yaml").write_text(SOURCES)
    (folder / "topic.yaml").write_text(KNOWLEDGE)
    return folder


def test_the_databases_and_what_sqlite_puts_beside_them_are_the_owners_alone(slack: Workspace, tmp_path: Path) -> None:
    store = Store(tmp_path / "new" / "deep" / "bot.db")
    store.arrivals.note("T1", "x", slack.clock())
    poll = ballots.opened(slack, is_anonymous=True)
    ballots.vote(slack, "Yes")

    assert poll.box
    assert {path.name for path in (tmp_path / "new" / "deep").iterdir()} == {"bot.db", "bot.db-wal", "bot.db-shm"}
    assert open_to_others(tmp_path / "new" / "deep") == []
    made = list(tmp_path.glob("bot*.db*"))
    assert {path.name for path in made} >= {"bot.db", "bot.db-wal", "bot-ballots.db"}
    assert [path.name for path in made if path.stat().st_mode & 0o077] == []
    store.close()


def test_the_kept_model_is_the_owners_alone(tmp_path: Path) -> None:
    understand(load_knowledge(small_folder(tmp_path)), tmp_path / "cache")

    assert len(list((tmp_path / "cache").glob("model-*.npz"))) == 1
    assert open_to_others(tmp_path / "cache") == []


def test_a_copy_of_the_knowledge_is_the_owners_alone(tmp_path: Path) -> None:
    folder, out = small_folder(tmp_path), tmp_path / "out"
    store = Store(tmp_path / "bot.db")
    store.additions.add("T1", Addition(Kind.ENTRY, "cat", CAT_ENTRY, "U1"), datetime.now(UTC))
    store.close()

    mandate_bot(
        "knowledge", "export", "--out", str(out), MANDATE_KNOWLEDGE=str(folder), MANDATE_DB=str(tmp_path / "bot.db")
    )

    assert (out / "local.yaml").exists()
    assert open_to_others(out) == []


def test_a_backup_is_the_owners_alone(tmp_path: Path) -> None:
    Store(tmp_path / "bot.db").close()

    mandate_bot("backup", str(tmp_path / "backup.db"), MANDATE_DB=str(tmp_path / "bot.db"))

    assert (tmp_path / "backup.db").stat().st_mode & 0o777 == 0o600
