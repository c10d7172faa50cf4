"""Weigh what a message after an answer may want: a facet of that answer, another entry, or neither."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.knowledge import FollowUp
from bot.matching.classifier import log_odds, softmax
from bot.matching.follow_ups import Asked
from bot.matching.ranker import Beside, Match

LEAST, MOST = 0.02, 0.98  # confidence in an entry by itself is not taken further than this
RARE = 2.5e-3  # nor is the chance of an ordinary question less than this

# What each signal adds, in log-odds; fitted by tools/fit_leaning.py, which says how well.
ENTRY = {
    "alone": -0.06,
    "continued": 0.51,
    "continued_phrasing": 3.41,
    "behind": 3.8,
    "related": 0.25,
    "relates": 0.64,
    "same_topic": 1.8,
    "served": 0.0,
    "holds_kind": 0.61,
    "lacks_kind": -0.2,
    "meanings": 0.47,
    "words": 1.16,
    "confidence": 0.12,
    "related_and_pointed": 0.67,
    "related_and_wordless": 1.63,
    "constant": 1.05,
}
FACET = {
    "chance": 2.01,
    "held": 1.72,
    "strangers": -0.89,
    "ordinary": -0.97,
    "constant": 0.84,
}
NEITHER = {
    "confidence": -1.23,
    "length": 0.3,
    "points_back": -2.19,
    "wordless": -1.01,
    "no_strangers": -2.33,
}


@dataclass(frozen=True)
class Message:
    """What a message says, in numbers."""

    length: int  # words
    content: int  # words with a meaning of their own
    points_back: bool  # to what was said before: "and …", "that"


@dataclass(frozen=True)
class Leaning:
    """What is wanted, each with its chance; they sum to 1."""

    facet: FollowUp
    facet_chance: float  # of this one, the likeliest
    ranking: tuple[Match, ...]  # every entry, best first
    neither: float


def weigh(message: Message, asked: Asked, facets: Sequence[FollowUp], held: Sequence[bool], beside: Beside) -> Leaning:
    """`held` says for each of the `facets` whether the entry before has it."""
    scores = np.concatenate(
        [
            entry_signals(message, beside) @ list(ENTRY.values()),
            facet_signals(asked, held) @ list(FACET.values()),
            neither_signals(message, asked, beside) @ list(NEITHER.values()),
        ]
    )
    chances = softmax(scores)
    entries, rest = chances[: len(beside.rows)], chances[len(beside.rows) : -1]
    first = int(rest.argmax())
    order = np.argsort(-entries, kind="stable").tolist()
    near = [Match(beside.ranking[beside.rows[i]].entry, round(float(entries[i]), 4)) for i in order]
    far = [Match(match.entry, 0.0) for row, match in enumerate(beside.ranking) if row not in set(beside.rows)]
    return Leaning(facets[first], float(rest[first]), (*near, *far), float(chances[-1]))


def entry_signals(message: Message, beside: Beside) -> NDArray[np.float64]:
    """A row for each of the entries that come into question."""
    n = len(beside.rows)
    pointed = beside.related * message.points_back
    wordless = beside.related * (message.content == 0)
    alone = log_odds(np.where(np.array(beside.rows) == 0, _bounded(beside.ranking[0].confidence), LEAST))
    return np.column_stack([beside.signals, alone, pointed, wordless, np.ones(n)])


def facet_signals(asked: Asked, held: Sequence[bool]) -> NDArray[np.float64]:
    """A row for each facet."""
    n = len(held)
    return np.column_stack(
        [
            np.log(asked.chances.astype(np.float64) + 1e-12),
            np.array(held, np.float64),
            np.full(n, asked.strangers),
            np.full(n, np.log(max(asked.ordinary, RARE))),
            np.ones(n),
        ]
    )


def neither_signals(message: Message, asked: Asked, beside: Beside) -> NDArray[np.float64]:
    """A single row."""
    alone = float(log_odds(np.array(_bounded(beside.ranking[0].confidence))))
    return np.array(
        [[alone, message.length, message.points_back, message.content == 0, asked.strangers == 0]], np.float64
    )


def _bounded(confidence: float) -> float:
    return min(max(confidence, LEAST), MOST)
