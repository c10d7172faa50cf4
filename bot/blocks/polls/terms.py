"""What a vote means, said before it is cast: who sees it, whose voice counts, when results show, when it closes."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime

from bot.blocks.kit import MOST_BUTTON, escape, shorten
from bot.polls import SMALLEST_GROUP, Count, Kind, Poll, Question, Results, State, Tally, Voice
from bot.polls.answering import MOST_WRITTEN, most_of
from bot.schedule import spoken
from bot.text import counted

NOBODY_WROTE = "Nobody wrote anything."
_FIRST_STRONG, _POP = "\u2068", "\u2069"  # around words that may run from right to left


def terms(poll: Poll, ccg_name: str, now: datetime | None = None) -> list[str]:
    """A line each, plain text."""
    plan = poll.plan
    lines = [*_who_sees(poll, ccg_name), _voice(poll)]
    if any(question.kind is Kind.TEXT for question in plan.questions):
        only = f", from {SMALLEST_GROUP} people who wrote something" if poll.is_anonymous else ""
        lines.append(f"What you write in your own words is read by leads only{only}. Nothing about a patient, please.")
    lines.append(
        {
            Results.AFTER_CLOSE: "Results are posted here once it has closed.",
            Results.AFTER_VOTING: (
                f"You see results so far when you have voted, from {SMALLEST_GROUP} on; "
                "all see them here once it has closed."
            ),
            Results.LIVE: f"Results show here as votes come in, from {SMALLEST_GROUP} on.",
            Results.LEADS: f"Results go to leads at {ccg_name} only.",
        }[plan.results]
    )
    closes = f"on {spoken(plan.closes_at, now)}" if plan.closes_at else "7 days after it opens"
    return [*lines, f"Closes {closes}."]


def _who_sees(poll: Poll, ccg_name: str) -> list[str]:
    if not poll.is_anonymous:
        return [f"Not anonymous: leads at {ccg_name} see each practice's answers, and who took part."]
    return [
        "Anonymous: I keep who took part apart from what was chosen, with no times and in no order that could join "
        "them, so whoever takes my files once can't tell what you chose. When the poll closes I forget who took part.",
        "The limits: somebody who copies my files between two single votes could tell, and where everybody answers "
        f"the same, the result does. With fewer than {SMALLEST_GROUP} people taking part nobody sees results, "
        "leads included.",
    ]


def _voice(poll: Poll) -> str:
    if poll.is_anonymous:
        return "Each person has one vote. It can't be changed or taken back, for nothing shows which one is yours."
    if poll.plan.voice is Voice.PRACTICE:
        return "Each practice has one vote: the first of you casts it, and each of you may change it until it closes."
    return "Each person has one vote, and may change it until it closes."


def took_part(poll: Poll, number: int) -> str:
    """How many, of whatever has one vote: 12 practices."""
    return counted(number, "practice") if poll.plan.voice is Voice.PRACTICE else counted(number, "person", "people")


def turnout(poll: Poll, voted: int, eligible: int) -> str:
    """How many took part, and of how many."""
    nobody = "Nobody took part" if poll.state is State.CLOSED else "Nobody took part yet"
    told = f"{took_part(poll, voted)} took part" if voted else nobody
    if poll.plan.voice is Voice.PRACTICE:
        return f"{told}, of {eligible} in the register." if eligible else f"{told}."
    known = f" {counted(eligible, 'person has', 'people have')} chosen their practice." if eligible else ""
    return f"{told}.{known}"


def when_closed(poll: Poll, now: datetime | None = None) -> str:
    """Of a poll that is closed, or whose time is up."""
    closed_at = poll.closed_at or poll.plan.closes_at
    if closed_at is None or (now and closed_at > now):
        return "has just closed"
    return f"closed on {spoken(closed_at, now)}"


def where_results_are(poll: Poll, ccg_name: str) -> str:
    """Of a closed poll, to somebody who looks at its message."""
    if poll.plan.results is Results.LEADS:
        return f"Results go to leads at {ccg_name}."
    if poll.state is State.OPEN:  # its time is up, and nobody was there yet to close it
        return "Results will be in the thread."
    return "Results are in the thread."


def how_to_answer(question: Question) -> str:
    """What is wanted, without the options."""
    match question.kind:
        case Kind.ONE:
            return "Choose one."
        case Kind.SEVERAL:
            most = most_of(question)
            return "Choose as many as apply." if most == len(question.options) else f"Choose up to {most}."
        case Kind.RATING:
            low, high = question.ends
            return f"From 1 ({low}) to 5 ({high})." if low and high else "From 1 to 5, 5 being the most."
    return f"In your own words, up to {MOST_WRITTEN} characters. You may leave it empty."


def labels(question: Question) -> Sequence[str]:
    """Its choices as people press them; what 1 and 5 mean stands with them."""
    if question.kind is not Kind.RATING:
        return question.options
    low, high = question.ends
    return [f"1: {low}" if low else "1", "2", "3", "4", f"5: {high}" if high else "5"]


def fit(text: str, most: int) -> str:
    """`text` on one line, shortened as `within` has it."""
    return within(" ".join(text.split()), most)


def within(text: str, most: int) -> str:
    """`text` shortened so that Slack counts at most `most` characters once it is escaped."""
    room = most
    while (length := counted_by_slack(escape(shorten(text, room)))) > most and room > 1:
        room = max(1, room * most // length - 1)
    return shorten(text, room)


def counted_by_slack(text: str) -> int:
    """How long a text is where an emoji is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def apart(text: str) -> str:
    """Words from right to left, set apart so that a sentence around them keeps its order; others as they are."""
    from_right = any(unicodedata.bidirectional(char) in ("R", "AL") for char in text)
    return f"{_FIRST_STRONG}{text}{_POP}" if from_right else text


def quoted(text: str, most: int = MOST_BUTTON) -> str:
    return f"“{apart(fit(text, most))}”"


def wrote(count: Count) -> str:
    """How many answered a question in their own words."""
    return f"{counted(count.answered, 'person', 'people')} wrote something." if count.answered else NOBODY_WROTE


def tally_lines(count: Count, room: int) -> list[str]:
    """What was answered to one question, a line a choice, in about `room` characters."""
    if count.question.kind is Kind.TEXT:
        return [wrote(count)]
    choices = labels(count.question)
    most = max(8, room // len(choices) - 16)  # 16: a number, a share and what is between
    shares = [f"{number:,} ({number / count.answered:.0%})" if count.answered else "0" for number in count.numbers]
    return [f"{apart(fit(label, most))}: {share}" for label, share in zip(choices, shares, strict=True)]


def standing(tally: Tally, room: int = 2_400) -> list[str]:
    """Results so far, a paragraph a question, in about `room` characters."""
    each = room // len(tally.counts)
    paragraphs = []
    for number, count in enumerate(tally.counts, start=1):
        asked = [f"{number}. {apart(fit(count.question.text, each // 3))}"] if len(tally.counts) > 1 else []
        paragraphs.append("\n".join([*asked, *tally_lines(count, each * 2 // 3)]))
    return paragraphs
