"""The small forms behind the buttons of the review queue: assign, dismiss, sort."""

from collections.abc import Sequence

from bot.blocks.kit import Block, context, escape_short, modal, plain, shorten, typed
from bot.blocks.queue import MOST_QUESTION
from bot.review import REASONS, Group

MOST_BOXES = 10  # in one group of them; Slack takes no more
MOST_WORDINGS = 40
MOST_OPTION = 75


def assign_form(group: Group, lead: str, metadata: str) -> Block:
    """Who takes a row up: `lead`, unless they pick somebody else."""
    menu = {"type": "users_select", "action_id": "person", "initial_user": group.assignee or lead}
    blocks = [
        typed(shorten(group.text, MOST_QUESTION)),
        {"type": "input", "block_id": "assignee", "label": plain("Who takes it up?"), "element": menu},
    ]
    return modal("Assign", blocks, callback_id="queue_assign", submit="Assign", private_metadata=metadata)


def dismiss_form(group: Group, metadata: str) -> Block:
    """Why a question is closed without an answer."""
    options = [
        {"text": plain(text[:1].upper() + text[1:], MOST_OPTION), "value": reason} for reason, text in REASONS.items()
    ]
    blocks = [
        typed(shorten(group.text, MOST_QUESTION)),
        {
            "type": "input",
            "block_id": "reason",
            "label": plain("Why does it get no answer?"),
            "element": {"type": "radio_buttons", "action_id": "choice", "options": options},
        },
        context(["Everybody who asked it is told, with this reason."]),
    ]
    return modal("Dismiss", blocks, callback_id="queue_dismiss", submit="Dismiss", private_metadata=metadata)


def sort_form(group: Group, wordings: Sequence[tuple[int, str]], metadata: str) -> Block:
    """What of a row means something else, and which other row means the same.

    `wordings` has each distinct one once, with the id of a question that was asked so.
    """
    blocks: list[Block] = [typed(shorten(group.text, MOST_QUESTION))]
    if len(wordings) > 1:
        listed = wordings[:MOST_WORDINGS]
        for start in range(0, len(listed), MOST_BOXES):
            blocks.append(_boxes(listed[start : start + MOST_BOXES], start))
        if len(wordings) > len(listed):
            blocks.append(context([f"and {len(wordings) - len(listed)} more wordings"]))
    menu = {
        "type": "external_select",
        "action_id": "queue:join",
        "placeholder": plain("Type some of its words", 150),
        "min_query_length": 0,
    }
    blocks += [
        {
            "type": "input",
            "block_id": "join",
            "optional": True,
            "label": plain("Join: it means the same as"),
            "element": menu,
        },
        context(["What you join or split stays so, whatever is asked later. Do one of the two at a time."]),
    ]
    return modal("Join or split", blocks, callback_id="queue_sort", submit="Save", private_metadata=metadata)


def _boxes(wordings: Sequence[tuple[int, str]], start: int) -> Block:
    options = [
        {"text": plain(escape_short(" ".join(text.split()), MOST_OPTION)), "value": str(one)} for one, text in wordings
    ]
    return {
        "type": "input",
        "block_id": f"apart-{start}",
        "optional": True,
        "label": plain("Split: tick the wordings that mean something else" if not start else "More wordings"),
        "element": {"type": "checkboxes", "action_id": "wordings", "options": options},
    }


def row_option(group_id: int, version: int, text: str) -> Block:
    """Another row, as the menu of `sort_form` offers it."""
    return {
        "text": plain(escape_short(" ".join(text.split()), MOST_OPTION)),
        "value": f"{group_id} {version}",
    }
