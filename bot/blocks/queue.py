"""The review queue as leads see it: on their Home tab and in the leads' channel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.additions import Addition
from bot.blocks.kit import (
    MOST_TEXT,
    Block,
    Message,
    actions,
    button,
    context,
    divider,
    escape,
    escape_short,
    header,
    plain,
    shorten,
    typed,
)
from bot.blocks.letters import proposal_buttons
from bot.blocks.modals import PARTS
from bot.blocks.wording import day
from bot.review import OPEN, REASONS, Filter, Group, State
from bot.text import counted

PAGE = 6  # rows of the queue shown at once
MOST_QUESTION = 600  # characters of a question
MOST_LINE = 150  # characters of anything else that is quoted in a row
MOST_WORDINGS = 3  # besides the first
MOST_REPLIES = 3
MOST_UNHELPFUL = 3
ASKED_BY_SEVERAL = 3  # practices: from here on the CCG may want to hear from all of them
NEAR = 0.005  # of 1: a candidate that rounds to 0 per cent is none
NOBODY = ""  # the assignee of a filter that wants the rows nobody has

STATES: Mapping[str, tuple[str, frozenset[State]]] = {
    "open": ("Open", OPEN),
    "answered": ("Answered", frozenset({State.ANSWERED})),
    "linked": ("Answered by an entry", frozenset({State.LINKED})),
    "dismissed": ("Dismissed", frozenset({State.DISMISSED})),
}
WHOSE: Mapping[str, str] = {"all": "Everybody's", "mine": "Mine", "nobody": "Nobody's"}
ALL_PARTS = "all"
_STATES_OF_ROWS: Mapping[State, str] = {
    State.NEW: "New",
    State.ASSIGNED: "Assigned",
    State.ANSWERED: "Answered",
    State.LINKED: "Answered by an existing entry",
    State.DISMISSED: "Dismissed",
    State.REOPENED: "Reopened",
}


@dataclass(frozen=True)
class Showing:
    """Which rows one lead looks at. It travels with the Home tab, so that two leads do not disturb each other."""

    state: str = "open"  # a key of STATES
    part: int | None = None
    whose: str = "all"  # a key of WHOSE
    first: int = 0  # row

    @classmethod
    def read(cls, text: str) -> "Showing":
        """From what `str` makes of one; all that is open from anything else."""
        state, part, whose, first = (text.split(" ") + [""] * 4)[:4]
        if state not in STATES or whose not in WHOSE or not first.isdecimal():
            return cls()
        return cls(state, int(part) if part.isdecimal() and int(part) in PARTS else None, whose, int(first))

    def __str__(self) -> str:
        return f"{self.state} {self.part or ALL_PARTS} {self.whose} {self.first}"

    def changed(self, menu: str, picked: str) -> "Showing":
        """With one thing picked: a menu starts at the first row, "older" and "newer" name theirs."""
        first = int(picked) if menu in ("older", "newer") else 0
        now = {"state": self.state, "part": str(self.part or ALL_PARTS), "whose": self.whose} | {menu: picked}
        return Showing.read(f"{now['state']} {now['part']} {now['whose']} {first}")

    def wanted(self, lead: str) -> Filter:
        assignee = {"mine": lead, "nobody": NOBODY}.get(self.whose)
        return Filter(STATES[self.state][1], self.part, assignee)


@dataclass(frozen=True)
class Row:
    """A group with all that is shown of it."""

    group: Group
    candidates: Sequence[tuple[str, float]] = ()  # an entry's question and its confidence, 0 to 1; best first
    unhelpful: Sequence[str] = ()  # questions of entries that were served and did not help
    wordings: Sequence[str] = ()  # other than the first
    replies: Sequence[str] = ()  # to "Ask what they mean", oldest first
    answered_by: str | None = None  # the question of the entry that answers it
    proposal: Addition | None = None  # an answer that waits for a second lead


@dataclass(frozen=True)
class Shown:
    """One page of the queue."""

    rows: Sequence[Row]
    count: int  # of the rows that meet the filter
    waiting: int  # rows that are open
    showing: Showing


def queue_blocks(shown: Shown) -> list[Block]:
    """The leads' part of the Home tab: at most 29 blocks."""
    waiting = {0: "No questions wait", 1: "One question waits"}.get(shown.waiting, f"{shown.waiting:,} questions wait")
    blocks = [header(f"For CCG leads: {waiting} for an answer."), _menus(shown.showing)]
    for row in shown.rows:
        blocks += row_blocks(row)
    if not shown.rows:
        blocks.append(context(["No questions here. Pick something else in the menus above."]))
    return [*blocks, *_paging(shown), divider()]


def row_blocks(row: Row) -> list[Block]:
    """A row with its buttons: three blocks, and one more where an answer waits for a second lead."""
    group = row.group
    small_print: list[Block] = [{"type": "mrkdwn", "text": "\n".join(_facts(row))}]
    if row.wordings:
        lines = [shorten(" ".join(wording.split()), MOST_LINE) for wording in row.wordings[:MOST_WORDINGS]]
        small_print.append(_quoted("Also asked as", lines))
    if row.replies:
        lines = [shorten(" ".join(reply.split()), MOST_LINE) for reply in row.replies[-MOST_REPLIES:]]
        small_print.append(_quoted("What they meant", lines))
    return [
        typed(shorten(group.text, MOST_QUESTION) or "(taken back)"),
        {"type": "context", "elements": small_print},
        actions(_buttons(group), block_id=f"row-{group.id}"),
        *(proposal_buttons(row.proposal) if row.proposal else []),
    ]


