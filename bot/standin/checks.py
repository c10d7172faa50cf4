"""What Slack would reject in blocks, messages and views.

Each complaint ends with a JSON pointer: "must be less than 3001 characters [json-pointer:/blocks/0/text/text]".
The limits are those of https://docs.slack.dev/reference/block-kit/blocks.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from bot.standin import data_blocks
from bot.standin.elements import (
    ELEMENTS,
    IN_ACTIONS,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    image_source,
)
from bot.standin.shapes import (
    Check,
    Place,
    all_of,
    anything,
    boolean,
    items,
    of_type,
    plain,
    shape,
    string,
    text,
)

Surface = Literal["message", "modal", "home"]
MOST_TEXT = 40_000  # characters of a message's text
MOST_BLOCKS: Mapping[Surface, int] = {"message": 50, "modal": 100, "home": 100}
MOST_MARKDOWN = 12_000  # characters in all markdown blocks together
MOST_CHARTS = 2  # a message
MOST_VIEW = 250_000  # bytes of the view as JSON

_BLOCK: Mapping[str, Check] = {"block_id": string(255)}
_UNSUPPORTED = "unsupported element"


def _text_or_fields(place: Place, block: Any) -> None:
    if "text" not in block and "fields" not in block:
        place.complain("must define either `text` or `fields`")


_CONTEXT_TEXT = text(3_000)
_CONTEXT_ITEMS: Mapping[str, Check] = {
    "plain_text": _CONTEXT_TEXT,
    "mrkdwn": _CONTEXT_TEXT,
    "image": ELEMENTS["image"],
}

_BLOCKS: Mapping[str, Check] = {
    "section": all_of(
        shape(
            {},
            {
                **_BLOCK,
                "text": text(3_000),
                "fields": items(text(2_000), 1, 10),
                "accessory": of_type(IN_SECTION, _UNSUPPORTED),
                "expand": boolean,
            },
        ),
        _text_or_fields,
    ),
    "header": shape({"text": plain(150)}, _BLOCK),
    "divider": shape({}, _BLOCK),
    "context": shape({"elements": items(of_type(_CONTEXT_ITEMS, _UNSUPPORTED), 1, 10)}, _BLOCK),
    "actions": shape({"elements": items(of_type(IN_ACTIONS, _UNSUPPORTED), 1, 25)}, _BLOCK),
    "context_actions": shape({"elements": items(of_type(IN_CONTEXT_ACTIONS, _UNSUPPORTED), 1, 5)}, _BLOCK),
    "input": shape(
        {"label": plain(2_000), "element": of_type(IN_INPUT, _UNSUPPORTED)},
        {**_BLOCK, "hint": plain(2_000), "optional": boolean, "dispatch_action": boolean},
    ),
    "image": all_of(
        shape(
            {"alt_text": string(2_000)},
            {**_BLOCK, "image_url": string(3_000), "slack_file": anything, "title": plain(2_000)},
        ),
        image_source,
    ),
    "markdown": shape({"text": string(MOST_MARKDOWN)}, _BLOCK),
    "rich_text": data_blocks.rich_text,
    "data_visualization": data_blocks.data_visualization,
    "table": data_blocks.table,
    "data_table": data_blocks.data_table,
}

# Slack takes inputs in messages too by now; ours belong in views, so the stand-in holds us to that.
# Its pages do not say where a data_table may stand: taken to be where a chart may.
_NOT_IN: Mapping[Surface, frozenset[str]] = {
    "message": frozenset({"input"}),
    "modal": frozenset({"context_actions", "markdown", "table", "data_table", "data_visualization"}),
    "home": frozenset({"context_actions", "markdown", "table"}),
}
_ON: Mapping[Surface, Check] = {
    surface: of_type({name: check for name, check in _BLOCKS.items() if name not in banned}, "unsupported_block")
    for surface, banned in _NOT_IN.items()
}


def check_blocks(place: Place, blocks: Any, surface: Surface) -> None:
    """Add to the place's complaints whatever Slack would refuse in an array of blocks."""
    items(_ON[surface], 0, MOST_BLOCKS[surface])(place, blocks)
    if not isinstance(blocks, list):
        return
    found = [block for block in blocks if isinstance(block, dict)]
    for repeated in _repeated(block.get("block_id") for block in found):
        place.complain(f"block_id must be unique: {repeated}")
    for position, block in enumerate(blocks):
        for repeated in _repeated(_action_ids(block)):
            place.at(position).complain(f"action_id must be unique within a block: {repeated}")
    if sum(len(str(block.get("text", ""))) for block in found if block.get("type") == "markdown") > MOST_MARKDOWN:
        place.complain(f"markdown blocks must hold less than {MOST_MARKDOWN + 1} characters in all")
    if sum(block.get("type") == "data_visualization" for block in found) > MOST_CHARTS:
        place.complain(f"no more than {MOST_CHARTS} data_visualization blocks allowed")
    if sum(map(data_blocks.cell_characters, found)) > data_blocks.MOST_CELL_CHARACTERS:
        place.complain(f"tables must hold less than {data_blocks.MOST_CELL_CHARACTERS + 1} characters in all")


