"""The page itself: a pack as one HTML file that prints to two sides of A4, whatever is in it."""

import unicodedata
from collections.abc import Sized
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bot.blocks.kit import shorten
from bot.blocks.modals import PARTS
from bot.polls.charts import WHO, Bar, ChartSpec, chart_of
from bot.report import findings, fitting
from bot.report.drawing import drawn
from bot.report.pack import NO_PART, Pack, Result
from bot.text import counted

GENERATOR = '<meta name="generator" content="mandate-bot report">'  # by it the file is known as ours
MOST_TOPICS, MOST_THEMES = 6, 5  # rows


@dataclass(frozen=True)
class Charted:
    """A poll with the chart of one of its questions, and the same in a table."""

    result: Result
    chart: Markup | None  # None where nothing may be shown
    rows: tuple[tuple[str, str, str, str], ...]  # mark, choice, number, share
    asked: str  # the question, where it is not the title
    others: int  # questions that are not shown


def as_html(pack: Pack, *, beside: str = "") -> str:
    """The whole file. `beside`: how the names of the tables that lie beside it begin, where there are any."""
    environment = Environment(
        loader=PackageLoader("bot.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"said": _said, "part": _part, "left": _left, "figure": "{:,}".format}
    fitted = fitting.fitted(pack)
    values: dict[str, Any] = {
        "pack": pack,
        "find": findings,
        "fit": fitting,
        "generator": Markup(GENERATOR),
        "beside": beside,
        "coverage": _coverage(pack),
        "parts": [(_part(one.number), PARTS.get(one.number or 0, NO_PART), one) for one in pack.overview.parts],
        "charted": [_charted(one) for one in fitted.charted],
        "listed": fitted.listed,
        "most_listed": fitted.most,
        "has_areas": fitted.has_areas,
        "appraisal": pack.appraisals[0] if pack.appraisals else None,
        "most_topics": MOST_TOPICS,
        "most_themes": MOST_THEMES,
        "who": {voice: many.capitalize() for voice, (_, many) in WHO.items()},
    }
    return environment.get_template("pack.html").render(values)


def _coverage(pack: Pack) -> Markup | None:
    found = pack.overview
    if not found.asked:
        return None
    nine = [one for one in found.parts if one.number]
    chart = ChartSpec(
        "Questions asked about each part of the mandate",
        tuple(Bar(str(one.number), "", one.asked) for one in nine),
        "questions",
        found.asked,
    )
    told = "; ".join(f"part {one.number}: {one.asked}" for one in nine)
    return drawn(chart, f"Bar chart. {chart.title}. {told}.", 135)


def _charted(result: Result) -> Charted:
    at = fitting.charted_at(result)
    chart = chart_of(result.counts[at], result.voice) if at is not None else None
    if at is None or chart is None:
        return Charted(result, None, (), "", 0)
    answered, asked = result.counts[at].answered, result.counts[at].question.text
    rows = tuple(
        (bar.mark, _said(bar.label, fitting.MOST_OPTION), f"{bar.number:,g}", findings.share(bar.number, answered))
        for bar in chart.bars
    )
    others = len(result.counts) - 1
    return Charted(result, drawn(chart, _said(chart.alt_text)), rows, "" if asked == result.title else asked, others)


def _said(text: str, most: int = 0) -> str:
    """What a person typed, on one line, in the room of `most` small letters: nothing invisible, and no id."""
    line = " ".join(findings.without_ids(text).split())
    line = "".join(char for char in line if unicodedata.category(char) not in ("Cc", "Cs", "Cn", "Co"))
    return shorten(line, fitting.fits(line, most)) if most else line


def _part(number: int | None) -> str:
    return str(number) if number else "–"


def _left(items: Sized, most: int, one: str, many: str | None = None) -> str:
    """What stands under a table that was cut: and 3 more answers. Empty where none was."""
    left = len(items) - most
    number, _, what = counted(left, one, many).partition(" ")
    return f"and {number} more {what}" if left > 0 else ""
