"""What people who asked are told once their question is dealt with."""

from collections.abc import Mapping

from bot.blocks.kit import MOST_BLOCKS, MOST_TEXT, Block, Message, escape, escape_short, section, shorten, typed_context
from bot.blocks.reply import answer_blocks
from bot.blocks.wording import say_entry
from bot.knowledge import Entry
from bot.letters import Letter
from bot.review import REASONS, Asker, Group

MOST_QUOTED = 300  # characters of a question


def answered(group: Group, asker: Asker, entry: Entry, entries: Mapping[str, Entry], ccg_name: str) -> Letter:
    """The answer, for one person: in the thread where they asked in public, by direct message otherwise."""
    told = f"{ccg_name} has answered a question you asked me."
    said = say_entry(entry, ccg_name)
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


def _opening(asker: Asker, told: str) -> list[Block]:
    quoted = typed_context(f"You asked: {shorten(asker.question, MOST_QUOTED)}")
    if not is_public(asker):
        return [section(told), quoted]
    # A mention, not typed text: the id is Slack's own.
    mention = {"type": "mrkdwn", "text": f"<@{asker.person}> {escape(told)}"}
    return [{"type": "section", "text": mention}, quoted]


def _letter(kind: str, group: Group, asker: Asker, told: str, rest: str, blocks: list[Block]) -> Letter:
    public = is_public(asker)
    quoted = f"You asked: {shorten(asker.question, MOST_QUOTED)}"
    text = escape_short("\n\n".join([told, quoted, rest]), MOST_TEXT - 40)
    message = Message(f"<@{asker.person}> {text}" if public else text, blocks[:MOST_BLOCKS])
    direct = asker.channel if asker.surface == "direct" else None
    return Letter(
        # A group that is reopened and answered anew is a new letter.
        name=f"{kind}:{group.id}.{group.version}:{asker.person}",
        kind=kind,
        channel=str(asker.channel) if public else direct or asker.person,
        body=message.arguments(),
        thread_ts=asker.thread_ts if public or direct else None,
        person=asker.person,
        question_id=asker.question_id,
    )