def _quoted(what: str, lines: Sequence[str]) -> Block:
    return plain(escape_short("\n".join([f"{what}:", *lines]), 1_000))


def _facts(row: Row) -> list[str]:
    """Lines of mark-up: what is not ours is escaped here, a mention of a lead is not."""
    group = row.group
    asked = f"Asked {_times(group.times)} by {counted(group.people, 'person', 'people')}"
    if group.practices:
        asked += f" from {counted(group.practices, 'practice', 'practices')}"
    first, last = day(group.first_asked_at), day(group.last_asked_at)
    lines = [f"{asked}, on {first}." if first == last else f"{asked}, first on {first}, last on {last}."]
    state = _STATES_OF_ROWS[group.state]
    if group.state is State.DISMISSED and (why := REASONS.get(group.reason or "")):
        state += f": {why}"
    if row.answered_by:
        state += f": {_line(row.answered_by)}"
    if group.assignee:
        state += f" to <@{group.assignee}>" if group.state is State.ASSIGNED else f", assigned to <@{group.assignee}>"
    lines.append(f"{state}.")
    if row.proposal:
        lines.append(f"An answer by <@{row.proposal.author}> waits for a second lead.")
    if group.is_open and row.candidates:
        near = [f"{_line(one)} ({confidence:.0%})" for one, confidence in row.candidates if confidence >= NEAR]
        lines.append(f"Closest: {'; '.join(near) or 'nothing I know comes near it'}")
    lines += [f"Did not help: {_line(question)}" for question in row.unhelpful[:MOST_UNHELPFUL]]
    return lines


def _line(text: str) -> str:
    return escape(shorten(text, MOST_LINE))


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _buttons(group: Group) -> list[Block]:
    value = f"{group.id} {group.version}"
    if not group.is_open:
        return [button("Reopen", "queue:reopen", value)]
    return [
        button("Answer", "queue:answer", value, style="primary"),
        button("It's this entry", "queue:link", value),
        button("Assign", "queue:assign", value),
        button("Ask what they mean", "queue:clarify", value),
        button("Dismiss", "queue:dismiss", value),
        button("Join or split", "queue:sort", value),
        *([button("Ask practices", "poll:from_group", str(group.id))] if _is_worth_a_poll(group) else []),
    ]


def _is_worth_a_poll(group: Group) -> bool:
    return bool(group.text) and group.practices >= ASKED_BY_SEVERAL


def _menus(showing: Showing) -> Block:
    states = {key: name for key, (name, _) in STATES.items()}
    parts = {ALL_PARTS: "Every part"} | {str(number): f"Part {number}: {title}" for number, title in PARTS.items()}
    return actions(
        [
            _menu("state", "State", states, showing.state),
            _menu("part", "Part of the mandate", parts, str(showing.part or ALL_PARTS)),
            _menu("whose", "Whose", dict(WHOSE), showing.whose),
        ],
        block_id="queue-menus",
    )


def _menu(name: str, label: str, options: Mapping[str, str], picked: str) -> Block:
    offered = {key: {"text": plain(text, 75), "value": key} for key, text in options.items()}
    return {
        "type": "static_select",
        "action_id": f"queue:{name}",
        "placeholder": plain(label, 150),
        "options": list(offered.values()),
        "initial_option": offered[picked],
    }


def _paging(shown: Shown) -> list[Block]:
    if shown.count <= PAGE:
        return []
    first = shown.showing.first
    last = first + len(shown.rows)
    buttons = []
    if first > 0:
        buttons.append(button("Older", "queue:older", str(max(0, first - PAGE))))
    if last < shown.count:
        buttons.append(button("Newer", "queue:newer", str(first + PAGE)))
    where = context([f"Rows {first + 1:,} to {last:,} of {shown.count:,}, the oldest and most asked first."])
    return [where, actions(buttons, block_id="queue-pages")]


def last_page(showing: Showing, count: int) -> Showing:
    """The same rows, or the last page that there is."""
    return replace(showing, first=min(showing.first, max(0, (count - 1) // PAGE * PAGE)))


def announcement(rows: Sequence[Row], more: int) -> Message:
    """Word of new questions for the leads' channel; drawn again as they are dealt with."""
    waiting = sum(row.group.is_open for row in rows) + more
    told = {0: "All of these questions are dealt with.", 1: "One new question waits for an answer."}
    heading = told.get(waiting, f"{waiting:,} new questions wait for an answer.")
    blocks = [header(heading)]
    for row in rows:
        blocks += row_blocks(row)
    foot = f"and {more:,} more on my Home tab" if more else "They are on my Home tab as well."
    blocks.append({**context([foot]), "block_id": f"more-{more}"})
    lines = [heading, *(f"• {shorten(row.group.text, MOST_LINE)}" for row in rows), foot]
    return Message(escape_short("\n".join(lines), MOST_TEXT), blocks)
