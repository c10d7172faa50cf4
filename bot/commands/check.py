"""`mandate-bot check`: report everything wrong with a knowledge folder."""

from datetime import date
from pathlib import Path

from bot.checking import POLLS, check_folder
from bot.commands.session import print_text
from bot.errors import BotError
from bot.knowledge import load_knowledge
from bot.matching import Ranker
from bot.polls.templates import load_polls


def run(folder: Path) -> int:
    """Print every problem and a count; 1 when one of them is an error."""
    knowledge, problems = check_folder(folder.resolve(), date.today())
    errors = [problem for problem in problems if not problem.warning]
    warnings = [problem for problem in problems if problem.warning]
    for line in (*map(str, errors), *(f"warning: {problem}" for problem in warnings)):
        print_text([line])
    counts = (
        f"{len(knowledge.entries)} entries, {len(knowledge.terms)} glossary terms, "
        f"{len(knowledge.asks)} held-out asks, {_count(len(load_polls(folder / POLLS)), 'poll template')}: "
        f"{_count(len(errors), 'error')}, {_count(len(warnings), 'warning')}"
    )
    print_text([counts])
    return 1 if errors else 0


def named(typed: str) -> Path:
    """The folder that was typed. Raises `BotError` when there is none."""
    folder = Path(typed)
    if not folder.is_dir():
        raise BotError(f'"{typed}" is not a folder. Give the folder that holds the YAML files.')
    return folder


def show_confusions(folder: Path) -> int:
    """Print the pairs of entries that are confused under ten-fold cross-validation, the worst first."""
    knowledge = load_knowledge(folder.resolve())
    confused = Ranker(knowledge).confusions()
    phrasings = sum(len(entry.phrasings) for entry in knowledge.entries.values())
    wrong = sum(len(texts) for _, _, texts in confused)
    for entry, other, texts in confused:
        print_text([f"{entry.id} is taken for {other.id}:", *(f"   {text}" for text in texts)])
    print_text([f"{wrong} of {phrasings} phrasings find another entry when they are held out."])
    return 0


def _count(number: int, what: str) -> str:
    return f"1 {what}" if number == 1 else f"{number or 'no'} {what}s"
