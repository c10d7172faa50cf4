"""The form in which people vote, and what each of them is told privately."""

from dataclasses import replace
from datetime import datetime

from bot.blocks.kit import (
    MOST_BUTTON,
    MOST_TEXT,
    MOST_TITLE,
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
    typed,
)
from bot.blocks.polls.terms import (
    apart,
    fit,
    how_to_answer,
    labels,
    quoted,
    standing,
    terms,
    when_closed,
    where_results_are,
)
from bot.blocks.practices import practice_menu
from bot.polls import Answer, Answers, Kind, Poll, Question, State, Tally, Voice, Vote, takes_votes
from bot.polls.answering import MOST_WRITTEN, most_of
from bot.schedule import in_london, spoken

MOST_SAID = 1_800  # characters of one's own answers
STALE = (
    "That option is no longer in the poll, so your vote was not counted. Press one of the options that it shows now."
)
PREVIEW = "This is a preview that only you see, so nothing was counted. Votes count once the poll is posted."
DELETED = "That poll was deleted, with every vote in it. There is nothing left to vote on."
NO_REGISTER = (
    "In this poll each practice has one vote, and nobody has given me the list of practices yet, so your vote was not "
    "counted. Tell your CCG; then press again."
)
ANONYMOUS_STAYS = "An anonymous vote can't be taken back: nothing shows which one is yours. Nothing was changed."
NO_LONGER_KNOWN = "That poll was anonymous, and I forgot who took part when it closed."
THEN_CAST = "Your vote is cast as you save."
THEN_FORM = "The questions come next."
CHOOSE_FIRST = "In this poll each practice has one vote, so I need to know your practice first."


# Said after a vote


def counted(poll: Poll, vote: Vote, now: datetime) -> Message:
    """The first vote of a person or practice."""
    return _say(_with_answers(f"{_whose(poll)} is counted", poll, vote, _how_to_change(poll, now)))


def changed(poll: Poll, vote: Vote) -> Message:
    return _say(_with_answers(f"{_whose(poll)} is changed, and counts once. It is now", poll, vote))


def same(poll: Poll, vote: Vote, person: str, now: datetime) -> Message:
    """Nothing new: the same was voted before, by the person or by a colleague."""
    if vote.person != person:
        return _colleague(poll, vote, now, "You say the same, so nothing was changed.")
    then = "To take it back, press Withdraw."
    return _say(_with_answers("You voted so already, so nothing was changed", poll, vote, then))


def taken(poll: Poll, vote: Vote, answers: Answers, now: datetime) -> Message:
    """A colleague voted for the practice; their vote stands unless the person puts theirs in its place."""
    said = _colleague(poll, vote, now, "Their vote stands unless you change it.")
    if not poll.plan.is_quick:
        return replace(said, blocks=[*said.blocks, section("To change it, press Vote again: the form shows it.")])
    [position] = answers[0].picked
    label = f"Change it to {apart(labels(poll.plan.questions[0])[position])}"
    press = button(escape_short(label, MOST_BUTTON), "poll:instead", f"{poll.id} {position}")
    return replace(said, blocks=[*said.blocks, actions([press], block_id=f"poll-instead-{poll.id}")])


def anonymous_counted() -> Message:
    return _say("Your vote is counted. It is anonymous: it can't be shown, changed or taken back, not even for you.")


def anonymous_again() -> Message:
    return _say(
        "You have voted in this poll already, and your first vote counts. Nothing shows which one it is, so it can't "
        "be changed, and this press was not counted."
    )


def with_results(message: Message, tally: Tally | None) -> Message:
    """With the results so far, where whoever voted may see them."""
    if tally is None:
        return message
    said = [f"So far, with {tally.taking_part:,} taking part:", *standing(tally)]
    return Message("\n".join([message.text, *map(escape, said)]), [*message.blocks, *map(typed, said)])


def together(first: Message, second: Message) -> Message:
    """Two messages in one window."""
    return Message(f"{first.text}\n{second.text}", [*first.blocks, *second.blocks])


def late(poll: Poll, ccg_name: str, now: datetime) -> Message:
    return _say(
        f"That poll {when_closed(poll, now)}, so your vote was not counted. {where_results_are(poll, ccg_name)}"
    )


def stale() -> Message:
    return _say(STALE)


