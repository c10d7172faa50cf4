"""What stands in the form of a poll, perhaps not finished."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from bot.polls.poll import Plan, Question, plan_as_json, plan_from_json


@dataclass(frozen=True)
class Filled:
    """A plan as it stands in the form, with its two times as they were typed."""

    plan: Plan
    opens: str = ""
    closes: str = ""


EMPTY = Filled(Plan("", (Question(""),)))


def fingerprint(plan: Plan) -> str:
    """Changes with the list of further questions: a button drawn before that names other questions."""
    return f"{crc32(json.dumps(plan_as_json(plan)['questions'][1:]).encode()):x}"


def filled_as_json(filled: Filled) -> dict[str, Any]:
    return {"plan": plan_as_json(filled.plan), "opens": filled.opens, "closes": filled.closes}


def filled_from_json(made: Mapping[str, Any]) -> Filled:
    return Filled(plan_from_json(made["plan"]), made["opens"], made["closes"])
