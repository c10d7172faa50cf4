"""Replies: stored outcomes to Slack messages."""

from collections.abc import Mapping, Sequence

from bot.blocks.kit import (
    MOST_BLOCKS,
    MOST_TEXT,
    Block,
    Message,
    actions,
    button,
    context,
    divider,
    escape_short,
    section,
    shorten,
)
from bot.blocks.wording import (
    MENTION_AGAIN,
    WHAT_I_KEEP,
    WHICH_ONE,
    Said,
    join_parts,
    say,
    say_entry,
)
from bot.knowledge import Entry
from bot.matching import Answer, FacetAnswer, Suggestions
from bot.storage import Recorded

MOST_RELATED = 3
OWN_BUTTONS = 4  # parts of one message that get buttons of their own


def reply(
    recorded: Sequence[Recorded],
    entries: Mapping[str, Entry],
    ccg_name: str,
    *,
    surface: str = "direct",
    first_time: bool = False,
    shareable: bool = False,
) -> Message:
    """The whole reply to a message. `first_time` adds what is kept; `shareable` adds "Share in channel"."""
    said = [(part.part.question, say(part, ccg_name)) for part in recorded]
    text = join_parts(said)
    blocks: list[Block] = []
    for number, (part, (question, told)) in enumerate(zip(recorded, said, strict=True)):
        if number:
            blocks.append(divider())
        if len(recorded) > 1:
            blocks.append(context([f"You asked: {shorten(question, 200)}"]))
        blocks += _part_blocks(part, told, entries, in_modal=surface in ("shortcut", "home"))
    if shareable and any(isinstance(part.part.outcome, (Answer, FacetAnswer)) for part in recorded):
        first = next(part for part in recorded if isinstance(part.part.outcome, (Answer, FacetAnswer)))
        blocks.append(actions([button("Share in channel", "share", _value(first, _entry(first)))]))
    if surface == "channel":
        blocks.append(context([MENTION_AGAIN]))
        text += f"\n\n{MENTION_AGAIN}"
    if first_time:
        blocks += [context([WHAT_I_KEEP]), actions([button("What I keep about you", "about_me")])]
        text += f"\n\n{WHAT_I_KEEP}"
    return Message(escape_short(text, MOST_TEXT), blocks[:MOST_BLOCKS])


def _part_blocks(part: Recorded, said: Said, entries: Mapping[str, Entry], *, in_modal: bool) -> list[Block]:
    if isinstance(part.part.outcome, Suggestions):
        buttons = [
            button(match.entry.question, f"pick:{number}", f"{part.question_id} {match.entry.id}")
            for number, match in enumerate(part.part.outcome.matches)
        ]
        buttons.append(button("None of these", "none_of_these", str(part.question_id)))
        return [section(WHICH_ONE), *(actions([one]) for one in buttons)]
    if part.queued:
        return [section(said.text), actions([button("Don't send it", "withdraw", str(part.question_id))])]
    if part.question_id is not None and isinstance(part.part.outcome, (Answer, FacetAnswer)):
        return answer_blocks(part.part.outcome.entry, said, part.question_id, entries, in_modal=in_modal)
    return [section(paragraph) for paragraph in said.told]


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
) -> Message:
    """An entry served by a button: picked from suggestions, related, or shared."""
    said = say_entry(entry, ccg_name)
    blocks: list[Block] = [context([f"{entry.question}"])]
    if shared_by:
        # A mention, not typed text: the id is Slack's own.
        mention = {"type": "mrkdwn", "text": f"<@{shared_by}> asked Mandate Bot"}
        blocks.append({"type": "context", "elements": [mention]})
    blocks += answer_blocks(entry, said, question_id, entries, in_modal=in_modal)
    return Message(escape_short(f"{entry.question}\n\n{said.text}", MOST_TEXT), blocks)


def queued_message(question_id: int, sentence: str) -> Message:
    """The question waits for the CCG; its asker may take it back."""
    blocks = [section(sentence), actions([button("Don't send it", "withdraw", str(question_id))])]
    return Message(escape_short(sentence, MOST_TEXT), blocks)


def note(sentence: str) -> Message:
    """One sentence or two, and nothing to press."""
    return Message(escape_short(sentence, MOST_TEXT), [section(sentence)])


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


def _value(part: Recorded, entry: Entry) -> str:
    return f"{part.question_id} {entry.id}"
