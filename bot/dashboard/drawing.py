"""The charts of the dashboard: each with what it says in words, and the table of its figures."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from textwrap import wrap
from typing import Any

import altair

from bot.blocks import wording
from bot.blocks.modals import PARTS
from bot.charts import FONT, GRID, GROUND, WORDS, as_vega, axis_of_names
from bot.overview import Overview
from bot.polls import Kind, Voice
from bot.polls.charts import WHO, Bar, ChartSpec

# Okabe and Ito's blue, sky blue and vermilion: told apart with any colour blindness, and apart in print.
COLOURS = {"Answered": "#0072B2", "Suggestions": "#56B4E9", "No answer": "#D55E00"}
MOST_BARS = 10
Cell = str | int | float | None


@dataclass(frozen=True)
class Table:
    """Figures in rows; the first cell of each says what the others are of."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Chart:
    """A chart with a title that says what it shows; `spec` is None where there is nothing to draw."""

    name: str
    title: str
    spec: Mapping[str, Any] | None
    words: str  # the chart for whoever does not see it
    table: Table
    note: str = ""  # what is not drawn
    data: str = ""  # the canned query that its figures come from, with what it is asked


def weeks(shown: Overview, data: str) -> Chart:
    """Questions a week, by what became of them."""
    rows = [(week.starts, week.answered, week.suggested, week.unanswered, week.asked) for week in shown.weeks]
    busiest = max(shown.weeks, key=lambda week: week.asked, default=None)
    title = (
        f"{number(busiest.asked)} questions in the busiest week, which began on {day(busiest.starts)}"
        if busiest and busiest.asked
        else "No questions in these weeks"
    )
    x = altair.X("name:O", title="Week that began on", axis=altair.Axis(labelExpr=_SHORT_DAY, labelOverlap=True))
    drawn = _by_outcome((starts.isoformat(), *by_outcome) for starts, *by_outcome, _ in rows)
    y = altair.Y("sum(questions):Q", title="Questions", axis=_NUMBERS)
    spec = _styled(drawn.encode(x=x, y=y).properties(height=340))
    return Chart(
        "weeks",
        title,
        spec if shown.asked else None,
        f"Bar chart of questions in each of {len(rows)} weeks, by whether they were answered. {title}.",
        Table(
            "Questions by week",
            ("Week that began on", *COLOURS, "Asked"),
            tuple((day(starts), *times) for starts, *times in rows),
        ),
        data=data,
    )


def parts(shown: Overview, data: str) -> Chart:
    """Questions by part of the mandate, by what became of them."""
    rows = [
        (part_name(one.number), one.answered, one.asked - one.answered - one.unanswered, one.unanswered, one.asked)
        for one in shown.parts
    ]
    most = max((one for one in shown.parts if one.number), key=lambda one: one.asked, default=None)
    title = (
        f"Practices asked most about part {most.number}, {lower_first(PARTS[most.number])}"
        if most and most.number and most.asked
        else "No questions about a part of the mandate"
    )
    drawn_rows = [row for row, one in zip(rows, shown.parts, strict=True) if one.number]
    of_none = sum(one.asked for one in shown.parts if not one.number)
    is_or_are = "question was" if of_none == 1 else "questions were"
    note = f"{number(of_none)} of {number(shown.asked)} {is_or_are} about no part of the mandate." if of_none else ""
    labels = ["\n".join(wrap(name, 40)) for name, *_ in drawn_rows]
    x = altair.X("sum(questions):Q", title="Questions", axis=_NUMBERS)
    y = altair.Y("name:N", sort=labels, title=None, axis=axis_of_names())
    drawn = _by_outcome((label, *row[1:-1]) for label, row in zip(labels, drawn_rows, strict=True))
    height = len(labels) * (16 * (1 + max(label.count("\n") for label in labels)) + 8)
    words = f"Bar chart of questions about each part of the mandate, by whether they were answered. {title}. {note}"
    return Chart(
        "parts",
        title,
        _styled(drawn.encode(x=x, y=y).properties(height=height)),
        words.strip(),
        Table("Questions by part of the mandate", ("Part", *COLOURS, "Asked"), tuple(rows)),
        note,
        data,
    )


