"""Who works at which practice, for leads: the window with everybody, and the form that corrects one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.blocks.kit import Block, Message, actions, button, context, escape, marked, modal, plain, section, shorten
from bot.blocks.practices import practice_menu, practice_options
from bot.blocks.wording import day
from bot.letters import Letter
from bot.practices import Practice

PAGE = 15
MOST_NAME = 80


@dataclass(frozen=True)
class Member:
    """A person with the practice they are at, perhaps no longer listed."""

    person: str
    practice: Practice
    since: date


@dataclass(frozen=True)
class Page:
    """Which people the window shows: from the `first`, from 0; of one practice, where its code is given."""

    first: int = 0
    practice: str | None = None

    def __str__(self) -> str:
        return f"{self.first} {self.practice or ''}".strip()

    @classmethod
    def read(cls, text: str) -> "Page":
        """From what `str` makes of one."""
        first, _, practice = text.partition(" ")
        return cls(int(first), practice or None)


def staff_view(members: Sequence[Member], count: int, page: Page, practice: Practice | None, told: str = "") -> Block:
    """A page of people, by practice. `practice` is the only one shown; `told` says what a press came to."""
    blocks = [
        *([marked(told)] if told else []),
        section("People choose their practice on my Home tab. Correct one here, and I tell the person."),
        actions(_filters(practice), block_id="filter"),
        *[_row(member) for member in members],
    ]
    if not members:
        blocks.append(section("Nobody has chosen that practice." if practice else "Nobody has chosen a practice yet."))
    turn = []
    if page.first:
        turn.append(button("Back", "staff:back", str(max(0, page.first - PAGE))))
    if page.first + len(members) < count:
        turn.append(button("More", "staff:more", str(page.first + PAGE)))
    if turn:
        last = page.first + len(members)
        blocks += [context([f"{page.first + 1:,} to {last:,} of {count:,}"]), actions(turn, block_id="turn")]
    return modal("People and practices", blocks, callback_id="staff", private_metadata=str(page))


def _filters(practice: Practice | None) -> list[Block]:
    menu: Block = practice_menu(None) | {"action_id": "staff:practice", "placeholder": plain("Show one practice", 150)}
    if practice is None:
        return [menu]
    return [menu | {"initial_option": practice_options([practice])[0]}, button("Show all", "staff:all")]


def _row(member: Member) -> Block:
    gone = "" if member.practice.is_listed else ", no longer in the register"
    said = f"<@{member.person}>: {escape(_named(member.practice))}{gone}\nSince {day(member.since)}"
    value = f"{member.person} {member.practice.code}"
    return marked(said) | {"accessory": button("Correct", "staff:correct", value)}


def _named(practice: Practice) -> str:
    return f"{shorten(practice.name, MOST_NAME)} ({practice.code})"


def correction_form(person: str, practice: Practice, metadata: str) -> Block:
    """Asks a lead for the practice a person is at; empty says that they are at none."""
    blocks = [
        marked(f"<@{person}> is at {escape(_named(practice))}."),
        {
            "type": "input",
            "block_id": "practice",
            "optional": True,
            "label": plain("Which practice is right?"),
            "hint": plain("Leave it empty if they are at none of your practices."),
            "element": practice_menu(practice),
        },
        context(["I tell them what you changed. Votes they have cast stay with the practice they were cast for."]),
    ]
    return modal("Correct a practice", blocks, callback_id="staff_form", submit="Save", private_metadata=metadata)


def corrected(person: str, before: Practice, after: Practice | None, lead: str, ccg_name: str, number: int) -> Letter:
    """Tells a person what a lead changed; `number` is that of the correction."""
    who, was = f"<@{lead}> at {escape(ccg_name)}", escape(_named(before))
    if after:
        now = escape(_named(after))
        text = f"{who} has changed your practice from {was} to {now}; if that is wrong, change it on my Home tab."
    else:
        text = f"{who} has said that you are not at {was}; if you are, choose it again on my Home tab."
    body = Message(text, [marked(text)]).arguments()
    return Letter(f"practice:{number}:{person}", "practice", person, body, person=person)
