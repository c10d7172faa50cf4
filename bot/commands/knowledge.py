"""`mandate-bot knowledge`: what leads added, into the YAML files; answers out of a spreadsheet; the empty sheet."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from bot.additions import Addition, apply
from bot.blocks.refusals import name_kinds
from bot.commands.refusals import count_refused, refuse_rows, say_refused
from bot.commands.session import print_text
from bot.errors import BotError
from bot.exporting import Plan, copy_folder, plan_export, write_plan
from bot.guard import Refusal
from bot.importing import A_SHEET, Taken, Terms, take_sheet
from bot.knowledge import load_knowledge
from bot.refusing import refuse_fields, together
from bot.settings import Settings
from bot.sheets import read_rows, template_csv, write_template
from bot.storage import Store
from bot.storage.additions import add_in
from bot.storage.database import Connections
from bot.text import counted

PACKAGE = Path(__file__).resolve().parent.parent


def export(settings: Settings, *, out: str | None, dry_run: bool) -> int:
    """Write every live addition into YAML; 1 when one of them had to be left out."""
    folder = settings.knowledge.resolve()
    if out is None and not dry_run:
        _refuse_read_only(folder)
    store = Store(settings.db)
    additions = store.additions.live()
    refused = {one.id: refusal for one in additions if (refusal := _refuse_addition(one))}
    count_refused(store, "knowledge export", refused.values())
    store.close()
    plan = plan_export(folder, [one for one in additions if one.id not in refused], date.today())
    why_not = [(one, f"it looks like {name_kinds(refused[one.id])}") for one in additions if one.id in refused]
    plan = replace(plan, left_out=(*plan.left_out, *why_not))
    target = Path(out) if out else folder
    if not dry_run:
        if out:
            copy_folder(folder, target)
        write_plan(plan, target)
    print_text(_export_lines(plan, target, dry_run))
    return 1 if plan.left_out else 0


def import_sheet(settings: Settings, file: str, *, author: str | None, workspace: str) -> int:
    """Bring the answers of a sheet into use, or none of them; 1 with every problem when a row has one."""
    rows = read_rows(Path(file))
    store = Store(settings.db)
    try:
        if refused := refuse_rows(rows, {"The file's name": Path(file).name, "--author": author or ""}):
            count_refused(store, "knowledge import", refused.values())
            print_text(say_refused(refused))
            return 1
        past = store.additions.of()
        served = apply(load_knowledge(settings.knowledge), store.additions.live()).knowledge
        terms = Terms(author or A_SHEET, settings.ccg_name, date.today(), Path(file).name)
        taken = take_sheet(rows, served, past, terms)
        if taken.problems:
            print_text([*map(str, taken.problems), f"{counted(len(taken.problems), 'problem')}; nothing was imported."])
            return 1
    finally:
        store.close()
    _add_all(settings, workspace, taken.additions)
    print_text([*taken.notes, _import_line(taken)])
    return 0


def template(out: str | None) -> int:
    """Write the empty sheet, to standard output as CSV when no file is named."""
    if out is None:
        sys.stdout.buffer.write(template_csv().encode("utf-8"))
        return 0
    write_template(Path(out))
    print_text([f"Wrote {out}. Fill in a row for each answer, then: mandate-bot knowledge import {out}"])
    return 0


def _refuse_addition(addition: Addition) -> Refusal | None:
    """Why what a lead added may not be written into a file."""
    return together(refuse_fields({str(at): text for at, text in enumerate(_texts(addition.content))}).values())


def _texts(content: Any) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, Mapping | list):
        for piece in content.values() if isinstance(content, Mapping) else content:
            yield from _texts(piece)


def _refuse_read_only(folder: Path) -> None:
    if folder.is_relative_to(PACKAGE):
        raise BotError(f"{folder} came with the bot and goes with its next version. Use --out DIR, and keep that.")
    if not os.access(folder, os.W_OK):
        raise BotError(f"{folder} cannot be written. Use --out DIR.")


def _export_lines(plan: Plan, target: Path, dry_run: bool) -> Sequence[str]:
    lines = []
    for name in sorted(plan.after):
        lines.append(f"{target / name}")
        lines += [f"  {text}" for file, text in plan.lines if file == name]
    for addition, why in plan.left_out:
        lines.append(f'left out: {addition.kind} for "{addition.entry}" by {addition.author}: {why}')
    if not plan.after:
        return [*lines, "There is nothing to write: the files have everything that could be written."]
    wrote = "would change; nothing was written" if dry_run else "written"
    return [*lines, f"{counted(len(plan.after), 'file')} {wrote}."]


def _add_all(settings: Settings, workspace: str, additions: Sequence[Addition]) -> None:
    """All of them or none; a running bot learns them in one go."""
    now = datetime.now(UTC)
    connections = Connections(settings.db)
    with connections.writing() as db:
        for addition in additions:
            add_in(db, workspace, addition, now)
    connections.close()


def _import_line(taken: Taken) -> str:
    if not taken.additions:
        return f"Nothing is new: {counted(taken.same, 'answer')} of this sheet {_is(taken.same)} in use already."
    return (
        f"{counted(taken.new, 'answer')} added, {taken.changed} changed, {taken.same} in use already. "
        "A running bot takes that up within seconds; mandate-bot knowledge export writes it into the YAML files."
    )


def _is(number: int) -> str:
    return "is" if number == 1 else "are"
