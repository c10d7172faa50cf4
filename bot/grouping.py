"""Which questions mean the same: connected components over the matcher's own similarity, with pins by hand."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from bot.matching import Ranker
from bot.matching.likeness import Words, blend
from bot.text import comparable, without_preamble

# The least similarity at which two questions mean the same. Precision first: a wrong join tells people an answer to a
# question they did not ask. Of the 7 million pairs of asks (November 2012's), it joins 153 that have an answer, of
# which 149 have the same; of 40 joined pairs near it that nothing answers, read by hand, 36 mean the same. At 0.58 it
# is 225 of 236, at 0.54 350 of 378. Single linkage makes no long chains: the largest component is 6 questions.
SAME = 0.62
LEEWAY = 1e-4  # by which a quick bound may fall short of the exact similarity, single precision being what it is


@dataclass(frozen=True)
class Pin:
    """Two questions put together by hand, or set apart."""

    one: int
    other: int
    together: bool


@dataclass(frozen=True)
class _Question:
    id: int
    text: str  # comparable
    words: Words  # as the matcher reads them; none where the knowledge has no phrasings to learn from


class Similarity:
    """Questions as numbers, by one fitted ranker. Similarity is the same both ways, 0 to 1."""

    def __init__(self, ranker: Ranker) -> None:
        self._vocabulary, self._vectors, self._phrasings = ranker.vocabulary, ranker.vectors, ranker.phrasings
        self._questions: list[_Question] = []
        self._row: dict[int, int] = {}  # of each id in `_questions`
        self._same_text: dict[str, set[int]] = {}
        # Whole and pooled directions by row, with room for more: growing them by each question would copy them all.
        self._directions = [np.zeros((0, size), np.float32) for size in self._vectors.sizes]

    def held(self) -> Collection[int]:
        """The ids taken in and not forgotten."""
        return self._row.keys()

    def add(self, questions: Sequence[tuple[int, str]]) -> None:
        """Take in (id, text) pairs, but for ids that are held already. A text without words is like nothing."""
        before = len(self._questions)
        for question_id, text in questions:
            if question_id not in self._row:
                self._hold(_Question(question_id, comparable(text), self._read(text)))
        self._make_room(len(self._questions))
        rows = [row for row in range(before, len(self._questions)) if self._questions[row].words]
        if rows and self._phrasings:
            words = [self._questions[row].words for row in rows]
            for held, new in zip(self._directions, self._phrasings.directions(words, self._vectors), strict=True):
                held[rows] = new

    def forget(self, keep: Collection[int]) -> None:
        """Drop every question but those to `keep`."""
        kept = set(keep)
        rows = [row for row, question in enumerate(self._questions) if question.id in kept]
        questions = [self._questions[row] for row in rows]
        self._questions, self._row, self._same_text = [], {}, {}
        for question in questions:
            self._hold(question)
        self._directions = [held[rows] for held in self._directions]

    def like(self, question_id: int) -> dict[int, float]:
        """Every other held question that means the same, with its similarity: SAME to 1, and 1 for the same words."""
        one = self._questions[self._row[question_id]]
        found = {other.id: self._alike(one, other) for other in self._near(one)} if one.words else {}
        found = {other: alike for other, alike in found.items() if alike >= SAME}
        found |= dict.fromkeys(self._same_text.get(one.text, ()), 1.0)
        found.pop(question_id, None)
        return found

    def _read(self, text: str) -> Words:
        return self._vocabulary.read(without_preamble(text)).words if self._phrasings else ()

    def _hold(self, question: _Question) -> None:
        self._row[question.id] = len(self._questions)
        self._questions.append(question)
        if question.text:
            self._same_text.setdefault(question.text, set()).add(question.id)

    def _make_room(self, rows: int) -> None:
        room = len(self._directions[0])
        if rows > room:
            more = max(rows, 2 * room) - room
            self._directions = [np.pad(held, ((0, more), (0, 0))) for held in self._directions]

    def _near(self, one: _Question) -> list[_Question]:
        """Those of another text that would be alike enough if their words were perfect partners."""
        row = self._row[one.id]
        whole, pooled = (held[: len(self._questions)] @ held[row] for held in self._directions)
        bound = blend(whole, pooled, np.ones_like(pooled))
        near = [self._questions[other] for other in np.flatnonzero(bound >= SAME - LEEWAY).tolist()]
        return [other for other in near if other.words and other.text != one.text]

    def _alike(self, one: _Question, other: _Question) -> float:
        assert self._phrasings is not None, "only a question with words is near another"
        first, second = self._row[one.id], self._row[other.id]
        # Not a matrix product, whose last bits depend on what stands on which side.
        whole, pooled = ((held[first] * held[second]).sum() for held in self._directions)
        aligned = self._phrasings.aligned(one.words, other.words, self._vectors)
        return min(float(blend(whole, pooled, np.array(aligned, np.float32))), 1.0)


def groups(
    ids: Collection[int], edges: Iterable[tuple[int, int, float]], pins: Iterable[Pin]
) -> tuple[frozenset[int], ...]:
    """The partition of `ids` that `edges` (two ids and how alike they are) and `pins` make, by smallest id.

    What is pinned together is joined first, then the most alike, but never two groups with a pair that is pinned apart
    between them. The order of ids, edges and pins makes no difference; those about other ids are passed over.
    """
    by_hand: list[tuple[int, int]] = []
    apart: dict[int, set[int]] = {}
    for pin in pins:
        if pin.together:
            by_hand.append(_pair(pin.one, pin.other))
        else:
            apart.setdefault(pin.one, set()).add(pin.other)
            apart.setdefault(pin.other, set()).add(pin.one)
    alike = sorted((-similarity, _pair(one, other)) for one, other, similarity in edges)
    group_of = {one: {one} for one in ids}
    for one, other in [*sorted(by_hand), *(pair for _, pair in alike)]:
        if one in group_of and other in group_of:
            _join(group_of, apart, group_of[one], group_of[other])
    distinct = {id(group_of[one]): group_of[one] for one in sorted(group_of)}
    return tuple(frozenset(group) for group in distinct.values())


def _join(group_of: dict[int, set[int]], apart: dict[int, set[int]], one: set[int], other: set[int]) -> None:
    """Make one group of two, unless they are one already or something keeps them apart."""
    small, large = sorted((one, other), key=len)
    if small is large or any(not large.isdisjoint(apart[member]) for member in small if member in apart):
        return
    large |= small
    group_of.update(dict.fromkeys(small, large))


def _pair(one: int, other: int) -> tuple[int, int]:
    return min(one, other), max(one, other)
