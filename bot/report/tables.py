"""The pack's tables in full, for a spreadsheet."""

from collections.abc import Iterator, Mapping, Sequence

from bot.blocks.modals import PARTS
from bot.polls import Count, Kind
from bot.report.findings import done_rows, without_ids
from bot.report.pack import NO_PART, Pack, Result, is_shown
from bot.tables import as_csv

HEADERS: Mapping[str, Sequence[str]] = {
    "parts": ("part", "name", "asked", "answered", "unanswered"),
    "questions": ("question", "part", "times"),
    "unanswered": ("question", "part", "what_was_done", "reason", "times"),
    "done": ("what_was_done", "themes", "questions"),
    "polls": (
        "poll", "title", "closed", "took_part", "eligible", "question", "option", "count", "locality", "note",
        "heard", "will_do", "said_on",
    ),
    "practices": ("locality", "practices", "asked", "took_part"),
    "appraisal": (),
}  # fmt: skip

TOO_FEW = "fewer than 5 answered"


def tables(pack: Pack) -> dict[str, str]:
    """Each table as CSV text, by its name. What is empty has its header alone."""
    rows = {
        "parts": _parts(pack),
        "questions": ([without_ids(one.question), one.part or "", one.times] for one in pack.topics),
        "unanswered": _unanswered(pack),
        "done": done_rows(pack),
        "polls": (row for one in pack.polls for row in _poll(one)),
        "practices": ([one.name, one.practices, one.asked, one.took_part] for one in pack.reach.areas),
        "appraisal": (row for one in pack.appraisals for row in _poll(one)),
    }
    return {name: as_csv([header(name), *rows[name]]) for name in HEADERS}


def header(name: str) -> Sequence[str]:
    """What each column of a table is; the appraisal is a poll."""
    return HEADERS[name] or HEADERS["polls"]


def _parts(pack: Pack) -> Iterator[Sequence[object]]:
    for one in pack.overview.parts:
        name = PARTS[one.number] if one.number else NO_PART
        yield one.number or "", name, one.asked, one.answered, one.unanswered


def _unanswered(pack: Pack) -> Iterator[Sequence[object]]:
    """Those that may not be quoted too, without their wording."""
    for one in pack.themes:
        yield without_ids(one.question), one.part or "", str(one.done), one.reason, one.times


def _poll(result: Result) -> Iterator[Sequence[object]]:
    about = (
        result.number,
        without_ids(result.title),
        result.closed.isoformat(),
        result.taking_part,
        result.eligible or "",
    )
    said = result.said.isoformat() if result.said else ""
    outcome = (without_ids(result.heard), without_ids(result.will_do), said)
    yield (*about, "", "", "", "", " ".join(result.notes), *outcome)
    for count in result.counts:
        for question, option, number in _answers(count, is_shown(count)):
            yield (*about, question, option, number, "", "", "", "", "")
    # Where too few of one locality answered a question, what they said could be told by taking the others away.
    may_show = [
        all(map(is_shown, counts)) for counts in zip(*(one.counts for _, one in result.localities), strict=True)
    ]
    for name, tally in result.localities:
        for count, is_safe in zip(tally.counts, may_show, strict=True):
            for question, option, number in _answers(count, is_safe):
                yield (*about, question, option, number, name, "", "", "", "")


def _answers(count: Count, may_show: bool) -> Iterator[tuple[str, str, object]]:
    question = without_ids(count.question.text)
    if count.question.kind is Kind.TEXT:
        return
    for choice, number in zip(count.question.choices, count.numbers, strict=True):
        yield question, without_ids(choice), number if may_show else TOO_FEW
