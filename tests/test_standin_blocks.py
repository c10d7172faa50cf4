"""What the stand-in accepts and rejects, as Slack does."""

from typing import Any

import pytest

from bot.standin import check_message, check_view
from tests.block_samples import (
    Block,
    actions,
    bars,
    button,
    chart,
    data_table,
    feedback,
    home,
    modal,
    options,
    plain,
    question,
    section,
)

ACCEPTED = {
    "section": section(fields=[plain("A")] * 10, accessory=button()),
    "header": {"type": "header", "text": plain("x" * 150)},
    "divider": {"type": "divider"},
    "context": {"type": "context", "elements": [plain("A")] * 10},
    "actions": actions(*(button(action_id=str(number)) for number in range(25))),
    "image": {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "A picture"},
    "markdown": {"type": "markdown", "text": "**Hello**"},
    "feedback": feedback(),
    "icon button": {
        "type": "context_actions",
        "elements": [{"type": "icon_button", "icon": "trash", "text": plain("Delete"), "action_id": "delete"}],
    },
    "rich text": {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "Hello"}]}],
    },
    "bars": bars("Yes", "No"),
    "pie": chart("pie", segments=[{"label": "Yes", "value": 1}]),
    "table": {"type": "table", "rows": [[{"type": "raw_text", "text": "A"}]]},
    "data table": data_table(101, 20),
    "confirm": actions(
        button(confirm={"title": plain("A"), "text": plain("B"), "confirm": plain("C"), "deny": plain("D")})
    ),
    "select": actions({"type": "static_select", "action_id": "a", "options": options(100)}),
    "overflow": section(accessory={"type": "overflow", "action_id": "a", "options": options(5)}),
    "date": actions({"type": "datepicker", "action_id": "a", "initial_date": "2012-11-13"}),
    "users": actions({"type": "multi_users_select", "action_id": "a", "max_selected_items": 3}),
}


@pytest.mark.parametrize("block", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_a_good_block_is_accepted(block: Block) -> None:
    assert check_message({"text": "Hi", "blocks": [block]}) == []


REJECTED: dict[str, tuple[list[Block], str]] = {
    "empty text": ([section("")], "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    "neither text nor fields": (
        [{"type": "section"}],
        "must define either `text` or `fields` [json-pointer:/blocks/0]",
    ),
    "eleven fields": (
        [section(fields=[plain("A")] * 11)],
        "no more than 10 items allowed [json-pointer:/blocks/0/fields]",
    ),
    "long field": (
        [section(fields=[plain("x" * 2_001)])],
        "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]",
    ),
    "unknown key": ([section(colour="red")], "invalid additional property: colour [json-pointer:/blocks/0]"),
    "unknown block": ([{"type": "carousel"}], "unsupported_block: carousel [json-pointer:/blocks/0/type]"),
    "no type": ([{}], "unsupported_block: None [json-pointer:/blocks/0/type]"),
    "not an object": (["Hello"], "must provide an object [json-pointer:/blocks/0]"),  # type: ignore[list-item]
    "mrkdwn header": (
        [{"type": "header", "text": {"type": "mrkdwn", "text": "A"}}],
        "must be plain_text, found: mrkdwn [json-pointer:/blocks/0/text/type]",
    ),
    "emoji in mrkdwn": (
        [{"type": "section", "text": {"type": "mrkdwn", "text": "A", "emoji": True}}],
        "invalid additional property: emoji [json-pointer:/blocks/0/text]",
    ),
    "eleven in context": (
        [{"type": "context", "elements": [plain("A")] * 11}],
        "no more than 10 items allowed [json-pointer:/blocks/0/elements]",
    ),
    "no actions": ([actions()], "no less than 1 items allowed [json-pointer:/blocks/0/elements]"),
    "26 actions": (
        [actions(*(button(action_id=str(number)) for number in range(26)))],
        "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
    ),
    "same action_id": (
        [actions(button(), button())],
        "action_id must be unique within a block: ask [json-pointer:/blocks/0]",
    ),
    "same block_id": (
        [section(block_id="a"), section(block_id="a")],
        "block_id must be unique: a [json-pointer:/blocks]",
    ),
    "51 blocks": ([section()] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
    "long button": (
        [actions(button("x" * 76))],
        "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
    ),
    "long value": (
        [actions(button(value="x" * 2_001))],
        "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
    ),
    "odd style": (
        [actions(button(style="loud"))],
        "must be one of: primary, danger [json-pointer:/blocks/0/elements/0/style]",
    ),
    "long confirm": (
        [
            actions(
                button(
                    confirm={"title": plain("x" * 101), "text": plain("B"), "confirm": plain("C"), "deny": plain("D")}
                )
            )
        ],
        "must be less than 101 characters [json-pointer:/blocks/0/elements/0/confirm/title/text]",
    ),
    "101 options": (
        [actions({"type": "static_select", "action_id": "a", "options": options(101)})],
        "no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ),
    "no options at all": (
        [actions({"type": "static_select", "action_id": "a"})],
        "must define either `options` or `option_groups` [json-pointer:/blocks/0/elements/0]",
    ),
    "initial option from elsewhere": (
        [
            actions(
                {
                    "type": "static_select",
                    "action_id": "a",
                    "options": options(1),
                    "initial_option": {"text": plain("Other"), "value": "other"},
                }
            )
        ],
        "initial option is not among the options [json-pointer:/blocks/0/elements/0]",
    ),
    "six in overflow": (
        [section(accessory={"type": "overflow", "action_id": "a", "options": options(6)})],
        "no more than 5 items allowed [json-pointer:/blocks/0/accessory/options]",
    ),
    "eleven checkboxes": (
        [actions({"type": "checkboxes", "action_id": "a", "options": options(11)})],
        "no more than 10 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ),
    "text box among actions": (
        [actions({"type": "plain_text_input", "action_id": "a"})],
        "unsupported element: plain_text_input [json-pointer:/blocks/0/elements/0/type]",
    ),
    "input in a message": (
        [question({"type": "plain_text_input"})],
        "unsupported_block: input [json-pointer:/blocks/0/type]",
    ),
    "picture without words": (
        [{"type": "image", "image_url": "https://example.com/a.png"}],
        "missing required field: alt_text [json-pointer:/blocks/0]",
    ),
    "thumbs up only": (
        [{"type": "context_actions", "elements": [{"type": "feedback_buttons", "positive_button": {}}]}],
        "missing required field: negative_button [json-pointer:/blocks/0/elements/0]",
    ),
    "much markdown": (
        [{"type": "markdown", "text": "x" * 7_000}] * 2,
        "markdown blocks must hold less than 12001 characters in all [json-pointer:/blocks]",
    ),
    "three charts": ([bars("A")] * 3, "no more than 2 data_visualization blocks allowed [json-pointer:/blocks]"),
    "empty slice": (
        [chart("pie", segments=[{"label": "Yes", "value": 0}])],
        "must be greater than 0 [json-pointer:/blocks/0/chart/segments/0/value]",
    ),
    "long chart title": (
        [bars("A") | {"title": "x" * 51}],
        "must be less than 51 characters [json-pointer:/blocks/0/title]",
    ),
    "21 points": (
        [bars(*(str(number) for number in range(21)))],
        "no more than 20 items allowed [json-pointer:/blocks/0/chart/series/0/data]",
    ),
    "long label": (
        [bars("x" * 21)],
        "must be less than 21 characters [json-pointer:/blocks/0/chart/series/0/data/0/label]",
    ),
    "102 rows": ([data_table(rows=102)], "no more than 101 items allowed [json-pointer:/blocks/0/rows]"),
    "21 columns": ([data_table(columns=21)], "no more than 20 items allowed [json-pointer:/blocks/0/rows/0]"),
    "large tables": (
        [{"type": "table", "rows": [[{"type": "raw_text", "text": "x" * 6_000}]]}] * 2,
        "tables must hold less than 10001 characters in all [json-pointer:/blocks]",
    ),
    "empty rich text": (
        [
            {
                "type": "rich_text",
                "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": ""}]}],
            }
        ],
        "must be more than 0 characters [json-pointer:/blocks/0/elements/0/elements/0/text]",
    ),
}


