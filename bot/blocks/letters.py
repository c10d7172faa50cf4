"""What people who asked are told once their question is dealt with."""

from collections.abc import Mapping, Sequence
from datetime import date

from bot.additions import Addition, Standing
from bot.blocks.kit import (
    MOST_BLOCKS,
    MOST_TEXT,
    Block,
    Message,
    actions,
    button,
    context,
    escape,
    escape_short,
    marked,
    modal,
    plain,
    section,
    shorten,
    typed,
    typed_context,
)
from bot.blocks.reply import answer_blocks
from bot.blocks.wording import say_entry
from bot.drafting import seal
from bot.knowledge import Entry
from bot.letters import QUOTE, Letter
from bot.review import REASONS, Asker, Group

MOST_QUOTED = 300  # characters of a question
MOST_REASON = 1_000
MOST_OFFERED = 15  # questions in one letter; each may take a block, and all of it about 12,000 characters
MOST_BOXES, MOST_LABEL = 10, 75  # Slack's checkboxes in one block, and characters of each


def answered(
    group: Group,
    asker: Asker,
    entry: Entry,
    entries: Mapping[str, Entry],
    ccg_name: str,
    today: date | None = None,
) -> Letter:
    """The answer, for one person: in the thread where they asked in public, by direct message otherwise."""
    told = f"{ccg_name} has answered a question you asked me."
    said = say_entry(entry, ccg_name, today)
    blocks = [*_opening(asker, told), *answer_blocks(entry, said, asker.question_id, entries)]
    return _letter("answer", group, asker, told, said.text, blocks)


def dismissed(group: Group, asker: Asker, reason: str, ccg_name: str) -> Letter:
    """That no answer will come, and why; `reason` is a key of REASONS."""
    told = f"{ccg_name} looked at a question you asked me and closed it without an answer: {REASONS[reason]}."
    advice = "If that is not what you meant, ask again in other words. For anything about a patient, ask a clinician."
    return _letter("dismissed", group, asker, told, advice, [*_opening(asker, told), section(advice)])


def is_public(asker: Asker) -> bool:
    """Whether the question was asked where others read along."""
    return asker.surface == "channel" and asker.channel is not None


def addressed(asker: Asker) -> tuple[str, str | None]:
    """Where a letter goes, and in which thread: where they asked in public, by direct message otherwise."""
    if is_public(asker):
        return str(asker.channel), asker.thread_ts
    if asker.surface == "direct" and asker.channel:
        return asker.channel, asker.thread_ts
    return asker.person, None


def _opening(asker: Asker, told: str) -> list[Block]:
    quoted = typed_context(f"You asked: {shorten(asker.question, MOST_QUOTED)}")
    if not is_public(asker):
        return [section(told), quoted]
    return [marked(f"<@{asker.person}> {escape(told)}"), quoted]


def _letter(kind: str, group: Group, asker: Asker, told: str, rest: str, blocks: list[Block]) -> Letter:
    public = is_public(asker)
    quoted = f"You asked: {shorten(asker.question, MOST_QUOTED)}"
    text = escape_short("\n\n".join([told, quoted, rest]), MOST_TEXT - 40)
    message = Message(f"<@{asker.person}> {text}" if public else text, blocks[:MOST_BLOCKS])
    channel, thread_ts = addressed(asker)
    return Letter(
        # A group that is reopened and answered anew is a new letter.
        name=f"{kind}:{group.id}.{group.version}:{asker.person}",
        kind=kind,
        channel=channel,
        body=message.arguments(),
        thread_ts=thread_ts,
        person=asker.person,
        question_id=asker.question_id,
    )


def proposed(addition: Addition, entry: Entry, group: Group, to: str, ccg_name: str, today: date) -> Letter:
    """An answer that waits for a second lead, in the leads' channel or to one of them."""
    told = f"<@{addition.author}> has answered a question, and a second lead has to approve it."
    said = say_entry(entry, ccg_name, today)
    quoted = f"Asked: {shorten(group.text, MOST_QUOTED)}"
    blocks: list[Block] = [
        marked(told),
        typed_context(quoted, QUOTE),
        context([entry.question]),
        *(section(paragraph) for paragraph in said.told),
        context(said.small_print),
        *proposal_buttons(addition),
    ]
    text = escape_short("\n\n".join([quoted, entry.question, said.text]), MOST_TEXT - 200)
    message = Message(f"{told}\n\n{text}", blocks)
    return Letter(f"proposal:{seal(addition)}:{to}", "proposal", to, message.arguments())


