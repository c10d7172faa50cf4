"""`mandate-bot backup` and `mandate-bot restore`: a copy of all that the bot remembers, and back."""

from datetime import UTC, datetime
from pathlib import Path

from bot.commands.session import print_text
from bot.errors import BotError
from bot.polls import SMALLEST_GROUP
from bot.settings import Settings
from bot.storage import Store, restore

BALLOTS_WAIT = (
    "The votes of anonymous polls are not in it, and wait for a later backup. In some open poll fewer than "
    f"{SMALLEST_GROUP} people have voted since the last copy: the two side by side would show what those few chose."
)
NOTHING_WRITTEN = (
    f"Nothing was written. In some open anonymous poll fewer than {SMALLEST_GROUP} people have voted since the last "
    "copy: the two side by side would show what those few chose. Wait for more votes, or back up all the rest now "
    "with: mandate-bot backup"
)


def back_up(settings: Settings, file: str | None, *, whole: bool) -> int:
    """Write a backup, into the folder for backups where no file is named. A running bot goes on meanwhile."""
    if not settings.db.exists():
        raise BotError(f"There is no database at {settings.db}, so there is nothing to back up.")
    now = datetime.now(UTC)
    place = Path(file).expanduser() if file else settings.backup_folder / f"mandate-bot-{now:%Y-%m-%dT%H%M%SZ}.zip"
    store = Store(settings.db)
    try:
        backup = store.back_up(place, now, whole=whole)
    finally:
        store.close()
    if backup is None:
        raise BotError(NOTHING_WRITTEN)
    print_text([f"Backed up into {place}.", *([] if backup.has_ballots else [BALLOTS_WAIT])])
    return 0


def bring_back(settings: Settings, file: str, *, ballots: str | None) -> int:
    """Make the database out of a backup, where there is none."""
    backup = restore(Path(file).expanduser(), settings.db, ballots_from=Path(ballots).expanduser() if ballots else None)
    print_text(
        [
            f"Restored {settings.db}, as it was on {backup.made_at:%d %B %Y at %H:%M} UTC.",
            *([] if backup.has_ballots else [_without_ballots(file)]),
            "What was on its way then may have arrived since: the bot looks for it, or asks the leads. "
            "What was erased since then is here again: erase it again.",
        ]
    )
    return 0


def _without_ballots(file: str) -> str:
    return (
        "The votes of anonymous polls are not in this backup. To take them from an earlier one that has them, "
        f"move the new database away and type: mandate-bot restore {file} --ballots EARLIER"
    )
