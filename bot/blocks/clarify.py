"""Asking people what they meant: the lead's form, what the people get, their form, and what comes back."""

from bot.blocks.kit import (
    MOST_SECTION,
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
from bot.blocks.letters import MOST_QUOTED, addressed, is_public
from bot.clarifying import Clarification, Sent
from bot.letters import QUOTE, Letter
from bot.review import Asker, Group

MOST_ASKED = 500  # characters of a lead's question
MOST_REPLIED = 2_000
WITHOUT_NAME = "I pass on what you type, without your name. Please don't include anything about a patient."


def ask_form(group: Group, people: int, metadata: str) -> Block:
    """The lead's form: one text. `metadata` says which row, as the lead saw it."""
    count = "the person who asked" if people == 1 else f"each of the {people} people who asked"
    blocks = [
        typed(f"Asked: {shorten(group.text, MOST_QUOTED)}"),
        _text_field("question", "What do you want to ask?", MOST_ASKED),
        context([f"I send this to {count}, and pass their replies on to you without their names."]),
    ]
    return modal("Ask what they mean", blocks, callback_id="clarify_ask", submit="Send", private_metadata=metadata)


def asked_back(people: int) -> Message:
    """What the lead is told once it is on its way."""
    count = "the person" if people == 1 else f"the {people} people"
    sentence = f"I'm asking {count} who asked this. Their replies show with the question, and I post each as it comes."
    return Message(sentence, [section(sentence)])


def asked_meanwhile(other: Clarification) -> Message:
    """What the second of two leads is told."""
    told = "asked what they mean in the meantime, so I sent nothing. Open the form again to ask something else as well."
    quoted = typed_context(f"They asked: {shorten(other.question, MOST_ASKED)}")
    said = f"<@{other.by}> {escape(told)}"
    return Message(said, [marked(said), quoted])


def clarify_letter(asker: Asker, sent_id: int, question: str, ccg_name: str) -> Letter:
    """The lead's question, for one person: in the thread where they asked in public, by direct message otherwise."""
    channel, thread_ts = addressed(asker)
    told = f"{ccg_name} asks what you meant: {question}"
    quoted = f"You asked: {shorten(asker.question, MOST_QUOTED)}"
    opening = escape_short(told, MOST_SECTION - 100)
    mention = f"<@{asker.person}> " if is_public(asker) else ""
    first = marked(mention + opening)
    message = Message(
        mention + escape_short(f"{told}\n\n{quoted}", MOST_TEXT - 40),
        [
            first,
            typed_context(quoted),
            actions([button("Reply", "clarify:reply", str(sent_id))]),
            context([WITHOUT_NAME]),
        ],
    )
    return Letter(
        name=f"clarify:{sent_id}",
        kind="clarify",
        channel=channel,
        body=message.arguments(),
        thread_ts=thread_ts,
        person=asker.person,
        question_id=asker.question_id,
    )


def reply_form(sent: Sent) -> Block:
    """Opens behind "Reply": one text."""
    blocks = [
        typed(shorten(sent.question, MOST_ASKED)),
        _text_field("reply", "Your reply", MOST_REPLIED),
        context([WITHOUT_NAME]),
    ]
    return modal("Reply", blocks, callback_id="clarify_reply", submit="Send", private_metadata=str(sent.id))


def reply_letter(sent: Sent, asked: str, reply: str, channel: str) -> Letter:
    """A person's reply, for the leads: no name, no id. `asked` is the question as the queue shows it."""
    told = "Somebody who asked a question has said what they meant."
    text = f"{told}\n\nAsked: {asked}\n\nYou asked back: {sent.question}\n\nThey reply: {reply}"
    message = Message(
        escape_short(text, MOST_TEXT),
        [
            section(told),
            *([typed_context(f"Asked: {shorten(asked, MOST_QUOTED)}", QUOTE)] if asked else []),
            typed_context(f"You asked back: {shorten(sent.question, MOST_ASKED)}"),
            typed(reply),
        ],
    )
    return Letter(name=f"clarified:{sent.id}", kind="clarified", channel=channel, body=message.arguments())


def _text_field(block_id: str, label: str, most: int) -> Block:
    element = {"type": "plain_text_input", "action_id": "text", "multiline": True, "max_length": most}
    return {"type": "input", "block_id": block_id, "label": plain(label), "element": element}
