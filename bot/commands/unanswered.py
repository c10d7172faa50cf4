"""`mandate-bot unanswered`: the questions that had no answer, oldest first."""

import csv
import io
import json
import sys
from datetime import UTC, datetime

from bot.asking import Unanswered
from bot.commands.session import print_text
from bot.settings import Settings
from bot.storage import Store

COLUMNS = ("id", "workspace", "question", "asked_at", "status")
# A cell that starts so is run as a formula: https://owasp.org/www-community/attacks/CSV_Injection
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def run(settings: Settings, *, as_json: bool, as_csv: bool) -> int:
    """Print the questions, in the form asked for."""
    store = Store(settings.db)
    store.questions.queue_unpicked(datetime.now(UTC))
    waiting = [_row(one) for one in store.questions.unanswered()]
    store.close()
    if as_json:
        sys.stdout.write(json.dumps(waiting, indent=2) + "\n")
    elif as_csv:
        sys.stdout.buffer.write(_csv(waiting).encode("utf-8"))
    elif waiting:
        print_text(map(_line, waiting))
    else:
        print_text(["No unanswered questions."])
    return 0


def _row(one: Unanswered) -> dict[str, str | int]:
    return {
        "id": one.id,
        "workspace": one.workspace,
        "question": one.question,
        "asked_at": one.asked_at.isoformat(),
        "status": one.status,
    }


def _line(row: dict[str, str | int]) -> str:
    """One line, whatever line ends the question has."""
    return f"{str(row['asked_at'])[:10]}  {row['status']:<9}  {' '.join(str(row['question']).split())}"


def _csv(rows: list[dict[str, str | int]]) -> str:
    written = io.StringIO()
    writer = csv.DictWriter(written, COLUMNS)
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _harmless(value) for name, value in row.items()})
    return written.getvalue()


def _harmless(value: str | int) -> str | int:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value
