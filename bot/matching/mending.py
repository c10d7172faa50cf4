"""Mend misspelt words by the words that the knowledge uses, and leave other English alone."""

import gzip
import importlib.util
import json
import math
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

# A noisy channel: the likeliest known word, less what the slips cost. In nats; tuned on questions with planted typos.
SLIP = 5.0
OTHER_FIRST_LETTER = 2.0  # people rarely mistype the first letter
REAL_WORD = 9.0  # a word that English has is mended only to one that is this much likelier here
OWN_SHARE = 0.9  # how far the knowledge's own words are believed before general English
COMMON = 2_000  # English words at least this frequent are offered too
UNSEEN = 1e-9


class Mender:
    """Knows the words of the knowledge by how often they stand in it."""

    def __init__(self, counts: Mapping[str, int], english: Mapping[str, int]) -> None:
        self._counts = counts
        self._english = english
        self._total = max(sum(counts.values()), 1)
        self._english_total = max(sum(english.values()), 1)
        self._own = _by_length(counts)
        self._all = _by_length(set(counts) | {word for word, n in english.items() if n >= COMMON and len(word) > 1})
        self.mend = lru_cache(maxsize=20_000)(self._mend)

    def _mend(self, word: str) -> str:
        """The word that was meant: `word` itself where nothing is clearly likelier."""
        if word in self._counts or len(word) < 3 or not word.replace("'", "").isalpha():
            return word
        is_real = word in self._english
        reach = 1 if len(word) < 6 or is_real else 2
        pool = self._own if is_real else self._all
        near = [other for n in range(len(word) - reach, len(word) + reach + 1) for other in pool.get(n, ())]
        best, best_score = word, self._likelihood(word) + REAL_WORD - SLIP if is_real else -math.inf
        for other, slips, _ in extract(word, near, scorer=OSA.distance, score_cutoff=reach, limit=None):
            score = self._likelihood(other) - SLIP * slips - OTHER_FIRST_LETTER * (other[0] != word[0])
            if score > best_score:
                best, best_score = other, score
        return best

    def _likelihood(self, word: str) -> float:
        share = OWN_SHARE * self._counts.get(word, 0) / self._total
        share += (1 - OWN_SHARE) * self._english.get(word, 0) / self._english_total
        return math.log(max(share, UNSEEN))


def _by_length(words: Mapping[str, int] | set[str]) -> dict[int, list[str]]:
    table: dict[int, list[str]] = {}
    for word in sorted(words):
        table.setdefault(len(word), []).append(word)
    return table


@lru_cache(maxsize=1)
def english_words() -> Mapping[str, int]:
    """English words and how often they are used, as shipped in pyspellchecker (MIT)."""
    spec = importlib.util.find_spec("spellchecker")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("pyspellchecker is not installed; pip install mandate-bot brings it")
    with gzip.open(Path(spec.origin).parent / "resources" / "en.json.gz", "rt", encoding="utf-8") as file:
        frequencies: dict[str, int] = json.load(file)
    return frequencies
