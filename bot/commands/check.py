"""`mandate-bot check`: report everything wrong with a knowledge folder."""

from datetime import date
from pathlib import Path

from bot.checking import check_folder
from bot.commands.session import print_text


def run(folder: Path) -> int:
    """Print every problem and a count; 1 when one of them is an error."""
    knowledge, problems = check_folder(folder.resolve(), date.today())
    errors = [problem for problem in problems if not problem.warning]
    warnings = [problem for problem in problems if problem.warning]
    for line in (*map(str, errors), *(f"warning: {problem}" for problem in warnings)):
        print_text([line])
    counts = (
        f"{len(knowledge.entries)} entries, {len(knowledge.terms)} glossary terms, "
        f"{len(knowledge.asks)} held-out asks: "
        f"{_count(len(errors), 'error')}, {_count(len(warnings), 'warning')}"
    )
    print_text([counts])
    return 1 if errors else 0


def _count(number: int, what: str) -> str:
    return f"1 {what}" if number == 1 else f"{number or 'no'} {what}s"
