"""What a poll's own window lists: answers, who took part, what was written."""

from collections.abc import Sequence
from enum import StrEnum

from bot.blocks.kit import Block, context, section, shorten, typed
from bot.blocks.polls.terms import NOBODY_WROTE, labels, tally_lines
from bot.polls import SMALLEST_GROUP, Count, Plan, Poll, State, Tally, Voice
from bot.polls.disclosure import Weighed
from bot.polls.report import Report, written
from bot.polls.turnout import Turnout
from bot.text import counted

MOST_NAME = 80
MOST_LINES = 2_000  # characters of a question's counts
LATER = "What each practice and locality answered shows here once the poll is closed."


class Part(StrEnum):
    """What the window shows below its buttons."""

    ANSWERS = "answers"
    TURNOUT = "turnout"
    WRITTEN = "written"
    PRACTICES = "practices"
    LOCALITIES = "localities"
    WEIGHED = "weighed"


TITLES = {
    Part.ANSWERS: "What was answered",
    Part.TURNOUT: "Who has answered, by practice",
    Part.WRITTEN: "What was written",
    Part.PRACTICES: "What each practice answered",
    Part.LOCALITIES: "What each locality answered",
    Part.WEIGHED: "Each practice one voice",
}


def parts_of(report: Report) -> list[Part]:
    """What there is to show, in order; always the answers."""
    poll = report.poll
    if poll.state in (State.DRAFT, State.SCHEDULED):
        return [Part.ANSWERS]
    wanted = {
        Part.ANSWERS: True,
        Part.TURNOUT: not poll.is_anonymous,
        Part.WRITTEN: any(not question.choices for question in poll.plan.questions),
        Part.PRACTICES: bool(report.practices),
        Part.LOCALITIES: bool(report.localities),
        Part.WEIGHED: report.weighed is not None,
    }
    return [part for part in Part if wanted[part]]


def rows_of(part: Part, report: Report, turnout: Sequence[Turnout]) -> list[list[Block]]:
    """What a part lists, each with its blocks."""
    match part:
        case Part.ANSWERS:
            return [_answers(report)]
        case Part.TURNOUT:
            return [[typed(_turnout(one, report.poll.plan))] for one in turnout] or [[section("No practices yet.")]]
        case Part.WRITTEN:
            return _written(report)
        case Part.PRACTICES:
            return [
                [section(_group_title(one.name, tally, one.code)), *_counts(tally)] for one, tally in report.practices
            ]
        case Part.LOCALITIES:
            return [[section(_group_title(name, tally)), *_counts(tally)] for name, tally in report.localities]
        case Part.WEIGHED:
            return [_weighed(report, report.weighed)] if report.weighed else []


def about(part: Part, turnout: Sequence[Turnout]) -> list[Block]:
    """What is said above a list of which only a page shows."""
    if part is not Part.TURNOUT or not turnout:
        return []
    answered = sum(one.voted > 0 for one in turnout)
    which = "" if answered in (0, len(turnout)) else " Those that have not come first."
    return [section(f"{answered} of {counted(len(turnout), 'practice')} answered.{which}")]


def _answers(report: Report) -> list[Block]:
    if report.tally and report.poll.state not in (State.DRAFT, State.SCHEDULED):
        foot = [] if report.poll.state is State.CLOSED or report.poll.is_anonymous else [LATER]
        return [*_counts(report.tally), *([context(foot)] if foot else [])]
    plan = report.poll.plan
    asked = [typed("\n".join([question.text, *question.choices])) for question in plan.questions]
    return [section(_why_hidden(report.poll)), *asked]


def _counts(tally: Tally) -> list[Block]:
    return [typed("\n".join([count.question.text, *tally_lines(count, MOST_LINES)])) for count in tally.counts]


def _why_hidden(poll: Poll) -> str:
    if poll.state in (State.DRAFT, State.SCHEDULED):
        return "Nobody has been asked yet."
    if poll.state is State.OPEN:
        return (
            "The answers of an anonymous poll show once it is closed. "
            "Before that, looking twice could show what one person chose."
        )
    return f"Fewer than {SMALLEST_GROUP} took part in this anonymous poll, so its answers are shown to nobody."


def _turnout(one: Turnout, plan: Plan) -> str:
    name = f"{shorten(one.practice.name, MOST_NAME)} ({one.practice.code})"
    if plan.voice is Voice.PRACTICE:
        return f"{name}: {'has answered' if one.voted else 'has not answered'}"
    if not one.people:
        return f"{name}: nobody has chosen it as their practice"
    if not one.voted:
        return f"{name}: has not answered, 0 of {counted(one.people, 'person', 'people')}"
    return f"{name}: {one.voted} of {counted(one.people, 'person', 'people')} ({one.voted / one.people:.0%})"


def _group_title(name: str, tally: Tally, code: str = "") -> str:
    return f"{shorten(name, MOST_NAME)}{f' ({code})' if code else ''}: {counted(tally.taking_part, 'vote')}"


def _written(report: Report) -> list[list[Block]]:
    rows: list[list[Block]] = []
    for count in report.tally.counts if report.tally else ():
        if count.question.choices:
            continue
        texts = written(report.poll, count)
        rows.append([section(f"{shorten(count.question.text, 300)}\n{_about_texts(count, texts)}")])
        rows += [[typed(text)] for text in texts]
    return rows or [[section(_why_hidden(report.poll))]]


def _about_texts(count: Count, texts: Sequence[str]) -> str:
    if texts:
        return f"{counted(len(texts), 'text')}, in the order of the alphabet."
    if count.texts:
        return f"Fewer than {SMALLEST_GROUP} wrote something, so in an anonymous poll it is shown to nobody."
    return NOBODY_WROTE


def _weighed(report: Report, weighed: Weighed) -> list[Block]:
    about = f"{counted(weighed.practices, 'practice')}, each with one voice that its voters share."
    if weighed.without:
        people = counted(weighed.without, "person", "people")
        about += f" Left out: {people} who had chosen no practice."
    rows = [section(about)]
    for question, shares in zip(report.poll.plan.questions, weighed.shares, strict=True):
        if question.choices:
            lines = [f"{label}: {share:.1f}" for label, share in zip(labels(question), shares, strict=True)]
            rows.append(typed("\n".join([question.text, *lines])))
    return rows
