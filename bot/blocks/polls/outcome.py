"""What came of a poll, and taking votes again: the owner's forms, and what everybody reads."""

from datetime import date

from bot.additions import Addition
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
    header,
    marked,
    modal,
    plain,
    section,
    shorten,
    typed,
)
from bot.blocks.letters import proposal_buttons
from bot.blocks.polls.results import Body
from bot.blocks.polls.terms import apart, quoted
from bot.blocks.wording import say_entry
from bot.drafting import seal
from bot.knowledge import Entry
from bot.letters import Letter
from bot.polls import Outcome, Poll
from bot.schedule import spoken

MOST_SAID = 1_500  # characters of each of the two fields
MOST_ASKED = 1_500
TITLE = "What we asked, what we heard, what we will do"
HEARD, WILL_DO = "What we heard", "What we will do"
POSTED = "Posted in the channels of the poll, and kept with it."
OFFER = "If practices may ask about this later, offer it as one of my answers. You see it in a form first."
OFFERED = "Sent for approval. I answer with it once a second lead has approved it."
ADDED = "Added. From now on I answer with it when somebody asks."
OFFERED_BEFORE = "What came of that poll was offered already, so nothing was changed."
SAY_FIRST = "Say first what came of the poll: press Outcome in its window. Then it can be offered as an answer."
OWNERS_ONLY = "Only the owners of a poll can do that, so nothing was changed. They are named in its window."
TYPE_IT = "There is nothing here yet. Type it first."
TYPE_A_TIME = "I can't read that as one time. Type it like “in 3 days”, “Friday 17:00” or “30 November at 17:00”."
TOO_EARLY = "That time has passed. Type one that is still to come."
TOO_LATE = "That is more than a year away. Type an earlier one."


def outcome_form(poll: Poll) -> Block:
    """Asks an owner what was heard and what will be done; filled with what was said before."""
    said = poll.outcome
    blocks = [
        typed(shorten(_asked(poll), 600)),
        context(
            ["It goes to the channels of the poll. Nothing of what single people or practices chose, please."],
        ),
        _text("heard", HEARD, said.heard if said else "", "What practices told you, in your own words."),
        _text("will_do", WILL_DO, said.will_do if said else "", "And by when. If nothing changes, say why."),
    ]
    if said:
        blocks += [context(["It was posted before. Post it again to put this in its place."]), _offer(poll)]
    return modal("Outcome", blocks, callback_id="poll_outcome", submit="Post", private_metadata=str(poll.id))


def outcome_posted(poll: Poll) -> Block:
    """Says that it was posted; one press offers it as an answer."""
    blocks = [section(POSTED), section(OFFER), _offer(poll)]
    return {**modal("Outcome", blocks, callback_id="poll_outcome_posted"), "clear_on_close": True}


def outcome_body(poll: Poll, outcome: Outcome, ccg_name: str, *, is_again: bool) -> Body:
    """The message to everybody. `is_again`: something was said before, and this replaces it."""
    closed = f", which closed on {spoken(poll.closed_at)}" if poll.closed_at else ""
    opening = f"{ccg_name} about the poll {quoted(poll.plan.title, 150)}{closed}."
    opening += " This replaces what was said before." if is_again else ""
    parts = [("What we asked", _asked(poll)), (HEARD, outcome.heard), (WILL_DO, outcome.will_do)]
    blocks = [header(TITLE), context([opening])]
    for title, text in parts:
        blocks += [marked(f"*{title}*"), *_paragraphs(text)]
    words = "\n\n".join([TITLE, opening, *(f"{title}\n{text}" for title, text in parts)])
    return {"text": escape_short(words, MOST_TEXT - 500), "blocks": blocks}


