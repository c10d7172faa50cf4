"""How alike a question and each phrasing are, by their meaning as a whole and word by word: 0 to 1."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.matching.arrays import Floats, unit
from bot.matching.vectors import Vectors

Words = Sequence[str]

# How sharply each of three likenesses falls off, and how much each counts; the optimum is flat.
WHOLE, POOLED, ALIGNED = 2.5, 2.0, 3.0
SHARES = (0.5, 0.25, 0.25)
EVEN_LENGTHS = 0.8  # how far word vectors are brought to one length before they are pooled
RARITY = 0.5  # a word's weight in the pool is its rarity to this power
AT_ONCE = 200  # words or texts handled in one go; bounds memory


@dataclass(frozen=True)
class Phrasings:
    """The phrasings a question is compared with, as numbers. Rows are phrasings, in the order they were given."""

    rarity: Mapping[str, float]  # of each of their words; rarer is higher
    unseen: float  # the rarity of any other word
    pooled_centre: Floats
    pooled: Floats
    whole: Floats
    vocabulary: tuple[str, ...]
    meanings: Floats  # of the vocabulary, rows of length 1
    tokens: NDArray[np.int32]  # places in the vocabulary, one phrasing after another
    starts: NDArray[np.int64]  # where each phrasing begins in `tokens`

    @classmethod
    def of(cls, texts: Sequence[Words], vectors: Vectors) -> "Phrasings":
        """Take in phrasings, none of them without words."""
        appears: dict[str, int] = {}
        for text in texts:
            for word in set(text):
                appears[word] = appears.get(word, 0) + 1
        rarity = {word: float(np.log((1 + len(texts)) / (1 + n)) + 1) for word, n in appears.items()}
        unseen = float(np.log(1 + len(texts)) + 1)
        pooled = _sums(texts, rarity, unseen, vectors)
        pooled_centre = pooled.mean(axis=0)
        vocabulary = tuple(sorted(appears))
        place = {word: index for index, word in enumerate(vocabulary)}
        return cls(
            rarity,
            unseen,
            pooled_centre,
            unit(pooled - pooled_centre),
            vectors.whole(texts),
            vocabulary,
            unit(np.stack([vectors.word(word)[0] for word in vocabulary])),
            np.array([place[word] for text in texts for word in text], np.int32),
            _starts(texts),
        )

    def weight(self, word: str) -> float:
        """How rare a word is among the phrasings."""
        return self.rarity.get(word, self.unseen)

    def likeness(self, texts: Sequence[Words], vectors: Vectors) -> Floats:
        """A row for each text, a column for each phrasing. No text may be without words."""
        parts = [self._likeness(texts[at : at + AT_ONCE], vectors) for at in range(0, len(texts), AT_ONCE)]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def among(self) -> Floats:
        """The likeness of the phrasings to each other, a square."""
        weights, sums = self._token_weights
        partners = np.maximum(self.meanings @ self.meanings.T, 0)
        met = self._met(partners)
        found = np.empty((len(self.starts), len(self.starts)), np.float32)
        for row, places in enumerate(np.split(self.tokens, self.starts[1:])):
            found[row] = weights[places] @ met[places] / sums[row]
        del partners, met  # tens of megabytes each, and the square needs room
        square = np.empty_like(found)
        for at in range(0, len(square), AT_ONCE):
            part = slice(at, at + AT_ONCE)
            aligned = _balance(found[part], np.ascontiguousarray(found[:, part].T))
            square[part] = blend(self.whole[part] @ self.whole.T, self.pooled[part] @ self.pooled.T, aligned)
        return square

    def _likeness(self, texts: Sequence[Words], vectors: Vectors) -> Floats:
        whole, pooled = self.directions(texts, vectors)
        return blend(whole @ self.whole.T, pooled @ self.pooled.T, self._aligned(texts, vectors))

    def directions(self, texts: Sequence[Words], vectors: Vectors) -> tuple[Floats, Floats]:
        """The whole and the pooled vector of each text, rows of length 1. No text may be without words."""
        return vectors.whole(texts), unit(_sums(texts, self.rarity, self.unseen, vectors) - self.pooled_centre)

    def aligned(self, one: Words, other: Words, vectors: Vectors) -> float:
        """How well the words of two texts find partners in each other, 0 to 1; the same both ways to the last bit."""
        texts = sorted((tuple(one), tuple(other)))
        meanings = [unit(np.stack([vectors.word(word)[0] for word in text])) for text in texts]
        weights = [np.array([self.weight(word) for word in text], np.float32) for text in texts]
        partners = np.maximum(meanings[0] @ meanings[1].T, 0)
        recall, precision = (
            rarity @ partners.max(axis=axis) / rarity.sum() for rarity, axis in zip(weights, (1, 0), strict=True)
        )
        return float(_balance(recall, precision))

    def _aligned(self, texts: Sequence[Words], vectors: Vectors) -> Floats:
        """How well the words of each text and each phrasing find partners in the other; rare words count more."""
        asked = sorted({word for text in texts for word in text})
        place = {word: index for index, word in enumerate(asked)}
        meanings = unit(np.stack([vectors.word(word)[0] for word in asked]))
        partners = np.maximum(meanings @ self.meanings.T, 0)
        met = self._met(partners)
        weights, sums = self._token_weights
        rows = [[place[word] for word in text] for text in texts]
        best = np.stack([partners[own].max(axis=0) * weights for own in rows], axis=1)
        precision = self._over_words(np.add, best).T / sums
        recall = np.empty_like(precision)
        for row, (text, own) in enumerate(zip(texts, rows, strict=True)):
            rarity = np.array([self.weight(word) for word in text], np.float32)
            recall[row] = rarity @ met[own] / rarity.sum()
        return _balance(recall, precision)

    def _met(self, partners: Floats) -> Floats:
        """From words by vocabulary to words by phrasings: the best partner each word has in each phrasing."""
        met = np.empty((len(partners), len(self.starts)), np.float32)
        for at in range(0, len(partners), AT_ONCE):
            chunk = np.ascontiguousarray(partners[at : at + AT_ONCE].T)
            met[at : at + AT_ONCE] = self._over_words(np.maximum, chunk).T
        return met

    @cached_property
    def _columns(self) -> tuple[NDArray[np.intp], list[NDArray[np.intp]]]:
        """The phrasings' order by length, longest first, and the first, second, … word of each that has one.

        NumPy's own reduceat costs more for each phrasing than for each word.
        """
        lengths = np.diff(np.append(self.starts, len(self.tokens)))
        order = np.argsort(-lengths, kind="stable")
        starts, longest = self.starts[order], int(lengths.max())
        reach = [int((lengths > position).sum()) for position in range(longest)]
        return order, [self.tokens[starts[:n] + position].astype(np.intp) for position, n in enumerate(reach)]

    @cached_property
    def _token_weights(self) -> tuple[Floats, Floats]:
        """The rarity of each word of the vocabulary, and its sum over each phrasing."""
        weights = np.array([self.rarity[word] for word in self.vocabulary], np.float32)
        return weights, self._over_words(np.add, weights[:, None])[:, 0]

    def _over_words(self, combine: np.ufunc, values: Floats) -> Floats:
        """`values`, a row for each word of the vocabulary, combined over the words of each phrasing."""
        order, columns = self._columns
        combined = values.take(columns[0], axis=0)
        for column in columns[1:]:
            n = len(column)
            combine(combined[:n], values.take(column, axis=0), out=combined[:n])
        result = np.empty_like(combined)
        result[order] = combined
        return result


def blend(whole: Floats, pooled: Floats, aligned: Floats) -> Floats:
    """The weighted mean of the three likenesses, each brought to fall off sharply from 1."""
    total = SHARES[0] * np.exp(WHOLE * (whole - 1))
    total += SHARES[1] * np.exp(POOLED * (pooled - 1))
    total += SHARES[2] * np.exp(ALIGNED * (aligned - 1))
    return np.asarray(total, np.float32)


def _balance(recall: Floats, precision: Floats) -> Floats:
    """The harmonic mean (F1)."""
    return np.asarray(2 * recall * precision / np.maximum(recall + precision, 1e-6), np.float32)


def _starts(texts: Sequence[Words]) -> NDArray[np.int64]:
    return np.cumsum([0, *map(len, texts[:-1])], dtype=np.int64)


def _sums(texts: Sequence[Words], rarity: Mapping[str, float], unseen: float, vectors: Vectors) -> Floats:
    """The weighted sum of each text's word vectors."""
    pairs = [vectors.word(word) for text in texts for word in text]
    rows = np.stack([row for row, _ in pairs])
    sizes = np.array([size for _, size in pairs], np.float32)
    weights = np.array([rarity.get(word, unseen) for text in texts for word in text], np.float32)
    lengths = np.maximum(np.linalg.norm(rows, axis=1), 1e-9)
    scaled = (weights**RARITY * (lengths / sizes) ** (1 - EVEN_LENGTHS) / lengths)[:, None] * rows
    return np.asarray(np.add.reduceat(scaled, _starts(texts)), np.float32)
