"""The fields of one question of a poll: in the poll's own form for the first, in a window of their own for others."""

from collections.abc import Mapping

from bot.blocks.answer_form import option
from bot.blocks.kit import Block, modal, plain
from bot.polls import Kind, Question

MOST_TYPED = 3_000  # characters that Slack takes in a field; what is too long for a poll is said, never cut
ANY = 10  # options that may be picked: as many as there can be
KINDS: Mapping[Kind, str] = {
    Kind.ONE: "One choice",
    Kind.SEVERAL: "Several choices",
    Kind.RATING: "A rating from 1 to 5",
    Kind.TEXT: "Free text",
}
_MOST: Mapping[str, str] = {**{str(most): f"Up to {most}" for most in range(2, ANY)}, str(ANY): "As many as they like"}


def question_fields(number: int, question: Question, stamp: int = 0) -> list[Block]:
    """The fields for question `number`, counted from 1.

    Slack keeps what was typed in a field while its block_id stays: with another `stamp` it shows what is given here.
    """

    def block_id(field: str) -> str:
        return f"{field}-{number}.{stamp}"

    kinds = {kind.value: name for kind, name in KINDS.items()}
    kind_menu = menu(kinds, question.kind.value) | {"action_id": "poll:kind"}
    label = "Question" if number == 1 else f"Question {number}"
    fields = [
        field(block_id("question"), label, text_box(question.text), is_needed=True),
        field(block_id("kind"), "How is it answered?", kind_menu) | {"dispatch_action": True},
    ]
    if question.kind in (Kind.ONE, Kind.SEVERAL):
        hint = "From 2 to 10 options, each of at most 75 characters."
        options = text_box("\n".join(question.options), has_lines=True)
        fields.append(field(block_id("options"), "Options, one a line", options, hint=hint, is_needed=True))
    if question.kind is Kind.SEVERAL:
        most = str(question.most) if 1 < question.most < max(ANY, len(question.options)) else str(ANY)
        fields.append(field(block_id("most"), "How many may be picked?", menu(_MOST, most)))
    if question.kind is Kind.RATING:
        low, high = question.ends
        fields += [
            field(
                block_id("low"),
                "What 1 means",
                text_box(low),
                hint="Such as: not at all. Say both ends or neither, each in 30 characters.",
            ),
            field(block_id("high"), "What 5 means", text_box(high), hint="Such as: completely"),
        ]
    if question.kind is Kind.TEXT:
        fields[-1]["hint"] = plain("People may leave it empty. Only leads read what is written.")
    return fields


def question_form(number: int, question: Question, metadata: str, *, is_new: bool) -> Block:
    """The window for a further question."""
    return modal(
        "Add a question" if is_new else f"Question {number}",
        question_fields(number, question),
        callback_id="poll_question",
        submit="Add" if is_new else "Change",
        private_metadata=metadata,
    )


def field(block_id: str, label: str, element: Block, *, hint: str = "", is_needed: bool = False) -> Block:
    made: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": element,
        "optional": not is_needed,
    }
    return made | ({"hint": plain(hint)} if hint else {})


def text_box(value: str, *, has_lines: bool = False) -> Block:
    element: Block = {"type": "plain_text_input", "action_id": "text", "multiline": has_lines}
    return element | ({"initial_value": value[:MOST_TYPED]} if value else {})


def menu(choices: Mapping[str, str], chosen: str) -> Block:
    options = {value: option(label, value) for value, label in choices.items()}
    return {
        "type": "static_select",
        "action_id": "choice",
        "options": list(options.values()),
        "initial_option": options[chosen],
    }
