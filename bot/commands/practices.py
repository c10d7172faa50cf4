"""`mandate-bot practices`: bring in the register of practices, and list it."""

import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from bot.commands.refusals import count_refused, refuse_rows, say_refused
from bot.commands.session import print_json, print_text
from bot.errors import BotError
from bot.practices import (
    Kind,
    Practice,
    Row,
    as_code,
    commissioners,
    kind_of,
    read_table,
    take_epraccur,
    take_localities,
    take_names,
)
from bot.reminders import LONDON
from bot.settings import Settings
from bot.sheets import AS_CSV, decode, read_bytes
from bot.storage import Hand, Store
from bot.storage.audit import TERMINAL
from bot.text import counted

MOST_BYTES = 30_000_000  # the whole of England has about 3 million
NOT_NEEDED = "--ccg was not needed: a list of codes and names is taken whole."


def import_file(settings: Settings, file: str, *, ccg: str | None, localities: bool) -> int:
    """Bring in practices or localities, or nothing; 1 with every problem, 2 where `ccg` is missing."""
    table = read_table(_text(Path(file)))
    # Without a header nothing else tells localities from names, which would take the place of the whole register.
    is_called_so = "localit" in Path(file).stem.casefold()
    kind = Kind.LOCALITIES if localities or is_called_so else kind_of(table)
    if kind is Kind.EPRACCUR and not (ccg or "").strip():
        print(f"{file} is the NHS's practice file, so say which CCG it is for, such as --ccg 00C.", file=sys.stderr)
        return 2
    store = Store(settings.db)
    try:
        # The NHS's own file is full of addresses, which are practices'.
        if refused := refuse_rows([] if kind is Kind.EPRACCUR else table):
            count_refused(store, "practices import", refused.values())
            print_text(say_refused(refused))
            return 1
        if kind is Kind.LOCALITIES:
            return _import_localities(store, table)
        return _import_practices(store, table, ccg if kind is Kind.EPRACCUR else None, note=bool(ccg))
    finally:
        store.close()


def show(settings: Settings, *, as_json: bool) -> int:
    """Print the register, in the order of names."""
    store = Store(settings.db)
    practices = store.practices.listed()
    store.close()
    if as_json:
        print_json([_as_object(practice) for practice in practices])
    elif practices:
        print_text(map(_as_line, practices))
    else:
        print_text(["The register is empty. Fill it with: mandate-bot practices import epraccur.csv --ccg 00C"])
    return 0


def _import_practices(store: Store, table: Sequence[Row], ccg: str | None, *, note: bool) -> int:
    taken = take_epraccur(table, ccg, _today()) if ccg else take_names(table)
    if taken.problems:
        return _refuse(taken.problems)
    if not taken.practices:
        raise BotError(_nothing(table, ccg))
    done = store.practices.replace_register(taken.practices, Hand(TERMINAL, datetime.now(UTC)))
    notes = [NOT_NEEDED] if note and ccg is None else []
    count = counted(len(taken.practices), "practice")
    gone = f" {done.gone} went, and can't be chosen any more." if done.gone else ""
    print_text([*notes, f"{count} in the register: {done.added} added, {done.changed} changed.{gone}"])
    return 0


def _import_localities(store: Store, table: Sequence[Row]) -> int:
    known = store.practices.codes()
    if not known:
        raise BotError("The register is empty, so there is nothing to give a locality. Import the practices first.")
    taken = take_localities(table, known)
    if taken.problems:
        return _refuse(taken.problems)
    if not taken.localities:
        raise BotError("The file has a header and no rows, so nothing was imported.")
    changed = store.practices.set_localities(taken.localities, Hand(TERMINAL, datetime.now(UTC)))
    print_text([f"{counted(len(taken.localities), 'practice')} with a locality, {changed} changed."])
    return 0


def _refuse(problems: Sequence[str]) -> int:
    print_text([*problems, f"{counted(len(problems), 'problem')}; nothing was imported."])
    return 1


def _nothing(table: Sequence[Row], ccg: str | None) -> str:
    if ccg is None:
        return "The file has a header and no rows, so nothing was imported."
    found = commissioners(table, _today())
    listed = ", ".join(f"{code} ({number})" for code, number in found) or "none"
    return (
        f"No active GP practice of this file has the commissioner {as_code(ccg)}, so nothing was imported. "
        f"Commissioners in it, the most frequent first: {listed}."
    )


def _today() -> date:
    return datetime.now(LONDON).date()


def _text(path: Path) -> str:
    text = decode(read_bytes(path, MOST_BYTES, ", which is too long for a practice file."), *AS_CSV)
    if text is None:
        raise BotError(f"{path} is not a CSV file. Unzip it if it is a .zip; save a spreadsheet as CSV UTF-8.")
    return text


def _as_object(practice: Practice) -> dict[str, str]:
    return {name: getattr(practice, name) for name in ("code", "name", "postcode", "locality")}


def _as_line(practice: Practice) -> str:
    more = ", ".join(filter(None, (practice.postcode, practice.locality)))
    return f"{practice.code:<8}  {practice.name}" + (f" ({more})" if more else "")