def proposal_buttons(addition: Addition, where: str = "proposal") -> list[Block]:
    """Approve or send back an answer that waits for a second lead; [] for anything else.

    `where` names the block, as one tab may show the same buttons in two places.
    """
    if addition.standing is not Standing.PROPOSED:
        return []
    value = seal(addition)
    buttons = [
        button("Approve", "proposal:approve", value, style="primary"),
        button("Send back", "proposal:send_back", value),
    ]
    return [actions(buttons, block_id=f"{where}-{addition.id}")]


def send_back_form(addition: Addition) -> Block:
    """Asks what has to change; the author gets it word for word."""
    reason = {
        "type": "input",
        "block_id": "reason",
        "label": plain("What has to change?"),
        "hint": plain("The lead who wrote the answer gets this, with your name."),
        "element": {"type": "plain_text_input", "action_id": "text", "multiline": True, "max_length": MOST_REASON},
    }
    return modal("Send back", [reason], callback_id="send_back", submit="Send back", private_metadata=seal(addition))


def sent_back(addition: Addition, group: Group, by: str, reason: str) -> Letter:
    """To the author: why their answer was not approved, and the way back to it."""
    told = f"<@{by}> sent your answer back. It is a draft again: change it, then send it again."
    quoted = f"Asked: {shorten(group.text, MOST_QUOTED)}"
    why = f"What has to change: {reason}"
    change = button("Change the answer", "queue:answer", f"{group.id} {group.version}")
    blocks = [marked(told), typed_context(quoted, QUOTE), typed(why)]
    text = escape_short(f"{quoted}\n\n{why}", MOST_TEXT - 200)
    message = Message(f"{told}\n\n{text}", [*blocks, actions([change])])
    name = f"sent-back:{seal(addition)}:{group.version}"
    return Letter(name, "sent_back", addition.author, message.arguments(), person=addition.author)


def also_answers(addition: Addition, groups: Sequence[Group], question: str, to: str) -> Letter:
    """To whoever published an answer: which other open questions it would answer, to be ticked."""
    others = "one other question" if len(groups) == 1 else f"{len(groups)} other questions"
    told = f"Your answer to “{question}” would also answer {others}. Tick those it does answer, then press Tell them."
    offered = groups[:MOST_OFFERED]
    blocks: list[Block] = [section(told)]
    for at in range(0, len(offered), MOST_BOXES):
        some = offered[at : at + MOST_BOXES]
        blocks += [typed_context(shorten(group.text, MOST_QUOTED)) for group in some if len(group.text) > MOST_LABEL]
        boxes = {"type": "checkboxes", "action_id": "backfill:tick", "options": [_box(group) for group in some]}
        blocks.append(actions([boxes], block_id=f"backfill-{addition.id}-{at}"))
    if len(groups) > MOST_OFFERED:
        blocks.append(context([f"The {len(groups) - MOST_OFFERED} asked last are not shown. They stay in the queue."]))
    blocks.append(actions([button("Tell them", "backfill:tell", str(addition.id), style="primary")]))
    listed = "\n".join(f"- {shorten(group.text, MOST_LABEL)}" for group in offered)
    message = Message(escape_short(f"{told}\n{listed}", MOST_TEXT), blocks)
    return Letter(f"backfill:{addition.id}", "backfill", to, message.arguments(), person=to)


def also_told(linked: int, refused: int) -> str:
    """What came of the ticks: `refused` groups were dealt with, or changed, before."""
    questions = "one question" if linked == 1 else f"{linked} questions"
    done = f"I'm telling the people who asked {questions}." if linked else "Nobody was told."
    if not refused:
        return done
    others = "One was dealt with or changed" if refused == 1 else f"{refused} were dealt with or changed"
    return f"{done} {others} in the meantime. What is still open is in the queue."


def _box(group: Group) -> Block:
    times = "once" if group.times == 1 else f"{group.times} times"
    people = "one person" if group.people == 1 else f"{group.people} people"
    shown = {"text": plain(escape_short(group.text, MOST_LABEL), MOST_LABEL), "value": f"{group.id} {group.version}"}
    return {**shown, "description": plain(f"Asked {times}, by {people}", MOST_LABEL)}
