"""What Slack accepts as block elements: buttons, menus, pickers and inputs.

https://docs.slack.dev/reference/block-kit/block-elements. Left out, and so refused: file_input, rich_text_input,
email_text_input, url_text_input and workflow_button, which the bot has no use for.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from bot.standin.shapes import (
    Check,
    Place,
    all_of,
    anything,
    boolean,
    choice,
    integer,
    items,
    plain,
    shape,
    string,
    text,
)

ID = string(255)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")

# https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object
_CONFIRM = shape(
    {"title": plain(100), "text": plain(300), "confirm": plain(30), "deny": plain(30)},
    {"style": choice("primary", "danger")},
)
_DISPATCH = shape({"trigger_actions_on": items(choice("on_enter_pressed", "on_character_entered"), 1, 2)})


def _pattern(expression: re.Pattern[str], example: str) -> Check:
    def check(place: Place, value: Any) -> None:
        if not isinstance(value, str) or not expression.fullmatch(value):
            place.complain(f"must look like {example}")

    return check


# https://docs.slack.dev/reference/block-kit/composition-objects/option-object
_OPTION = shape({"text": plain(75), "value": string(150)}, {"description": plain(75)})
_RICHER_OPTION = shape({"text": text(75), "value": string(150)}, {"description": text(75)})
_OVERFLOW_OPTION = shape({"text": plain(75), "value": string(150)}, {"description": plain(75), "url": string(3_000)})
_OPTION_GROUP = shape({"label": plain(75), "options": items(_OPTION, 1, 100)})


def image_source(place: Place, image: Any) -> None:
    if ("image_url" in image) == ("slack_file" in image):
        place.complain("must define either `image_url` or `slack_file`")


def _one_source(place: Place, element: Any) -> None:
    if ("options" in element) == ("option_groups" in element):
        place.complain("must define either `options` or `option_groups`")


def _initial_among_options(place: Place, element: Any) -> None:
    """What is chosen at first must be one of the options, letter for letter."""
    offered = _listed(element.get("options"))
    for group in _listed(element.get("option_groups")):
        offered += _listed(group.get("options") if isinstance(group, dict) else None)
    chosen = [element["initial_option"]] if "initial_option" in element else _listed(element.get("initial_options"))
    if any(one not in offered for one in chosen):
        place.complain("initial option is not among the options")


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else []


def _min_before_max(place: Place, element: Any) -> None:
    least, most = element.get("min_length"), element.get("max_length")
    if isinstance(least, int) and isinstance(most, int) and least > most:
        place.complain("min_length must not be greater than max_length")


_ACTION: Mapping[str, Check] = {"action_id": ID}
_INPUT: Mapping[str, Check] = {**_ACTION, "focus_on_load": boolean}
_CHOOSER: Mapping[str, Check] = {**_INPUT, "confirm": _CONFIRM}
_MENU: Mapping[str, Check] = {**_CHOOSER, "placeholder": plain(150)}
_MULTI_MENU: Mapping[str, Check] = {**_MENU, "max_selected_items": integer(1)}
_OPTIONS: Mapping[str, Check] = {"options": items(_OPTION, 1, 100), "option_groups": items(_OPTION_GROUP, 1, 100)}
_QUERY: Mapping[str, Check] = {"min_query_length": integer(0)}
_PEOPLE = items(ID, 0, 1_000)
_CONVERSATIONS: Mapping[str, Check] = {"default_to_current_conversation": boolean, "filter": anything}


def _static(menu: Mapping[str, Check], initial: Mapping[str, Check]) -> Check:
    return all_of(shape({}, {**menu, **_OPTIONS, **initial}), _one_source, _initial_among_options)


def _boxes(initial: Mapping[str, Check]) -> Check:
    offered = {"options": items(_RICHER_OPTION, 1, 10)}
    return all_of(shape(offered, {**_CHOOSER, **initial}), _initial_among_options)


_FEEDBACK = shape({"text": plain(75), "value": string(2_000)}, {"accessibility_label": string(75)})

ELEMENTS: Mapping[str, Check] = {
    "button": shape(
        {"text": plain(75)},
        {
            **_ACTION,
            "value": string(2_000, least=0),
            "url": string(3_000),
            "style": choice("primary", "danger"),
            "confirm": _CONFIRM,
            "accessibility_label": string(75),
            "visible_to_user_ids": items(ID, 1, 1_000),
        },
    ),
    "image": all_of(
        shape({"alt_text": string(2_000)}, {"image_url": string(3_000), "slack_file": anything}),
        image_source,
    ),
    "overflow": shape({"options": items(_OVERFLOW_OPTION, 1, 5)}, {**_ACTION, "confirm": _CONFIRM}),
    "radio_buttons": _boxes({"initial_option": _RICHER_OPTION}),
    "checkboxes": _boxes({"initial_options": items(_RICHER_OPTION, 1, 10)}),
    "static_select": _static(_MENU, {"initial_option": _OPTION}),
    "multi_static_select": _static(_MULTI_MENU, {"initial_options": items(_OPTION, 1, 100)}),
    "external_select": shape({}, {**_MENU, **_QUERY, "initial_option": _OPTION}),
    "multi_external_select": shape({}, {**_MULTI_MENU, **_QUERY, "initial_options": items(_OPTION, 1, 100)}),
    "users_select": shape({}, {**_MENU, "initial_user": ID}),
    "multi_users_select": shape({}, {**_MULTI_MENU, "initial_users": _PEOPLE}),
    "conversations_select": shape(
        {}, {**_MENU, **_CONVERSATIONS, "initial_conversation": ID, "response_url_enabled": boolean}
    ),
    "multi_conversations_select": shape({}, {**_MULTI_MENU, **_CONVERSATIONS, "initial_conversations": _PEOPLE}),
    "channels_select": shape({}, {**_MENU, "initial_channel": ID, "response_url_enabled": boolean}),
    "multi_channels_select": shape({}, {**_MULTI_MENU, "initial_channels": _PEOPLE}),
    "datepicker": shape({}, {**_MENU, "initial_date": _pattern(_DATE, "2012-11-13")}),
    "timepicker": shape({}, {**_MENU, "initial_time": _pattern(_TIME, "15:00"), "timezone": string(255)}),
    "datetimepicker": shape({}, {**_CHOOSER, "initial_date_time": integer(1_000_000_000, 9_999_999_999)}),
    "plain_text_input": all_of(
        shape(
            {},
            {
                **_INPUT,
                "placeholder": plain(150),
                "initial_value": string(3_000, least=0),
                "multiline": boolean,
                "min_length": integer(0, 3_000),
                "max_length": integer(1, 3_000),
                "dispatch_action_config": _DISPATCH,
            },
        ),
        _min_before_max,
    ),
    "number_input": shape(
        {"is_decimal_allowed": boolean},
        {
            **_INPUT,
            "placeholder": plain(150),
            "initial_value": string(255),
            "min_value": string(255),
            "max_value": string(255),
            "dispatch_action_config": _DISPATCH,
        },
    ),
    "feedback_buttons": shape({"positive_button": _FEEDBACK, "negative_button": _FEEDBACK}, _ACTION),
    "icon_button": shape(
        {"icon": string(255), "text": plain(75)},
        {
            **_ACTION,
            "value": string(2_000, least=0),
            "confirm": _CONFIRM,
            "accessibility_label": string(75),
            "visible_to_user_ids": items(ID, 1, 1_000),
        },
    ),
}


def only(names: Iterable[str]) -> Mapping[str, Check]:
    """The checks of the elements that one kind of block may hold."""
    return {name: ELEMENTS[name] for name in names}


_MENUS = frozenset(name for name in ELEMENTS if name.endswith("_select"))
_CHOOSERS = _MENUS | {"checkboxes", "radio_buttons", "datepicker", "timepicker"}
IN_SECTION = only(_CHOOSERS | {"button", "image", "overflow"})
IN_ACTIONS = only(_CHOOSERS | {"button", "overflow", "datetimepicker"})
IN_INPUT = only(_CHOOSERS | {"datetimepicker", "plain_text_input", "number_input"})
IN_CONTEXT_ACTIONS = only({"feedback_buttons", "icon_button"})
