"""Charts for the page: the polls' own specification, drawn as SVG that stands in the page itself."""

from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import vl_convert
from markupsafe import Markup

from bot.charts import as_vega
from bot.polls.charts import ChartSpec

MOST_HEIGHT, BAR_HEIGHT = 170, 18  # pixels: of all bars, and of one
_READ_ALOUD = ("role", "aria-")  # of the pieces of a chart, which is read as a whole


def drawn(chart: ChartSpec, said: str, width: int = 210) -> Markup:
    """A chart as SVG; `said` is the chart in words, `width` that of its longest bar in pixels.

    Its bars have their marks alone, for what they stand for is in the table beside it; so have the title and the unit.
    """
    marked = replace(chart, bars=tuple(replace(bar, label="") for bar in chart.bars))
    spec: dict[str, Any] = as_vega(marked)
    spec |= {"width": width, "height": min(MOST_HEIGHT, BAR_HEIGHT * len(chart.bars)), "padding": 3}
    for name in ("title", "description"):
        del spec[name]
    for layer in spec["layer"]:
        numbers = layer["encoding"]["x"]
        numbers |= {"title": None} | ({"axis": numbers["axis"] | {"tickCount": 5}} if "axis" in numbers else {})
    return _inline(vl_convert.vegalite_to_svg(spec), said)


def _inline(svg: str, said: str) -> Markup:
    """SVG as a page has it: without the names of its languages, which HTML knows, and read aloud in one sentence."""
    root = ElementTree.fromstring(svg)
    for piece in root.iter():
        piece.tag = piece.tag.rpartition("}")[2]
        for name in [name for name in piece.attrib if name.startswith(_READ_ALOUD)]:
            del piece.attrib[name]
    root.attrib |= {"role": "img", "aria-label": said}
    return Markup(ElementTree.tostring(root, encoding="unicode"))
