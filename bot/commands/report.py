"""`mandate-bot report`: the board pack, as a page that prints to two sides of A4."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

from bot.additions import apply
from bot.commands.session import print_text
from bot.errors import BotError
from bot.knowledge import load_knowledge
from bot.schedule import in_london
from bot.settings import LOCAL_WORKSPACE, Settings
from bot.storage import Store

MOST_DAYS = 366
_WRITTEN = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
NEEDS = 'The board pack has charts, which need more than is installed. Install it with: pip install ".[charts]"'


def run(settings: Settings, *, first: str, last: str, out: str, as_csv: bool) -> int:
    """Write the pack of these days, both included; `as_csv`, each table beside it as CSV."""
    now = datetime.now(UTC)
    days = span(first, last, in_london(now).date())
    page = Path(out).expanduser()
    if page.suffix.lower() not in (".html", ".htm"):
        raise BotError(f"--out takes the name of a page, such as pack.html; found {out}.")
    try:
        from bot.report.page import GENERATOR, as_html
    except ImportError as error:
        raise BotError(NEEDS) from error
    from bot.report.files import write
    from bot.report.gathering import gather
    from bot.report.tables import header, tables

    store = Store(settings.db)
    try:
        knowledge = apply(load_knowledge(settings.knowledge), store.additions.live()).knowledge
        pack = gather(store, knowledge, settings.ccg_name, *days, now, without=LOCAL_WORKSPACE)
    finally:
        store.close()
    files, known_by = {page: as_html(pack, beside=page.stem if as_csv else "")}, {page: GENERATOR}
    for name, text in tables(pack).items() if as_csv else ():
        beside = page.with_name(f"{page.stem}-{name}.csv")
        files[beside], known_by[beside] = text, ",".join(header(name)) + "\r\n"
    write(files, known_by)
    print_text([f"Wrote {path}" for path in files] + ["Print the page to two sides of A4, or to a PDF."])
    return 0


def span(first: str, last: str, today: date) -> tuple[date, date]:
    """The days that were typed. Raises `BotError` where they are none, the wrong way round, too many or to come."""
    begins, ends = _day("--from", first), _day("--to", last)
    if ends < begins:
        raise BotError(f"--to {last} lies before --from {first}. Give the first day and then the last.")
    if (ends - begins).days >= MOST_DAYS:
        raise BotError(f"{first} to {last} is more than a year. A board pack covers up to {MOST_DAYS} days.")
    if begins > today:
        raise BotError(f"--from {first} is still to come, so there is nothing to report yet.")
    return begins, ends


def _day(option: str, typed: str) -> date:
    try:
        if not _WRITTEN.fullmatch(typed):
            raise ValueError
        return date.fromisoformat(typed)
    except ValueError:
        raise BotError(f"{option} takes a day such as 2012-10-01 (year, month, day); found {typed}.") from None
