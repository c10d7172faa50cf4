"""What to do about a ranking: answer, suggest, or admit that there is no answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.knowledge import Entry, Facet, SmallTalk, Term
from bot.matching.ranker import Match

# What each outcome costs the person, in the trouble of reading three suggestions on a phone and tapping one.
WRONG_ANSWER = 2.5  # its source and edition stand with it, so that most are seen through
NOTHING_FOUND = 11.5  # days until the CCG answers what was there all along


@dataclass(frozen=True)
class Cutoffs:
    """Where answering starts and where suggesting does. A confidence equal to a cutoff passes it.

    Confidence is a chance, so the costs above decide: answering is cheaper than suggesting from the chance p on
    where WRONG_ANSWER * (1 - p) = 1, and suggesting cheaper than giving up where NOTHING_FOUND * p = 1 - p.
    """

    answer: float = 1 - 1 / WRONG_ANSWER  # 0.6
    suggest: float = 1 / (1 + NOTHING_FOUND)  # 0.08
    margin: float = 0.1  # by how much the first must lead the second to be answered at once


@dataclass(frozen=True)
class Answer:
    """Serve this entry."""

    entry: Entry


@dataclass(frozen=True)
class FacetAnswer:
    """Serve one facet of the entry served before; `text` says so when the entry has none."""

    entry: Entry
    facet: Facet
    text: str
    is_known: bool = True


@dataclass(frozen=True)
class Definition:
    """Say what a term stands for."""

    term: Term


@dataclass(frozen=True)
class Courtesy:
    """Answer small talk."""

    talk: SmallTalk


@dataclass(frozen=True)
class Suggestions:
    """Ask which of these was meant: one to three, best first."""

    matches: tuple[Match, ...]


@dataclass(frozen=True)
class NoAnswer:
    """Say that there is no answer yet."""


Outcome = Answer | FacetAnswer | Definition | Courtesy | Suggestions | NoAnswer
MOST_SUGGESTIONS = 3
LEAST_SUGGESTED = 0.002  # a second and a third suggestion cost a glance, and one in fifty of them is what was meant


def decide(matches: Sequence[Match], cutoffs: Cutoffs) -> Answer | Suggestions | NoAnswer:
    """Answer with the best match when it is good and clearly ahead, else suggest the near ones, else nothing.

    `matches` come best first.
    """
    if not matches or matches[0].confidence < cutoffs.suggest:
        return NoAnswer()
    best = matches[0].confidence
    runner_up = matches[1].confidence if len(matches) > 1 else 0.0
    if best >= cutoffs.answer and best - runner_up >= cutoffs.margin:
        return Answer(matches[0].entry)
    return Suggestions(tuple(m for m in matches[:MOST_SUGGESTIONS] if m.confidence >= LEAST_SUGGESTED))
