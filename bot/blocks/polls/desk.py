"""A poll's own window, for leads: how it stands, what was answered, and what can be done with it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.blocks.answer_form import option
from bot.blocks.kit import (
    Block,
    Message,
    actions,
    button,
    confirmation,
    context,
    escape_short,
    header,
    marked,
    modal,
    section,
)
from bot.blocks.polls.desk_parts import TITLES, Part, about, parts_of, rows_of
from bot.blocks.polls.terms import turnout as took_part_of
from bot.polls import Poll, State, Voice
from bot.polls.reminding import APART, MOST_REMINDERS, NoReminder
from bot.polls.report import Report
from bot.polls.turnout import Turnout
from bot.schedule import spoken
from bot.text import counted

CALLBACK = "poll_desk"
OUTSIDE = "terminal"  # who closed a poll on the command line
MOST_BLOCKS, MOST_BYTES, MOST_ROWS = 70, 160_000, 20  # of a page; Slack takes 100 blocks and 250 KB
DELETED = "That poll was deleted. Its votes are gone, and its messages say so."
DEEDS = {
    "poll:close": "closed",
    "poll:delete": "deleted",
    "poll:reopen": "reopened",
    "poll:remind": "sent a reminder of",
    "poll:outcome": "said what came of",
}


@dataclass(frozen=True)
class Looking:
    """What of a poll a lead looks at, and the version that they saw."""

    poll_id: int
    version: int
    part: Part = Part.ANSWERS
    first: int = 0

    def __str__(self) -> str:
        return f"{self.poll_id} {self.version} {self.part} {self.first}"

    @classmethod
    def read(cls, text: str) -> "Looking":
        """From what `str` makes of one."""
        poll_id, version, part, first = text.split()
        return cls(int(poll_id), int(version), Part(part), int(first))


@dataclass(frozen=True)
class Standing:
    """What a lead may do with a poll now."""

    to_remind: int  # people
    no_reminder: NoReminder | None
    may_manage: bool
    now: datetime


def desk_view(
    report: Report, turnout: Sequence[Turnout], standing: Standing, looking: Looking, told: str = ""
) -> Block:
    """The window; `told` says what a press came to, on top. At most 95 blocks."""
    poll, offered = report.poll, parts_of(report)
    part = looking.part if looking.part in offered else Part.ANSWERS
    rows = rows_of(part, report, turnout)
    starts = _starts(rows)
    at = max(number for number, start in enumerate(starts) if start <= max(looking.first, 0))
    end = starts[at + 1] if at + 1 < len(starts) else len(rows)
    blocks = [
        *([marked(told)] if told else []),
        header(escape_short(poll.plan.title, 150)),
        marked("\n".join(_standing(poll, standing.now))),
        section(took_part_of(poll, report.taking_part, report.eligible)),
        actions(_buttons(poll, standing), block_id="moves"),
        *_about_reminders(poll, standing),
        *(_menu(part, offered) if len(offered) > 1 else [header(TITLES[part])]),
        *about(part, turnout),
        *[block for row in rows[starts[at] : end] for block in row],
        *_turning(starts, at, end, len(rows)),
    ]
    seen = Looking(poll.id, poll.version, part, starts[at])
    return modal("Poll", blocks, callback_id=CALLBACK, private_metadata=str(seen))


def _starts(rows: Sequence[Sequence[Block]]) -> list[int]:
    """Where each page starts: as many rows as fit, and at least one."""
    starts, held, size = [0], 0, 0
    for at, row in enumerate(rows):
        length = len(json.dumps(row))
        is_full = held + len(row) > MOST_BLOCKS or size + length > MOST_BYTES or at - starts[-1] == MOST_ROWS
        if at > starts[-1] and is_full:
            starts.append(at)
            held, size = 0, 0
        held, size = held + len(row), size + length
    return starts


def notice(text: str) -> Message:
    """What a press came to, to whoever pressed elsewhere than in the window. `text` has mark-up of ours alone."""
    return Message(text, [marked(text)])


def notice_view(text: str) -> Block:
    return modal("Poll", notice(text).blocks, callback_id="answer")


def what_happened(poll: Poll, deed: tuple[str, str, datetime] | None, reader: str, now: datetime) -> str:
    """Says why a press changed nothing: somebody was quicker. `deed` is the latest: what, by whom, when."""
    so = "so your press changed nothing."
    if poll.state is State.CLOSED and poll.closed_by is None:
        return f"The time of this poll was up and it closed by itself, {so}"
    if deed is None:
        return f"This poll has changed since you opened this window, {so}"
    action, by, at = deed
    return f"{_who(by, reader)} {DEEDS.get(action, 'changed')} this poll on {spoken(at, now)}, {so}"


def _who(person: str, reader: str = "") -> str:
    if person == OUTSIDE:
        return "Somebody at the command line"
    return "You" if person == reader else f"<@{person}>"


def _standing(poll: Poll, now: datetime) -> list[str]:
    plan = poll.plan
    how = "Anonymous" if poll.is_anonymous else "Named"
    voice = "each practice has one vote" if plan.voice is Voice.PRACTICE else "each person has one vote"
    owners = ", ".join(f"<@{person}>" for person in poll.owners)
    channels = ", ".join(f"<#{channel}>" for channel in plan.channels) or "no channel yet"
    return [_state(poll, now), f"{how}; {voice}. In {channels}. Owned by {owners}."]


def _state(poll: Poll, now: datetime) -> str:
    plan = poll.plan
    again = f" It was reopened {counted(poll.reopened, 'time')}." if poll.reopened else ""
    match poll.state:
        case State.DRAFT:
            return "A draft: nobody else has seen it."
        case State.SCHEDULED:
            return f"Opens on {spoken(plan.opens_at, now)}." if plan.opens_at else "Waits to be opened."
        case State.OPEN:
            since = f"Open since {spoken(poll.opened_at, now)}" if poll.opened_at else "Open"
            return since + (f", until {spoken(plan.closes_at, now)}.{again}" if plan.closes_at else f".{again}")
        case State.CLOSED:
            by = (
                f"by {_who(poll.closed_by).replace('Somebody', 'somebody')}"
                if poll.closed_by
                else "when its time was up"
            )
            at = f" on {spoken(poll.closed_at, now)}" if poll.closed_at else ""
            return f"Closed{at}, {by}.{again}"
        case State.DELETED:
            return DELETED


def _buttons(poll: Poll, standing: Standing) -> list[Block]:
    value = str(poll.id)
    made = []
    if poll.state is State.OPEN:
        question = _confirm("Close this poll?", "No vote counts after that, and the results are posted.", "Close it")
        made.append(button("Close now", "poll:close", value, confirm=question))
        if standing.no_reminder is None:
            made.append(button("Remind", "poll:remind", value, confirm=_confirm_reminder(poll, standing)))
    if poll.state is State.CLOSED and standing.may_manage:
        if not poll.is_anonymous:
            made.append(button("Reopen", "poll:reopen", value))
        made.append(button("Outcome", "poll:outcome", value))
    if poll.state in (State.OPEN, State.CLOSED):
        made.append(button("Export", "poll:export", value))
    made.append(button("Copy", "poll:copy", value))
    if standing.may_manage:
        question = _confirm("Delete this poll?", _what_goes(poll), "Delete it")
        made.append(button("Delete", "poll:delete", value, style="danger", confirm=question))
    return made


def _what_goes(poll: Poll) -> str:
    match poll.state:
        case State.OPEN:
            return "It goes for good, with its votes, and its messages say so."
        case State.CLOSED:
            return "It goes for good, with its votes, and its messages say so. Results that were posted stay."
    return "It goes for good, and is not posted."


def _confirm(title: str, text: str, yes: str) -> Block:
    return confirmation(title, text, yes, "Cancel")


def _confirm_reminder(poll: Poll, standing: Standing) -> Block:
    people = counted(standing.to_remind, "person", "people")
    what = "have" if standing.to_remind != 1 else "has"
    whose = "whose practice has" if poll.plan.voice is Voice.PRACTICE else f"who {what}"
    text = (
        f"It goes to {people} {whose} not voted yet, by direct message. There are at most two a poll, three days apart."
    )
    return _confirm("Send a reminder?", text, "Send it")


def _about_reminders(poll: Poll, standing: Standing) -> list[Block]:
    sent = f"{counted(poll.reminders, 'reminder')} sent." if poll.reminders else ""
    match standing.no_reminder:
        case NoReminder.NOT_OPEN:
            return []
        case NoReminder.TWICE:
            said = f"There are at most {MOST_REMINDERS} a poll."
        case NoReminder.NOBODY:
            said = "Nobody is left to remind: a reminder goes to people who have chosen their practice and not voted."
        case NoReminder.TOO_SOON:
            again = (poll.reminded_at or standing.now) + APART
            said = f"Another can go from {spoken(again, standing.now)}."
        case None:
            said = ""
    told = " ".join(filter(None, (sent, said)))
    return [context([told])] if told else []


def _menu(part: Part, parts: Sequence[Part]) -> list[Block]:
    offered = {one: option(TITLES[one], one) for one in parts}
    menu: Block = {
        "type": "static_select",
        "action_id": "poll:desk_part",
        "options": list(offered.values()),
        "initial_option": offered[part],
    }
    return [actions([menu], block_id="part")]


def _turning(starts: Sequence[int], at: int, end: int, count: int) -> list[Block]:
    if len(starts) == 1:
        return []
    turn = []
    if at:
        turn.append(button("Back", "poll:desk_back", str(starts[at - 1])))
    if at + 1 < len(starts):
        turn.append(button("More", "poll:desk_more", str(starts[at + 1])))
    return [context([f"{starts[at] + 1} to {end} of {count}"]), actions(turn, block_id="turn")]
