"""Who took part: how many of each practice. That is no secret of a named poll; what they chose is another matter."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from bot.polls.poll import Vote
from bot.practices import Practice


@dataclass(frozen=True)
class Turnout:
    """How many people of a practice voted, of how many who chose it. With one voice a practice `voted` is 0 or 1."""

    practice: Practice
    voted: int
    people: int


def turnout(practices: Iterable[Practice], people: Mapping[str, str], votes: Collection[Vote]) -> list[Turnout]:
    """The practices of the register: those that have not answered first, each part in the order given.

    `people` has the practice of everybody who chose one. Whoever voted counts with the practice held then.
    """
    held_then = {vote.person: vote.practice for vote in votes if vote.person}
    forgotten = Counter(vote.practice for vote in votes if vote.person is None)
    belong = Counter({**people, **held_then}.values()) + forgotten
    voted = Counter(vote.practice for vote in votes)
    found = [Turnout(one, voted[one.code], belong[one.code]) for one in practices]
    return sorted(found, key=lambda one: one.voted > 0)
