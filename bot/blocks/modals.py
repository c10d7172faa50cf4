"""The forms and windows that open over Slack."""

from collections.abc import Iterable, Sequence
from datetime import date

from bot.blocks.kit import Block, Message, actions, button, confirmation, context, header, modal, plain, section
from bot.blocks.wording import say_entry
from bot.knowledge import Entry, Term
from bot.retention import length_of

PARTS = {
    1: "Preventing people from dying prematurely",
    2: "Enhancing quality of life for people with long-term conditions",
    3: "Helping people to recover from episodes of ill health or following injury",
    4: "Ensuring that people have a positive experience of care",
    5: "Treating and caring for people in a safe environment and protecting them from avoidable harm",
    6: "Freeing the NHS to innovate",
    7: "The broader role of the NHS in society",
    8: "Finance",
    9: "Assessing progress and providing stability",
}
REASONS = {
    "wrong": "It is wrong",
    "unclear": "It is unclear",
    "out-of-date": "It is out of date",
    "not-what-i-asked": "It is not what I asked",
}
MOST_LISTED = 90  # blocks of a view, less its head and foot


def answer_view(message: Message) -> Block:
    """An answer in a window of its own."""
    return modal("Mandate Bot", message.blocks, callback_id="answer")


def why_not_helpful(value: str) -> Block:
    """Asks what was wrong with an answer; `value` names the question and the entry."""
    options = [{"text": plain(text, 75), "value": key} for key, text in REASONS.items()]
    blocks: list[Block] = [
        {
            "type": "input",
            "block_id": "reason",
            "label": plain("What was wrong with the answer?"),
            "element": {"type": "radio_buttons", "action_id": "choice", "options": options},
        },
        {
            "type": "input",
            "block_id": "note",
            "optional": True,
            "label": plain("Anything to add? Nothing about a patient, please"),
            "element": {"type": "plain_text_input", "action_id": "text", "multiline": True, "max_length": 1000},
        },
    ]
    return modal("Not helpful", blocks, callback_id="why_not_helpful", submit="Send", private_metadata=value)


def part_view(number: int, entries: Iterable[Entry]) -> Block:
    """The questions that the bot can answer about one part of the mandate."""
    listed = [entry for entry in entries if entry.part == number][:MOST_LISTED]
    blocks = [section(f"Part {number}: {PARTS[number]}.")]
    blocks += [
        actions([button(entry.question, f"open_entry:{position}", entry.id)]) for position, entry in enumerate(listed)
    ]
    if not listed:
        blocks.append(section("I have no answers about this part yet. Ask me, and I will pass the question on."))
    return modal(f"Part {number}", blocks, callback_id="part")


def browse_view(entry: Entry, ccg_name: str, today: date | None = None) -> Block:
    """One entry, read from the list of its part."""
    said = say_entry(entry, ccg_name, today)
    blocks = [header(entry.question), *(section(paragraph) for paragraph in said.told), context(said.small_print)]
    return modal("Mandate Bot", blocks, callback_id="browse")


def glossary_view(terms: Sequence[Term]) -> Block:
    """Every term with its meaning, in the order of the alphabet."""
    ordered = sorted(terms, key=lambda term: term.term.casefold())
    lines = [
        f"{term.term}: {term.meaning}"
        if term.expansion.casefold() == term.term.casefold()
        else f"{term.term}: {term.expansion}. {term.meaning}"
        for term in ordered
    ]
    pages = [context(lines[start : start + 10]) for start in range(0, len(lines), 10)]
    return modal("Glossary", pages or [section("The glossary is empty.")], callback_id="glossary")


def about_me_view(ccg_name: str) -> Block:
    """What is kept about a person: what, why, who sees it, how long, how to see or erase it."""
    confirm = confirmation(
        "Erase your questions?",
        "Your questions, feedback, practice and votes in open polls with names go for good, with the questions "
        "that nobody has answered yet.",
        "Erase",
        "Keep",
    )
    blocks = [
        header("What I keep about you"),
        section(
            "What: your questions, the answers you were given, what you said about them, your Slack member ID, "
            "and your practice if you chose it on my Home tab. "
            "Of polls: how you voted, or in an anonymous poll that you took part and apart from it how often each "
            "answer was chosen; and whether you want reminders. "
            "I keep nothing else you write in Slack."
        ),
        section(
            "Why: to answer you, to pass on what I could not answer, and to make the answers better. "
            "Your practice is there to count how many practices ask the same. "
            "Your votes are there to tell the CCG what practices think."
        ),
        section(
            f"Who sees it: the leads at {ccg_name} see questions that I could not answer, "
            "and from how many practices they came, not from whom. "
            "They see who chose which practice, who took part in a poll with names, and what each practice answered. "
            "Whoever runs this bot can read its database. Slack keeps its own copy of our messages."
        ),
        section(
            f"How long: a question with its answer and what you said about it, {length_of('questions')}. "
            f"A question that still waits for {ccg_name} stays until it is dealt with. "
            "Your practice stays until you change it or erase it. "
            f"A vote in a poll with names, {length_of('voters')} after the poll closes; then it counts on without you. "
            "That you took part in an anonymous poll, until it closes. "
            f"What a lead did, and whose practice they changed, {length_of('audit')}. "
            f"A list of who was given which answer, so that you can be told if one was wrong, {length_of('served')}. "
            f"Backups, {length_of('backups')}. Counts of questions, without who asked or what, stay."
        ),
        section(
            "See it: your latest questions are on my Home tab, under My questions. "
            "For everything, press Send me what you keep; I send you a file."
        ),
        section(
            "Erase it: press the button. It cannot be undone. Votes in open polls with names go; in closed ones they "
            "count on without you. In an anonymous poll nobody can tell which vote is yours, so it stays, and a code "
            "in place of your name stays until the poll closes. If you are a lead, answers and polls you made and what "
            f"you did stay as records of {ccg_name}."
        ),
        actions(
            [
                button("Send me what you keep", "export_me"),
                button("Erase what you keep about me", "erase_me", style="danger", confirm=confirm),
            ]
        ),
    ]
    return modal("What I keep", blocks, callback_id="about_me")