def _action_ids(block: Any) -> Sequence[Any]:
    if not isinstance(block, dict):
        return ()
    elements = block.get("elements")
    held = [*(elements if isinstance(elements, list) else ()), block.get("accessory"), block.get("element")]
    return [one.get("action_id") for one in held if isinstance(one, dict)]


def _repeated(ids: Iterable[Any]) -> Sequence[str]:
    counted = Counter(one for one in ids if isinstance(one, str))
    return [one for one, times in counted.items() if times > 1]


def check_metadata(place: Place, metadata: Any) -> None:
    """https://docs.slack.dev/messaging/message-metadata; an empty object takes metadata off a message."""
    if metadata != {}:
        shape({"event_type": string(255), "event_payload": _payload}, {"entities": anything})(place, metadata)


def _payload(place: Place, payload: Any) -> None:
    if not isinstance(payload, dict):
        place.complain("must provide an object")


def check_message(arguments: Mapping[str, Any]) -> list[str]:
    """What Slack would reject in the arguments of chat.postMessage; empty when it would take them."""
    place = Place([])
    if not arguments.get("text") and not arguments.get("blocks"):
        place.complain("no_text")
    string(MOST_TEXT, least=0)(place.at("text"), arguments.get("text") or "")
    check_blocks(place.at("blocks"), arguments.get("blocks") or [], "message")
    if arguments.get("metadata") is not None:
        check_metadata(place.at("metadata"), arguments["metadata"])
    return place.complaints


_ANY_VIEW: Mapping[str, Check] = {
    "private_metadata": string(3_000, least=0),
    "callback_id": string(255),
    "external_id": string(255),
}
_MODAL = shape(
    {"title": plain(24), "blocks": anything},
    {**_ANY_VIEW, "submit": plain(24), "close": plain(24), "clear_on_close": boolean, "notify_on_close": boolean},
)
_VIEW = of_type({"modal": _MODAL, "home": shape({"blocks": anything}, _ANY_VIEW)})


def check_view(view: Any) -> list[str]:
    """What Slack would reject in a modal or Home view; empty when it would take it.

    https://docs.slack.dev/reference/views
    """
    place = Place([], "/view")
    _VIEW(place, view)
    if not isinstance(view, dict):
        return place.complaints
    is_modal = view.get("type") == "modal"
    if "blocks" in view:
        check_blocks(place.at("blocks"), view["blocks"], "modal" if is_modal else "home")
    if is_modal and "submit" not in view and _has_input(view.get("blocks")):
        place.complain("missing required field: submit, as there are input blocks")
    if is_too_large(view):
        place.complain(f"view_too_large: must be at most {MOST_VIEW} bytes as JSON")
    return place.complaints


def is_too_large(view: Any) -> bool:
    return len(json.dumps(view).encode()) > MOST_VIEW


def _has_input(blocks: Any) -> bool:
    return isinstance(blocks, list) and any(
        isinstance(block, dict) and block.get("type") == "input" for block in blocks
    )
