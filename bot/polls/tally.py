"""Counting votes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.polls.poll import Answers, Question


@dataclass(frozen=True)
class Count:
    """What was answered to one question."""

    question: Question
    numbers: tuple[int, ...]  # for each of its choices, in order
    answered: int  # who answered it at all
    texts: tuple[str, ...] = ()  # sorted, so that their order says nothing


@dataclass(frozen=True)
class Tally:
    """What was answered in a poll, or by a group in it."""

    taking_part: int
    counts: tuple[Count, ...]  # one for each question, in order


def tally(questions: Sequence[Question], ballots: Iterable[Answers]) -> Tally:
    """Count ballots; a ballot has an answer for each question, in order."""
    ballots = list(ballots)
    counts = []
    for position, question in enumerate(questions):
        given = [ballot[position] for ballot in ballots]
        numbers = [0] * len(question.choices)
        for answer in given:
            for choice in answer.picked:
                numbers[choice] += 1
        texts = tuple(sorted(answer.text for answer in given if answer.text))
        answered = sum(bool(answer.picked or answer.text) for answer in given)
        counts.append(Count(question, tuple(numbers), answered, texts))
    return Tally(len(ballots), tuple(counts))
