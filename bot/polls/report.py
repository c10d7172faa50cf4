"""What a poll came to, as files and other programs read it. Never who chose what."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.polls.disclosure import Weighed
from bot.polls.poll import SMALLEST_GROUP, Poll, Question
from bot.polls.tally import Count, Tally
from bot.practices import Practice

COLUMNS = (
    "question",
    "kind",
    "option",
    "count",
    "one_voice_a_practice",
    "practice",
    "practice_name",
    "locality",
    "text",
)


@dataclass(frozen=True)
class Report:
    """A poll with what one audience may see of it now."""

    poll: Poll
    taking_part: int
    eligible: int
    tally: Tally | None  # None while it is hidden
    practices: tuple[tuple[Practice, Tally], ...] = ()
    localities: tuple[tuple[str, Tally], ...] = ()
    weighed: Weighed | None = None  # each practice one voice, where people voted
    has_texts: bool = True  # whether what was written belongs in it
    notes: tuple[str, ...] = ()  # such as which groups were put together


def written(poll: Poll, count: Count | None) -> tuple[str, ...]:
    """What leads may read of a question's free text: in an anonymous poll nothing, where fewer than five wrote."""
    texts = count.texts if count else ()
    return () if poll.is_anonymous and len(texts) < SMALLEST_GROUP else texts


def as_object(report: Report) -> dict[str, Any]:
    """A poll as `polls show` has it; every key is always there. `count` is None while it is hidden."""
    poll = report.poll
    questions = [_question_object(question, count) for question, count in _pairs(poll, report.tally)]
    return {
        "id": poll.id,
        "state": str(poll.state),
        "title": poll.plan.title,
        "question": questions[0]["question"],
        "options": questions[0]["options"],
        "questions": questions,
        "taking_part": report.taking_part,
        "eligible": report.eligible,
    }


def as_export(report: Report) -> dict[str, Any]:
    """All that is in a report, as JSON has it."""
    poll = report.poll
    made = as_object(report)
    for question, (asked, count) in zip(made["questions"], _pairs(poll, report.tally), strict=True):
        question["ends"] = list(asked.ends)
        question["text"] = list(written(poll, count)) if report.has_texts else []
        question["answered"] = count.answered if count else None
    return made | {
        "voice": str(poll.plan.voice),
        "anonymous": poll.is_anonymous,
        "opened_at": poll.opened_at.isoformat() if poll.opened_at else None,
        "closed_at": poll.closed_at.isoformat() if poll.closed_at else None,
        "practices": [
            {"code": practice.code, "name": practice.name, "locality": practice.locality, **_group_object(poll, tally)}
            for practice, tally in report.practices
        ],
        "localities": [{"locality": name, **_group_object(poll, tally)} for name, tally in report.localities],
        "one_voice_a_practice": _weighed_object(report.weighed),
        "notes": list(report.notes),
    }


def as_rows(report: Report) -> Iterator[Sequence[object]]:
    """All that is in a report as a table with `COLUMNS`, the header first; hidden counts are empty."""
    yield COLUMNS
    for row in _records(report):
        yield [row.get(name, "") for name in COLUMNS]


def _records(report: Report) -> Iterator[dict[str, object]]:
    poll, weighed = report.poll, report.weighed
    shares = [share for of_one in _shares(weighed) for share in of_one] if weighed else []
    for at, row in enumerate(_counts(poll, report.tally)):
        yield row | ({"one_voice_a_practice": shares[at]} if weighed else {})
    for practice, tally in report.practices:
        where = {"practice": practice.code, "practice_name": practice.name, "locality": practice.locality}
        yield from (row | where for row in _counts(poll, tally))
    for locality, tally in report.localities:
        yield from (row | {"locality": locality} for row in _counts(poll, tally))
    for question, count in _pairs(poll, report.tally) if report.has_texts else ():
        for text in written(poll, count):
            yield {"question": question.text, "kind": str(question.kind), "text": text}
    for note in report.notes:
        yield {"text": note}


def _counts(poll: Poll, tally: Tally | None) -> Iterator[dict[str, object]]:
    for question, count in _pairs(poll, tally):
        for at, choice in enumerate(question.choices):
            number = count.numbers[at] if count else ""
            meaning = dict(zip((0, len(question.choices) - 1), question.ends, strict=True)).get(at)
            option = f"{choice} ({meaning})" if meaning else choice
            yield {"question": question.text, "kind": str(question.kind), "option": option, "count": number}


def _shares(weighed: Weighed) -> list[list[float]]:
    return [[round(share, 2) for share in of_one] for of_one in weighed.shares]


def _weighed_object(weighed: Weighed | None) -> dict[str, Any] | None:
    if weighed is None:
        return None
    return {"practices": weighed.practices, "without_practice": weighed.without, "questions": _shares(weighed)}


def _pairs(poll: Poll, tally: Tally | None) -> list[tuple[Question, Count | None]]:
    counts: Sequence[Count | None] = tally.counts if tally else [None] * len(poll.plan.questions)
    return list(zip(poll.plan.questions, counts, strict=True))


def _question_object(question: Question, count: Count | None) -> dict[str, Any]:
    options = [
        {"text": choice, "count": count.numbers[at] if count else None} for at, choice in enumerate(question.choices)
    ]
    return {"question": question.text, "kind": str(question.kind), "options": options}


def _group_object(poll: Poll, tally: Tally) -> dict[str, Any]:
    questions = [_question_object(question, count) for question, count in _pairs(poll, tally)]
    return {"taking_part": tally.taking_part, "questions": questions}
