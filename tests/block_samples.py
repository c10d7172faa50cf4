"""Blocks as short as Slack takes them, for trying what the stand-in accepts and rejects."""

from typing import Any

Block = dict[str, Any]


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def section(text: str = "Hello", **more: Any) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(text: str = "Ask", action_id: str = "ask", **more: Any) -> Block:
    return {"type": "button", "text": plain(text), "action_id": action_id, **more}


def actions(*elements: Block) -> Block:
    return {"type": "actions", "elements": list(elements)}


def options(count: int) -> list[Block]:
    return [{"text": plain(f"Option {number}"), "value": str(number)} for number in range(count)]


def question(element: Block, **more: Any) -> Block:
    return {"type": "input", "label": plain("What?"), "element": element, **more}


def modal(*blocks: Block, **more: Any) -> Block:
    return {"type": "modal", "title": plain("Ask"), "blocks": list(blocks or (section(),)), **more}


def home(*blocks: Block, **more: Any) -> Block:
    return {"type": "home", "blocks": list(blocks or (section(),)), **more}


def chart(kind: str = "bar", title: str = "Votes", **more: Any) -> Block:
    return {"type": "data_visualization", "title": title, "chart": {"type": kind, **more}}


def bars(*labels: str) -> Block:
    points = [{"label": label, "value": 0} for label in labels]
    return chart(series=[{"name": "Votes", "data": points}], axis_config={"categories": list(labels)})


def feedback(**more: Any) -> Block:
    thumbs = {
        "type": "feedback_buttons",
        "action_id": "feedback",
        "positive_button": {"text": plain("Helpful"), "value": "yes"},
        "negative_button": {"text": plain("Not helpful"), "value": "no"},
    }
    return {"type": "context_actions", "elements": [thumbs | more]}


def data_table(rows: int = 2, columns: int = 2) -> Block:
    cells = [[{"type": "raw_text", "text": "x"}] * columns for _ in range(rows)]
    return {"type": "data_table", "caption": "Results", "rows": cells}
