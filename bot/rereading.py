"""Read many messages as the product reads each, in a fraction of the time: what they need is ranked in batches."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bot.conversation import Part, Understanding, subject
from bot.matching import Match, Ranker
from bot.text import comparable, without_preamble

AT_ONCE = 200  # texts ranked in one go; bounds memory
SURE = 1.0


@dataclass(frozen=True)
class Read:
    """What became of one message."""

    served: frozenset[str]  # ids of what it was served; empty where nothing was
    confidence: float  # the highest of what was ranked; 0 where nothing was
    ranked: tuple[str, ...]  # the texts whose ranking it depends on: the message, its clauses


@dataclass(frozen=True)
class First:
    """The first of a ranking."""

    entry: str
    confidence: float


@dataclass(frozen=True)
class Ranked:
    """A ranking, kept small: rows of entries, best first, and each row's confidence."""

    order: NDArray[np.intp]
    confidences: NDArray[np.float64]
    first: First


def look_over(understanding: Understanding, messages: Iterable[str]) -> dict[str, Read]:
    """By message, what becomes of it where nothing is near it, with every text that `read` may rank for it."""
    recorder = _Recorder(understanding.ranker)
    recording = replace(understanding, ranker=recorder)
    found = {}
    for message in messages:
        recorder.asked.clear()
        parts = recording.read(message)
        found[message] = _as_read(parts, tuple(recorder.asked))
    return found


def read_all(
    understanding: Understanding, looked_over: Mapping[str, Read], rankings: Mapping[str, Ranked]
) -> dict[str, Read]:
    """By message, what became of it. A text without a ranking at hand is ranked now."""
    reading = replace(understanding, ranker=_Prepared(understanding.ranker, rankings))
    return {
        message: replace(read, confidence=max((rankings[text].first.confidence for text in read.ranked), default=0.0))
        if all(_is_far(rankings.get(text), understanding) for text in read.ranked)
        else _as_read(reading.read(message), read.ranked)
        for message, read in looked_over.items()
    }


def _is_far(ranked: Ranked | None, understanding: Understanding) -> bool:
    """Whether a ranking comes to nothing whatever else it says."""
    return ranked is not None and ranked.first.confidence < understanding.cutoffs.suggest


def rank_all(ranker: Ranker, texts: Iterable[str]) -> dict[str, Ranked]:
    """By text, what `ranker.rank` says; nothing for a text without words."""
    return _Prepared(ranker, {}).rank_all(list(dict.fromkeys(texts)))


def _as_read(parts: Sequence[Part], texts: tuple[str, ...]) -> Read:
    confidence = max((part.ranking[0].confidence for part in parts if part.ranking), default=0.0)
    return Read(frozenset(filter(None, (subject(part.outcome) for part in parts))), confidence, texts)


class _Like(Ranker):
    """Another ranker's fit, to answer in another way."""

    def __init__(self, ranker: Ranker) -> None:
        self.__dict__.update(vars(ranker))


class _Recorder(_Like):
    """Finds nothing, so that `read` tries every clause; notes what it was asked."""

    def __init__(self, ranker: Ranker) -> None:
        super().__init__(ranker)
        self.asked: dict[str, None] = {}
        self._nothing = tuple(Match(entry, 0.0) for entry in self._entries)

    def rank(self, question: str) -> tuple[Match, ...]:
        self.asked[question] = None
        row = self._word_for_word.get(comparable(question))
        return self._nothing if row is None else (Match(self._entries[row], SURE), *self._nothing)


class _Prepared(_Like):
    """Has some rankings at hand."""

    def __init__(self, ranker: Ranker, rankings: Mapping[str, Ranked]) -> None:
        super().__init__(ranker)
        self._rankings = rankings
        self._unlikely = [Match(entry, 0.0) for entry in self._entries]

    def rank(self, question: str) -> tuple[Match, ...]:
        known = self._rankings.get(question)
        return super().rank(question) if known is None else self._matches(known.order, known.confidences)

    def _matches(self, order: NDArray[np.intp], confidences: NDArray[np.float64]) -> tuple[Match, ...]:
        # Most of a ranking is at 0, and making those matches anew takes longer than all the rest.
        rounded = np.round(confidences, 4).tolist()
        unlikely = self._unlikely
        return tuple(Match(self._entries[i], rounded[i]) if rounded[i] else unlikely[i] for i in order.tolist())

    def rank_all(self, texts: Sequence[str]) -> dict[str, Ranked]:
        if not self._entries:
            return {}
        found: dict[str, Ranked] = {}
        for at in range(0, len(texts), AT_ONCE):
            found |= self._rank_some(texts[at : at + AT_ONCE])
        return found

    def _rank_some(self, texts: Sequence[str]) -> dict[str, Ranked]:
        """As `rank`, which does one at a time."""
        same = [self._word_for_word.get(comparable(text)) for text in texts]
        plain = [text if row is not None else without_preamble(text) for text, row in zip(texts, same, strict=True)]
        readings = [self.vocabulary.read(text) for text in plain]
        kept = [place for place, reading in enumerate(readings) if reading.words]
        if not kept:
            return {}
        read = [readings[place].words for place in kept]
        likeness = self._phrasings.likeness(read, self._vectors)
        chances, scores = self._score(likeness)
        whole = self._vectors.whole(read)
        company = self._background.score(whole).tolist() if self._background else [0.0] * len(kept)
        found = {}
        for place, alike, chance, score, background in zip(kept, likeness, chances, scores, company, strict=True):
            row = same[place]
            if row is not None:
                confidences = np.where(np.arange(len(chance)) == row, SURE, 0.0)
                order = np.argsort(-(score + 1e3 * confidences), kind="stable")
            else:
                order = np.argsort(-score, kind="stable")
                asked = self._signals(texts[place], readings[place].words, alike, chance, score, background)
                top = min(self._calibration.chance(asked), self._most_for(readings[place]))
                first = int(order[0])
                before = float(chance[first])
                rest = min(top / max(before, 1e-9), (1 - top) / max(1 - before, 1e-9))
                confidences = chance.astype(np.float64) * rest
                confidences[first] = top
            found[texts[place]] = Ranked(
                order, confidences, First(self._entries[order[0]].id, float(confidences[order[0]]))
            )
        return found
