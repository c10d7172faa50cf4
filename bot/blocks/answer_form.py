"""The form in which a lead answers a question, its preview, and what the lead is told afterwards."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from bot.blocks.kit import Block, Message, context, divider, escape, marked, modal, plain, section, shorten, typed
from bot.blocks.modals import PARTS, answer_view
from bot.blocks.wording import EDITIONS, day
from bot.drafting import DEFAULT_OWNER, MOST_ROLE, MOST_TITLE, Typed, year_from
from bot.knowledge import Audience, Edition, Source
from bot.knowledge.shape import MOST_ANSWER, MOST_QUESTION
from bot.letters import Letter
from bot.matching import Match
from bot.review import Group, Move, Moved

MOST_NEAR = 3
READERS = {
    Audience.BOTH: "Practices and CCGs",
    Audience.PRACTICES: "Practices first",
    Audience.CCGS: "CCGs first",
}
NO_PART = "No part in particular"
DID: Mapping[Move, str] = {
    Move.ASSIGN: "assigned",
    Move.ANSWER: "answered",
    Move.LINK: "linked",
    Move.DISMISS: "dismissed",
    Move.REOPEN: "reopened",
    Move.SORT: "joined or split",
}


def option(label: str, value: str) -> Block:
    """One choice of a menu."""
    return {"text": plain(label, 75), "value": value}


def answer_form(
    group: Group,
    near: Sequence[Match],
    filled: Typed | None,
    question: str,
    sources: Mapping[str, Source],
    today: date,
    metadata: str,
) -> Block:
    """The form. `filled` is a draft that is taken up again; otherwise `question` and defaults are filled in."""
    given = filled or _usual(today, question, group.part or 0)
    blocks = [
        typed(shorten(group.text, 1_500) or "The words of this question were taken back."),
        *_about(group),
        *_fields(given, near, sources),
    ]
    return modal("Answer", blocks, callback_id="answer_form", submit="Preview", private_metadata=metadata)


def outcome_entry_form(
    poll_id: int, near: Sequence[Match], filled: Typed, sources: Mapping[str, Source], today: date
) -> Block:
    """The same form for what came of a poll, which nobody asked about yet."""
    usual = vars(_usual(today))
    given = Typed(**{name: value or usual[name] for name, value in vars(filled).items()})
    told = context(["What came of the poll, as I would answer with it. Change what you like."])
    return modal(
        "Offer as an answer",
        [told, *_fields(given, near, sources)],
        callback_id="poll_entry",
        submit="Offer",
        private_metadata=str(poll_id),
    )


def _usual(today: date, question: str = "", part: int = 0) -> Typed:
    """What stands in a form before a lead types anything."""
    return Typed(
        answer="",
        question=question,
        edition=Edition.CONTEXT,
        audience=Audience.BOTH,
        part=str(part),
        owner=DEFAULT_OWNER,
        review_by=year_from(today).isoformat(),
    )


def _fields(given: Typed, near: Sequence[Match], sources: Mapping[str, Source]) -> list[Block]:
    editions = {edition.value: f"{said[:1].upper()}{said[1:]}" for edition, said in EDITIONS.items()}
    parts = {"0": NO_PART, **{str(number): f"Part {number}: {title}" for number, title in PARTS.items()}}
    readers = {audience.value: said for audience, said in READERS.items()}
    picked = sources.get(given.source)
    return [
        context(["The closest entries:", *map(_near, near[:MOST_NEAR])] if near else ["No entry comes close."]),
        _text("answer", "Answer", given.answer, MOST_ANSWER, needed=True, hint="Nothing about a patient.", lines=True),
        _text("question", "Question", given.question, MOST_QUESTION, hint="People see it above the answer."),
        _input("source", "Source", _source_menu(picked), hint="Pick one I know, or type another below."),
        _text("source_title", "Title of another source", given.source_title, MOST_TITLE, hint="Left empty: your CCG."),
        _text("source_address", "Its web address", given.source_address, MOST_TITLE, hint="If it has one."),
        _input("edition", "Edition", _menu(editions, given.edition)),
        _input("audience", "For whom", _menu(readers, given.audience)),
        _input("part", "Part of the mandate", _menu(parts, given.part)),
        _text("owner", "Owner", given.owner, MOST_ROLE, hint="The role that keeps this answer right."),
        _input("review_by", "Review by", _date(given.review_by)),
    ]


def preview_view(letter: Letter, metadata: str, *, two_leads: bool) -> Block:
    """The answer as somebody who asked privately gets it; the buttons under it show in messages only."""
    shown = [block for block in letter.body["blocks"] if block["type"] not in ("context_actions", "actions")]
    submit = "Send for approval" if two_leads else "Publish"
    blocks = [context(["This is what people get. To go back to the form, press Close."]), divider(), *shown]
    return modal("Preview", blocks, callback_id="publish_answer", submit=submit, private_metadata=metadata)


def closing_view(message: Message) -> Block:
    """Says something in a window; closing it closes those beneath it too."""
    return {**answer_view(message), "clear_on_close": True}


def published(people: int) -> str:
    if people == 0:
        return "Published. Nobody is left to tell. From now on I answer this question with it."
    whom = "The person who asked is told" if people == 1 else f"The {people} people who asked are told"
    return f"Published. {whom}, and from now on I answer this question with it."


def who_did(last: Moved, presser: str, then: str) -> Message:
    """What the second of two leads is told: who did what; `then` says what it means for their own press."""
    who = "You" if last.by == presser else f"<@{last.by}>"
    stamp, clock = int(last.made_at.timestamp()), f"{day(last.made_at)} at {last.made_at:%H:%M} UTC"
    # Slack says the time as the reader's clock does: https://docs.slack.dev/messaging/formatting-message-text
    said = f"{who} {DID[last.move]} that question on <!date^{stamp}^{{date}} at {{time}}|{clock}>. {escape(then)}"
    return Message(said, [marked(said)])


def _about(group: Group) -> list[Block]:
    times = "once" if group.times == 1 else f"{group.times} times"
    people = "one person" if group.people == 1 else f"{group.people} people"
    lines = [section(f"Asked {times}, by {people}, first on {day(group.first_asked_at)}.")]
    if group.assignee:
        mention = {"type": "mrkdwn", "text": f"Assigned to <@{group.assignee}>"}
        lines.append({"type": "context", "elements": [mention]})
    return lines


def _near(match: Match) -> str:
    return f"{match.confidence:.0%} likely: {match.entry.question}"


def _text(
    name: str, label: str, value: str, most: int, *, hint: str, needed: bool = False, lines: bool = False
) -> Block:
    element: Block = {"type": "plain_text_input", "action_id": "text", "max_length": most, "multiline": lines}
    return _input(name, label, element | ({"initial_value": value} if value else {}), hint=hint, needed=needed)


def _input(name: str, label: str, element: Block, *, hint: str | None = None, needed: bool = False) -> Block:
    made: Block = {"type": "input", "block_id": name, "label": plain(label), "element": element, "optional": not needed}
    return made | ({"hint": plain(hint)} if hint else {})


def _menu(choices: Mapping[str, str], chosen: str) -> Block:
    options: Iterable[Block] = [option(label, value) for value, label in choices.items()]
    element: Block = {"type": "static_select", "action_id": "choice", "options": list(options)}
    return element | ({"initial_option": option(choices[chosen], chosen)} if chosen in choices else {})


def _source_menu(picked: Source | None) -> Block:
    menu: Block = {
        "type": "external_select",
        "action_id": "pick_source",
        "min_query_length": 0,
        "placeholder": plain("Type a word of its title", 150),
    }
    label = f"{picked.title}, {picked.publisher}" if picked else ""
    return menu | ({"initial_option": option(label, picked.key)} if picked else {})


def _date(chosen: str) -> Block:
    return {"type": "datepicker", "action_id": "date", "initial_date": chosen}
