"""The form behind "It's this entry", and what a lead is told of a phrasing before it is added."""

from collections.abc import Sequence

from bot.blocks.answer_form import option
from bot.blocks.kit import (
    Block,
    actions,
    button,
    context,
    divider,
    escape_short,
    marked,
    modal,
    plain,
    section,
    shorten,
    typed,
)
from bot.blocks.wording import day
from bot.knowledge import Entry, Knowledge
from bot.knowledge.shape import MOST_LINE
from bot.proof import Change, Proof
from bot.review import Group

TITLE = "It's this entry"
MOST_QUOTED = 200  # characters of a question or an entry's name
MOST_SHOWN = 20  # changes of a kind
MOST_DETAILS = 80  # blocks of them; Slack takes 100 in a window, and what can be done about them stands beneath
MOST_REASON = 300


def link_form(group: Group, best: Entry | None, phrasing: str, metadata: str) -> Block:
    """Which entry answers a question, and the phrasing that is to lead there; without one it is only linked."""
    menu: Block = {
        "type": "external_select",
        "action_id": "pick_entry",
        "min_query_length": 0,
        "placeholder": plain("Type some words of its question", 150),
    }
    if best:
        menu["initial_option"] = option(best.question, best.id)
    box: Block = {"type": "plain_text_input", "action_id": "text", "max_length": MOST_LINE}
    # Slack refuses a box filled with more than fits, and nobody else will type that much word for word.
    if 0 < len(phrasing) <= MOST_LINE:
        box["initial_value"] = phrasing
    hint = "I learn it as another way to ask for this entry. Leave it empty to answer only the people who asked."
    blocks = [
        typed(shorten(group.text, 1_500) or "The words of this question were taken back."),
        context([f"Asked {_count(group.times, 'time')}, first on {day(group.first_asked_at)}."]),
        {"type": "input", "block_id": "entry", "label": plain("Which entry answers it?"), "element": menu},
        {
            "type": "input",
            "block_id": "phrasing",
            "label": plain("Wording to add"),
            "hint": plain(hint),
            "optional": True,
            "element": box,
        },
    ]
    return modal(TITLE, blocks, callback_id="link_form", submit="Check", private_metadata=metadata)


def checking_view(entry: Entry, phrasing: str, metadata: str) -> Block:
    """What shows while the other questions are asked again."""
    blocks = [
        section("Checking…"),
        typed(shorten(phrasing, MOST_LINE)),
        _named("would lead to", entry.question),
        context(
            [
                "I am asking all the other questions again, which takes some seconds. You may close this window: "
                "your draft is kept, and It's this entry brings you back to it."
            ]
        ),
    ]
    return modal(TITLE, blocks, callback_id="link_checking", private_metadata=metadata)


def proof_view(proof: Proof, knowledge: Knowledge, people: int, metadata: str) -> Block:
    """What a phrasing would do, with each question; one that breaks something takes a reason."""
    outcome = f"fixes {len(proof.fixes)}, breaks {len(proof.breaks)}"
    blocks = [
        section(f"I asked the other questions again with this wording: {outcome}."),
        typed(shorten(proof.phrasing, MOST_LINE)),
        _named("would lead to", _name(proof.entry, knowledge)),
    ]
    details: list[Block] = []
    for loser, changes in proof.taken.items():
        details += [divider(), _lost(loser, len(changes), knowledge), *_listed(changes, knowledge)]
    if proof.fixes:
        details += [divider(), section("These would find it from now on:"), *_listed(proof.fixes, knowledge)]
    blocks += details[:MOST_DETAILS]
    if len(details) > MOST_DETAILS:
        blocks.append(context(["and more than a window can show"]))
    blocks.append(divider())
    if proof.is_harmless:
        blocks.append(section(_to_be_told(people)))
    else:
        blocks += [section(_advice(people)), _reason_box()]
    blocks.append(actions([button("Reword", "link:reword")], block_id="link-reword"))
    submit = "Add it" if proof.is_harmless else "Add it all the same"
    return modal(TITLE, blocks, callback_id="link_add", submit=submit, private_metadata=metadata)


def only_link_view(entry: Entry, people: int, metadata: str) -> Block:
    """What happens without a phrasing."""
    blocks = [
        section(f"Nothing is added to what I know. {_to_be_told(people)}"),
        _named("Their answer", entry.question),
        actions([button("Add a wording", "link:reword")], block_id="link-reword"),
    ]
    return modal(TITLE, blocks, callback_id="link_only", submit="Link it", private_metadata=metadata)


def linked(people: int, *, added: bool) -> str:
    """What a lead is told at the end."""
    done = "Added." if added else "Linked. Nothing was added to what I know."
    if people == 0:
        told = "Nobody is left to tell."
    else:
        told = "The person who asked is told." if people == 1 else f"The {people} people who asked are told."
    return f"{done} {told}" + (" From now on that wording leads to the entry." if added else "")


def _named(before: str, question: str) -> Block:
    """A line with an entry's name set off; what is in it is escaped here."""
    text = f"{before} *{_escaped(question)}*"
    return marked(text)


def _lost(loser: str | None, count: int, knowledge: Knowledge) -> Block:
    if loser is None:
        text = f"would answer {_count(count, 'question')} that should find nothing:"
    else:
        text = f"would take {_count(count, 'question')} away from *{_escaped(_name(loser, knowledge))}*:"
    return marked(text)


def _listed(changes: Sequence[Change], knowledge: Knowledge) -> list[Block]:
    """Each with the entry it would go to; as plain text, which is shown letter for letter."""
    shown = [typed(f"{shorten(one.text, MOST_QUOTED * 2)}\n{_goes_to(one, knowledge)}") for one in changes]
    more = len(shown) - MOST_SHOWN
    return shown[:MOST_SHOWN] + ([context([f"and {more} more"])] if more > 0 else [])


def _goes_to(change: Change, knowledge: Knowledge) -> str:
    if change.after is None:
        return "would find no answer"
    return f"would find: {shorten(_name(change.after, knowledge), MOST_QUOTED)}"


def _name(key: str, knowledge: Knowledge) -> str:
    found = knowledge.find(key)
    return found.question if found else key


def _escaped(question: str) -> str:
    return escape_short(question, MOST_QUOTED).replace("*", "")


def _to_be_told(people: int) -> str:
    if people == 0:
        return "Nobody is left to tell."
    whom = "The person who asked is" if people == 1 else f"The {people} people who asked are"
    return f"{whom} sent the entry's answer."


def _advice(people: int) -> str:
    return (
        "Reword it so that it can only mean this entry, or leave the wording empty and only link the question. "
        f"If it is right all the same, say why: the reason is kept with it. {_to_be_told(people)}"
    )


def _reason_box() -> Block:
    return {
        "type": "input",
        "block_id": "reason",
        "optional": True,  # the app says what is missing, in its own words
        "label": plain("Why it is right all the same"),
        "element": {"type": "plain_text_input", "action_id": "text", "max_length": MOST_REASON},
    }


def _count(count: int, one: str) -> str:
    return f"one {one}" if count == 1 else f"{count} {one}s"
