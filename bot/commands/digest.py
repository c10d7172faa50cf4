"""`mandate-bot digest`: what leads are told of the last week, without Slack."""

from datetime import UTC, datetime

from bot.blocks.digest import digest_text
from bot.commands.session import print_json, print_text
from bot.digest import as_object
from bot.digesting import digest_of, workspace_in_use
from bot.keeping import cache_folder
from bot.library import Library
from bot.queueing import Queue
from bot.settings import LOCAL_WORKSPACE, Settings
from bot.storage import Store

QUIET = "There is nothing to say about that week, so leads are sent nothing."


def run(settings: Settings, *, as_json: bool) -> int:
    """Print the digest of the week before, as it goes to the leads' channel."""
    now = datetime.now(UTC)
    store = Store(settings.db)
    try:
        library = Library(settings.knowledge, cache_folder(), additions=store.additions)
        store.questions.queue_unpicked(now)
        Queue(store, library).group_waiting()
        workspace = workspace_in_use(store, now, LOCAL_WORKSPACE)
        found = digest_of(store, library.current.knowledge.entries.values(), workspace, now)
    finally:
        store.close()
    if as_json:
        print_json(as_object(found))
    else:
        print_text([*digest_text(found, now), *(["", QUIET] if found.is_quiet else [])])
    return 0
