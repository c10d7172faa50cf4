"""Whether a filled-in ballot may be cast."""

from collections.abc import Mapping, Sequence

from bot.polls.poll import Answers, Kind, Question

MOST_WRITTEN = 500  # characters of free text


def mistakes(questions: Sequence[Question], answers: Answers) -> Mapping[int, str]:
    """What has to be put right, by the position of its question; empty where the ballot is good."""
    found = {}
    for position, (question, answer) in enumerate(zip(questions, answers, strict=True)):
        if question.kind is Kind.TEXT:
            if len(answer.text) > MOST_WRITTEN:
                found[position] = f"Use at most {MOST_WRITTEN} characters; there are {len(answer.text)}."
        elif not answer.picked:
            found[position] = "Choose an answer."
        elif len(answer.picked) > (most := most_of(question)):
            found[position] = f"Choose at most {most}; you chose {len(answer.picked)}."
        elif not set(answer.picked) <= set(range(len(question.choices))):
            found[position] = "What you chose is no longer an option. Choose again."
    return found


def most_of(question: Question) -> int:
    """How many of its choices may be picked."""
    return min(question.most, len(question.options)) if question.kind is Kind.SEVERAL else 1
