"""Small checks that make up larger ones; each says what is wrong, in Slack's words, and where."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Place:
    """Where in a payload a check looks. `complaints` is shared by all places of one payload."""

    complaints: list[str]
    pointer: str = ""  # a JSON pointer (RFC 6901), such as "/blocks/0/text"

    def at(self, key: str | int) -> "Place":
        return Place(self.complaints, f"{self.pointer}/{key}")

    def complain(self, what: str) -> None:
        self.complaints.append(f"{what} [json-pointer:{self.pointer}]")


Check = Callable[[Place, Any], None]


def string(most: int, least: int = 1) -> Check:
    """A string of `least` to `most` characters."""

    def check(place: Place, value: Any) -> None:
        if not isinstance(value, str):
            place.complain("must provide a string")
        elif len(value) < least:
            place.complain(f"must be more than {least - 1} characters")
        elif len(value) > most:
            place.complain(f"must be less than {most + 1} characters")

    return check


def boolean(place: Place, value: Any) -> None:
    if not isinstance(value, bool):
        place.complain("must provide a boolean")


def number(place: Place, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        place.complain("must provide a number")


def above_zero(place: Place, value: Any) -> None:
    number(place, value)
    if isinstance(value, (int, float)) and value <= 0:
        place.complain("must be greater than 0")


def integer(least: int, most: int | None = None) -> Check:
    def check(place: Place, value: Any) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            place.complain("must provide an integer")
        elif value < least:
            place.complain(f"must be no less than {least}")
        elif most is not None and value > most:
            place.complain(f"must be no more than {most}")

    return check


def choice(*words: str) -> Check:
    def check(place: Place, value: Any) -> None:
        if value not in words:
            place.complain(f"must be one of: {', '.join(words)}")

    return check


def items(check_one: Check, least: int, most: int) -> Check:
    """An array of `least` to `most` items, each of which `check_one` looks at."""

    def check(place: Place, value: Any) -> None:
        if not isinstance(value, list):
            place.complain("must provide an array")
            return
        if len(value) < least:
            place.complain(f"no less than {least} items allowed")
        if len(value) > most:
            place.complain(f"no more than {most} items allowed")
        for position, one in enumerate(value):
            check_one(place.at(position), one)

    return check


def shape(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """An object with these keys and no others. `type` may always be there: whoever chose the shape looked at it."""
    known = {**(optional or {}), **required}

    def check(place: Place, value: Any) -> None:
        if not isinstance(value, dict):
            place.complain("must provide an object")
            return
        for key in required:
            if key not in value:
                place.complain(f"missing required field: {key}")
        for key, held in value.items():
            if key in known:
                known[key](place.at(key), held)
            elif key != "type":
                place.complain(f"invalid additional property: {key}")

    return check


def of_type(checks: Mapping[str, Check], otherwise: str = "unsupported type") -> Check:
    """An object that is checked according to its `type`; `otherwise` names the complaint about any other."""

    def check(place: Place, value: Any) -> None:
        if not isinstance(value, dict):
            place.complain("must provide an object")
            return
        kind = value.get("type")
        if isinstance(kind, str) and kind in checks:
            checks[kind](place, value)
        else:
            place.at("type").complain(f"{otherwise}: {kind}")

    return check


def all_of(*checks: Check) -> Check:
    def check(place: Place, value: Any) -> None:
        for one in checks:
            one(place, value)

    return check


def anything(place: Place, value: Any) -> None:
    """No check: Slack is the judge."""


def plain(most: int) -> Check:
    """A plain_text object. https://docs.slack.dev/reference/block-kit/composition-objects/text-object"""
    return of_type({"plain_text": _plain_text(most)}, "must be plain_text, found")


def text(most: int) -> Check:
    """A plain_text or mrkdwn object."""
    mrkdwn = shape({"text": string(most)}, {"verbatim": boolean})
    return of_type({"plain_text": _plain_text(most), "mrkdwn": mrkdwn}, "must be plain_text or mrkdwn, found")


def _plain_text(most: int) -> Check:
    return shape({"text": string(most)}, {"emoji": boolean})
