"""Follow-ups to the last answer: which facet of it a short message asks for."""

from dataclasses import dataclass

import numpy as np

from bot.knowledge import FollowUp, Knowledge
from bot.matching.classifier import learn, log_odds, softmax
from bot.matching.confidence import FUNCTION_WORDS, calibrate_without_asks
from bot.matching.likeness import Phrasings
from bot.matching.phrases import Phrases
from bot.matching.vectors import Vectors
from bot.matching.vocabulary import stem
from bot.text import without_links, words


@dataclass(frozen=True)
class Guess:
    """The facet that a message seems to ask for."""

    follow_up: FollowUp
    confidence: float  # 0 to 1; 1 for a phrasing that stands in the knowledge
    strangers: int  # words that no follow-up has


class FollowUps:
    """Fitted on the phrasings of every facet."""

    def __init__(self, knowledge: Knowledge, vectors: Vectors) -> None:
        self._vectors = vectors
        self._known = Phrases((text, follow) for follow in knowledge.follow_ups for text in follow.also)
        self._facets = [follow for follow in knowledge.follow_ups if any(map(words, follow.also))]
        pairs = [(row, words(text)) for row, follow in enumerate(self._facets) for text in follow.also if words(text)]
        self._stems = {stem(word) for _, text in pairs for word in text}
        if not pairs:
            return
        labels = np.array([row for row, _ in pairs], np.intp)
        self._phrasings = Phrasings.of([text for _, text in pairs], vectors)
        likeness = self._phrasings.among()
        self._calibration = calibrate_without_asks(likeness, labels, len(self._facets))
        self._weights = learn(likeness, labels, len(self._facets))

    def exact(self, message: str) -> FollowUp | None:
        """The facet that the whole message asks for, a slip or two apart; None otherwise."""
        rest = without_links(message)
        # A single word is too near to too many others.
        return self._known.exact(rest) or (self._known.nearest(rest) if len(words(rest)) > 1 else None)

    def guess(self, message: str) -> Guess | None:
        """The likeliest facet; None for a message without words, or knowledge without follow-ups."""
        read = words(without_links(message))
        if not read or not self._facets:
            return None
        chances = softmax(self._phrasings.likeness([read], self._vectors)[0] @ self._weights)
        first = int(chances.argmax())
        confidence = self._calibration.chance(log_odds(chances[first : first + 1]))
        strangers = {word for word in read if word not in FUNCTION_WORDS and stem(word) not in self._stems}
        return Guess(self._facets[first], confidence, len(strangers))
