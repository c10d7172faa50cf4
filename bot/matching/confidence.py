"""How sure to be of the first entry: what the question asks beyond what the entry speaks of counts against it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.matching.arrays import Floats, unit
from bot.matching.classifier import Labels, fit_chance, learn, log_odds, softmax
from bot.matching.vectors import Vectors
from bot.matching.vocabulary import stem

FOLDS = 5
FOLD_STEPS = 25
UNANSWERABLE = 0.1  # the share of questions that should find nothing, where there are no asks
EXPECTED_UNANSWERABLE = 1 / 3  # that share among what practices type, until a deployment has counted its own
FEWEST_ASKS = 100
PULL = 3.0  # on standardised signals: enough to keep few asks from being learned by heart
UNCALIBRATED = (1.0, 0.0)

# Words that say how something is asked, not what about.
_FUNCTION_WORDS = """
    a about after all also am an and any anyone are as at be been before being but by can could did do does doing
    for from get gets getting go going got had has have having he her him his how i if im in into is it its ive just
    let like may me might more much must my need no not of off on one or our out please put really said say says she
    should so some someone something still such tell than that thats the their them then there these they thing
    things this those to too up us very want wants was we well were what whats when where which who whos whose why
    will with would yes you your what's who's where's when's how's that's there's it's let's i'm i've i'd you're
    you've we've they're they've don't doesn't didn't can't couldn't won't wouldn't isn't aren't wasn't weren't
    haven't hasn't shouldn't
"""
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())


@dataclass(frozen=True)
class Wording:
    """The words of each entry, answers included, as numbers."""

    words: tuple[str, ...]
    meanings: Floats  # of the words, rows of length 1
    members: NDArray[np.int32]  # places in `words`, one entry after another
    starts: NDArray[np.int64]  # where each entry begins in `members`
    stems: tuple[frozenset[str], ...]  # of each entry

    @classmethod
    def of(cls, texts: Sequence[Sequence[str]], vectors: Vectors) -> "Wording":
        """From the words of each entry, in the order of the entries; none may be empty."""
        each = [sorted(set(text)) for text in texts]
        words = tuple(sorted({word for text in each for word in text}))
        place = {word: index for index, word in enumerate(words)}
        meanings = unit(np.stack([vectors.word(word)[0] for word in words])).astype(np.float16)
        return cls.from_arrays(
            words,
            meanings,
            np.array([place[word] for text in each for word in text], np.int32),
            np.cumsum([0, *map(len, each[:-1])], dtype=np.int64),
        )

    @classmethod
    def from_arrays(
        cls,
        words: Sequence[str],
        meanings: NDArray[np.float16],
        members: NDArray[np.int32],
        starts: NDArray[np.int64],
    ) -> "Wording":
        stems = [stem(word) for word in words]
        each = tuple(frozenset(stems[i] for i in part) for part in np.split(members, starts[1:]))
        return cls(tuple(words), meanings.astype(np.float32), members, starts, each)

    def cover(self, question: Sequence[str], entry: int, vectors: Vectors) -> tuple[Floats, Floats]:
        """For each word asked: how near the entry comes to its meaning, 0 to 1, and whether it has the word."""
        end = self.starts[entry + 1] if entry + 1 < len(self.starts) else len(self.members)
        own = self.meanings[self.members[self.starts[entry] : end]]
        asked = unit(np.stack([vectors.word(word)[0] for word in question]))
        near = np.clip((asked @ own.T).max(axis=1), 0, 1)
        return near, np.array([stem(word) in self.stems[entry] for word in question], np.float32)


@dataclass(frozen=True)
class Evidence:
    """What a ranking rests on."""

    words: Sequence[str]  # of the question
    weights: Sequence[float]  # how rare each is among the phrasings; `unseen` for one that stands in none
    unseen: float
    chances: Floats  # of every entry
    scores: Floats  # of every entry
    likeness: Floats  # of every phrasing
    owners: Labels  # whose phrasing each is
    asked: Floats  # which kinds of thing the question asks for
    held: Floats  # entries by kinds: how far each entry holds them
    background: float = 0.0  # 1 for company that has an answer, -1 for company that has none


def signals(evidence: Evidence, wording: Wording, vectors: Vectors) -> NDArray[np.float64]:
    """What speaks for the best entry: its chance, lead and phrasings, and how much of what is asked it covers."""
    scores, likeness = evidence.scores, evidence.likeness
    first, second = np.argsort(-scores, kind="stable")[[0, min(1, len(scores) - 1)]]
    rarity_of = dict(zip(evidence.words, evidence.weights, strict=True))
    kept = [word for word in rarity_of if word not in FUNCTION_WORDS] or list(rarity_of)
    rarity = np.array([rarity_of[word] for word in kept])
    near, same = wording.cover(kept, int(first), vectors)
    missed = np.sort(rarity * (1 - near))
    own = evidence.owners == first
    others = likeness[~own]
    return np.array(
        [
            float(log_odds(evidence.chances[first])),
            float(scores[first] - scores[second]),
            float(np.sort(likeness[own])[-3:].mean()) if own.any() else 0.0,
            float(others.max()) if len(others) else 0.0,
            float((rarity * near).sum() / rarity.sum()),
            float(missed[-2:].sum()),
            float(near.min()),
            float((rarity * same).sum() / rarity.sum()),
            float((rarity * (1 - same)).max()),
            float((rarity >= evidence.unseen).mean()),
            float(np.log(len(kept))),
            evidence.background,
            *(evidence.asked * (1 - evidence.held[first])).astype(float),
        ]
    )


@dataclass(frozen=True)
class Calibration:
    """From signals to the chance of being right: a logistic regression on standardised signals."""

    centre: NDArray[np.float64]
    spread: NDArray[np.float64]
    theta: NDArray[np.float64]  # the constant last

    @classmethod
    def on_asks(
        cls, measured: NDArray[np.float64], right: NDArray[np.bool_], answerable: NDArray[np.bool_]
    ) -> "Calibration":
        """Fitted on held-out asks: the signals of each, and whether the first entry was the right one.

        The knowledge may hold any number of unanswerable asks, so they are weighed as the share that is expected.
        """
        share = answerable.mean()
        weight = np.where(answerable, (1 - EXPECTED_UNANSWERABLE) / share, EXPECTED_UNANSWERABLE / (1 - share))
        centre, spread = measured.mean(axis=0), np.maximum(measured.std(axis=0), 1e-6)
        return cls(centre, spread, fit_chance((measured - centre) / spread, right, weight, PULL))

    @classmethod
    def on_chances(
        cls, odds: NDArray[np.float64], right: NDArray[np.bool_], weight: NDArray[np.float64]
    ) -> "Calibration":
        """Fitted on the first entry's log-odds alone, where there are no asks."""
        theta = fit_chance(odds[:, None], right, weight)
        return cls(np.zeros(1), np.ones(1), np.array([max(theta[0], 0.05), theta[1]]))

    def chance(self, measured: NDArray[np.float64]) -> float:
        """The chance that the first entry is right, 0 to 1. The first of the signals is its log-odds."""
        used = measured[: len(self.centre)]
        odds = float(((used - self.centre) / self.spread) @ self.theta[:-1] + self.theta[-1])
        return float(1 / (1 + np.exp(-np.clip(odds, -30, 30))))


