"""Check a knowledge folder as its authors do: everything wrong with it, and what to look at."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from bot.conversation import Part, Understanding, subject
from bot.knowledge import Entry, Knowledge, Problem, inspect_folder
from bot.matching import Answer, NoAnswer, Suggestions
from bot.polls.templates import inspect_polls

FEWEST_PHRASINGS = 8
POLLS = "polls"  # the folder of poll templates within the knowledge


def check_folder(folder: Path, today: date) -> tuple[Knowledge, list[Problem]]:
    """What `folder` holds and every problem with it, errors and warnings together."""
    knowledge, problems = inspect_folder(folder)
    problems += _not_found_by_their_own_words(knowledge, folder)
    problems += _warnings(knowledge, folder, today)
    problems += inspect_polls(folder / POLLS)[1]
    return knowledge, problems


def _not_found_by_their_own_words(knowledge: Knowledge, folder: Path) -> Iterable[Problem]:
    understanding = Understanding.of(knowledge)
    for entry in knowledge.entries.values():
        for phrasing in entry.phrasings:
            parts = understanding.read(phrasing)
            if len(parts) != 1 or not isinstance(parts[0].outcome, Answer) or parts[0].outcome.entry.id != entry.id:
                key = "question" if phrasing == entry.question else "also"
                text = f'has "{phrasing}", which is answered with {_served(parts)} instead'
                yield Problem(_file(folder, entry), entry.id, key, text)


def _served(parts: Iterable[Part]) -> str:
    names = []
    for part in parts:
        match part.outcome:
            case NoAnswer():
                names.append("nothing")
            case Suggestions(matches):
                names.append("suggestions " + ", ".join(f'"{match.entry.id}"' for match in matches))
            case outcome:
                names.append(f'"{subject(outcome)}"')
    return " and ".join(names)


def _warnings(knowledge: Knowledge, folder: Path, today: date) -> Iterable[Problem]:
    for entry in knowledge.entries.values():
        file = _file(folder, entry)
        if entry.review_by < today:
            yield Problem(file, entry.id, "review_by", f"was {entry.review_by}; the review is overdue", warning=True)
        if len(entry.also) < FEWEST_PHRASINGS:
            text = f"has {len(entry.also)} phrasings; {FEWEST_PHRASINGS} or more are found better"
            yield Problem(file, entry.id, "also", text, warning=True)


def _file(folder: Path, entry: Entry) -> str:
    return f"{folder.name}/{entry.topic}.yaml"