@pytest.mark.parametrize(("blocks", "complaint"), REJECTED.values(), ids=REJECTED.keys())
def test_a_bad_block_is_rejected(blocks: list[Block], complaint: str) -> None:
    assert complaint in check_message({"text": "Hi", "blocks": blocks})


TEXT_BOX = {"type": "plain_text_input", "action_id": "a", "max_length": 3_000}
GOOD_VIEWS = {
    "modal": modal(private_metadata="x" * 3_000, callback_id="ask", close=plain("Close")),
    "form": modal(question(TEXT_BOX), submit=plain("Send")),
    "home": home(question(TEXT_BOX, dispatch_action=True), bars("Yes")),
    "hundred blocks": home(*[section()] * 100),
    "number": modal(question({"type": "number_input", "is_decimal_allowed": False}), submit=plain("Send")),
}


@pytest.mark.parametrize("view", GOOD_VIEWS.values(), ids=GOOD_VIEWS.keys())
def test_a_good_view_is_accepted(view: Block) -> None:
    assert check_view(view) == []


BAD_VIEWS = {
    "long title": (modal(title=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/title/text]"),
    "no title": ({"type": "modal", "blocks": [section()]}, "missing required field: title [json-pointer:/view]"),
    "home with a title": (home(title=plain("A")), "invalid additional property: title [json-pointer:/view]"),
    "other type": (home(type="dialog"), "unsupported type: dialog [json-pointer:/view/type]"),
    "form without submit": (
        modal(question(TEXT_BOX)),
        "missing required field: submit, as there are input blocks [json-pointer:/view]",
    ),
    "long metadata": (
        modal(private_metadata="x" * 3_001),
        "must be less than 3001 characters [json-pointer:/view/private_metadata]",
    ),
    "101 blocks": (modal(*[section()] * 101), "no more than 100 items allowed [json-pointer:/view/blocks]"),
    "thumbs": (modal(feedback()), "unsupported_block: context_actions [json-pointer:/view/blocks/0/type]"),
    "chart in a modal": (modal(bars("A")), "unsupported_block: data_visualization [json-pointer:/view/blocks/0/type]"),
    "large box": (
        modal(question({**TEXT_BOX, "max_length": 3_001}), submit=plain("Send")),
        "must be no more than 3000 [json-pointer:/view/blocks/0/element/max_length]",
    ),
    "too large": (
        modal(*[section("x" * 3_000)] * 90),
        "view_too_large: must be at most 250000 bytes as JSON [json-pointer:/view]",
    ),
    "not a view": ([], "must provide an object [json-pointer:/view]"),
}


@pytest.mark.parametrize(("view", "complaint"), BAD_VIEWS.values(), ids=BAD_VIEWS.keys())
def test_a_bad_view_is_rejected(view: Any, complaint: str) -> None:
    assert complaint in check_view(view)
