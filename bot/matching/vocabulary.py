"""One form for each word: acronyms and their expansions become one, typos are mended, endings fall away."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import snowballstemmer
from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.knowledge import Term
from bot.text import british, visible, words

_stemmer = snowballstemmer.stemmer("english")


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """`word` without its ending, in one spelling: "organisations" and "organization" share a stem."""
    return british(word) if any(char.isdigit() for char in word) else _stemmer.stemWord(british(word))


@dataclass(frozen=True)
class Reading:
    """A text as the matcher sees it, with what it changed on the way."""

    tokens: tuple[str, ...]
    mended: Mapping[str, str] = field(default_factory=dict)  # as typed, as read
    expanded: Mapping[str, str] = field(default_factory=dict)  # short name, expansion
    unknown: tuple[str, ...] = ()  # words that stand nowhere in the knowledge


class Vocabulary:
    """The words of the knowledge base, and the glossary's names for one thing."""

    def __init__(self, terms: Iterable[Term], texts: Iterable[str]) -> None:
        self._terms: dict[tuple[str, ...], Term] = {}
        for term in terms:
            for name in term.names:
                self._terms.setdefault(tuple(stem(word) for word in words(name)), term)
        self._longest = max(map(len, self._terms), default=0)
        known = {word for text in texts for word in words(text)}
        known |= {word for term in self._terms.values() for name in term.names for word in words(name)}
        self._known = frozenset(known)
        self._known_stems = frozenset(stem(word) for word in known)
        # Short words are too near to too many others to be mended safely.
        self._mendable = sorted(word for word in known if len(word) >= 4 and not word.isdigit())

    def read(self, text: str) -> Reading:
        """The tokens of `text`: stems, and one `term:…` token for each glossary name in it."""
        mended: dict[str, str] = {}
        unknown: list[str] = []
        typed = words(text)
        for index, word in enumerate(typed):
            if word in self._known or stem(word) in self._known_stems:
                continue
            better = self._mend(word)
            if better:
                mended[word] = typed[index] = better
            else:
                unknown.append(word)
        tokens, expanded = self._with_terms([stem(word) for word in typed], text)
        return Reading(tuple(tokens), mended, expanded, tuple(unknown))

    def _mend(self, word: str) -> str | None:
        """The known word one slip away (two in a long word), or None."""
        if len(word) < 4 or any(char.isdigit() for char in word):
            return None
        slips = 1 if len(word) < 8 else 2
        best = process.extractOne(word, self._mendable, scorer=OSA.distance, score_cutoff=slips)
        return best[0] if best else None

    def _with_terms(self, stems: Sequence[str], text: str) -> tuple[list[str], dict[str, str]]:
        tokens: list[str] = []
        expanded: dict[str, str] = {}
        index = 0
        while index < len(stems):
            term, width = self._term_at(stems, index, text)
            if term is None:
                tokens.append(stems[index])
                index += 1
                continue
            # A short name brings the words of its expansion, so that both forms look alike.
            tokens += [stem(word) for word in words(term.expansion)]
            tokens.append(f"term:{term.id}")
            expanded[" ".join(stems[index : index + width])] = term.expansion
            index += width
        return tokens, expanded

    def _term_at(self, stems: Sequence[str], index: int, text: str) -> tuple[Term | None, int]:
        for width in range(min(self._longest, len(stems) - index), 0, -1):
            term = self._terms.get(tuple(stems[index : index + width]))
            if term and (not term.exact_case or width > 1 or term.term in visible(text).split()):
                return term, width
        return None, 0
