"""What stands in the windows in which a poll is made, as Slack sends it: by block and action."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from bot.polls import Kind, Question, Repeats, Results, Voice
from bot.polls.filling import Filled

View = Mapping[str, Any]
_OF_QUESTION = re.compile(r"(\w+)-(\d+)\.(\d+)")


def read_form(view: View, kept: Filled) -> Filled:
    """What stands in a poll's form; what it does not show stays as it was kept."""
    held, plan = _Held(view), kept.plan
    return Filled(
        replace(
            plan,
            title=held.text("title", plan.title),
            questions=(read_question(view, plan.questions[0]), *plan.questions[1:]),
            channels=held.several("channels", "selected_conversations", plan.channels),
            is_anonymous=held.picked("names", "anonymous" if plan.is_anonymous else "named") == "anonymous",
            results=Results(held.picked("results", plan.results.value)),
            voice=Voice(held.picked("voice", plan.voice.value)),
            repeats=Repeats(held.picked("repeats", plan.repeats.value)),
            owners=held.several("owners", "selected_users", plan.owners),
        ),
        opens=held.text("opens_at", kept.opens),
        closes=held.text("closes_at", kept.closes),
    )


def read_question(view: View, kept: Question) -> Question:
    """The question whose fields a window shows; what its kind does not show stays as it was."""
    held = _Held(view)
    lines = held.text("options", "\n".join(kept.options)).splitlines()
    return Question(
        text=held.text("question", kept.text),
        kind=Kind(held.picked("kind", kept.kind.value)),
        options=tuple(filter(None, (line.strip() for line in lines))),
        most=int(held.picked("most", str(kept.most))),
        ends=(held.text("low", kept.ends[0]).strip(), held.text("high", kept.ends[1]).strip()),
    )


def stamp_of(view: View) -> int:
    """The stamp with which the first question's fields were drawn."""
    found = [match for block in view.get("blocks", []) if (match := _OF_QUESTION.fullmatch(_id(block)))]
    return int(found[0][3]) if found else 0


def at_fields(view: View, problems: Mapping[str, str]) -> dict[str, str]:
    """Problems by the block that each is shown at, several in one where the window has no field of its own for them."""
    said: dict[str, list[str]] = {}
    inputs = [_id(block) for block in view["blocks"] if block["type"] == "input"]
    for field, sentence in problems.items():
        block_id, words = _place(field, sentence, inputs)
        said.setdefault(block_id, []).append(words)
    return {block_id: " ".join(sentences) for block_id, sentences in said.items()}


def _place(field: str, sentence: str, inputs: list[str]) -> tuple[str, str]:
    if field in inputs:
        return field, sentence
    name, _, number = field.partition("-")
    wanted = [f"{one}-{number}." for one in ((name, "low", "question") if name == "options" else (name,))]
    found = _first(one for start in wanted for one in inputs if one.startswith(start))
    if found:
        return found, sentence
    first = _first(one for one in inputs if one.startswith("question-")) or inputs[0]
    return first, f"Question {number}: {sentence}" if number else sentence


def _first(found: Iterable[str]) -> str | None:
    return next(iter(found), None)


def _id(block: Mapping[str, Any]) -> str:
    return str(block.get("block_id", ""))


class _Held:
    """The values of a window's fields by name, whatever the number and stamp in their block_id."""

    def __init__(self, view: View) -> None:
        self._held: dict[str, Mapping[str, Any]] = {}
        for block_id, elements in ((view.get("state") or {}).get("values") or {}).items():
            found = _OF_QUESTION.fullmatch(block_id)
            self._held[found[1] if found else block_id] = next(iter(elements.values()), {})

    def text(self, name: str, kept: str) -> str:
        return str(self._held[name].get("value") or "") if name in self._held else kept

    def picked(self, name: str, kept: str) -> str:
        option = self._held.get(name, {}).get("selected_option") or {}
        return str(option.get("value") or kept)

    def several(self, name: str, key: str, kept: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(self._held[name].get(key) or ()) if name in self._held else kept
