"""Fit how the signals in bot/matching/leaning.py are weighed, on dialogues and on asks that stand alone.

python -m tools.fit_leaning [DIALOGUES …]    (tests/dialogues.yaml when none are named)

Prints the weights, to be put into that module by hand, and how many turns come out right in dialogues that the weights
were not fitted on. Run it when the signals, the follow-ups or the matcher have changed much.
"""

import random
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray
from scipy.linalg import block_diag
from scipy.optimize import minimize

from bot import conversation
from bot.conversation import Remembered, Understanding
from bot.keeping import cache_folder, understand
from bot.knowledge import load_knowledge
from bot.matching import leaning
from bot.matching.classifier import softmax
from bot.settings import shipped_knowledge
from bot.text import words

DIALOGUES = Path("tests/dialogues.yaml")
FOLDS = 5
PULL = 0.03  # of the weights towards 0, for each hundred examples
ASKS = 300  # of those with an answer, and as many of those without
COUNTS = {"turn": 1.0, "ask": 0.5, "unanswerable": 1.0}
ENTRY, FACET, NEITHER = list(leaning.ENTRY), list(leaning.FACET), list(leaning.NEITHER)


@dataclass(frozen=True)
class Example:
    """One message after an answer, with all that it may ask for."""

    kind: str  # of COUNTS
    dialogue: int
    message: str
    options: NDArray[np.float64]  # a row each
    names: tuple[str, ...]
    right: NDArray[np.bool_]


def observe(understanding: Understanding, say: str, before: Remembered) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """The options as they are weighed when `say` is read; raises LookupError where nothing is weighed."""
    seen: list[tuple[NDArray[np.float64], tuple[str, ...]]] = []
    real = leaning.weigh

    def watch(message: Any, asked: Any, facets: Any, held: Any, beside: Any) -> Any:
        blocks = (
            leaning.entry_signals(message, beside),
            leaning.facet_signals(asked, held),
            leaning.neither_signals(message, asked, beside),
        )
        ids = [beside.ranking[row].entry.id for row in beside.rows]
        seen.append((block_diag(*blocks), (*ids, *(f"facet {one.facet}" for one in facets), "neither")))
        return real(message, asked, facets, held, beside)

    setattr(conversation, "weigh", watch)  # noqa: B010  (mypy: a name that the module only imports)
    try:
        understanding.read(say, before)
    finally:
        setattr(conversation, "weigh", real)  # noqa: B010
    if len(seen) != 1:
        raise LookupError(say)
    return seen[0]


def example(understanding: Understanding, kind: str, dialogue: int, say: str, before: str, right: set[str]) -> Example:
    entry = understanding.knowledge.entries[before]
    options, names = observe(understanding, say, Remembered(entry, entry.question))
    return Example(kind, dialogue, say, options, names, np.array([name in right for name in names]))


def turns(understanding: Understanding, paths: Iterable[Path]) -> Iterator[tuple[str, int, str, str, set[str]]]:
    dialogues = [dialogue for path in paths for dialogue in yaml.safe_load(path.read_text(encoding="utf-8"))]
    for number, dialogue in enumerate(dialogues):
        for before, turn in zip(dialogue["turns"], dialogue["turns"][1:], strict=False):
            facet = turn.get("facet")
            right = {f"facet {facet}"} if facet else {turn["expect"]}
            if facet in ("draft", "final"):
                right.add(turn["expect"])
            yield "turn", number, turn["say"], before["expect"], right


def lone_asks(understanding: Understanding) -> Iterator[tuple[str, int, str, str, set[str]]]:
    """Questions that are asked after an answer and have nothing to do with it, or are about an entry tied to it."""
    chance = random.Random(1)
    entries = understanding.knowledge.entries
    short = [ask for ask in understanding.knowledge.asks if len(words(ask.ask)) <= conversation.LONGEST_ELLIPSIS]
    answerable = [ask for ask in short if ask.expect and set(ask.expect) <= set(entries)]
    unanswerable = [ask for ask in short if not ask.expect]
    for ask in chance.sample(answerable, ASKS) + chance.sample(unanswerable, ASKS):
        tied = [entry.id for entry in entries.values() if set(entry.related) & set(ask.expect)]
        before = chance.choice(tied if tied and chance.random() < 0.3 else list(entries))
        if before not in ask.expect:
            yield "ask" if ask.expect else "unanswerable", -1, ask.ask, before, set(ask.expect) or {"neither"}


def gather(understanding: Understanding, paths: Iterable[Path]) -> list[Example]:
    found = []
    for kind, number, say, before, right in [*turns(understanding, paths), *lone_asks(understanding)]:
        try:
            found.append(example(understanding, kind, number, say, before, right))
        except (LookupError, KeyError):
            continue
    return found


def fit(examples: Sequence[Example]) -> NDArray[np.float64]:
    reachable = [one for one in examples if one.right.any()]

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        pull = PULL * len(reachable) / 100
        total, slope = pull * float(weights @ weights), 2 * pull * weights
        for one in reachable:
            chances = softmax((one.options @ weights).astype(np.float32)).astype(np.float64)
            hit = chances[one.right].sum() + 1e-12
            total -= COUNTS[one.kind] * float(np.log(hit))
            slope += COUNTS[one.kind] * one.options.T @ (chances - np.where(one.right, chances / hit, 0))
        return total, slope

    size = len(ENTRY) + len(FACET) + len(NEITHER)
    return np.asarray(minimize(loss, np.zeros(size), jac=True, method="L-BFGS-B", options={"maxiter": 300}).x)


def is_right(one: Example, weights: NDArray[np.float64]) -> bool:
    return bool(one.right[(one.options @ weights).argmax()])


def main() -> None:
    paths = [Path(name) for name in sys.argv[1:]] or [DIALOGUES]
    knowledge = load_knowledge(shipped_knowledge())
    examples = gather(understand(knowledge, cache_folder()), paths)
    fold = [(one.dialogue if one.dialogue >= 0 else at) % FOLDS for at, one in enumerate(examples)]
    right: dict[str, list[bool]] = {}
    for held_out in range(FOLDS):
        weights = fit([one for one, own in zip(examples, fold, strict=True) if own != held_out])
        for one in (one for one, own in zip(examples, fold, strict=True) if own == held_out):
            right.setdefault(one.kind, []).append(is_right(one, weights))
    for kind, each in right.items():
        print(f"{kind}: {np.mean(each):.3f} of {len(each)} right when held out")
    weights = iter(fit(examples).round(2).tolist())
    for name, signals in {"ENTRY": ENTRY, "FACET": FACET, "NEITHER": NEITHER}.items():
        print(f"{name} = {{", *(f'    "{signal}": {next(weights)},' for signal in signals), "}", sep="\n")


if __name__ == "__main__":
    main()