def refused(poll: Poll | None, ccg_name: str, now: datetime) -> Message:
    """Why a poll that takes no votes does not."""
    if poll is None or poll.state is State.DELETED:
        return _say(DELETED)
    if poll.state in (State.DRAFT, State.SCHEDULED):
        return _say(PREVIEW)
    return late(poll, ccg_name, now)


# Said of a vote that stands


def mine(poll: Poll, vote: Vote | None, person: str, now: datetime) -> Message:
    """What stands for a person in a named poll."""
    if vote is None:
        nobody = "Nobody at your practice has" if poll.plan.voice is Voice.PRACTICE else "You have not"
        if poll.state is State.CLOSED:
            return _say(f"{nobody} voted in that poll, and it is closed.")
        return _say(f"{nobody} voted in this poll yet. {_how_to_vote(poll)}")
    if vote.person != person:
        return _colleague(poll, vote, now, _how_to_change(poll, now))
    return _say(_with_answers("You voted", poll, vote, _how_to_change(poll, now)))


def mine_anonymous(poll: Poll, took_part: bool) -> Message:
    if poll.state is State.CLOSED:
        return _say(NO_LONGER_KNOWN)
    if took_part:
        return _say("Your vote is in. It can't be shown, not even to you, because the poll is anonymous.")
    return _say(f"You have not voted in this poll yet. {_how_to_vote(poll)}")


def withdrawn(poll: Poll) -> Message:
    again = _how_to_vote(poll).replace("To vote", "To vote again")
    return _say(f"{_whose(poll)} is taken back and is not counted. {again}")


def nothing_to_withdraw(poll: Poll) -> Message:
    nobody = "Nobody at your practice has" if poll.plan.voice is Voice.PRACTICE else "You have not"
    return _say(f"{nobody} voted in this poll, so there was nothing to take back. {_how_to_vote(poll)}")


def too_late_to_withdraw(poll: Poll, now: datetime) -> Message:
    return _say(f"That poll {when_closed(poll, now)}, so your vote stays as it was.")


def no_practice_yet(poll: Poll) -> Message:
    known = "In this poll each practice has one vote, and I don't know your practice yet."
    return _say(f"{known} {_how_to_vote(poll)} I ask you for it then.")


def anonymous_stays() -> Message:
    return _say(ANONYMOUS_STAYS)


def no_register() -> Message:
    return _say(NO_REGISTER)


# Which practice


def which_practice(ccg_name: str) -> Message:
    """Asked once, after a vote in which each person has a voice."""
    asked = "Which practice are you at?"
    why = f"Leads at {ccg_name} then see which practices have answered. You need not say, and your vote counts anyway."
    buttons = [button("Choose", "practice:choose"), button("Not now", "poll:not_now")]
    return Message(f"{asked} {why}", [section(asked), context([why]), actions(buttons, block_id="poll-practice")])


def not_asked_again() -> Message:
    return _say("I won't ask again. You can choose your practice on my Home tab at any time.")


def practice_first(metadata: str, *, then: str) -> Block:
    """Asks for the practice before a vote; `metadata` says what is voted then, and `then` tells the person."""
    menu = {
        "type": "input",
        "block_id": "practice",
        "label": plain("Your practice"),
        "element": practice_menu(None),
    }
    small_print = context(["I keep it for later polls and questions. You can change it on my Home tab."])
    return modal(
        "Your practice",
        [section(f"{CHOOSE_FIRST} {then}"), menu, small_print],
        callback_id="poll_practice",
        submit="Save",
        private_metadata=metadata,
    )


# The form


def ballot_form(poll: Poll, vote: Vote | None, person: str, ccg_name: str, metadata: str, now: datetime) -> Block:
    """Every question in full. `vote` is the one that stands, which is filled in."""
    blocks: list[Block] = [context(["\n".join(terms(poll, ccg_name, now))])]
    if vote is not None:
        mention = "You have voted; this is your vote. Change what you like."
        if vote.person != person:
            mention = f"{_who_voted(vote, now)} This is their vote; submit the form to change it."
        blocks.append(marked(mention))
    for position, question in enumerate(poll.plan.questions):
        blocks += _field(question, position, vote.answers[position] if vote else Answer(), len(poll.plan.questions))
    return modal(
        escape_short(poll.plan.title, MOST_TITLE) if poll.state is State.OPEN else "Preview",
        blocks,
        callback_id="poll_ballot",
        submit="Change vote" if vote else "Vote",
        private_metadata=metadata,
    )


