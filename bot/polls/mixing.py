"""Whether sums of ballots, shown at different times, keep so many people mixed that no few of them come apart.

Whoever reads everything published can add any of it up, with any factor. What they get is a sum over ballots with a
number before each. It tells of few people's answers where all numbers but those of few people are zero. Numbers are
equal for ballots that stood in the same groups, so the smallest such sums can be looked for among kinds of ballots.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import combinations
from math import comb

MOST_SUMS = 3_000  # looked at; what would take more is taken to come apart
MOST_GROUPS = 40

Ballot = tuple[str, str]  # who votes, and what they answered: marks that can be compared and not read
Row = list[Fraction]


def is_mixed(earlier: Sequence[frozenset[Ballot]], new: Sequence[frozenset[Ballot]], least: int) -> bool:
    """Whether `new` groups may be shown after `earlier` ones: no sum of them all is about fewer than `least` people.

    A ballot that was changed and one that it was changed to are about one person. Nothing is about nobody.
    """
    if any(_people(group) < least for group in new):
        return False
    if all(group in earlier for group in new):
        return True
    if len(new) == 1:
        # Those who are in no earlier group are in every sum that the new one has a part in.
        fresh = new[0].difference(*earlier)
        if _people(fresh) >= least:
            return True
        if any(_people(new[0] ^ group) < least for group in earlier if group != new[0]):
            return False
    groups = list(dict.fromkeys([*earlier, *new]))
    return len(groups) <= MOST_GROUPS and _smallest(groups, least)


def _people(ballots: Iterable[Ballot]) -> int:
    return len({voter for voter, _ in ballots})


def _smallest(groups: Sequence[frozenset[Ballot]], least: int) -> bool:
    """Whether every sum of groups is about at least `least` people, or about nobody."""
    kinds: dict[tuple[int, ...], set[str]] = {}  # in which groups a ballot stands, and whose ballots stand there
    for ballot in frozenset().union(*groups):
        kinds.setdefault(tuple(int(ballot in group) for group in groups), set()).add(ballot[0])
    large = [kind for kind, people in kinds.items() if len(people) >= least]
    small = [kind for kind, people in kinds.items() if len(people) < least]
    # A sum about few people has a zero before every large kind.
    ways = _zeros([[Fraction(number) for number in kind] for kind in large], len(groups))
    sums = _independent([[_dot(way, kind) for kind in small] for way in ways])
    if not sums:
        return True
    if comb(len(small), len(sums) - 1) > MOST_SUMS:
        return False
    # The sums with the fewest kinds have zeros at as many other kinds as there are sums to choose from, less one.
    for chosen in combinations(range(len(small)), len(sums) - 1):
        for factors in _zeros([[one[at] for one in sums] for at in chosen], len(sums)):
            made = [_dot(factors, [one[at] for one in sums]) for at in range(len(small))]
            people = set().union(*(kinds[kind] for kind, number in zip(small, made, strict=True) if number))
            if 0 < len(people) < least:
                return False
    return True


def _dot(one: Iterable[Fraction | int], other: Iterable[Fraction | int]) -> Fraction:
    return Fraction(sum((a * b for a, b in zip(one, other, strict=True) if a and b), Fraction(0)))


def _reduced(rows: Sequence[Row]) -> tuple[list[Row], list[int]]:
    """Independent rows with the same sums, each with a 1 where the others have 0; and where those stand."""
    left, done, pivots = [list(row) for row in rows], list[Row](), list[int]()
    for at in range(len(rows[0]) if rows else 0):
        pivot = next((row for row in left if row[at]), None)
        if pivot is None:
            continue
        left.remove(pivot)
        pivot = [number / pivot[at] for number in pivot]
        left, done = ([_without(row, pivot, at) for row in some] for some in (left, done))
        done.append(pivot)
        pivots.append(at)
    return done, pivots


def _without(row: Row, pivot: Row, at: int) -> Row:
    factor = row[at]
    return [number - factor * taken for number, taken in zip(row, pivot, strict=True)] if factor else row


def _independent(rows: Sequence[Row]) -> list[Row]:
    return _reduced(rows)[0]


def _zeros(rows: Sequence[Row], width: int) -> list[Row]:
    """Independent factors, `width` each, whose sum with every row is zero."""
    done, pivots = _reduced(rows)
    found = []
    for free in sorted(set(range(width)) - set(pivots)):
        factors = [Fraction(int(at == free)) for at in range(width)]
        for row, pivot in zip(done, pivots, strict=True):
            factors[pivot] = -row[free]
        found.append(factors)
    return found