def bars(
    name: str, title: str, found: Iterable[tuple[str, int | float]], unit: str, caption: str, columns: tuple[str, str]
) -> Chart:
    """One bar for each thing, in the order given; only the first ten are drawn, and all stand in the table."""
    rows = tuple(found)
    drawn = ChartSpec(title, tuple(Bar("", label, many) for label, many in rows[:MOST_BARS]), unit, 0)
    said = "; ".join(f"{label}: {many}" for label, many in rows[:MOST_BARS])
    spec = _fitting(as_vega(drawn)) if any(many for _, many in rows) else None
    return Chart(name, title, spec, f"Bar chart. {title}. {said}.", Table(caption, columns, rows))


def polled(at: int, question: str, kind: str, voice: str, found: Sequence[Mapping[str, Any]]) -> Chart | None:
    """What was answered to one question of a poll; None of free text, and where nothing may be shown."""
    counted = [row for row in found if row["option"] is not None and row["number"] is not None]
    if kind == Kind.TEXT or not counted:
        return None
    marks = [row["option"] if kind == Kind.RATING else chr(ord("A") + place) for place, row in enumerate(counted)]
    labels = ["" if kind == Kind.RATING else row["option"] for row in counted]
    numbers = [_whole(row["number"]) for row in counted]
    unit = WHO[Voice(voice)][1]
    chart = ChartSpec(
        question, tuple(map(Bar, marks, labels, numbers)), unit, counted[0]["answered"] or 0, counted[0]["average"]
    )
    names = [bar.name for bar in chart.bars]
    return Chart(
        f"question-{at}",
        question,
        _fitting(as_vega(chart)),
        chart.alt_text,
        Table(question, ("Answer", unit.capitalize()), tuple(zip(names, numbers, strict=True))),
    )


def part_name(part: int | None) -> str:
    return f"{part}. {PARTS[part]}" if part in PARTS else "No part of the mandate"


def number(many: int | float) -> str:
    return f"{many:,}"


def day(at: date | str | None) -> str:
    """1 November 2012; empty where there is none."""
    if not at:
        return ""
    return wording.day(at if isinstance(at, date) else date.fromisoformat(at[:10]))


def share(of_one: float | None) -> str:
    """A percentage in whole numbers; a dash of nothing."""
    return "–" if of_one is None else f"{of_one:.0%}"


def lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


_MONTHS = "['Jan','Feb','Mar','Apr','May','Jun','Jul','Aug','Sep','Oct','Nov','Dec']"
_SHORT_DAY = f"toNumber(slice(datum.label, 8)) + ' ' + {_MONTHS}[toNumber(slice(datum.label, 5, 7)) - 1]"
_NUMBERS = altair.Axis(tickMinStep=1, format="~f", gridColor=GRID)


def _by_outcome(rows: Iterable[tuple[str, *tuple[int, ...]]]) -> altair.Chart:
    """Bars of what became of questions: of each name, how many were answered, got suggestions and had no answer."""
    values = [
        {"name": name, "outcome": outcome, "place": place, "questions": times}
        for name, *by_outcome in rows
        for place, (outcome, times) in enumerate(zip(COLOURS, by_outcome, strict=True))
    ]
    scale = altair.Scale(domain=list(COLOURS), range=list(COLOURS.values()))
    legend = altair.Legend(title=None, orient="top", symbolStrokeWidth=0.5)
    drawn = altair.Chart(altair.InlineData(values=values)).mark_bar(stroke=WORDS, strokeWidth=0.5)
    made: altair.Chart = drawn.encode(color=altair.Color("outcome:N", scale=scale, legend=legend), order="place:O")
    return made


def _styled(drawn: altair.Chart) -> dict[str, Any]:
    styled = drawn.properties(background=GROUND).configure(font=FONT)
    styled = styled.configure_axis(labelFontSize=13, titleFontSize=13, labelColor=WORDS, titleColor=WORDS)
    return _fitting(dict(styled.configure_legend(labelFontSize=13).configure_view(stroke=None).to_dict()))


def _fitting(spec: dict[str, Any]) -> dict[str, Any]:
    """The chart as wide as its place; the page has its title and its words."""
    kept = {key: value for key, value in spec.items() if key not in ("title", "$schema", "description")}
    config = spec.get("config", {}) | {"aria": False}
    room = {"left": 2, "top": 2, "right": 36, "bottom": 2}  # for the number at the end of the longest bar
    fit = {"width": "container", "autosize": {"type": "fit-x", "contains": "padding"}, "padding": room}
    return kept | fit | {"config": config}


def _whole(many: float) -> int | float:
    return int(many) if float(many).is_integer() else round(many, 1)
