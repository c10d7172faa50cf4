"""A corrected answer: asking the leads whether to tell people, and telling them."""

from collections.abc import Mapping
from datetime import date

from bot.blocks.kit import (
    MOST_BLOCKS,
    MOST_TEXT,
    Block,
    Message,
    actions,
    button,
    divider,
    escape,
    escape_short,
    marked,
    plain,
    section,
    shorten,
    typed,
    typed_context,
)
from bot.blocks.reply import answer_blocks
from bot.blocks.wording import about, say_entry
from bot.history import Recall
from bot.knowledge import Entry
from bot.letters import Letter
from bot.review import Asker

MOST_FIELD = 2_000
MOST_QUOTED = 300  # characters of a question


def side_by_side(before: str, after: str, labels: tuple[str, str] = ("Before", "Now")) -> Block:
    """Two texts next to each other, as Slack shows the fields of a section; shortened where they do not fit."""
    pairs = zip(labels, (before, after), strict=True)
    fields = [plain(escape_short(f"{label}\n{text}", MOST_FIELD), MOST_FIELD) for label, text in pairs]
    return {"type": "section", "fields": fields}


def ask_leads(recall: Recall, question: str, channel: str) -> Letter:
    """Asks the leads whether to tell those who were given the old answer."""
    told = f"{how_many(recall.people)} given the old answer in the last 30 days."
    advice = (
        "Press Tell them to send each of them the new answer and what was wrong, by direct message. "
        "You do not see who they are."
    )
    before, after = recall.before.says.get("answer", ""), recall.after.says.get("answer", "")
    blocks = [
        section(f"An answer has been corrected. {told}"),
        typed(f"The question: {question}"),
        side_by_side(before, after),
        typed(f"What was wrong: {recall.note}"),
        divider(),
        section(advice),
        actions(
            [
                button("Tell them", "recall:tell", str(recall.id), style="primary"),
                button("Don't tell them", "recall:decline", str(recall.id)),
            ],
            block_id=f"recall-{recall.id}",
        ),
    ]
    text = f"An answer has been corrected: {question} {told} Look at it and decide whether to tell them."
    return Letter(
        name=f"recall-offer:{recall.id}:{channel}",
        kind="announce",
        channel=channel,
        body=Message(escape_short(text, MOST_TEXT), blocks).arguments(),
    )


def how_many(people: int) -> str:
    return "One person was" if people == 1 else f"{people} people were"


def recall_decided(by: str, told: int | None) -> Message:
    """What a lead decided: how many people are told, or None where nobody is."""
    if told is None:
        what = "decided not to tell those who were given the old answer."
    elif told == 0:
        what = "wanted to tell people, but I no longer know who was given the old answer: I keep that for 30 days."
    else:
        people = "one person" if told == 1 else f"{told} people"
        what = f"sent the corrected answer to {people}. Each gets it once."
    return Message(f"<@{by}> {what}", [mention(by, what)])


def mention(person: str, what: str) -> Block:
    """A sentence about a person, by Slack's own id of them."""
    return marked(f"<@{person}> {escape(what)}")


def corrected(
    recall: Recall, asker: Asker, entry: Entry, entries: Mapping[str, Entry], ccg_name: str, today: date | None = None
) -> Letter:
    """What was wrong, and the answer as it is now with its source, for one person by direct message."""
    told = f"{ccg_name} has corrected an answer that I gave you. Please go by this one."
    changed = f"What has changed: {recall.note}"
    said = say_entry(entry, ccg_name, today)
    quoted = f"You asked: {shorten(asker.question, MOST_QUOTED)}" if asker.question else about(entry)
    blocks = [
        section(told),
        typed_context(quoted),
        typed(changed),
        *answer_blocks(entry, said, asker.question_id, entries),
    ]
    text = escape_short("\n\n".join([told, quoted, changed, said.text]), MOST_TEXT)
    return Letter(
        name=f"recall:{recall.id}:{asker.person}",
        kind="recall",
        channel=asker.person,
        body=Message(text, blocks[:MOST_BLOCKS]).arguments(),
        person=asker.person,
        question_id=asker.question_id,
    )
