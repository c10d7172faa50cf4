"""Charts and tables as Slack draws them itself."""

from collections.abc import Mapping, Sequence

from bot.blocks.kit import Block, shorten

MOST_CHART_TITLE = 50


def bar_chart(title: str, labels: Sequence[str], series: Mapping[str, Sequence[float]], unit: str) -> Block:
    """Bars over up to 20 labels of up to 20 characters; each of up to six series has a number for every label."""
    return {
        "type": "data_visualization",
        "title": shorten(title, MOST_CHART_TITLE),
        "chart": {
            "type": "bar",
            "series": [
                {"name": name, "data": [{"label": label, "value": n} for label, n in zip(labels, numbers, strict=True)]}
                for name, numbers in series.items()
            ],
            "axis_config": {"categories": list(labels), "y_label": unit},
        },
    }


def table(rows: Sequence[Sequence[str]]) -> Block:
    """For messages; the first row is the heading."""
    return {"type": "table", "rows": _cells(rows)}


def data_table(caption: str, rows: Sequence[Sequence[str]]) -> Block:
    """For the Home tab, which takes no `table`; the first row is the heading, and there is another."""
    return {"type": "data_table", "caption": caption, "rows": _cells(rows)}


def _cells(rows: Sequence[Sequence[str]]) -> list[list[Block]]:
    return [[{"type": "raw_text", "text": cell} for cell in row] for row in rows]
