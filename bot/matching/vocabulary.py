"""One form for each word: typos mended, and an acronym and its expansion read as one thing."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import snowballstemmer

from bot.knowledge import Term
from bot.matching.mending import Mender
from bot.text import british, spelt_words, visible, words

MOST_WORDS = 200  # of a message; a longer one is read so far

_stemmer = snowballstemmer.stemmer("english")


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """`word` without its ending, in one spelling: "organisations" and "organization" share a stem."""
    return british(word) if any(char.isdigit() for char in word) else str(_stemmer.stemWord(british(word)))


@dataclass(frozen=True)
class Reading:
    """A text as the matcher sees it, with what it changed on the way."""

    words: tuple[str, ...]
    mended: Mapping[str, str] = field(default_factory=dict)  # as typed, as read
    expanded: Mapping[str, str] = field(default_factory=dict)  # as typed, the expansion


class Vocabulary:
    """The words of the knowledge base, and the glossary's names for one thing."""

    def __init__(self, terms: Iterable[Term], texts: Iterable[str], english: Mapping[str, int]) -> None:
        self._terms: dict[tuple[str, ...], Term] = {}
        for term in terms:
            for name in filter(words, term.names):
                self._terms.setdefault(tuple(stem(word) for word in words(name)), term)
        # By first stem, so that most words of a text are passed over at once.
        self._longest: dict[str, int] = {}
        for stems in self._terms:
            self._longest[stems[0]] = max(len(stems), self._longest.get(stems[0], 0))
        counts = Counter(word for text in texts for word in spelt_words(text))
        for term in self._terms.values():
            # A name that the glossary has is never a slip.
            counts.update(word for name in term.names for word in words(name))
        self._mender = Mender(counts, english)

    def read(self, text: str, *, mend: bool = True) -> Reading:
        """The words of `text`; each glossary name in it becomes its expansion and its short form together."""
        typed = spelt_words(text)[:MOST_WORDS]
        read = [self._mender.mend(word) for word in typed] if mend else typed
        mended = {was: now for was, now in zip(typed, read, strict=True) if was != now}
        kept, expanded = self._with_terms(read, text)
        return Reading(tuple(kept), mended, expanded)

    def _with_terms(self, read: Sequence[str], text: str) -> tuple[list[str], dict[str, str]]:
        stems = [stem(word) for word in read]
        kept: list[str] = []
        expanded: dict[str, str] = {}
        index = 0
        while index < len(read):
            term, width = self._term_at(stems, index, text)
            if term is None:
                kept.append(read[index])
                index += 1
                continue
            expansion = words(term.expansion)
            short = words(term.term)
            kept += expansion + ([] if short == expansion else short)
            if tuple(read[index : index + width]) != tuple(expansion):
                expanded[" ".join(read[index : index + width])] = term.expansion
            index += width
        return kept[:MOST_WORDS], expanded

    def _term_at(self, stems: Sequence[str], index: int, text: str) -> tuple[Term | None, int]:
        longest = min(self._longest.get(stems[index], 0), len(stems) - index)
        for width in range(longest, 0, -1):
            term = self._terms.get(tuple(stems[index : index + width]))
            if term and (not term.exact_case or width > 1 or term.term in visible(text).split()):
                return term, width
        return None, 0
