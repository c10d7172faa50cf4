"""Reminders of answers that want a review, and the form that corrects one."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from bot.additions import Addition, Kind, Standing
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
    header,
    modal,
    plain,
    section,
    shorten,
    typed,
)
from bot.blocks.recall import mention, side_by_side
from bot.blocks.wording import day, say_entry, say_source
from bot.knowledge import Entry
from bot.knowledge.shape import MOST_ANSWER, MOST_LINE
from bot.letters import Letter
from bot.reminders import Due, Why

MOST_SHOWN = 1_200  # characters of an answer; five of them have to fit in a message
MOST_SOURCES_SHOWN = 3


@dataclass(frozen=True)
class Item:
    """One entry of a reminder: still waiting, dealt with since, or settled in the files."""

    entry: Entry
    due: Due | None = None
    dealt: Addition | None = None
    seen: str = ""  # as `reminders.seen` names it


@dataclass(frozen=True)
class Reminder:
    """Which entries a posted reminder shows, and where it stands. It is drawn anew from this."""

    entries: tuple[str, ...]
    more: int  # others that want a review too
    channel: str
    ts: str


def reminder(items: Sequence[Item], more: int, ccg_name: str) -> Message:
    """The whole message. Each entry has its buttons until somebody deals with it."""
    opening = (
        "Please look at these answers. Press Still right to keep an answer for another year, "
        "or Change it to correct it in a form. Both show in the answer and in its history."
    )
    blocks = [section(opening)]
    for item in items:
        blocks += [divider(), *_item(item, ccg_name)]
    rest = "No other answer waits for you." if not more else _more(more)
    blocks += [divider(), context([rest]) | {"block_id": f"more:{more}"}]
    questions = "\n".join(f"- {item.entry.question}" for item in items)
    return Message(escape_short(f"{opening}\n{questions}\n{rest}", MOST_TEXT), blocks[:MOST_BLOCKS])


def read_reminder(blocks: Sequence[Block], channel: str, ts: str) -> Reminder:
    """What a posted reminder shows, from the ids of its blocks."""
    ids = [str(block.get("block_id", "")).partition(":") for block in blocks]
    shown = tuple(key for kind, _, key in ids if kind in ("review", "dealt"))
    more = next((int(key) for kind, _, key in ids if kind == "more" and key.isdecimal()), 0)
    return Reminder(shown, more, channel, ts)


def reminder_letter(message: Message, channel: str, owner: str | None, week: date) -> Letter:
    """A reminder of an owner, or of the leads (`owner` None); a lead who is an owner too gets both."""
    name = f"reminder:{week}:{'owner' if owner else 'leads'}:{channel}"
    return Letter(name=name, kind="reminder", channel=channel, body=message.arguments())


def _more(more: int) -> str:
    waiting = "One more answer needs" if more == 1 else f"{more} more answers need"
    return f"{waiting} a review. I will send {'it' if more == 1 else 'them'} in the next weeks."


def _item(item: Item, ccg_name: str) -> list[Block]:
    entry = item.entry
    if item.dealt:
        done = mention(item.dealt.author, _dealt(item.dealt, entry)) | {"block_id": f"dealt:{entry.id}"}
        return [done]
    if item.due is None:
        return [section(f"“{entry.question}” no longer waits for a review.") | {"block_id": f"dealt:{entry.id}"}]
    told = "\n\n".join(say_entry(entry, ccg_name).told)
    sources = [f"Source: {say_source(source)}" for source in entry.sources[:MOST_SOURCES_SHOWN]]
    buttons = [
        button("Still right", "review:right", item.seen, style="primary"),
        button("Change it", "review:change", item.seen),
    ]
    return [
        header(entry.question),
        context([_why(item.due, ccg_name)]),
        typed(shorten(told, MOST_SHOWN)),
        context(sources),
        actions(buttons, block_id=f"review:{entry.id}"),
    ]


def _why(due: Due, ccg_name: str) -> str:
    match due.why:
        case Why.OVERDUE:
            return f"Due for review since {day(due.entry.review_by)}."
        case Why.SOON:
            return f"Due for review by {day(due.entry.review_by)}."
    return f"Nobody at {ccg_name} has reviewed this yet."


def _dealt(addition: Addition, entry: Entry) -> str:
    when = f" on {day(addition.made_on)}" if addition.made_on else ""
    about = f"“{entry.question}”"
    if addition.kind is Kind.REVIEW:
        until = day(date.fromisoformat(addition.content["review_by"]))
        return f"said{when} that the answer to {about} is still right. Its next review is due by {until}."
    if addition.standing is Standing.PROPOSED:
        return f"proposed{when} another answer to {about}. People get it once a second lead approves it."
    return f"changed the answer to {about}{when}."


def change_view(entry: Entry, seen: str, shown: Reminder, two_leads: bool) -> Block:
    """The form behind "Change it", with the answer as it stands."""
    then = "People get it once a second lead has approved it." if two_leads else "People get it at once."
    blocks: list[Block] = [
        typed(entry.question),
        {
            "type": "input",
            "block_id": "answer",
            "label": plain("The answer"),
            "element": {
                "type": "plain_text_input",
                "action_id": "text",
                "multiline": True,
                "max_length": MOST_ANSWER,
                "initial_value": entry.answer,
            },
        },
        {
            "type": "input",
            "block_id": "note",
            "label": plain("What was wrong, and what is right now?"),
            "hint": plain("People who were given the old answer may be sent this line with the new one."),
            "element": {"type": "plain_text_input", "action_id": "text", "max_length": MOST_LINE},
        },
        context([f"Nothing about a patient, please. {then}"]),
    ]
    metadata = json.dumps({"seen": seen, "shown": asdict(shown)})
    return modal("Change it", blocks, callback_id="review_change", submit="Save", private_metadata=metadata)


def read_change(private_metadata: str) -> tuple[str, Reminder]:
    """What `change_view` left in its form: what its reader saw, and the reminder it was opened from."""
    kept = json.loads(private_metadata)
    return str(kept["seen"]), Reminder(**kept["shown"] | {"entries": tuple(kept["shown"]["entries"])})


def ask_to_approve(proposed: Addition, entry: Entry, channel: str) -> Letter:
    """Asks the leads to approve another answer; its author may not."""
    told = f"proposes another answer to “{entry.question}”. People get it once another lead approves it."
    blocks = [
        mention(proposed.author, told),
        side_by_side(entry.answer, str(proposed.content["answer"]), ("Now", "Proposed")),
        typed(f"What was wrong: {proposed.content['note']}"),
        divider(),
        *correction_buttons(proposed),
    ]
    text = escape_short(f"Another answer was proposed to “{entry.question}”. A lead has to approve it.", MOST_TEXT)
    return Letter(
        name=f"correction:{proposed.id}:{channel}",
        kind="announce",
        channel=channel,
        body=Message(text, blocks).arguments(),
    )


def correction_buttons(proposed: Addition, where: str = "correction") -> list[Block]:
    """Approve another answer or leave the one that there is; `where` names the block."""
    buttons = [
        button("Approve", "correction:approve", str(proposed.id), style="primary"),
        button("Leave it as it is", "correction:refuse", str(proposed.id)),
    ]
    return [actions(buttons, block_id=f"{where}-{proposed.id}")]


def correction_decided(by: str, approved: bool) -> Message:
    what = (
        "approved this answer. People get it from now on."
        if approved
        else "left the answer as it is. The proposal is kept in its history."
    )
    return Message(f"<@{by}> {what}", [mention(by, what)])
