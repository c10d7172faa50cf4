"""How long hostile text takes, on every surface: `python -m tests.bench.hostile`.

Milliseconds of processor time from the signed request to its last effect: ours, and that of the stand-in for Slack in
the same process. Of each surface the slowest texts are shown.
"""

import logging
import tempfile
import time
from pathlib import Path

from bot.keeping import cache_folder
from bot.library import Library
from bot.settings import shipped_knowledge
from bot.standin import StandIn
from tests.harness import Workspace
from tests.hostile import LEADS, SURFACES, TEXTS

SHOWN = 3
TRIES = 3  # the quickest counts: what else the machine does is not ours


def main() -> None:
    logging.disable(logging.CRITICAL)
    library = Library(shipped_knowledge(), cache_folder())
    for surface in SURFACES:
        with tempfile.TemporaryDirectory() as folder, StandIn() as slack:
            workspace = Workspace(Path(folder), library, slack, **LEADS)
            took = {}
            for name, text in TEXTS.items():
                took[name] = min(_milliseconds(workspace, surface(workspace, text)) for _ in range(TRIES))
            workspace.close()
        slowest = sorted(took.items(), key=lambda one: -one[1])[:SHOWN]
        middle = sorted(took.values())[len(took) // 2]
        shown = ", ".join(f"{name} {ms:.0f}" for name, ms in slowest)
        print(f"{surface.__name__:<16} half of them within {middle:3.0f} ms; slowest: {shown}", flush=True)


def _milliseconds(workspace: Workspace, body: dict[str, object]) -> float:
    started = time.process_time()
    workspace.send(body)
    return (time.process_time() - started) * 1_000


if __name__ == "__main__":
    main()
