"""`mandate-bot audit`: what leads did, oldest first."""

import sys
from datetime import UTC, datetime
from typing import Any

from bot.commands.session import print_json, print_text
from bot.settings import Settings
from bot.storage import Noted, Store
from bot.tables import as_csv as table

COLUMNS = ("at", "workspace", "by", "action", "poll", "person", "detail")


def run(settings: Settings, *, as_json: bool, as_csv: bool) -> int:
    """Print every row of the log that is kept, in the form asked for."""
    store = Store(settings.db)
    try:
        rows = [_row(noted) for noted in store.audit.between(datetime.min.replace(tzinfo=UTC), datetime.now(UTC))]
    finally:
        store.close()
    if as_json:
        print_json(rows)
    elif as_csv:
        cells = [COLUMNS, *([row[name] for name in COLUMNS] for row in rows)]
        sys.stdout.buffer.write(table(cells).encode("utf-8"))
    else:
        print_text([_line(row) for row in rows] or ["No lead has done anything yet."])
    return 0


def _row(noted: Noted) -> dict[str, Any]:
    at = noted.at.isoformat(timespec="seconds")
    return dict(
        zip(
            COLUMNS,
            (at, noted.workspace, noted.by, noted.action, noted.poll_id, noted.person, noted.detail),
            strict=True,
        )
    )


def _line(row: dict[str, Any]) -> str:
    about = [f"poll {row['poll']}" if row["poll"] else "", row["detail"], row["person"] or ""]
    return f"{row['at'][:16].replace('T', ' ')}  {row['by']:<12} {row['action']:<20} {', '.join(filter(None, about))}"
