"""Polls, without Slack or SQL: what is asked, who may vote, what is counted and what may be shown."""

from bot.polls.poll import (
    RATINGS,
    SMALLEST_GROUP,
    Answer,
    Answers,
    Kind,
    Outcome,
    Plan,
    Poll,
    PollError,
    Question,
    Repeats,
    Results,
    State,
    Voice,
    Vote,
    takes_votes,
)
from bot.polls.tally import Count, Tally, tally

__all__ = [
    "RATINGS",
    "SMALLEST_GROUP",
    "Answer",
    "Answers",
    "Count",
    "Kind",
    "Outcome",
    "Plan",
    "Poll",
    "PollError",
    "Question",
    "Repeats",
    "Results",
    "State",
    "Tally",
    "Voice",
    "Vote",
    "takes_votes",
    "tally",
]
