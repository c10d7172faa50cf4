"""What Slack accepts as charts, tables and rich text."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.standin.shapes import (
    Check,
    Place,
    above_zero,
    all_of,
    anything,
    choice,
    integer,
    items,
    number,
    of_type,
    shape,
    string,
)

MOST_CELL_CHARACTERS = 10_000  # in all tables of a message together
_BLOCK: Mapping[str, Check] = {"block_id": string(255)}

# Charts: https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
_LABEL = string(20)
_SEGMENT = shape({"label": _LABEL, "value": above_zero})
_SERIES = shape({"name": _LABEL, "data": items(shape({"label": _LABEL, "value": number}), 1, 20)})
_AXIS = shape({"categories": items(_LABEL, 1, 20)}, {"x_label": string(50), "y_label": string(50)})


def _labels_match(place: Place, chart: Any) -> None:
    """Each series has a name of its own and a point for each category."""
    series = [one for one in _list(chart.get("series")) if isinstance(one, dict)]
    names = [one.get("name") for one in series]
    if any(names.count(name) > 1 for name in names):
        place.at("series").complain("series names must be unique")
    axis = chart.get("axis_config")
    categories = _list(axis.get("categories") if isinstance(axis, dict) else None)
    for position, one in enumerate(series):
        labels = [point.get("label") for point in _list(one.get("data")) if isinstance(point, dict)]
        if sorted(map(str, labels)) != sorted(map(str, categories)):
            place.at("series").at(position).at("data").complain("labels must match axis_config.categories")


_PLOT = all_of(shape({"series": items(_SERIES, 1, 6), "axis_config": _AXIS}), _labels_match)
_CHART = of_type({"pie": shape({"segments": items(_SEGMENT, 1, 6)}), "bar": _PLOT, "area": _PLOT, "line": _PLOT})
data_visualization = shape({"title": string(50), "chart": _CHART}, _BLOCK)


# Rich text, lightly: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
def _rich_part(place: Place, part: Any) -> None:
    if not isinstance(part, dict) or not isinstance(part.get("type"), str):
        place.complain("must provide an object with a type")
        return
    if part["type"] == "text":
        string(MOST_CELL_CHARACTERS)(place.at("text"), part.get("text"))
    if part["type"].startswith("rich_text_"):
        items(_rich_part, 0, 1_000)(place.at("elements"), part.get("elements"))


_RICH = ("rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote")
rich_text = shape({"elements": items(of_type(dict.fromkeys(_RICH, _rich_part)), 1, 1_000)}, _BLOCK)

# Tables: https://docs.slack.dev/reference/block-kit/blocks/table-block and .../data-table-block
_RAW_TEXT = shape({"text": string(MOST_CELL_CHARACTERS)})
_RAW_NUMBER = shape({"value": number}, {"text": string(MOST_CELL_CHARACTERS)})
_CELL = of_type({"raw_text": _RAW_TEXT, "rich_text": rich_text})
_DATA_CELL = of_type({"raw_text": _RAW_TEXT, "raw_number": _RAW_NUMBER, "rich_text": rich_text})
_ALIGNED = shape({}, {"align": choice("left", "center", "right"), "is_wrapped": anything})


def _column(place: Place, setting: Any) -> None:
    if setting is not None:  # null leaves a column as it is
        _ALIGNED(place, setting)


def _even_with_plain_header(place: Place, table: Any) -> None:
    rows = [row for row in _list(table.get("rows")) if isinstance(row, list)]
    if len({len(row) for row in rows}) > 1:
        place.at("rows").complain("all rows must have the same number of cells")
    for position, cell in enumerate(rows[0] if rows else ()):
        if isinstance(cell, dict) and cell.get("type") == "rich_text":
            place.at("rows").at(0).at(position).complain("rich_text is not allowed in the header row")


table = shape({"rows": items(items(_CELL, 1, 20), 1, 100)}, {**_BLOCK, "column_settings": items(_column, 0, 20)})
data_table = all_of(
    shape(
        {"caption": string(MOST_CELL_CHARACTERS), "rows": items(items(_DATA_CELL, 1, 20), 2, 101)},
        {**_BLOCK, "page_size": integer(1, 100), "row_header_column_index": integer(0, 19)},
    ),
    _even_with_plain_header,
)


def cell_characters(block: Mapping[str, Any]) -> int:
    """How many characters the cells of a table hold; 0 for any other block."""
    if block.get("type") not in ("table", "data_table"):
        return 0
    return sum(len(found) for found in _texts_in(block.get("rows")))


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("text"), str):
            yield value["text"]
        elif "value" in value:
            yield str(value["value"])
        yield from _texts_in(value.get("elements"))
    elif isinstance(value, list):
        for one in value:
            yield from _texts_in(one)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
