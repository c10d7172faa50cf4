"""The message of a poll, in which people vote."""

from collections.abc import Sequence
from datetime import datetime

from bot.blocks.kit import (
    MOST_BUTTON,
    Block,
    Message,
    actions,
    button,
    context,
    escape,
    escape_short,
    header,
    section,
)
from bot.blocks.kit import typed as paragraph
from bot.blocks.polls.terms import (
    apart,
    counted_by_slack,
    fit,
    how_to_answer,
    labels,
    tally_lines,
    terms,
    took_part,
    when_closed,
    where_results_are,
    within,
)
from bot.polls import SMALLEST_GROUP, Count, Kind, Poll, State, Tally

MOST_ASKED = 5_000  # characters of all questions, of some 12,000 that a message may have with its text
MOST_ONE_ASKED = 2_500
MOST_LISTED = 160  # characters of an option, of which ten are listed
MOST_TEXT = 3_500
EASILY_READ = 30  # characters of a button's label; Slack may cut longer ones, so that the message lists them
DELETED = "This poll was deleted, and its votes with it."


def poll_message(
    poll: Poll,
    taking_part: int = 0,
    tally: Tally | None = None,
    ccg_name: str = "your CCG",
    now: datetime | None = None,
) -> Message:
    """A poll as everybody sees it now: what is asked, with buttons while it is open. `tally` where it may show.

    At most 20 blocks, and 12,000 characters with its text.
    """
    if poll.state is State.DELETED:
        return Message(DELETED, [section(DELETED)])
    asked = _asked(poll, tally.counts if tally else ())
    blocks = [header(escape_short(poll.plan.title, 150)), *map(paragraph, asked)]
    if poll.state is State.CLOSED:
        end = _end(poll, taking_part, ccg_name, now)
        return Message(_text(poll, asked, end), [*blocks, section(end)])
    said = _standing(poll, taking_part) + _not_counted(taking_part, tally)
    small_print = "\n".join(terms(poll, ccg_name, now))
    blocks += [context([small_print]), _vote_buttons(poll), section(said), _own_buttons(poll)]
    return Message(_text(poll, asked, f"{said}\n{small_print}"), blocks)


def _asked(poll: Poll, counts: Sequence[Count]) -> list[str]:
    """Each question in a paragraph, shortened where there are many; the title is not said twice."""
    questions = poll.plan.questions
    room = min(MOST_ASKED // len(questions), MOST_ONE_ASKED)
    paragraphs = []
    for position, question in enumerate(questions):
        is_title = len(questions) == 1 and question.text == poll.plan.title and len(escape(question.text)) <= 150
        number = f"{position + 1}. " if len(questions) > 1 else ""
        lines = [] if is_title else [number + apart(fit(question.text, room // 3))]
        if counts:
            lines += tally_lines(counts[position], room * 2 // 3)
        elif len(questions) > 1:
            lines.append(f"{how_to_answer(question)} {fit(_in_a_row(question.options), room * 2 // 3)}".rstrip())
        else:
            lines += _one_in_full(poll)
        paragraphs.append("\n".join(lines))
    return list(filter(None, paragraphs))


def _one_in_full(poll: Poll) -> list[str]:
    """How to answer the only question, with those options that its buttons do not show well."""
    [question] = poll.plan.questions
    if question.kind in (Kind.RATING, Kind.TEXT):
        return [how_to_answer(question)]
    if poll.plan.is_quick and all(len(escape(option)) <= EASILY_READ for option in question.options):
        return []
    return [how_to_answer(question), *(f"• {apart(fit(option, MOST_LISTED))}" for option in question.options)]


def _in_a_row(options: Sequence[str]) -> str:
    return "; ".join(map(apart, options))


def _vote_buttons(poll: Poll) -> Block:
    if not poll.plan.is_quick:
        return actions([button("Vote", "poll:vote", str(poll.id), style="primary")], block_id=f"poll-{poll.id}")
    [question] = poll.plan.questions
    buttons = [
        button(escape_short(label, MOST_BUTTON), f"poll:pick:{position}", f"{poll.id} {position}")
        for position, label in enumerate(labels(question))
    ]
    return actions(buttons, block_id=f"poll-{poll.id}")


def _own_buttons(poll: Poll) -> Block:
    """What stays on the message, for private messages vanish."""
    buttons = [button("My vote", "poll:mine", str(poll.id))]
    if not poll.is_anonymous:
        buttons.append(button("Withdraw", "poll:withdraw", str(poll.id)))
    return actions(buttons, block_id=f"poll-own-{poll.id}")


def _standing(poll: Poll, taking_part: int) -> str:
    if not taking_part:
        said = "Nobody has voted yet."
    else:
        said = f"{took_part(poll, taking_part)} {'has' if taking_part == 1 else 'have'} voted."
    return f"Reopened: it takes votes again, and earlier votes still count. {said}" if poll.reopened else said


def _not_counted(taking_part: int, tally: Tally | None) -> str:
    """Results that show as votes come in leave out the latest few."""
    if tally is None or tally.taking_part == taking_part:
        return ""
    return (
        f" The results above have {tally.taking_part} of the votes: changes are added {SMALLEST_GROUP} or more at a "
        "time, so that nobody can tell who chose what."
    )


def _end(poll: Poll, taking_part: int, ccg_name: str, now: datetime | None) -> str:
    part = f"{took_part(poll, taking_part)} took part" if taking_part else "Nobody took part"
    said = f"This poll {when_closed(poll, now)}. {part}."
    if not taking_part:
        return said
    if poll.is_anonymous and taking_part < SMALLEST_GROUP:
        return f"{said} That is too few to show results of an anonymous poll: it takes {SMALLEST_GROUP}."
    return f"{said} {where_results_are(poll, ccg_name)}"


def _text(poll: Poll, asked: Sequence[str], rest: str) -> str:
    """The same for notifications and screen readers; the questions are shortened, never what a vote means."""
    head = "\n".join([poll.plan.title, *asked])
    if poll.plan.is_quick and poll.state is not State.CLOSED:
        head += "\n" + _in_a_row(labels(poll.plan.questions[0]))
    return escape(f"{within(head, MOST_TEXT - counted_by_slack(escape(rest)))}\n{rest}")
