"""Pictures of charts, for print and the web: needs the extra `charts`, which nothing else imports."""

from dataclasses import dataclass
from textwrap import wrap
from typing import Any

import altair
import vl_convert

from bot.polls.charts import Bar, ChartSpec

# Okabe and Ito's blue, which people with any colour blindness tell from its white ground and the grey beside it.
BAR, GROUND, WORDS, GRID = "#0072B2", "#FFFFFF", "#1A1A1A", "#D9D9D9"
WIDTH, BAR_HEIGHT = 560, 34  # pixels
MOST_LINE, MOST_TITLE_LINE = 40, 70  # characters
MOST_LINES, HALF_LINE = 12, 7.5  # of a name; pixels
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"


@dataclass(frozen=True)
class Picture:
    """A drawn chart, and what it says in words."""

    png: bytes
    alt_text: str


def draw(chart: ChartSpec, scale: float = 2.0) -> Picture:
    """A PNG of a chart; `scale` is how many times 72 dots an inch, so that 4 is sharp in print."""
    return Picture(vl_convert.vegalite_to_png(as_vega(chart), scale=scale), chart.alt_text)


def as_vega(chart: ChartSpec) -> dict[str, Any]:
    """The chart as Vega-Lite has it, for a page that draws it itself. Horizontal, so that labels can be read."""
    labels = [_label(bar) for bar in chart.bars]
    rows = [{"name": label, "number": bar.number} for label, bar in zip(labels, chart.bars, strict=True)]
    most = max((bar.number for bar in chart.bars), default=0)
    names = altair.Y("name:N", sort=labels, title=None, axis=axis_of_names())
    numbers = altair.X(
        "number:Q",
        title=chart.unit.capitalize(),
        scale=altair.Scale(domain=[0, max(1, most)], nice=True),
        axis=altair.Axis(tickMinStep=1, format="~f", gridColor=GRID),
    )
    base = altair.Chart(altair.InlineData(values=rows)).encode(y=names)
    bars = base.mark_bar(color=BAR).encode(x=numbers)
    figures = base.mark_text(align="left", dx=5, color=WORDS, fontSize=14, fontWeight="bold").encode(
        x="number:Q", text=altair.Text("number:Q", format="~r" if _is_whole(chart) else ".1f")
    )
    height = sum(BAR_HEIGHT + 16 * label.count("\n") for label in labels)
    drawn = altair.layer(bars, figures).properties(
        width=WIDTH,
        height=max(height, BAR_HEIGHT),
        title=altair.Title(wrap(chart.title, MOST_TITLE_LINE) or [""], anchor="start", fontSize=16, color=WORDS),
        background=GROUND,
        padding={"left": 12, "top": 12, "right": 40, "bottom": 12},
        description=chart.alt_text,
    )
    styled = drawn.configure(font=FONT).configure_axis(labelFontSize=13, titleFontSize=13, labelColor=WORDS)
    return dict(styled.configure_view(stroke=None).to_dict())


def axis_of_names() -> altair.Axis:
    """Names of bars, broken where they have a new line; Vega would begin in the middle of the bar and go on down."""
    lines = "length(split(datum.label, '\\n'))"
    offsets = [{"test": f"{lines} === {many}", "value": -HALF_LINE * (many - 1)} for many in range(2, MOST_LINES + 1)]
    return altair.Axis(
        labelLimit=320,
        ticks=False,
        domain=False,
        labelExpr="split(datum.label, '\\n')",
        labelOffset={"condition": offsets, "value": 0},
    )


def _label(bar: Bar) -> str:
    return "\n".join(wrap(bar.name, MOST_LINE)) or bar.mark


def _is_whole(chart: ChartSpec) -> bool:
    return all(float(bar.number).is_integer() for bar in chart.bars)