def calibrate_without_asks(likeness: Floats, labels: Labels, classes: int) -> Calibration:
    """Hold out whole entries, as unanswerable, and a tenth of the other phrasings; see how the chances fare."""
    n = len(labels)
    if classes < 2 * FOLDS or n < 3 * classes:
        return Calibration(np.zeros(1), np.ones(1), np.array(UNCALIBRATED))
    rng = np.random.default_rng(0)
    fold_of_class = rng.permutation(classes) % FOLDS
    sizes = np.bincount(labels, minlength=classes)
    turn = np.empty(n, np.intp)
    for one in range(classes):
        mine = np.flatnonzero(labels == one)
        turn[mine] = rng.permutation(len(mine))
    shift = rng.integers(0, 10, classes)[labels]
    odds, right, known = [], [], []
    for fold in range(FOLDS):
        unanswerable = fold_of_class[labels] == fold
        held = unanswerable | ((sizes[labels] > 1) & ((turn + shift) % 10 == fold))
        left, local = np.unique(labels[~held], return_inverse=True)
        weights = learn(likeness[np.ix_(~held, ~held)], local, len(left), FOLD_STEPS)
        chances = softmax(likeness[np.ix_(held, ~held)] @ weights)
        odds.append(log_odds(chances.max(axis=1)))
        right.append(left[chances.argmax(axis=1)] == labels[held])
        known.append(~unanswerable[held])
    answerable = np.concatenate(known)
    weight = np.where(answerable, (1 - UNANSWERABLE) / answerable.mean(), UNANSWERABLE / (1 - answerable.mean()))
    return Calibration.on_chances(np.concatenate(odds), np.concatenate(right) & answerable, weight)
