"""Whole messages known by heart, a slip or two apart."""

from collections.abc import Iterable
from typing import Generic, TypeVar

from rapidfuzz import fuzz, process

from bot.text import comparable

T = TypeVar("T")

SAME_MESSAGE = 90  # rapidfuzz ratio, 0 to 100: a slip or two passes, another word does not


class Phrases(Generic[T]):
    """From phrases to what they mean."""

    def __init__(self, pairs: Iterable[tuple[str, T]]) -> None:
        self._meanings: dict[str, T] = {}
        # A word more or less changes what is meant, a letter does not: so they are kept by their number of words.
        self._by_length: dict[int, list[str]] = {}
        for phrase, meaning in pairs:
            key = comparable(phrase)
            if key not in self._meanings:
                self._by_length.setdefault(key.count(" "), []).append(key)
                self._meanings[key] = meaning

    def exact(self, message: str) -> T | None:
        """What the message means when it stands here word for word."""
        return self._meanings.get(comparable(message))

    def nearest(self, message: str) -> T | None:
        """What the message means, also when it is misspelt."""
        key = comparable(message)
        best = process.extractOne(
            key, self._by_length.get(key.count(" "), ()), scorer=fuzz.ratio, score_cutoff=SAME_MESSAGE
        )
        return self._meanings[best[0]] if best else None
