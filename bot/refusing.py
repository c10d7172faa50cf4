"""What is refused of what somebody typed: a text by itself, and texts that say together what none says alone."""

from collections.abc import Iterable, Mapping, Sequence

from bot.guard import Kind, Refusal, look
from bot.guard.reading import Reading
from bot.guard.rules import kinds_by_rule

# What several texts are refused for only together. Looser signs are for one text: two that have nothing to do with each
# other show them too often. All that was learned is such a sign, so only rules look at several.
_TOGETHER = frozenset(Kind) - {Kind.PERSON, Kind.CLINICAL}


def refuse(text: str, before: str = "") -> Refusal | None:
    """Why `text` may not be kept, or None; `before` is what the same person said just before, which was kept."""
    return look(text) or refuse_after(before, text)


def refuse_after(before: str, text: str) -> Refusal | None:
    """The same of a `text` that is not refused alone."""
    both = _look_together([before, text]) if before else None
    return both if both and not look(before) else None


def refuse_fields(fields: Mapping[str, str]) -> dict[str, Refusal]:
    """Why the fields of a form may not be kept, by field. What only all of them show is put down to the last."""
    typed = {name: text for name, text in fields.items() if text.strip()}
    alone = {name: refusal for name, text in typed.items() if (refusal := look(text))}
    if alone or len(typed) < 2:
        return alone
    both = _look_together(list(typed.values()))
    return {list(typed)[-1]: both} if both else {}


def together(refusals: Iterable[Refusal]) -> Refusal | None:
    """Several refusals as one, each kind once; None for none."""
    kinds = tuple(dict.fromkeys(kind for refusal in refusals for kind in refusal.kinds))
    return Refusal(kinds) if kinds else None


def _look_together(texts: Sequence[str]) -> Refusal | None:
    kinds = tuple(kind for kind in kinds_by_rule(Reading("\n".join(texts))) if kind in _TOGETHER)
    return Refusal(kinds) if kinds else None
