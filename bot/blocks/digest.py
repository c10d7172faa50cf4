"""The weekly digest: five lines and a chart, for the leads' channel and for the terminal."""

from collections.abc import Sequence
from datetime import datetime

from bot.blocks.kit import MOST_TEXT, Block, escape_short, header, marked, shorten
from bot.blocks.overview import (
    answered_line,
    asked_line,
    dashboard_link,
    week_lines,
    weeks_chart,
    weeks_rows,
    weeks_table,
)
from bot.blocks.polls.terms import took_part
from bot.blocks.wording import day, span
from bot.digest import Digest, OpenPoll
from bot.letters import Letter
from bot.polls import Voice
from bot.reminders import Due
from bot.schedule import spoken
from bot.text import counted

MOST_QUESTION = 120  # characters of a question
MOST_NAME = 60  # characters of a poll's title, or of an entry's question
MOST_POLLS, MOST_ENTRIES = 3, 2
MOST_LINE = 580  # characters once escaped, so that five lines fit in a section
WHERE = "The queue and the polls are on my Home tab."
NOTHING_WAITS = "No question waits for an answer."


def digest_letter(found: Digest, channel: str, now: datetime, dashboard: str | None = None) -> Letter:
    """To the leads' channel; `plainer` has a table for where Slack refuses the chart. `dashboard` is where that is."""
    lines = digest_lines(found, now)
    words = "\n".join(f"*{name}:* {escape_short(said, MOST_LINE)}" for name, said in lines)
    # The row that is quoted names the block, so that the letter can go when its question does.
    row = {"block_id": f"row-{found.longest.row}"} if found.longest else {}
    opening: list[Block] = [header(heading(found)), marked(words) | row]
    where = f"{WHERE} {dashboard_link(dashboard)}" if dashboard else WHERE
    closing: Block = {"type": "context", "elements": [{"type": "mrkdwn", "text": where}]}
    told = [heading(found), *(f"{name}: {said}" for name, said in lines)]
    body = {"blocks": [*opening, closing]}
    if found.lately.asked:
        told += week_lines(found.lately)
        body = {
            "blocks": [*opening, weeks_chart(found.lately), closing],
            "plainer": [*opening, weeks_table(found.lately), closing],
        }
    return Letter(
        name=f"digest:{found.week.first}:{channel}",
        kind="digest",
        channel=channel,
        body={"text": escape_short("\n".join([*told, WHERE]), MOST_TEXT), **body},
    )


def digest_text(found: Digest, now: datetime) -> list[str]:
    """The same for the terminal: a line each, and the numbers of each week in columns."""
    told = [heading(found), *(f"{name}: {_line(said)}" for name, said in digest_lines(found, now))]
    if not found.lately.asked:
        return told
    rows = (f"{week:<9}  {asked:>7}  {unanswered:>9}" for week, asked, unanswered in weeks_rows(found.lately))
    return [*told, "", *rows]


def heading(found: Digest) -> str:
    return f"Last week, {span(found.week.first, found.week.last)}"


def digest_lines(found: Digest, now: datetime) -> list[tuple[str, str]]:
    """Five lines, each with its name; plain text."""
    return [
        ("New", asked_line(found.week)),
        ("Waiting", _waiting(found)),
        ("Answered", answered_line(found.week)),
        ("Polls", _polls(found.polls, now)),
        ("Reviews", _reviews(found)),
    ]


def _waiting(found: Digest) -> str:
    if found.longest is None:
        return NOTHING_WAITS
    count, asked_on = found.waiting, day(found.longest.since)
    question = shorten(_line(found.longest.question), MOST_QUESTION)
    quoted = f"“{question}”" if question else "its wording was taken back"
    if count == 1:
        return f"1 question waits for an answer, since {asked_on}: {quoted}."
    return f"{count:,} questions wait for an answer, the oldest since {asked_on}: {quoted}."


def _polls(polls: Sequence[OpenPoll], now: datetime) -> str:
    if not polls:
        return "None is open."
    said = [_poll(one, now) for one in polls[:MOST_POLLS]]
    more = len(polls) - len(said)
    opening = "1 is open. " if len(polls) == 1 else f"{len(polls)} are open. "
    return opening + "; ".join([*said, *([f"and {more} more"] if more else [])]) + "."


def _poll(one: OpenPoll, now: datetime) -> str:
    plan = one.poll.plan
    answered = took_part(one.poll, one.taking_part)
    if plan.voice is Voice.PRACTICE and one.eligible:
        answered = f"{one.taking_part} of {counted(one.eligible, 'practice')}"
    elif not one.taking_part:
        answered = "nobody yet"
    closes = f", closes on {spoken(plan.closes_at, now)}" if plan.closes_at else ""
    return f"“{shorten(_line(plan.title), MOST_NAME)}”: {answered}{closes}"


def _reviews(found: Digest) -> str:
    overdue, soon = found.overdue, found.due_soon
    if not overdue and not soon:
        return "No answer is due for review."
    said = []
    if overdue:
        count = "1 answer is overdue" if len(overdue) == 1 else f"{len(overdue)} answers are overdue"
        said.append(f"{count}: {_entries(overdue, 'since')}.")
    if soon:
        number = f"{len(soon)}" if overdue else counted(len(soon), "answer")
        count = f"{number} {'is' if len(soon) == 1 else 'are'} due within 14 days"
        said.append(f"{count}: {_entries(soon, 'by')}.")
    return " ".join(said)


def _entries(due: Sequence[Due], when: str) -> str:
    said = [
        f"“{shorten(one.entry.question, MOST_NAME)}” {when} {day(one.entry.review_by)}" for one in due[:MOST_ENTRIES]
    ]
    more = len(due) - len(said)
    return "; ".join([*said, *([f"and {more} more"] if more else [])])


def _line(text: str) -> str:
    return " ".join(text.split())
