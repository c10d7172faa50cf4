"""What was asked and answered lately, in words and as a chart: for the leads' Home tab, and for their digest."""

from collections.abc import Sequence
from datetime import date
from enum import IntEnum

from bot.blocks.figures import bar_chart, data_table, table
from bot.blocks.kit import Block, escape, header, marked
from bot.overview import Overview
from bot.text import counted, percent

CHART_TITLE = "Questions by week, from Monday"
NOTHING_ASKED = "No questions were asked."


class Form(IntEnum):
    """How the numbers of each week are shown; each for where Slack refuses the one before."""

    CHART = 0
    TABLE = 1
    WORDS = 2


def overview_blocks(found: Overview, form: Form = Form.CHART, dashboard: str | None = None) -> list[Block]:
    """The leads' part of the Home tab about the last weeks: at most three blocks. `dashboard` is where that is."""
    lines = [asked_line(found, with_shares=True)]
    if found.answered_by_leads:
        lines.append(answered_line(found))
    if found.helpful_share is not None:
        people = counted(found.helpful + found.not_helpful, "time", "times")
        lines.append(f"Answers were rated {people}, and found helpful in {percent(found.helpful_share)} of them.")
    if found.asked and form is Form.WORDS:
        lines += week_lines(found)
    words = [escape(line) for line in lines]
    if dashboard:
        words.append(dashboard_link(dashboard))
    shown = {Form.CHART: weeks_chart, Form.TABLE: weeks_data_table}.get(form)
    chart = [shown(found)] if shown and found.asked else []
    return [header(f"The last {counted(len(found.weeks), 'week')}"), marked("\n".join(words)), *chart]


def dashboard_link(address: str) -> str:
    """Mark-up."""
    return f"<{escape(address)}|Open the dashboard>"


def asked_line(found: Overview, *, with_shares: bool = False) -> str:
    """How many questions were asked, and what the bot made of them."""
    if not found.asked:
        return NOTHING_ASKED
    outcomes = [
        ("answered {}", found.answered, found.answered_share),
        ("offered suggestions for {}", found.suggested, found.suggested_share),
        ("had no answer to {}", found.unanswered, found.unanswered_share),
    ]
    said = [
        words.format(f"{number:,} ({percent(share)})" if with_shares else f"{number:,}")
        for words, number, share in outcomes
        if number
    ]
    asked = "1 question was asked" if found.asked == 1 else f"{found.asked:,} questions were asked"
    return f"{asked}: I {_listed(said)}."


def answered_line(found: Overview) -> str:
    """How many questions that waited were answered, and how quickly."""
    number, minutes = found.answered_by_leads, found.median_minutes
    if not number or minutes is None:
        return "No question that waited was answered."
    if number == 1:
        return f"Leads answered 1 question that waited, after {how_long(minutes)}."
    return f"Leads answered {number:,} questions that waited, half of them within {how_long(minutes)}."


def how_long(minutes: float) -> str:
    """A length as people say it: minutes, hours or days."""
    if minutes < 90:
        return counted(max(1, round(minutes)), "minute")
    hours = minutes / 60
    return counted(round(hours), "hour") if hours < 48 else counted(round(hours / 24), "day")


def weeks_chart(found: Overview) -> Block:
    """What was asked in each week, beside what the bot had no answer to."""
    series = {
        "Asked": [week.asked for week in found.weeks],
        "No answer": [week.unanswered for week in found.weeks],
    }
    return bar_chart(CHART_TITLE, [_short(week.starts) for week in found.weeks], series, "Questions")


def weeks_table(found: Overview) -> Block:
    return table(weeks_rows(found))


def weeks_data_table(found: Overview) -> Block:
    return data_table(CHART_TITLE, weeks_rows(found))


def weeks_rows(found: Overview) -> list[list[str]]:
    """The numbers of the chart, under a heading."""
    rows = [[_short(week.starts), f"{week.asked:,}", f"{week.unanswered:,}"] for week in found.weeks]
    return [["Week from", "Asked", "No answer"], *rows]


def week_lines(found: Overview) -> list[str]:
    """The same as sentences, a line a week."""
    return [
        f"Week from {_short(week.starts)}: {week.asked:,} asked, {week.unanswered:,} without an answer"
        for week in found.weeks
    ]


def _short(day: date) -> str:
    return f"{day.day} {day:%b}"


def _listed(said: Sequence[str]) -> str:
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"
