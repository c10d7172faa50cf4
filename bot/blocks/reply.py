"""Replies: stored outcomes to Slack messages."""

from collections.abc import Mapping, Sequence
from datetime import date

from bot.asking import Recorded
from bot.blocks.kit import (
    MOST_BLOCKS,
    MOST_TEXT,
    Block,
    Message,
    actions,
    button,
    context,
    divider,
    escape,
    escape_short,
    section,
    shorten,
    typed_context,
)
from bot.blocks.notices import CANNOT_READ
from bot.blocks.wording import (
    MENTION_AGAIN,
    WHAT_I_KEEP,
    WHICH_ONE,
    Said,
    if_none_is_picked,
    join_parts,
    say,
    say_entry,
)
from bot.knowledge import Entry
from bot.matching import Answer, FacetAnswer, Suggestions

MOST_RELATED = 3


def reply(
    recorded: Sequence[Recorded],
    entries: Mapping[str, Entry],
    ccg_name: str,
    *,
    surface: str = "direct",
    first_time: bool = False,
    shareable: bool = False,
    has_files: bool = False,
    today: date | None = None,
) -> Message:
    """The whole reply to a message. `first_time` adds what is kept; `shareable` adds "Share in channel".

    Parts are set apart by dividers, so that a button changes its own part alone (see `replace_part`).
    """
    said = [(part.part.question, say(part, ccg_name, today=today)) for part in recorded]
    foot, foot_text = _foot(recorded, surface, first_time=first_time, shareable=shareable, has_files=has_files)
    room = (MOST_BLOCKS - len(foot)) // max(len(recorded), 1) - 2
    blocks: list[Block] = []
    for number, (part, (question, told)) in enumerate(zip(recorded, said, strict=True)):
        if number:
            blocks.append(divider())
        if len(recorded) > 1:
            blocks.append(typed_context(f"You asked: {shorten(question, 200)}"))
        made = _part_blocks(part, told, entries, ccg_name, in_modal=surface in ("shortcut", "home"))
        # What cannot be left out stands at the end of a part: its source, its buttons.
        blocks += made if len(made) <= room else [*made[: room - 4], *made[-4:]]
    if foot:
        blocks += [divider(), *foot]
    text = "\n\n".join([join_parts(said), *foot_text])
    return Message(escape_short(text, MOST_TEXT), blocks)


def _foot(
    recorded: Sequence[Recorded], surface: str, *, first_time: bool, shareable: bool, has_files: bool
) -> tuple[list[Block], list[str]]:
    blocks: list[Block] = []
    text: list[str] = []
    answered = [part for part in recorded if isinstance(part.part.outcome, (Answer, FacetAnswer))]
    if has_files:
        blocks.append(section(CANNOT_READ))
        text.append(CANNOT_READ)
    if shareable and answered:
        blocks.append(actions([share_button(answered[0].question_id, _entry(answered[0]))]))
    if surface == "channel":
        blocks.append(context([MENTION_AGAIN]))
        text.append(MENTION_AGAIN)
    if first_time:
        blocks += [context([WHAT_I_KEEP]), actions([button("What I keep about you", "about_me")])]
        text.append(WHAT_I_KEEP)
    return blocks, text


def replace_part(shown: Sequence[Block], block_id: str, new: Sequence[Block]) -> list[Block]:
    """`shown` with the part that holds `block_id` replaced; the parts beside it, and the foot, stay."""
    parts: list[list[Block]] = [[]]
    for block in shown:
        if block["type"] == "divider":
            parts.append([])
        else:
            parts[-1].append(block)
    for index, part in enumerate(parts):
        if any(block.get("block_id") == block_id for block in part):
            asked = part[:1] if part[0]["type"] == "context" else []
            parts[index] = [*asked, *new]
            break
    else:
        return list(new)
    joined = [block for part in parts for block in (divider(), *part)][1:]
    return joined[:MOST_BLOCKS]


def share_button(question_id: int | None, entry: Entry) -> Block:
    return button("Share in channel", "share", f"{question_id} {entry.id}")


