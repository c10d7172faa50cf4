"""How well held-out questions about the mandate are understood, through the whole path a message takes.

python -m tests.bench.understanding FILE… [--misses]

A line of FILE: {"q": the question, "accept": [ids of the entries that answer it], empty when nothing should}.
"""

import argparse
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.conversation import Part, Understanding, subject
from bot.knowledge import load_knowledge
from bot.matching import Courtesy, Suggestions
from bot.settings import shipped_knowledge


@dataclass(frozen=True)
class Question:
    text: str
    accept: frozenset[str]  # empty: nothing should be answered


@dataclass(frozen=True)
class Reply:
    """What a question got."""

    served: frozenset[str]
    suggested: frozenset[str]

    @classmethod
    def of(cls, parts: Sequence[Part]) -> "Reply":
        outcomes = [part.outcome for part in parts]
        served = {subject(outcome) for outcome in outcomes if not isinstance(outcome, Courtesy)}
        offered = {m.entry.id for outcome in outcomes if isinstance(outcome, Suggestions) for m in outcome.matches}
        return cls(frozenset(key for key in served if key), frozenset(offered))


def main() -> None:
    """Print a figure a line, in per cent with its 95% interval; `--misses` lists what went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    questions = [question for file in options.files for question in read(file)]
    understanding = Understanding.of(load_knowledge(shipped_knowledge()))
    replies = [(question, Reply.of(understanding.read(question.text))) for question in questions]
    known = [(question, reply) for question, reply in replies if question.accept]
    unknown = [reply for question, reply in replies if not question.accept]
    at_once = [bool(q.accept & r.served) for q, r in known]
    print(share("right at once", at_once))
    print(share("right or suggested", [bool(q.accept & (r.served | r.suggested)) for q, r in known]))
    print(share("answered wrongly", [bool(r.served) and not q.accept & r.served for q, r in known]))
    print(share("unanswerable, not answered", [not r.served for r in unknown]))
    print(share("unanswerable, no suggestions", [not r.served | r.suggested for r in unknown]))
    if options.misses:
        for question, reply in replies:
            if not (question.accept & reply.served if question.accept else not reply.served | reply.suggested):
                print(json.dumps([question.text, *map(sorted, (question.accept, reply.served, reply.suggested))]))


def read(file: Path) -> Iterator[Question]:
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["accept"] is not None:  # answerable from the source, but not held by the knowledge
            yield Question(row["q"], frozenset(row["accept"]))


def share(name: str, happened: Sequence[bool]) -> str:
    """Wilson's interval, which holds near 0 and 100 too."""
    n, z = len(happened), 1.96
    if not n:
        return f"{name:30}  none"
    p = sum(happened) / n
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return f"{name:30} {100 * p:5.1f}  ({100 * (centre - half):.1f} to {100 * (centre + half):.1f}, n = {n})"


if __name__ == "__main__":
    main()
