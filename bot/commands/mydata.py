"""`mandate-bot mydata`: everything that is held about a person, printed or erased."""

from datetime import UTC, datetime

from bot.blocks.mydata import say_held
from bot.blocks.notices import erased
from bot.commands.session import print_json, print_text
from bot.errors import BotError
from bot.mydata import erase, held
from bot.settings import Settings
from bot.storage import Store
from bot.storage.audit import TERMINAL


def export(settings: Settings, person: str, *, workspace: str | None, as_json: bool) -> int:
    """Print it: in words, or as a JSON array with an object for each workspace."""
    store = Store(settings.db)
    try:
        found = [held(store, name, person, datetime.now(UTC)) for name in _workspaces(store, workspace)]
    finally:
        store.close()
    if as_json:
        print_json(found)
    else:
        print_text(line for one in found for line in [*say_held(one), ""])
    return 0


def erase_person(settings: Settings, person: str, *, workspace: str | None) -> int:
    """Erase it, and print what stays and why."""
    store = Store(settings.db)
    try:
        for name in _workspaces(store, workspace):
            gone = erase(store, name, person)
            store.audit.note(name, TERMINAL, "person:erase", datetime.now(UTC))
            print_text([f"{name}: as they would be told:", erased(gone.questions, gone.open_boxes, gone.deeds)])
    finally:
        store.close()
    return 0


def _workspaces(store: Store, named: str | None) -> list[str]:
    known = store.people.workspaces()
    if named and named not in known:
        raise BotError(f"Nothing is held of workspace {named}. There is something of: {', '.join(known) or 'none'}.")
    if not known:
        raise BotError("The database holds nothing about anybody.")
    return [named] if named else known
