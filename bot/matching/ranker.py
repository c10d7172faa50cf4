"""Rank every entry against a question."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.knowledge import Entry, Knowledge
from bot.matching.vocabulary import Reading, Vocabulary
from bot.text import without_preamble

# Words tell entries apart better than letters do; letters forgive what mending missed.
WORD_SHARE = 0.7


@dataclass(frozen=True)
class Match:
    """How well one entry fits a question."""

    entry: Entry
    confidence: float  # 0 (nothing shared) to 1 (sure)


def features(reading: Reading) -> tuple[Counter[str], Counter[str]]:
    """Counts of words and neighbouring words, and of the letters within words."""
    tokens = reading.tokens
    by_words = Counter(tokens) + Counter(f"{a} {b}" for a, b in zip(tokens, tokens[1:], strict=False))
    by_letters: Counter[str] = Counter()
    for token in tokens:
        if not token.startswith("term:"):
            padded = f" {token} "
            by_letters.update(padded[i : i + n] for n in (3, 4) for i in range(len(padded) - n + 1))
    return by_words, by_letters


class _Index:
    """TF-IDF of one kind of feature, turned round: each feature knows the phrasings that have it."""

    def __init__(self, counted: list[Counter[str]]) -> None:
        appears = Counter(feature for counts in counted for feature in counts)
        self.size = len(counted)
        self._idf = {feature: self._rarity(n) for feature, n in appears.items()}
        self._new = self._rarity(0)
        rows: dict[str, list[int]] = {}
        weights: dict[str, list[float]] = {}
        for row, counts in enumerate(counted):
            weighed = self._weigh(counts)
            for feature, weight in weighed.items():
                rows.setdefault(feature, []).append(row)
                weights.setdefault(feature, []).append(weight)
        self._rows = {feature: np.array(held, dtype=np.intp) for feature, held in rows.items()}
        self._weights = {feature: np.array(held, dtype=np.float32) for feature, held in weights.items()}

    def _rarity(self, appearances: int) -> float:
        return math.log((1 + self.size) / (1 + appearances)) + 1

    def _weigh(self, counts: Mapping[str, int]) -> dict[str, float]:
        # An unknown word weighs as much as the rarest known one: it is what the question is about.
        raw = {f: (1 + math.log(n)) * self._idf.get(f, self._new) for f, n in counts.items()}
        length = math.sqrt(sum(weight * weight for weight in raw.values())) or 1.0
        return {feature: weight / length for feature, weight in raw.items()}

    def cosines(self, counts: Mapping[str, int]) -> NDArray[np.float32]:
        """The likeness of each phrasing to what was counted, 0 to 1."""
        likeness = np.zeros(self.size, dtype=np.float32)
        for feature, weight in self._weigh(counts).items():
            if feature in self._rows:
                likeness[self._rows[feature]] += weight * self._weights[feature]
        return likeness


class Ranker:
    """Fitted on the knowledge's own phrasings; `rank` is safe to call from several threads."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._entries = tuple(knowledge.entries.values())
        phrasings = [(row, text) for row, entry in enumerate(self._entries) for text in entry.phrasings]
        self.vocabulary = Vocabulary(knowledge.terms.values(), _texts(knowledge))
        counted = [features(self.vocabulary.read(text)) for _, text in phrasings]
        self._words = _Index([by_words for by_words, _ in counted])
        self._letters = _Index([by_letters for _, by_letters in counted])
        self._owner = np.array([row for row, _ in phrasings], dtype=np.intp)

    def rank(self, question: str) -> tuple[Match, ...]:
        """Every entry, best first; nothing for a question without words."""
        reading = self.vocabulary.read(without_preamble(question))
        if not reading.tokens or not self._entries:
            return ()
        by_words, by_letters = features(reading)
        likeness = WORD_SHARE * self._words.cosines(by_words) + (1 - WORD_SHARE) * self._letters.cosines(by_letters)
        best = np.zeros(len(self._entries), dtype=np.float32)
        np.maximum.at(best, self._owner, likeness)
        order = np.argsort(-best, kind="stable")
        return tuple(Match(self._entries[i], _confidence(float(best[i]))) for i in order)


def _texts(knowledge: Knowledge) -> Iterable[str]:
    for entry in knowledge.entries.values():
        yield from entry.phrasings
        yield entry.answer


def _confidence(likeness: float) -> float:
    return min(1.0, round(likeness, 4))