def _part_blocks(
    part: Recorded, said: Said, entries: Mapping[str, Entry], ccg_name: str, *, in_modal: bool
) -> list[Block]:
    outcome, number = part.part.outcome, part.question_id
    if isinstance(outcome, Suggestions):
        buttons = [
            button(match.entry.question, f"pick:{place}", f"{number} {match.entry.id}")
            for place, match in enumerate(outcome.matches)
        ]
        buttons.append(button("None of these", "none_of_these", str(number)))
        rows = [actions([one], block_id=f"offer-{number}-{place}") for place, one in enumerate(buttons)]
        return [section(WHICH_ONE), *rows, context([if_none_is_picked(ccg_name)])]
    if part.queued:
        return _queued(number, said.text)
    if number is not None and isinstance(outcome, (Answer, FacetAnswer)):
        return answer_blocks(outcome.entry, said, number, entries, in_modal=in_modal)
    return [section(paragraph) for paragraph in said.told]


def _queued(question_id: int | None, sentence: str) -> list[Block]:
    take_back = button("Don't send it", "withdraw", str(question_id))
    return [section(sentence), actions([take_back], block_id=f"queued-{question_id}")]


def answer_blocks(
    entry: Entry, said: Said, question_id: int, entries: Mapping[str, Entry], *, in_modal: bool = False
) -> list[Block]:
    """An answer with its small print, related entries and the question whether it helped."""
    blocks = [section(paragraph) for paragraph in said.told]
    if said.small_print:
        blocks.append(context(said.small_print))
    related = [entries[key] for key in entry.related if key in entries][:MOST_RELATED]
    if related:
        blocks.append(
            actions(
                [
                    button(other.question, f"related:{number}", f"{question_id} {other.id}")
                    for number, other in enumerate(related)
                ]
            )
        )
    value = f"{question_id} {entry.id}"
    if in_modal:
        # Slack shows feedback buttons in messages only.
        blocks.append(
            actions(
                [
                    button("Helpful", "feedback:helpful", f"helpful {value}"),
                    button("Not helpful", "feedback:unhelpful", f"unhelpful {value}"),
                ]
            )
        )
    else:
        blocks.append(_feedback_buttons(value))
    return blocks


def entry_message(
    entry: Entry,
    question_id: int,
    entries: Mapping[str, Entry],
    ccg_name: str,
    *,
    shared_by: str | None = None,
    in_modal: bool = False,
    shareable: bool = False,
    today: date | None = None,
) -> Message:
    """An entry served by a button: picked from suggestions, related, or shared."""
    said = say_entry(entry, ccg_name, today)
    blocks: list[Block] = [context([f"{entry.question}"])]
    if shared_by:
        # A mention, not typed text: the id is Slack's own.
        mention = {"type": "mrkdwn", "text": f"<@{shared_by}> asked Mandate Bot"}
        blocks.append({"type": "context", "elements": [mention]})
    blocks += answer_blocks(entry, said, question_id, entries, in_modal=in_modal)
    if shareable:
        blocks.append(actions([share_button(question_id, entry)]))
    return Message(escape_short(f"{entry.question}\n\n{said.text}", MOST_TEXT), blocks)


def queued_message(question_id: int, sentence: str) -> Message:
    """The question waits for the CCG; its asker may take it back."""
    return Message(escape_short(sentence, MOST_TEXT), _queued(question_id, sentence))


def note(sentence: str) -> Message:
    """One sentence or two, and nothing to press."""
    return Message(escape_short(sentence, MOST_TEXT), [section(sentence)])


def moved(message: Message, question: str) -> Message:
    """An answer that could not be given where it was asked for."""
    asked = f"“{shorten(' '.join(question.split()), 200)}”" if question.strip() else "a question"
    said = f"You asked me {asked} in a channel where I can no longer post, so I answer you here."
    return Message(f"{escape(said)}\n{message.text}", [section(said), *message.blocks])


def _feedback_buttons(value: str) -> Block:
    return {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": "feedback",
                "positive_button": {
                    "text": {"type": "plain_text", "text": "Helpful"},
                    "accessibility_label": "This answer was helpful",
                    "value": f"helpful {value}",
                },
                "negative_button": {
                    "text": {"type": "plain_text", "text": "Not helpful"},
                    "accessibility_label": "This answer was not helpful",
                    "value": f"unhelpful {value}",
                },
            }
        ],
    }


def _entry(part: Recorded) -> Entry:
    outcome = part.part.outcome
    assert isinstance(outcome, (Answer, FacetAnswer))
    return outcome.entry
