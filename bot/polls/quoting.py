"""A poll typed in one line: "Question" "A" "B". Phones bend quotes, and people leave some out."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.polls.planning import FEWEST_OPTIONS, MOST_TITLE, new_plan
from bot.polls.poll import Plan, Question

_DOUBLE = re.compile(r"""["“”„‟«»＂]+|''+|‘‘+|’’+""")
_SINGLE = re.compile(r"['‘’]")
_BLANK = re.compile(r"[\s,;]*")  # what may stand between two quoted texts


@dataclass(frozen=True)
class Unclear:
    """Quotes that can be read in more than one way, or too little in them: the plan holds the likeliest reading."""

    plan: Plan


@dataclass(frozen=True)
class _Mark:
    """One run of quote marks, by where it stands: `turn` is how many quotes it opens, less those that it closes."""

    start: int
    end: int
    turn: int

    def width(self, quotes: int) -> int:
        """How many characters so many of its quotes have: two apostrophes are one quote."""
        return quotes * (self.end - self.start) // abs(self.turn)


def quick_poll(typed: str) -> Plan | Unclear:
    """The poll that was typed, or what could be made of it; the limits are `planning.problems`'s to look at."""
    text = typed.strip()
    is_double = bool(_DOUBLE.search(text))
    marks = list(_marks(text, _DOUBLE if is_double else _SINGLE))
    if not is_double:
        marks = _paired(text, marks)
    pieces = _nested(text, marks) or _flat(text, marks)
    if pieces is None:
        return Unclear(_plan(_crude(text, marks)))
    plan = _plan(pieces)
    return plan if len(pieces) > FEWEST_OPTIONS and all(pieces) else Unclear(plan)


def _plan(pieces: Sequence[str]) -> Plan:
    """The first piece asks, the others are its options; empty ones are left out."""
    asked, *options = [*filter(None, pieces)] or [""]
    return new_plan(Question(asked, options=tuple(options)), title=_title(asked))


def _title(asked: str) -> str:
    if len(asked) <= MOST_TITLE:
        return asked
    return asked[: MOST_TITLE - 1].rsplit(" ", 1)[0] + "…"


def _marks(text: str, pattern: re.Pattern[str]) -> Iterator[_Mark]:
    """The quotes in order. What stands between letters, as in don't and 6"x4", is none."""
    depth = 0
    for found in pattern.finditer(text):
        # Two apostrophes are one quote; of other marks each counts.
        count = 1 if found[0][0] in "'‘’" else len(found[0])
        opens = found.start() == 0 or _is_blank(text[found.start() - 1])
        closes = found.end() == len(text) or _is_blank(text[found.end()])
        if opens and closes:
            turns = [0] if count > 1 and depth == 0 else [-1, 1] if count > 1 else [-1 if depth else 1]
        elif opens:
            turns = [count]
        elif closes:
            turns = [-count]
        elif count > 1 and depth == 1:  # "A""B"
            turns = [-1, 1]
        else:
            turns = [-1] if depth > 1 else []
        if len(turns) == 2:
            yield _Mark(found.start(), found.start() + 1, turns[0])
            yield _Mark(found.start() + 1, found.end(), turns[1])
        elif turns:
            yield _Mark(found.start(), found.end(), turns[0])
        depth = max(0, depth + sum(turns))


def _paired(text: str, marks: Sequence[_Mark]) -> list[_Mark]:
    """Single quotes that can only be quotes: one opens the text, and one closes only before the next one opens.

    All others are apostrophes, as in GPs’ views.
    """
    kept: list[_Mark] = []
    for position, mark in enumerate(marks):
        after = marks[position + 1] if position + 1 < len(marks) else None
        if kept and kept[-1].turn > 0:
            rest = text[mark.end : after.start if after else len(text)]
            is_quote = mark.turn < 0 and _is_blank(rest) and (after is None or after.turn > 0)
        else:
            is_quote = mark.turn > 0 and _is_blank(text[kept[-1].end if kept else 0 : mark.start])
        if is_quote:
            kept.append(mark)
    return kept


def _nested(text: str, marks: Sequence[_Mark]) -> list[str] | None:
    """The quoted texts where every quote is closed; a text may hold quotes of its own."""
    pieces: list[str] = []
    depth, end = 0, 0
    first: _Mark | None = None  # the quote that opened the text we are in
    for mark in marks:
        if first is None and (mark.turn < 0 or not _is_blank(text[end : mark.start])):
            return None
        depth, end = depth + mark.turn, mark.end
        if depth < 0:
            return None
        if mark.turn == 0:
            pieces.append("")
        elif depth == 0 and first:
            around = min(first.turn, -mark.turn)
            pieces.append(_clean(text[first.start + first.width(around) : mark.end - mark.width(around)]))
            first = None
        else:
            first = first or mark
    return pieces if pieces and depth == 0 and _is_blank(text[end:]) else None


def _flat(text: str, marks: Sequence[_Mark]) -> list[str] | None:
    """The quoted texts where one is not closed: it goes on until the next one opens, or to the end."""
    unclosed = sum(one.turn > 0 and other.turn > 0 for one, other in pairwise(marks))
    if not marks or unclosed > 1 or not _is_blank(text[: marks[0].start]):
        return None
    pieces = []
    for mark, after in zip(marks, [*marks[1:], None], strict=True):
        between = text[mark.end : after.start if after else len(text)]
        if mark.turn > 0:
            pieces.append(_clean(between).rstrip(" ,;"))
        elif not _is_blank(between):
            return None
    return pieces


def _crude(text: str, marks: Sequence[_Mark]) -> list[str]:
    """What stands between quotes, wherever they are; without any, a line each."""
    if not marks:
        return [_clean(line) for line in text.splitlines()]
    at = [0, *(edge for mark in marks for edge in (mark.start, mark.end)), len(text)]
    pieces = [_clean(text[start:end]) for start, end in zip(at[::2], at[1::2], strict=True)]
    return [piece for piece in pieces if not _is_blank(piece)]


def _is_blank(text: str) -> bool:
    return bool(_BLANK.fullmatch(text))


def _clean(piece: str) -> str:
    """A text on one line."""
    return " ".join(piece.split())
