"""`mandate-bot demo`: plays a made-up quarter into a database of its own, then shows the dashboard on it."""

import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands import dashboard
from bot.commands.several import listen
from bot.errors import BotError
from bot.settings import Settings, shipped_knowledge
from bot.storage import ballots_beside

if TYPE_CHECKING:
    from bot.demo.script import Quarter

INVENTED = "Invented: made up to show the bot. None of these people, practices or votes exist."


def serve(quarter: "Quarter", cache: Path, port: int) -> int:
    """Play, and show the dashboard until told to stop. Raises `BotError` where there is none to show."""
    if find_spec("datasette") is None:
        raise BotError(
            'The dashboard needs more than the bot does: pip install "mandate-bot[dashboard]". '
            "Without it, keep the database with: mandate-bot demo --no-serve --db FILE"
        )
    with listen("127.0.0.1", port):  # better told now that it is taken than after the play
        pass
    # As Ctrl-C does: told to end, it leaves nothing behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    return show(quarter, cache, partial(dashboard.run, host="127.0.0.1", port=port))


def show(quarter: "Quarter", cache: Path, shown_by: Callable[[Settings], int]) -> int:
    """Play, and have the database shown; nothing of it is left afterwards."""
    with tempfile.TemporaryDirectory(prefix="mandate-bot-demo-") as folder:
        db = Path(folder) / "demo.db"
        _play(quarter, db, cache)
        print(INVENTED, flush=True)
        return shown_by(Settings(knowledge=shipped_knowledge(), db=db, ccg_name=quarter.ccg_name))


def keep(quarter: "Quarter", cache: Path, file: str) -> int:
    """Play, and keep the database in a new file. Raises `BotError` where something is there already."""
    db = Path(file).expanduser()
    kept = (db, ballots_beside(db), db.with_name(f"{db.stem}.key"))
    for path in kept:
        if path.exists():
            raise BotError(f"{path} is there already, and a demo never takes the place of anything. Name a new file.")
    if not db.parent.is_dir():
        raise BotError(f"There is no folder {db.parent} to keep it in. Make it first, or name another file.")
    # Moved there once it is whole, so that a play cut short leaves nothing.
    with tempfile.TemporaryDirectory(dir=db.parent, prefix=".demo-") as folder:
        _play(quarter, Path(folder) / db.name, cache)
        for path in kept:
            if (made := Path(folder) / path.name).exists():
                made.rename(path)
    print(f"{INVENTED}\nKept in {db}. To see it: MANDATE_CCG_NAME='{quarter.ccg_name}' mandate-bot dashboard --db {db}")
    return 0


def _play(quarter: "Quarter", db: Path, cache: Path) -> None:
    # Slack's libraries take a second to load, and nobody should wait for them to be told of a file in the way.
    from bot.demo.play import play

    with _progress() as tell:
        play(quarter, db, shipped_knowledge(), cache, tell)


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, nothing elsewhere."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("Playing October to December 2012", total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)
