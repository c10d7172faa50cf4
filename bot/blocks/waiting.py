"""What waits for a second lead, on the leads' Home tab."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.additions import Addition
from bot.blocks.kit import Block, context, divider, escape, header, marked, shorten, typed
from bot.blocks.letters import proposal_buttons
from bot.blocks.recall import side_by_side
from bot.blocks.reviews import correction_buttons

MOST_WAITING = 4
MOST_SHOWN = 2_000  # characters of an answer
MOST_LINE = 300


@dataclass(frozen=True)
class Waiting:
    """An answer or a correction, and what it is about."""

    addition: Addition
    question: str
    answer: str
    before: str | None = None  # what people get until then; None for a new answer


def waiting_blocks(waiting: Sequence[Waiting], reader: str) -> list[Block]:
    """A heading and up to three blocks for each, oldest first; [] when nothing waits. At most 15 blocks."""
    if not waiting:
        return []
    rows = [block for one in waiting[:MOST_WAITING] for block in _row(one, reader)]
    more = len(waiting) - MOST_WAITING
    return [
        header("Waiting for a second lead"),
        *rows,
        *([context([f"and {more} more"])] if more > 0 else []),
        divider(),
    ]


def _row(one: Waiting, reader: str) -> list[Block]:
    """Nobody approves their own, so its author is shown no buttons."""
    is_own = one.addition.author == reader
    who = "You" if is_own else f"<@{one.addition.author}>"
    about = f"“{escape(shorten(one.question, MOST_LINE))}”"
    if one.before is None:
        buttons = proposal_buttons(one.addition, "waiting")
        said = [marked(f"{who} answered {about}:"), typed(shorten(one.answer, MOST_SHOWN))]
    else:
        wrong = escape(shorten(str(one.addition.content["note"]), MOST_LINE))
        buttons = correction_buttons(one.addition, "waiting")
        said = [
            marked(f"{who} corrected the answer to {about}. What was wrong: {wrong}"),
            side_by_side(one.before, one.answer, ("Now", "Proposed")),
        ]
    return [*said, *([] if is_own else buttons)]
