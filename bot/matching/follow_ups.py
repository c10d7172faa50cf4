"""Follow-ups to the last answer: which facet of it a short message asks for."""

from dataclasses import dataclass

import numpy as np

from bot.knowledge import FollowUp, Knowledge
from bot.matching.arrays import Floats
from bot.matching.classifier import learn, softmax
from bot.matching.confidence import FUNCTION_WORDS
from bot.matching.likeness import Phrasings
from bot.matching.phrases import Phrases
from bot.matching.vectors import Vectors
from bot.matching.vocabulary import stem
from bot.text import without_links, words

MOST_LEARNED = 70  # of a facet's phrasings, evenly spread: the fit is made at each start; every one is known by heart
LONGEST_ORDINARY = 9  # words
_TYPED = {
    "u": "you", "ur": "your", "r": "are", "n": "and", "whn": "when", "wen": "when", "wher": "where", "wot": "what",
    "wat": "what", "wht": "what", "wats": "whats", "wots": "whats", "hw": "how", "shd": "should", "wd": "would",
    "cd": "could", "abt": "about", "tht": "that", "wil": "will", "hav": "have", "owt": "anything",
    "summat": "something",
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """How likely a message asks for each facet, seen by itself."""

    chances: Floats  # of the facets, in the order of `FollowUps.facets`
    ordinary: float  # the chance that it is a question like any other
    strangers: int  # words that no follow-up has


class FollowUps:
    """Fitted on the phrasings of every facet, against the shortest of the entries' own."""

    def __init__(self, knowledge: Knowledge, vectors: Vectors) -> None:
        self._vectors = vectors
        self._known = Phrases(
            (" ".join(_read(text)), follow) for follow in knowledge.follow_ups for text in follow.also
        )
        self.facets = tuple(follow for follow in knowledge.follow_ups if any(map(words, follow.also)))
        every = [[read for read in map(_read, follow.also) if read] for follow in self.facets]
        self._stems = {stem(word) for each in every for read in each for word in read}
        pairs = [(row, read) for row, each in enumerate(every) for read in _spread(each, MOST_LEARNED)]
        if not pairs:
            return
        pairs += [(len(self.facets), text) for text in _ordinary(knowledge)]
        self._phrasings = Phrasings.of([text for _, text in pairs], vectors)
        labels = np.array([row for row, _ in pairs], np.intp)
        self._weights = learn(self._phrasings.among(), labels, len(self.facets) + 1)

    def exact(self, message: str) -> FollowUp | None:
        """The facet that the whole message asks for, a slip or two apart; None otherwise."""
        rest = " ".join(_read(message))
        # A single word is too near to too many others.
        return self._known.exact(rest) or (self._known.nearest(rest) if len(words(rest)) > 1 else None)

    def asked(self, message: str) -> Asked | None:
        """None for a message without words, or knowledge without follow-ups."""
        read = _read(message)
        if not read or not self.facets:
            return None
        chances = softmax(self._phrasings.likeness([read], self._vectors)[0] @ self._weights)
        strangers = {word for word in read if word not in FUNCTION_WORDS and stem(word) not in self._stems}
        return Asked(chances[:-1], float(chances[-1]), len(strangers))


def _read(message: str) -> list[str]:
    """The words of a message without what ties it to the one before, spelt out where they are typed short."""
    return words(without_links(" ".join(_TYPED.get(word, word) for word in words(message))))


def _spread(every: list[list[str]], most: int) -> list[list[str]]:
    chosen = np.unique(np.linspace(0, len(every) - 1, most).round().astype(int)).tolist()
    return [every[at] for at in chosen]


def _ordinary(knowledge: Knowledge) -> list[list[str]]:
    """The words of the shortest phrasing of every entry."""
    shortest = (min(map(_read, entry.phrasings), key=len) for entry in knowledge.entries.values())
    return [read for read in shortest if 0 < len(read) <= LONGEST_ORDINARY]
