"""What the commands refuse of a file, by where it stands; no text of it is repeated."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Protocol

from bot.blocks.refusals import name_kinds
from bot.guard import Refusal, look
from bot.refusing import refuse_fields, together
from bot.settings import LOCAL_WORKSPACE
from bot.storage import Store
from bot.text import counted


class Numbered(Protocol):
    """A row of a table."""

    @property
    def number(self) -> int: ...

    @property
    def cells(self) -> Sequence[str]: ...


def refuse_rows(rows: Iterable[Numbered], besides: Mapping[str, str] | None = None) -> dict[str, Refusal]:
    """Why rows may not be kept, and other texts that come `besides` them, by where each stands."""
    found: dict[str, Refusal | None] = {where: look(text) for where, text in (besides or {}).items()}
    for row in rows:
        cells = refuse_fields({str(at): cell for at, cell in enumerate(row.cells)})
        found[f"Row {row.number}"] = together(cells.values())
    return {where: refusal for where, refusal in found.items() if refusal}


def say_refused(refused: Mapping[str, Refusal]) -> list[str]:
    """A line for each."""
    lines = [f"{where}: this looks like {name_kinds(refusal)}. Take it out." for where, refusal in refused.items()]
    return [*lines, f"{counted(len(refused), 'problem')}; nothing was imported."]


def count_refused(store: Store, surface: str, refused: Iterable[Refusal]) -> None:
    """Count the kinds, once for each text."""
    for refusal in refused:
        store.refusals.note(LOCAL_WORKSPACE, surface, refusal.kinds, datetime.now(UTC))