def reopen_form(poll: Poll) -> Block:
    """Asks an owner until when votes are taken again."""
    closes: Block = {
        "type": "input",
        "block_id": "closes",
        "label": plain("Closes"),
        "hint": plain("Such as “in 3 days”, “Friday 17:00” or “30 November at 17:00”."),
        "element": {"type": "plain_text_input", "action_id": "text", "max_length": 100, "initial_value": "in 3 days"},
    }
    told = (
        "People can vote, change their vote and withdraw it again. Earlier votes still count. It is said on the poll's "
        "message and in its thread, and new results follow when it closes."
    )
    blocks = [typed(poll.plan.title), section(told), closes]
    return modal("Reopen", blocks, callback_id="poll_reopen", submit="Reopen", private_metadata=str(poll.id))


def reopened(poll: Poll) -> str:
    """What the owner is told."""
    until = f" until {spoken(poll.plan.closes_at)}" if poll.plan.closes_at else ""
    return f"The poll is open again{until}."


def as_answer(poll: Poll, outcome: Outcome) -> tuple[str, str]:
    """The question and the answer that an outcome makes."""
    question = f"What came of the poll “{shorten(' '.join(poll.plan.title.split()), 100)}”?"
    return question, f"{HEARD}: {outcome.heard.strip()}\n\n{WILL_DO}: {outcome.will_do.strip()}"


def offered(addition: Addition, entry: Entry, to: str, ccg_name: str, today: date) -> Letter:
    """What came of a poll, as an answer that waits for a second lead: for the leads' channel, or one of them."""
    told = f"<@{addition.author}> offers what came of a poll as an answer, and a second lead has to approve it."
    said = say_entry(entry, ccg_name, today)
    shown = [context([entry.question]), *(section(paragraph) for paragraph in said.told), context(said.small_print)]
    text = escape_short(f"{entry.question}\n\n{said.text}", MOST_TEXT - 200)
    message = Message(f"{told}\n\n{text}", [marked(told), *shown, *proposal_buttons(addition)])
    return Letter(f"proposal:{seal(addition)}:{to}", "proposal", to, message.arguments())


def offer_sent_back(addition: Addition, by: str, reason: str) -> Letter:
    """To the author: why their answer was not approved, and the way back to it."""
    told = f"<@{by}> sent back the answer that you made of a poll's outcome. It is a draft again."
    why = f"What has to change: {reason}"
    change = button("Change the answer", "poll:offer", str(addition.content["poll"]))
    text = escape_short(f"{addition.content['record']['question']}\n\n{why}", MOST_TEXT - 200)
    message = Message(f"{told}\n\n{text}", [marked(told), typed(why), actions([change])])
    name = f"offer-sent-back:{seal(addition)}:{by}"
    return Letter(name, "sent_back", addition.author, message.arguments(), person=addition.author)


def _offer(poll: Poll) -> Block:
    return actions([button("Offer as an answer", "poll:offer", str(poll.id))], block_id="offer")


def _asked(poll: Poll) -> str:
    questions = poll.plan.questions
    if len(questions) == 1:
        return apart(questions[0].text)
    room = MOST_ASKED // len(questions)
    return "\n".join(
        f"{number}. {apart(shorten(' '.join(question.text.split()), room))}"
        for number, question in enumerate(questions, start=1)
    )


def _paragraphs(text: str) -> list[Block]:
    """What a person typed, in as many paragraphs as it takes once it is escaped."""
    blocks, rest = [], escape(text)
    while rest:
        cut = len(rest)
        if cut > MOST_SECTION:
            cut = max(rest.rfind(end, MOST_SECTION // 2, MOST_SECTION) for end in ("\n", " ", ";")) + 1
            cut = cut or MOST_SECTION
        blocks.append({"type": "section", "text": plain(rest[:cut])})
        rest = rest[cut:].strip()
    return blocks


def _text(name: str, label: str, value: str, hint: str) -> Block:
    element: Block = {"type": "plain_text_input", "action_id": "text", "multiline": True, "max_length": MOST_SAID}
    element |= {"initial_value": value} if value else {}
    return {"type": "input", "block_id": name, "label": plain(label), "hint": plain(hint), "element": element}
