"""A person's practice: the line on the Home tab, and the form in which they choose it."""

from collections.abc import Sequence

from bot.blocks.answer_form import option
from bot.blocks.kit import Block, button, context, modal, plain, section, shorten
from bot.practices import Practice

NOT_LISTED = "That practice is no longer in the register. Pick another, or leave it empty."
MOST_LABEL = 75


def practice_row(practice: Practice | None) -> Block:
    """Which practice a person chose, with a button to choose it or another."""
    if practice is None:
        text = "Your practice: not chosen. You need not choose one."
        return section(text, accessory=button("Choose your practice", "practice:choose"))
    gone = "" if practice.is_listed else " (no longer in the register)"
    return section(f"Your practice: {practice.name}{gone}", accessory=button("Change", "practice:choose"))


def practice_form(practice: Practice | None, ccg_name: str, metadata: str) -> Block:
    """Asks for the practice, found by name or code; empty keeps none."""
    blocks: list[Block] = [
        {
            "type": "input",
            "block_id": "practice",
            "optional": True,
            "label": plain("Your practice"),
            "hint": plain("Leave it empty and I keep no practice of yours."),
            "element": practice_menu(practice),
        },
        context(
            [
                f"Leads at {ccg_name} see who chose which practice, and can correct it. "
                "With it they see how many practices ask the same question, and never who asked."
            ]
        ),
    ]
    return modal("Your practice", blocks, callback_id="practice_form", submit="Save", private_metadata=metadata)


def practice_menu(practice: Practice | None) -> Block:
    """A menu of the practices in the register, found as one types."""
    menu: Block = {
        "type": "external_select",
        "action_id": "practice:pick",
        "min_query_length": 0,
        "placeholder": plain("Type some of its name, or its code", 150),
    }
    if practice and practice.is_listed:
        menu["initial_option"] = practice_options([practice])[0]
    return menu


def practice_options(practices: Sequence[Practice]) -> list[Block]:
    """Choices of the menu: a name, cut where it is long, and always the code."""
    return [option(_label(practice), practice.code) for practice in practices]


def _label(practice: Practice) -> str:
    code = f" ({practice.code})"
    return shorten(practice.name, MOST_LABEL - len(code)) + code
