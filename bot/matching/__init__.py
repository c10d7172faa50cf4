"""Finding the answer: rank every entry, then decide what to do about it."""

from bot.matching.confidence import FUNCTION_WORDS
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
from bot.matching.leaning import Leaning, Message, weigh
from bot.matching.ranker import Match, Ranker
from bot.matching.recognition import Recogniser, Wanted

__all__ = [
    "FUNCTION_WORDS",
    "Answer",
    "Courtesy",
    "Cutoffs",
    "Definition",
    "Explanation",
    "FacetAnswer",
    "FollowUps",
    "Leaning",
    "Match",
    "Message",
    "NoAnswer",
    "Outcome",
    "Ranker",
    "Reason",
    "Recogniser",
    "Suggestions",
    "Wanted",
    "decide",
    "explain",
    "weigh",
]
