"""Why a question was ranked as it was, for people who write knowledge."""

from dataclasses import dataclass

import numpy as np

from bot.matching.confidence import FUNCTION_WORDS
from bot.matching.ranker import Match, Ranker
from bot.matching.vocabulary import Reading
from bot.text import without_preamble

MOST_SHOWN = 5
MOST_WORDS = 4
MET = 0.6  # how near, of 1, a word of the entry comes to count as meant


@dataclass(frozen=True)
class Reason:
    """Why one entry stands where it stands."""

    match: Match
    nearest: str  # the phrasing most like the question
    counted: tuple[str, ...]  # the question's words that the entry speaks of, weightiest first
    missed: tuple[str, ...]  # those that it does not


@dataclass(frozen=True)
class Explanation:
    """The question as the matcher read it, and its first five entries with why."""

    reading: Reading
    reasons: tuple[Reason, ...]


def explain(ranker: Ranker, question: str) -> Explanation:
    """The top five for `question`; no reasons for one without words."""
    text = question if ranker.holds(question) else without_preamble(question)
    reading = ranker.vocabulary.read(text)
    matches = ranker.rank(question)[:MOST_SHOWN]
    nearest = ranker.nearest_phrasings(reading) if matches else {}
    return Explanation(reading, tuple(_reason(ranker, reading, match, nearest[match.entry.id]) for match in matches))


def _reason(ranker: Ranker, reading: Reading, match: Match, nearest: str) -> Reason:
    content = list(dict.fromkeys(word for word in reading.words if word not in FUNCTION_WORDS))
    if not content:
        return Reason(match, nearest, (), ())
    near, weights = ranker.coverage(content, match.entry)
    order = [content[i] for i in np.argsort(-near * weights, kind="stable")]
    met = {word for word, how_near in zip(content, near, strict=True) if how_near >= MET}
    missed = [content[i] for i in np.argsort(-(1 - near) * weights, kind="stable") if content[i] not in met]
    counted = [word for word in order if word in met]
    return Reason(match, nearest, tuple(counted[:MOST_WORDS]), tuple(missed[:MOST_WORDS]))