def _field(question: Question, position: int, answer: Answer, of: int) -> list[Block]:
    number = f"{position + 1}. " if of > 1 else ""
    made: Block = {
        "type": "input",
        "block_id": f"question-{position}",
        "label": plain(escape_short(number + apart(question.text), 2_000)),
        "hint": plain(escape_short(how_to_answer(question), 2_000)),
        "optional": question.kind is Kind.TEXT,
        "element": _element(question, answer),
    }
    cut = [label for label in labels(question) if len(escape(label)) > MOST_BUTTON]
    return [made, *([typed("\n".join(["In full:", *cut]))] if cut else [])]


def _element(question: Question, answer: Answer) -> Block:
    if question.kind is Kind.TEXT:
        text: Block = {
            "type": "plain_text_input",
            "action_id": "answer",
            "multiline": True,
            "max_length": MOST_WRITTEN,
        }
        return text | ({"initial_value": answer.text} if answer.text else {})
    options = [
        {"text": plain(escape_short(label, MOST_BUTTON)), "value": str(position)}
        for position, label in enumerate(labels(question))
    ]
    chosen = [options[position] for position in answer.picked if position < len(options)]
    if question.kind is Kind.SEVERAL and most_of(question) > 1:
        boxes: Block = {"type": "checkboxes", "action_id": "answer", "options": options}
        return boxes | ({"initial_options": chosen} if chosen else {})
    radio: Block = {"type": "radio_buttons", "action_id": "answer", "options": options}
    return radio | ({"initial_option": chosen[0]} if chosen else {})


# Pieces


def _say(sentence: str) -> Message:
    """What a person typed stands in it letter for letter, never as mark-up."""
    return Message(escape_short(sentence, MOST_TEXT), [typed(sentence)])


def _colleague(poll: Poll, vote: Vote, now: datetime, then: str) -> Message:
    rest = _with_answers("It stands at", poll, vote, then)
    lead = _who_voted(vote, now)
    return Message(f"{lead} {escape_short(rest, MOST_TEXT - len(lead) - 1)}", [marked(lead), typed(rest)])


def _who_voted(vote: Vote, now: datetime) -> str:
    """Mark-up, with nothing in it that was typed."""
    is_today = in_london(vote.cast_at).date() == in_london(now).date()
    at = f"{in_london(vote.cast_at):%H:%M}" if is_today else spoken(vote.cast_at, now)
    return f"Your practice has voted ({f'<@{vote.person}>, ' if vote.person else ''}{at})."


def _whose(poll: Poll) -> str:
    return "Your practice's vote" if poll.plan.voice is Voice.PRACTICE else "Your vote"


def _with_answers(lead: str, poll: Poll, vote: Vote, then: str = "") -> str:
    """What was answered: in the sentence for one question, on a line each for more."""
    questions, answers = poll.plan.questions, vote.answers
    if len(questions) == 1:
        return f"{lead}: {_one_answer(questions[0], answers[0], MOST_SAID)}. {then}".rstrip()
    room = MOST_SAID // len(questions)
    lines = [
        f"{position}. {apart(fit(question.text, room // 4))} {_one_answer(question, answer, room * 3 // 4)}"
        for position, (question, answer) in enumerate(zip(questions, answers, strict=True), start=1)
    ]
    return "\n".join([f"{lead}:", *lines, *([then] if then else [])])


def _one_answer(question: Question, answer: Answer, room: int) -> str:
    if question.kind is Kind.TEXT:
        return quoted(answer.text, room) if answer.text else "nothing written"
    chosen = [label for position, label in enumerate(labels(question)) if position in answer.picked]
    return ", ".join(quoted(label, max(12, room // max(1, len(chosen)) - 4)) for label in chosen)


def _how_to_vote(poll: Poll) -> str:
    return "To vote, press an option." if poll.plan.is_quick else "To vote, press Vote."


def _how_to_change(poll: Poll, now: datetime) -> str:
    if not takes_votes(poll, now):
        return "The poll is closed, so it stays so."
    press = "press another option" if poll.plan.is_quick else "press Vote again"
    return f"You can change it until the poll closes: {press}."
