"""The JSON that other programs read: one object for each question. Stable; every key is always there."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from bot.asking import Recorded, confidence, outcome_name
from bot.blocks.refusals import say_refusal
from bot.blocks.wording import KEPT_HERE, join_parts, say
from bot.conversation import subject
from bot.guard import Refusal
from bot.matching import Answer, FacetAnswer, Suggestions

MOST_RANKED = 5


def as_object(question: str, recorded: Sequence[Recorded] | Refusal, ccg_name: str) -> dict[str, Any]:
    """One message's outcome. Several questions in it are told apart under `parts`; what was refused is not repeated."""
    if isinstance(recorded, Refusal):
        return {"outcome": "refused", "kinds": list(recorded.kinds)}
    if len(recorded) == 1:
        return _part_object(question, recorded[0], ccg_name)
    parts = [_part_object(part.part.question, part, ccg_name) for part in recorded]
    first = next((part for part in parts if part["outcome"] == "answer"), parts[0])
    text = plain_text(recorded, ccg_name)
    return {**first, "question": question, "text": text, "parts": parts}


def plain_text(recorded: Sequence[Recorded] | Refusal, ccg_name: str) -> str:
    """The whole reply as plain text."""
    if isinstance(recorded, Refusal):
        return "\n\n".join(say_refusal(recorded))
    return join_parts([(part.part.question, say(part, ccg_name, KEPT_HERE, date.today())) for part in recorded])


def _part_object(question: str, recorded: Recorded, ccg_name: str) -> dict[str, Any]:
    outcome = recorded.part.outcome
    entry = subject(outcome)
    ranking = [{"entry": m.entry.id, "confidence": m.confidence} for m in recorded.part.ranking[:MOST_RANKED]]
    if entry and not ranking:
        ranking = [{"entry": entry, "confidence": confidence(recorded.part)}]
    sources = outcome.entry.sources if isinstance(outcome, (Answer, FacetAnswer)) else ()
    matches = outcome.matches if isinstance(outcome, Suggestions) else ()
    return {
        "question": question,
        "outcome": outcome_name(recorded.part),
        "entry": entry,
        "confidence": ranking[0]["confidence"] if ranking else 0,
        "text": plain_text([recorded], ccg_name),
        "sources": [
            {"key": s.key, "title": s.title, "publisher": s.publisher, "date": s.date, "url": s.address}
            for s in sources
        ],
        "suggestions": [
            {"entry": m.entry.id, "question": m.entry.question, "confidence": m.confidence} for m in matches
        ],
        "ranking": ranking,
        "parts": [],
    }
