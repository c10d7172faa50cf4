"""What a poll may be: every limit, said so that a lead can act on it."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import combinations

from bot.polls.poll import Kind, Plan, Question, Repeats, Results, Voice
from bot.schedule import next_time, spoken
from bot.text import comparable, visible

MOST_TITLE = 150
MOST_QUESTIONS = 10
MOST_QUESTION = 500
FEWEST_OPTIONS, MOST_OPTIONS = 2, 10
MOST_OPTION = 75
MOST_END = 30
LONGEST = timedelta(days=366)  # a year, and the day that a leap year has more

_ANONYMOUS_VOICE = (
    "An anonymous poll is answered by persons: a practice's one vote would say what that practice thinks. "
    "Pick one voice a person, or make the poll named."
)
_ANONYMOUS_RESULTS = (
    "An anonymous poll shows its results after it closes, or to leads only: whoever watches a count grow can see "
    "who just chose what. Pick one of those two, or make the poll named."
)

Problems = Mapping[str, str]
Found = Iterator[tuple[str, str]]


def new_plan(*questions: Question, title: str = "", channels: tuple[str, ...] = ()) -> Plan:
    """A plan with what most polls have: named, one voice a person, results after close, and closed by itself.

    Without a time of closing it is open for seven days (`usual_close`).
    """
    return Plan(title, questions or (Question(""),), channels)


def usual_close(opens_at: datetime) -> datetime:
    """When a poll closes where nobody said: the same day and time next week, in London."""
    return next_time(opens_at, Repeats.WEEKLY)


def close_of(plan: Plan, now: datetime) -> datetime:
    """When a poll closes that opens now. One of a series that opens late closes in time for the next."""
    began = plan.opens_at if plan.repeats is not Repeats.NEVER else None
    return plan.closes_at or usual_close(began or now)


def problems(plan: Plan, now: datetime) -> Problems:
    """What keeps a plan from being posted: a sentence for each field of the form, {} where nothing does.

    Fields are title, question-1, options-1, question-2, …, channels, opens_at, closes_at, results, voice and repeats.
    Options are where the limits of the ends of a rating and of how many may be picked are reported, too.
    """
    return standing_problems(plan) | _first_of(_channels(plan)) | _first_of(_times(plan, now))


def standing_problems(plan: Plan) -> dict[str, str]:
    """As `problems`, without where and when: what is also wrong with a template."""
    return _first_of(_title(plan)) | _first_of(_questions(plan)) | _first_of(_anonymity(plan))


def _first_of(found: Found) -> dict[str, str]:
    """One sentence a field: what was found first."""
    kept: dict[str, str] = {}
    for field, sentence in found:
        kept.setdefault(field, sentence)
    return kept


def _title(plan: Plan) -> Found:
    if not visible(plan.title):
        yield "title", "Type a title. People see it above the questions."
    if len(plan.title) > MOST_TITLE:
        yield "title", _too_long("The title", plan.title, MOST_TITLE)


def _questions(plan: Plan) -> Found:
    if not plan.questions:
        yield "question-1", "Type at least one question."
    for number, question in enumerate(plan.questions, start=1):
        if number > MOST_QUESTIONS:
            yield (
                f"question-{number}",
                f"A poll has up to {MOST_QUESTIONS} questions. Take this one out, or ask it in a second poll.",
            )
        for sentence in _wording(question):
            yield f"question-{number}", sentence
        for sentence in _answers(question):
            yield f"options-{number}", sentence


def _wording(question: Question) -> Iterator[str]:
    if not visible(question.text):
        yield "Type the question."
    if len(question.text) > MOST_QUESTION:
        yield _too_long("The question", question.text, MOST_QUESTION)


def _answers(question: Question) -> Iterator[str]:
    match question.kind:
        case Kind.RATING:
            yield from _ends(question.ends)
        case Kind.ONE | Kind.SEVERAL:
            yield from _options(question.options)
            if question.kind is Kind.SEVERAL and not 1 <= question.most <= max(len(question.options), 1):
                yield (
                    f"Say how many options somebody may pick: a whole number from 1 to {len(question.options)}, "
                    "the number of options."
                )


def _options(options: tuple[str, ...]) -> Iterator[str]:
    if len(options) < FEWEST_OPTIONS:
        yield f"Type at least {FEWEST_OPTIONS} options, each on a line of its own."
    if len(options) > MOST_OPTIONS:
        yield f"There are {len(options)} options, and {MOST_OPTIONS} is the most. Take some out or join them."
    for number, option in enumerate(options, start=1):
        if not visible(option):
            yield f"Option {number} is empty. Type it, or take it out."
        if len(option) > MOST_OPTION:
            yield _too_long(f"Option {number}", option, MOST_OPTION)
    for (first, one), (second, other) in combinations(enumerate(options, start=1), 2):
        if _as_read(one) == _as_read(other):
            yield f"Options {first} and {second} read the same. Reword one of them, or take it out."


def _as_read(option: str) -> tuple[str, str]:
    """What tells one option from another: its words, and signs that stand for words, as in "+5" or "<10%"."""
    text = visible(option)
    signs = [char for char in re.sub(r"(?<=\w)-(?=\w)|\s-\s", " ", text) if char == "-" or _is_sign(char)]
    return comparable(option), "".join(signs)


def _is_sign(char: str) -> bool:
    return char == "%" or unicodedata.category(char) in ("Sm", "Sc", "So")


def _ends(ends: tuple[str, str]) -> Iterator[str]:
    low, high = (bool(visible(end)) for end in ends)
    if low != high:
        yield f"Say what {'5' if low else '1'} means too, or leave both ends empty."
    for mark, end in zip("15", ends, strict=True):
        if len(end) > MOST_END:
            yield _too_long(f"What {mark} means", end, MOST_END)


def _anonymity(plan: Plan) -> Found:
    if not plan.is_anonymous:
        return
    if plan.voice is not Voice.PERSON:
        yield "voice", _ANONYMOUS_VOICE
    if plan.results not in (Results.AFTER_CLOSE, Results.LEADS):
        yield "results", _ANONYMOUS_RESULTS


def _channels(plan: Plan) -> Found:
    if not plan.channels:
        yield "channels", "Pick at least one channel to post the poll in."


def _times(plan: Plan, now: datetime) -> Found:
    opens_at, closes_at = plan.opens_at or now, plan.closes_at
    if plan.opens_at and opens_at <= now:
        yield "opens_at", f"{spoken(opens_at, now)} has passed. Type a later time, or leave this empty to open it now."
    if opens_at > now + LONGEST:
        yield "opens_at", "That is more than a year away. Type a time within a year from now."
    if closes_at is None:
        return
    if closes_at <= now:
        yield "closes_at", f"{spoken(closes_at, now)} has passed. Type a later time, such as in 7 days."
    if closes_at <= opens_at:
        yield "closes_at", f"The poll opens on {spoken(opens_at, now)}. Type a time after that."
    if closes_at > opens_at + LONGEST:
        yield "closes_at", "A poll is open for a year at most. Type an earlier time."
    if plan.repeats is not Repeats.NEVER and closes_at > (again := next_time(opens_at, plan.repeats)):
        yield (
            "repeats",
            f"The next poll of this series would open on {spoken(again, now)}, before this one closes. "
            "Close this one earlier, or repeat it less often.",
        )


def _too_long(what: str, text: str, most: int) -> str:
    return f"{what} has {len(text)} characters, and {most} is the most. Shorten it."
