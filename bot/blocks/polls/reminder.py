"""The reminder of a poll, and what becomes of it."""

from datetime import datetime

from bot.blocks.kit import MOST_TEXT, Block, Message, actions, button, context, escape_short, section
from bot.blocks.polls.terms import quoted, terms
from bot.letters import Letter
from bot.polls import Poll, State, Voice
from bot.polls.reminding import APART, MOST_REMINDERS, NoReminder
from bot.schedule import spoken
from bot.text import counted

NO_MORE = "You get no more reminders of polls from me."
AGAIN = "You get reminders of polls again, where you have not voted."


def reminder(poll: Poll, person: str, ccg_name: str, now: datetime) -> Letter:
    """For one person, by direct message."""
    whose = "your practice has" if poll.plan.voice is Voice.PRACTICE else "you have"
    closes = f" It closes on {spoken(poll.plan.closes_at, now)}." if poll.plan.closes_at else ""
    told = f"{ccg_name} would like to hear from you: {whose} not voted yet in {quoted(poll.plan.title, 150)}.{closes}"
    stop = button("No more reminders", "poll:remind_off", str(poll.id))
    blocks = [
        section(told),
        context(["\n".join(terms(poll, ccg_name, now))]),
        actions([_vote(poll), stop], block_id=f"poll-{poll.id}"),
    ]
    return Letter(
        name=f"poll-reminder:{poll.id}:{poll.reminders + 1}:{person}",
        kind="poll_reminder",
        channel=person,
        body=Message(escape_short(told, MOST_TEXT), blocks).arguments(),
        person=person,
    )


def settled(poll: Poll | None, poll_id: int, wants: bool) -> Message:
    """A reminder once somebody said whether they want any; voting stays possible while the poll is open."""
    said = AGAIN if wants else NO_MORE
    other = (
        button("No more reminders", "poll:remind_off", str(poll_id))
        if wants
        else button("Send me reminders again", "poll:remind_on", str(poll_id))
    )
    is_open = poll is not None and poll.state is State.OPEN
    about = f" About {quoted(poll.plan.title, 150)}: you can still vote." if poll and is_open else ""
    buttons = [*([_vote(poll)] if poll and is_open else []), other]
    return Message(escape_short(said + about, MOST_TEXT), [section(said + about), actions(buttons)])


def sent(people: int) -> str:
    return f"A reminder is on its way to {counted(people, 'person', 'people')}."


def not_sent(why: NoReminder, poll: Poll, now: datetime) -> str:
    """Why no reminder goes out, to the lead who asked for one."""
    match why:
        case NoReminder.NOT_OPEN:
            return "That poll takes no votes now, so no reminder was sent."
        case NoReminder.TWICE:
            return f"{MOST_REMINDERS} reminders of that poll went out already, and more are not sent."
        case NoReminder.NOBODY:
            return "Nobody is left to remind, so no reminder was sent."
        case NoReminder.TOO_SOON:
            again = (poll.reminded_at or now) + APART
            return f"A reminder went out less than three days ago. Another can go from {spoken(again, now)}."


def _vote(poll: Poll) -> Block:
    return button("Vote", "poll:vote", str(poll.id), style="primary")
