"""The made-up CCG and what its people type and decide, read from the files beside this module."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from bot.practices import Practice
from bot.schedule import at_london


@dataclass(frozen=True)
class Topic:
    """Something that people ask about, in their wordings; and what leads make of it where it has to wait."""

    name: str
    weight: int
    wordings: Sequence[str]
    first: date
    last: date
    entry: str | None = None  # that answers it; None for what only the CCG can answer
    after: int | None = None  # working days until a lead sees to it; None: not within the quarter
    reason: str | None = None  # why it is dismissed
    question: str = ""  # as the lead's answer has it
    answer: str = ""
    part: int = 0  # of the mandate

    def is_asked_on(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Said:
    """What is typed at a time, in UTC."""

    at: datetime
    text: str


@dataclass(frozen=True)
class Outcome:
    """What a lead says came of a poll. The time is UTC."""

    at: datetime
    heard: str
    will_do: str


@dataclass(frozen=True)
class PollPlan:
    """A poll, who makes it and when, and how people vote. The time is UTC."""

    title: str
    opens_at: datetime
    lead: str
    channel: str
    voters: int
    chances: Sequence[Sequence[Any]]  # for each question how likely each choice is, or texts to pick from
    typed: Mapping[str, str]  # into the form, by field
    template: str | None = None
    kind: str = "one"
    outcome: Outcome | None = None


@dataclass(frozen=True)
class Quarter:
    """All that a play needs. `busy` says how much a practice asks, by code."""

    ccg_name: str
    leads: Sequence[str]
    channels: Mapping[str, str]
    first: date
    last: date
    closed: Sequence[date]
    weeks: Sequence[int]  # questions
    people: int
    practices: Sequence[Practice]
    busy: Mapping[str, int]
    asked: Sequence[Topic]
    local: Sequence[Topic]  # only the CCG can answer these
    follow_ups: Sequence[str]
    notes: Sequence[str]
    refused: Sequence[Said]
    polls: Sequence[PollPlan]


def read_quarter() -> Quarter:
    """The quarter that comes with the bot."""
    made = _read("ccg.yaml")
    first, last = made["first"], made["last"]
    practices = made["practices"]
    return Quarter(
        ccg_name=made["name"],
        leads=made["leads"],
        channels=made["channels"],
        first=first,
        last=last,
        closed=made["closed"],
        weeks=made["weeks"],
        people=made["people"],
        practices=[Practice(one["code"], one["name"], locality=one["locality"]) for one in practices],
        busy={one["code"]: one["busy"] for one in practices},
        asked=[_topic(one, first, last) for one in _read("asked.yaml")],
        local=[_topic(one, first, last) for one in _read("local.yaml")],
        follow_ups=made["follow_ups"],
        notes=made["notes"],
        refused=[Said(_time(one["at"]), one["text"]) for one in made["refused"]],
        polls=[_poll(one, made) for one in made["polls"]],
    )


def _read(name: str) -> Any:
    return yaml.safe_load((Path(__file__).parent / name).read_text(encoding="utf-8"))


def _topic(made: Mapping[str, Any], first: date, last: date) -> Topic:
    return Topic(
        name=str(made["topic"]),
        weight=made["weight"],
        wordings=[str(one) for one in made["ask"]],
        first=made.get("from", first),
        last=made.get("until", last),
        entry=made.get("entry"),
        after=made.get("after"),
        reason=made.get("reason"),
        question=made.get("question", ""),
        answer=made.get("answer", ""),
        part=made.get("part", 0),
    )


def _poll(made: Mapping[str, Any], ccg: Mapping[str, Any]) -> PollPlan:
    typed = {name: made[name] for name in ("title", "names", "voice", "results") if name in made}
    typed["closes_at"] = made["closes"]
    if not made.get("template"):
        typed["question"] = made["title"]
    if "options" in made:
        typed["options"] = "\n".join(made["options"])
    if "ends" in made:
        typed["low"], typed["high"] = made["ends"]
    said = made.get("outcome")
    return PollPlan(
        title=made["title"],
        opens_at=_time(made["opens"]),
        lead=ccg["leads"][made["by"]],
        channel=ccg["channels"][made["channel"]],
        voters=made["voters"],
        chances=made["chances"],
        typed=typed,
        template=made.get("template"),
        kind=made.get("kind", "one"),
        outcome=Outcome(_time(said["at"]), said["heard"], said["will_do"]) if said else None,
    )


def _time(text: str) -> datetime:
    """A time of day in London, such as 2012-10-09 10:15, in UTC."""
    local = datetime.fromisoformat(text)
    return at_london(local.date(), local.time())
