"""`mandate-bot purge`: delete what has been kept long enough, and print what went."""

from datetime import UTC, datetime

from bot.commands.session import print_text
from bot.purging import purge
from bot.retention import RETENTION
from bot.settings import Settings
from bot.storage import Store


def run(settings: Settings) -> int:
    """Print a line for each kind of thing: how much went, and how long it is kept."""
    store = Store(settings.db)
    try:
        gone = purge(store, settings.backup_folder, datetime.now(UTC))
    finally:
        store.close()
    print_text(f"{gone.get(kept.name, 0):>7}  {kept.name:<16} {kept.how_long}" for kept in RETENTION)
    return 0
