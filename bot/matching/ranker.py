"""Rank every entry against a question."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.knowledge import Entry, Knowledge
from bot.matching.arrays import Floats
from bot.matching.background import PHRASINGS_EACH, Background
from bot.matching.classifier import learn, softmax
from bot.matching.confidence import (
    FEWEST_ASKS,
    FUNCTION_WORDS,
    Calibration,
    Evidence,
    Wording,
    calibrate_without_asks,
    signals,
)
from bot.matching.kinds import kinds_held, kinds_of
from bot.matching.likeness import AT_ONCE, Phrasings
from bot.matching.mending import english_words
from bot.matching.vectors import Vectors, shipped_vectors
from bot.matching.vocabulary import Reading, Vocabulary
from bot.text import comparable, without_preamble, words

# A question that stands in the knowledge word for word is that entry's; the others share what is left.
SURE = 1.0
LEAST_SAID = 4.0  # summed rarity, in nats, of the words of a question that can be answered at once
MOST_MEASURED = 2_000  # asks that calibrate confidence
MOST_BESIDE = 6  # entries looked at beside those tied to the one before: by the message alone, and as its continuation
ANSWERS_ITSELF = 0.6  # confidence
VAGUE = 0.4  # the most confidence for one that says less

Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Match:
    """How well one entry fits a question."""

    entry: Entry
    confidence: float  # the chance that it is the right one, 0 to 1


@dataclass(frozen=True)
class Beside:
    """The entries that a message may ask for after another was served."""

    rows: tuple[int, ...]  # their places in `ranking`
    ranking: tuple[Match, ...]  # every entry for the message by itself, best first
    related: NDArray[np.float64]  # for each of `rows`: 1 where the entry before names it, else 0
    signals: NDArray[np.float64]  # a row for each of `rows`


class Ranker:
    """Fitted on the knowledge's phrasings and answers; `rank` is safe to call from several threads."""

    def __init__(self, knowledge: Knowledge, kept: Arrays | None = None, vectors: Vectors | None = None) -> None:
        """Fit, or take up the `kept` arrays of an earlier fit on the same knowledge."""
        self._vectors = vectors or shipped_vectors()
        self._entries = tuple(entry for entry in knowledge.entries.values() if any(map(words, entry.phrasings)))
        self._word_for_word = {comparable(p): row for row, entry in enumerate(self._entries) for p in entry.phrasings}
        self._new: Mapping[str, Entry] = {}  # wordings that came after the fit
        self._unlearned: tuple[Entry, ...] = ()
        texts = [text for entry in self._entries for text in texts_of(entry)]
        self.vocabulary = Vocabulary(knowledge.terms.values(), texts, english_words())
        if not self._entries:
            return
        self._phrased = tuple(
            (row, text) for row, entry in enumerate(self._entries) for text in entry.phrasings if words(text)
        )
        self._owners = np.array([owner for owner, _ in self._phrased], np.intp)
        if kept is None:
            self._fit(knowledge)
        else:
            self._take_up(kept)

    def knowing(self, knowledge: Knowledge) -> "Ranker":
        """The same fit with what `knowledge` says now. What is new in it is found word for word alone."""
        other = copy.copy(self)
        other._entries = tuple(knowledge.entries.get(entry.id, entry) for entry in self._entries)
        learned = {entry.id for entry in self._entries}
        other._unlearned = tuple(entry for entry in knowledge.entries.values() if entry.id not in learned)
        phrased = ((comparable(text), entry) for entry in knowledge.entries.values() for text in entry.phrasings)
        other._new = {text: entry for text, entry in phrased if text and text not in self._word_for_word}
        return other

    @property
    def vectors(self) -> Vectors:
        return self._vectors

    @property
    def phrasings(self) -> Phrasings | None:
        """What questions are compared with; None where there are no entries."""
        return self._phrasings if self._entries else None

    def holds(self, question: str) -> bool:
        """Whether the question stands in the knowledge word for word."""
        asked = comparable(question)
        return asked in self._word_for_word or asked in self._new

    def rank(self, question: str) -> tuple[Match, ...]:
        """Every entry, best first; nothing for a question without words."""
        asked = comparable(question)
        unlikely = tuple(Match(entry, 0.0) for entry in self._unlearned)
        if new := self._new.get(asked):
            others = (*(Match(entry, 0.0) for entry in self._entries), *unlikely)
            return Match(new, SURE), *(match for match in others if match.entry.id != new.id)
        same = self._word_for_word.get(asked)
        reading = self.vocabulary.read(question if same is not None else without_preamble(question))
        if not reading.words or not self._entries:
            return ()
        likeness = self._phrasings.likeness([reading.words], self._vectors)[0]
        chances, scores = self._score(likeness)
        if same is not None:
            confidences = np.where(np.arange(len(chances)) == same, SURE, 0.0)
            order = np.argsort(-(scores + 1e3 * confidences), kind="stable")
        else:
            order = np.argsort(-scores, kind="stable")
            confidences = self._confidences(question, reading, likeness, chances, scores, int(order[0]))
        return self._matches(order, confidences) + unlikely

    def beside(self, question: str, before: Entry, ranking: tuple[Match, ...]) -> Beside | None:
        """The entries that `question` may ask for after `before` was served; None for a question without words, or new.

        `ranking` is the question's own. It counts by itself and as a continuation of the entry's question: "how much
        is it worth?" after the quality premium is about the quality premium.
        """
        reading = self.vocabulary.read(without_preamble(question))
        if not reading.words or not ranking or comparable(question) in self._new:
            return None
        longer = self.vocabulary.read(f"{before.question} {question}")
        likeness = self._phrasings.likeness([reading.words, longer.words], self._vectors)
        scores = likeness @ self._weights
        chances = np.log(softmax(scores) + 1e-12)
        ties = np.array([[e.id in before.related, before.id in e.related] for e in self._entries], np.float64)
        served = np.array([entry.id == before.id for entry in self._entries])
        chosen: NDArray[np.bool_] = np.asarray(ties.any(axis=1))
        for row in chances:
            chosen[np.argsort(-row, kind="stable")[:MOST_BESIDE]] = True
        # Served again only where it answers by itself.
        chosen[served] = ranking[0].entry.id == before.id and ranking[0].confidence >= ANSWERS_ITSELF
        rows = np.flatnonzero(chosen)
        place = {match.entry.id: at for at, match in enumerate(ranking)}
        columns = [
            chances[0],
            chances[1],
            np.maximum.reduceat(likeness[1], np.unique(self._owners, return_index=True)[1]),
            (scores[0] - scores[0].max()) / 3,
            *ties.T,
            np.array([entry.topic == before.topic for entry in self._entries]),
            served,
        ]
        signals = np.column_stack([column[rows] for column in columns] + [self._covered(question, reading, rows)])
        return Beside(tuple(place[self._entries[i].id] for i in rows), ranking, ties[rows, 0], signals)

    def _covered(self, question: str, reading: Reading, rows: NDArray[np.intp]) -> NDArray[np.float64]:
        """For each entry: the kinds of thing asked that it holds and lacks, the words asked that it means and has."""
        asked = kinds_of(question)
        content = [word for word in dict.fromkeys(reading.words) if word not in FUNCTION_WORDS]
        rarity = np.array([self._phrasings.weight(word) for word in content])
        table = np.zeros((len(rows), 4))
        table[:, 0], table[:, 1] = self._held[rows] @ asked, (1 - self._held[rows]) @ asked
        if content:
            for at, row in enumerate(rows):
                near, same = self._wording.cover(content, int(row), self._vectors)
                table[at, 2:] = rarity @ near / rarity.sum(), rarity @ same / rarity.sum()
        return table

    def _matches(self, order: NDArray[np.intp], confidences: NDArray[np.float64]) -> tuple[Match, ...]:
        rounded = np.round(confidences, 4).tolist()
        return tuple(Match(self._entries[i], rounded[i]) for i in order.tolist())

    def nearest_phrasings(self, reading: Reading) -> dict[str, str]:
        """By entry id, the phrasing that is most like the question, which must have words."""
        likeness = self._phrasings.likeness([reading.words], self._vectors)[0]
        # Later ones overwrite: the likest stands last.
        return {self._entries[self._phrased[row][0]].id: self._phrased[row][1] for row in np.argsort(likeness)}

    def coverage(self, content: Sequence[str], entry: Entry) -> tuple[Floats, Floats]:
        """For each word: how near `entry` comes to its meaning, 0 to 1, and how rare the word is."""
        row = next(row for row, other in enumerate(self._entries) if other.id == entry.id)
        near, _ = self._wording.cover(content, row, self._vectors)
        return near, np.array([self._phrasings.weight(word) for word in content], np.float32)

    def confusions(self, folds: int = 10) -> list[tuple[Entry, Entry, list[str]]]:
        """Pairs of entries that the matcher confuses when phrasings are held out, with those phrasings, worst first.

        Each tenth of an entry's phrasings is ranked by a matcher that was fitted on the other nine.
        """
        likeness = self._phrasings.among()
        labels = self._owners
        turn = np.zeros(len(labels), np.intp)
        for owner in np.unique(labels):
            mine = np.flatnonzero(labels == owner)
            turn[mine] = np.arange(len(mine)) % folds
        pairs: dict[tuple[int, int], list[str]] = {}
        for fold in range(folds):
            held = turn == fold
            weights = learn(likeness[np.ix_(~held, ~held)], labels[~held], len(self._entries))
            best = (likeness[np.ix_(held, ~held)] @ weights).argmax(axis=1)
            for row, found in zip(np.flatnonzero(held), best.tolist(), strict=True):
                owner, text = self._phrased[row]
                if found != owner:
                    pairs.setdefault((owner, found), []).append(text)
        worst = sorted(pairs.items(), key=lambda pair: -len(pair[1]))
        return [(self._entries[owner], self._entries[found], texts) for (owner, found), texts in worst]

    def _score(self, likeness: Floats) -> tuple[Floats, Floats]:
        """Each entry's chance and score."""
        scores = likeness @ self._weights
        return softmax(scores), scores

    def _confidences(
        self, question: str, reading: Reading, likeness: Floats, chances: Floats, scores: Floats, first: int
    ) -> NDArray[np.float64]:
        top = self._calibration.chance(self._signals(question, reading.words, likeness, chances, scores))
        top = min(top, self._most_for(reading))
        # The rest keep their proportions, and share at most what the first leaves.
        before = float(chances[first])
        rest = min(top / max(before, 1e-9), (1 - top) / max(1 - before, 1e-9))
        confidences = chances.astype(np.float64) * rest
        confidences[first] = top
        return confidences

    def _most_for(self, reading: Reading) -> float:
        """The most confidence a question can earn: a bare "mandate" is about everything, "is it?" about nothing."""
        content = {word for word in reading.words if word not in FUNCTION_WORDS}
        said = sum(self._phrasings.weight(word) for word in content)
        return 1.0 if said >= LEAST_SAID else VAGUE if content else 0.0

    def _signals(
        self,
        question: str,
        read: Sequence[str],
        likeness: Floats,
        chances: Floats,
        scores: Floats,
        background: float | None = None,
    ) -> NDArray[np.float64]:
        """`background` is given for a question that the background was learned from, when it is held out."""
        if background is None:
            background = float(self._background.score(self._vectors.whole([read]))[0]) if self._background else 0.0
        weights = [self._phrasings.weight(word) for word in read]
        evidence = Evidence(
            read,
            weights,
            self._phrasings.unseen,
            chances,
            scores,
            likeness,
            self._owners,
            kinds_of(question),
            self._held,
            background,
        )
        return signals(evidence, self._wording, self._vectors)

    def _fit(self, knowledge: Knowledge) -> None:
        texts = [self.vocabulary.read(text, mend=False).words for _, text in self._phrased]
        labels, classes = self._owners, len(self._entries)
        self._phrasings = Phrasings.of(texts, self._vectors)
        self._weights = learn(self._phrasings.among(), labels, classes)
        self._wording = Wording.of([self._words_of(entry) for entry in self._entries], self._vectors)
        self._held = np.stack([kinds_held(entry.phrasings) for entry in self._entries])
        self._background: Background | None = None
        self._calibration = self._calibrate(knowledge) or calibrate_without_asks(
            self._phrasings.among(), labels, classes
        )

    def _words_of(self, entry: Entry) -> list[str]:
        return [word for text in texts_of(entry) for word in self.vocabulary.read(text, mend=False).words]

    def _calibrate(self, knowledge: Knowledge) -> Calibration | None:
        """See how the chances fare on held-out asks; None where there are too few."""
        place = {entry.id: row for row, entry in enumerate(self._entries)}
        asks = [ask for ask in knowledge.asks if not ask.expect or any(key in place for key in ask.expect)]
        read = [(ask, self.vocabulary.read(without_preamble(ask.ask)).words) for ask in asks]
        read = [(ask, text) for ask, text in read if text]
        answerable = np.array([bool(ask.expect) for ask, _ in read])
        if len(read) < FEWEST_ASKS or answerable.all() or not answerable.any():
            return None
        whole = self._vectors.whole([text for _, text in read])
        self._background, company = Background.learn(self._sample(), whole, answerable)
        # Some twenty coefficients need no more asks than these, and there is little time.
        chosen = np.unique(np.linspace(0, len(read) - 1, MOST_MEASURED).round().astype(int))
        measured, right = [], []
        for rows in np.array_split(chosen, -(-len(chosen) // AT_ONCE)):
            part = [read[row] for row in rows]
            likeness = self._phrasings.likeness([text for _, text in part], self._vectors)
            chances, scores = self._score(likeness)
            evidence = zip(part, likeness, chances, scores, company[rows].tolist(), strict=True)
            measured += [self._signals(ask.ask, text, *rest) for (ask, text), *rest in evidence]
            best = scores.argmax(axis=1)
            right += [self._entries[b].id in ask.expect for (ask, _), b in zip(part, best, strict=True)]
        return Calibration.on_asks(np.stack(measured), np.array(right), answerable[chosen])

    def _sample(self) -> Floats:
        """The whole vectors of a few phrasings of each entry, evenly spread over them."""
        chosen = []
        for row in range(len(self._entries)):
            own = np.flatnonzero(self._owners == row)
            chosen.append(own[np.unique(np.linspace(0, len(own) - 1, PHRASINGS_EACH).round().astype(int))])
        return np.asarray(self._phrasings.whole[np.concatenate(chosen)], np.float32)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Everything fitted, as plain arrays; `Ranker(knowledge, kept=…)` takes it up again."""
        held, wording, calibration = self._phrasings, self._wording, self._calibration
        return {
            "weights": self._weights,
            "vocabulary": np.array(held.vocabulary, np.str_),
            "rarity": np.array([held.rarity[word] for word in held.vocabulary]),
            "unseen": np.array(held.unseen),
            "pooled_centre": held.pooled_centre,
            "pooled": held.pooled.astype(np.float16),
            "whole": held.whole.astype(np.float16),
            "meanings": held.meanings.astype(np.float16),
            "tokens": held.tokens,
            "starts": held.starts,
            "wording_words": np.array(wording.words, np.str_),
            "wording_meanings": wording.meanings.astype(np.float16),
            "wording_members": wording.members,
            "wording_starts": wording.starts,
            "centre": calibration.centre,
            "spread": calibration.spread,
            "theta": calibration.theta,
            "held": self._held,
        } | (
            {"background": self._background.texts.astype(np.float16), "background_weights": self._background.weights}
            if self._background
            else {}
        )

    def _take_up(self, kept: Arrays) -> None:
        vocabulary = tuple(kept["vocabulary"].tolist())
        self._weights = kept["weights"]
        self._phrasings = Phrasings(
            dict(zip(vocabulary, kept["rarity"].tolist(), strict=True)),
            float(kept["unseen"]),
            kept["pooled_centre"],
            kept["pooled"].astype(np.float32),
            kept["whole"].astype(np.float32),
            vocabulary,
            kept["meanings"].astype(np.float32),
            kept["tokens"],
            kept["starts"],
        )
        self._wording = Wording.from_arrays(
            kept["wording_words"].tolist(), kept["wording_meanings"], kept["wording_members"], kept["wording_starts"]
        )
        self._held = kept["held"]
        self._background = None
        if "background" in kept:
            self._background = Background(kept["background"].astype(np.float32), kept["background_weights"])
        self._calibration = Calibration(kept["centre"], kept["spread"], kept["theta"])


def texts_of(entry: Entry) -> list[str]:
    """All that an entry says, phrasings first."""
    lines = (entry.answer, entry.for_practices, entry.for_ccgs, entry.measure)
    return [*entry.phrasings, *(line for line in lines if line)]
