"""The keys that each kind of record may have, and what each key should hold."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.knowledge.entry import Audience, ByWhen, Duty, Edition, Facet, Who

MOST_ANSWER = 2_500  # Slack takes 3,000 characters a section; escaping and the edition line need room
MOST_LINE = 600
MOST_LINES = 25  # of an answer
MOST_SOURCES = 6  # Slack takes ten lines of small print, and four are spoken for
MOST_QUESTION = 140  # Slack takes 150 characters a header


@dataclass(frozen=True)
class Problem:
    """One mistake in the knowledge, or (`warning`) one thing to look at."""

    file: str
    record: str | None  # the id, or "number 3" for a record without one
    key: str | None
    text: str
    warning: bool = False

    def __str__(self) -> str:
        where = f'{self.file}: entry "{self.record}": ' if self.record else f"{self.file}: "
        return where + (f'"{self.key}" ' if self.key else "") + self.text


@dataclass(frozen=True)
class Key:
    """What a key should hold (`expected`, for people) and how to take it; `take` raises ValueError otherwise."""

    expected: str
    take: Callable[[Any], Any]
    required: bool = False


def take_text(most: int) -> Callable[[Any], str]:
    def take(value: Any) -> str:
        if not isinstance(value, str) or not value.strip():
            raise ValueError
        if len(value.strip()) > most:
            raise ValueError(f"has {len(value.strip()):,} characters, and {most:,} is the most that fits in Slack")
        return value.strip()

    return take


def take_id(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", value) or len(value) > 80:
        raise ValueError
    return value


def _few_texts(most: int) -> Callable[[Any], tuple[str, ...]]:
    def take(value: Any) -> tuple[str, ...]:
        texts = take_texts(value)
        if len(texts) > most:
            raise ValueError(f"has {len(texts)} items, and {most} is the most that fits in a reply")
        return texts

    return take


def _answer(value: Any) -> str:
    text = take_text(MOST_ANSWER)(value)
    if text.count("\n") >= MOST_LINES:
        raise ValueError(f"has more than {MOST_LINES} lines, which do not fit in a reply")
    return text


def take_texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError
    return tuple(take_text(MOST_LINE)(item) for item in value)


def _date(value: Any) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError
    return value


def take_whole(least: int, most: int) -> Callable[[Any], int]:
    def take(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ValueError
        return value

    return take


def take_flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _address(value: Any) -> str:
    if value == "":  # what a lead wrote down may stand nowhere on the web
        return ""
    if not isinstance(value, str) or not value.startswith(("https://", "http://")) or any(c in value for c in " <>|"):
        raise ValueError
    return value


def _mapping(value: Any, keys: Mapping[str, Callable[[Any], Any]], required: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(value, dict) or not value or set(value) - set(keys) or set(required) - set(value):
        raise ValueError
    return {name: keys[name](item) for name, item in value.items()}


def _by_when(value: Any) -> ByWhen:
    return ByWhen(**_mapping(value, {"date": _date, "text": take_text(MOST_LINE)}, ("date", "text")))


def _who(value: Any) -> Who:
    return Who(**_mapping(value, {"responsible": take_text(MOST_LINE), "checked_by": take_text(MOST_LINE)}, ()))


def _duty(value: Any) -> Duty:
    if not isinstance(value, dict) or value.get("kind") not in ("must", "may"):
        raise ValueError
    duty = Duty(**_mapping(value, {"kind": take_text(4), "section": take_text(20)}, ("kind",)))
    if duty.kind == "must" and duty.section is None:
        raise ValueError('has kind "must" without a section; give the section of the Act, such as section: "14R"')
    return duty


def _expect(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, list) and not value:
        raise ValueError(value)
    return take_texts(value) if isinstance(value, list) else (take_text(MOST_LINE)(value),)


_ID = Key("a short name of small letters, digits and hyphens, such as online-booking", take_id, required=True)
_LINE = Key("a line of text", take_text(MOST_LINE))
_QUESTIONS = Key("a list of questions", take_texts, required=True)

ENTRY: Mapping[str, Key] = {
    "id": _ID,
    "question": Key("a question", take_text(MOST_QUESTION), required=True),
    "also": _QUESTIONS,
    "answer": Key("a text", _answer, required=True),
    "sources": Key("a list of keys of sources.yaml", _few_texts(MOST_SOURCES), required=True),
    "edition": Key(f"one of {', '.join(Edition)}", Edition, required=True),
    "checked": Key("a date such as 2012-12-31", _date, required=True),
    "owner": Key("a role", take_text(80), required=True),
    "review_by": Key("a date such as 2012-12-31", _date, required=True),
    "part": Key("a whole number from 1 to 9", take_whole(1, 9)),
    "for_practices": _LINE,
    "for_ccgs": _LINE,
    "by_when": Key('a date and a text, such as {date: 2015-03-31, text: "By March 2015."}', _by_when),
    "who": Key("responsible, checked_by or both, each a text", _who),
    "measure": _LINE,
    "duty": Key('a kind (must or may) and a section, such as {kind: must, section: "14R"}', _duty),
    "related": Key("a list of entry ids", take_texts),
    "audience": Key(f"one of {', '.join(Audience)}", Audience),
    "reviewed": Key("a date such as 2012-12-31", _date),
    "reviewed_by": Key("the name or role of whoever reviewed it", take_text(80)),
    "correction": Key("a line on what was wrong before and is right now", take_text(MOST_LINE)),
}

SOURCE: Mapping[str, Key] = {
    "title": Key("a text", take_text(300), required=True),
    "publisher": Key("a text", take_text(120), required=True),
    "date": Key('a date as the publisher gives it, in quotes, such as "Nov 2012"', take_text(60), required=True),
    "address": Key('a web address that starts with http:// or https://, or ""', _address, required=True),
}

TERM: Mapping[str, Key] = {
    "id": _ID,
    "term": Key("an acronym or a name", take_text(80), required=True),
    "expansion": Key("what it stands for", take_text(120), required=True),
    "meaning": Key("a line of text", take_text(MOST_LINE), required=True),
    "also": Key("a list of other names", take_texts),
    "entry": Key("an entry id", take_text(80)),
    "exact_case": Key("true or false", take_flag),
}

SMALL_TALK: Mapping[str, Key] = {
    "id": _ID,
    "also": Key("a list of phrases", take_texts, required=True),
    "answer": Key("a text", take_text(MOST_ANSWER), required=True),
}

FOLLOW_UP: Mapping[str, Key] = {
    "facet": Key(f"one of {', '.join(Facet)}", Facet, required=True),
    "also": Key("a list of phrases", take_texts, required=True),
    "missing": Key("a line of text", take_text(MOST_LINE), required=True),
}

ASK: Mapping[str, Key] = {
    "ask": Key("a question", take_text(MOST_LINE), required=True),
    "expect": Key(
        "the id it should find, a list of ids that each answer it, or null where nothing should be answered",
        _expect,
        required=True,
    ),
    "known_gap": Key("why it is not found yet", take_text(MOST_LINE)),
}


def take_record(
    file: str, record: object, keys: Mapping[str, Key], name: str
) -> tuple[dict[str, Any] | None, list[Problem]]:
    """The record's values by key, or None with every problem it has. `name` stands in for a missing id."""
    if not isinstance(record, dict):
        return None, [Problem(file, name, None, f"should be keys and values, found {found(record)}")]
    label = str(record.get("id") or record.get("facet") or name)
    problems = [
        Problem(file, label, str(key), f"is not a key the bot knows; it knows {', '.join(keys)}")
        for key in record
        if key not in keys
    ]
    values: dict[str, Any] = {}
    for name_of, key in keys.items():
        if name_of not in record:
            if key.required:
                problems.append(Problem(file, label, name_of, f"is missing; it should be {key.expected}"))
            continue
        try:
            values[name_of] = key.take(record[name_of])
        except ValueError as error:
            own_words = error.args[0] if error.args and str(error.args[0]).startswith("has ") else None
            text = own_words or f"should be {key.expected}, found {found(record[name_of])}"
            problems.append(Problem(file, label, name_of, text))
    return (None if problems else values), problems


def found(value: object) -> str:
    """A value as an author would recognise it."""
    kinds = {str: "text", bool: "yes or no", int: "number", float: "number", list: "list", dict: "keys and values"}
    if value is None:
        return "nothing"
    shown = str(value)
    kind = kinds.get(type(value), type(value).__name__)
    return f'{kind} "{shown[:60]}…"' if len(shown) > 60 else f'{kind} "{shown}"'
