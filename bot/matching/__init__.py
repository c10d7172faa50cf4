"""Finding the answer: rank every entry, then decide what to do about it."""

from bot.matching.decision import (
    Answer,
    Courtesy,
    Cutoffs,
    Definition,
    FacetAnswer,
    NoAnswer,
    Outcome,
    Suggestions,
    decide,
)
from bot.matching.explanation import Explanation, Reason, explain
from bot.matching.follow_ups import FollowUps
from bot.matching.ranker import Match, Ranker
from bot.matching.recognition import Recogniser, Wanted

__all__ = [
    "Answer",
    "Courtesy",
    "Cutoffs",
    "Definition",
    "Explanation",
    "FacetAnswer",
    "FollowUps",
    "Match",
    "NoAnswer",
    "Outcome",
    "Ranker",
    "Reason",
    "Recogniser",
    "Suggestions",
    "Wanted",
    "decide",
    "explain",
]
