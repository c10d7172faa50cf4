"""What kind of word a word is: a name, a name and a word, a word, or one that nobody listed."""

import zlib
from array import array
from bisect import bisect_left
from enum import IntEnum
from functools import lru_cache
from pathlib import Path

import numpy as np

TABLE = Path(__file__).parent / "lexicon.npz"


class Sort(IntEnum):
    WORD = 0
    NAME_TOO = 1  # "Hill", "Rose"
    NAME = 2
    UNLISTED = 3  # rare names, new medicines, typos


# Common words, and what is left of each without one of its letters.
SLIPS = Path(__file__).parent / "slips.npz"
LEAST_SLIPPED, MOST_SLIPPED = 3, 20  # letters of a word that may be a common one misspelt


def mark(word: str) -> int:
    """A word's place in the table; 32 bits, so that the table holds no words."""
    return zlib.crc32(word.encode("utf-8", "surrogatepass"))


@lru_cache(maxsize=1)
def _table() -> tuple["array[int]", bytes]:
    """Made by tools/fit_guard.py from lists of names and the words of English."""
    with np.load(TABLE, allow_pickle=False) as file:
        return array("L", file["marks"].tolist()), file["sorts"].tobytes()


@lru_cache(maxsize=1)
def _nearly() -> "array[int]":
    with np.load(SLIPS, allow_pickle=False) as file:
        return array("L", file["marks"].tolist())


def shortened(word: str) -> set[str]:
    """`word` without one of its letters: two words that share one of these are a slip or two apart."""
    return {word[:place] + word[place + 1 :] for place in range(len(word))} if len(word) > LEAST_SLIPPED else set()


def may_be_slip(word: str) -> bool:
    """Whether `word` may be a common word misspelt: with a letter too many, too few, wrong, or in a wrong place."""
    if not LEAST_SLIPPED <= len(word) <= MOST_SLIPPED:
        return False
    marks = _nearly()
    return any(_is_among(mark(each), marks) for each in (word, *shortened(word)))


def _is_among(own: int, marks: "array[int]") -> bool:
    place = bisect_left(marks, own)
    return place < len(marks) and marks[place] == own


def sort_of(word: str) -> Sort:
    """Of "Fothergill's" and "Thornycroft-Bell" too: a name as soon as one part is."""
    parts = [part for part in word.lower().removesuffix("'s").split("-") if part]
    sorts = [_sort_of_part(part) for part in parts] or [Sort.WORD]
    return next((sort for sort in (Sort.NAME, Sort.UNLISTED) if sort in sorts), max(sorts))


def _sort_of_part(part: str) -> Sort:
    sort = _listed(part)
    if sort is Sort.UNLISTED and part.endswith("s") and _listed(part[:-1]) is not Sort.UNLISTED:
        return _listed(part[:-1])  # "the Hendersons", and plurals
    return sort


def _listed(part: str) -> Sort:
    marks, sorts = _table()
    own = mark(part)
    place = bisect_left(marks, own)
    return Sort(sorts[place]) if place < len(marks) and marks[place] == own else Sort.UNLISTED
