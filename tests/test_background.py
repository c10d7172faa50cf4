"""What runs in the background is done before the process ends, which ends as it should."""

import subprocess
import sys
import threading
from pathlib import Path

from bot.library import Library
from tests.process import ROOT
from tests.small_knowledge import PARKING, SOURCES, TEA

# An interpreter that takes a second to end meets a thread in the middle of native code more surely.
ENDING = """
import sys, time
from functools import partial
from pathlib import Path

from bot.library import Library
from bot.listeners.background import in_background
from bot.proof import prime
from bot.settings import shipped_knowledge


class SlowEnd:
    def __del__(self, sleep=time.sleep):
        sleep(1)


sys.modules["held"] = SlowEnd()
current = Library(shipped_knowledge(), Path(sys.argv[1])).current
asked = [(f"who feeds the office cat number {number} at dawn", "nobody") for number in range(400)]


def work():
    prime(current, asked)
    print("primed", flush=True)


in_background("prime", work)
time.sleep(0.3)
"""


def test_a_process_that_ends_while_the_matcher_works_ends_without_a_word(model_cache: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ENDING, str(model_cache)], capture_output=True, cwd=ROOT, timeout=120, check=False
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, b"primed\n", b"")


def test_nobody_looks_for_edits_once_the_library_has_stopped(tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").write_text(SOURCES)
    (tmp_path / "topic.yaml").write_text(PARKING + TEA)
    before = set(threading.enumerate())
    library = Library(tmp_path)
    library.watch()

    library.stop()

    assert set(threading.enumerate()) <= before
