"""The polling booth: takes votes, each kept once it is back, and says what came of it."""

from dataclasses import dataclass
from typing import Any

from bot.blocks import Message
from bot.blocks.polls import ballot
from bot.listeners.desk import Desk
from bot.polls import Answer, Answers, Kind, Poll, PollError, Question, State, Voice, takes_votes
from bot.storage import Cast


@dataclass(frozen=True)
class Said:
    """What a voter is told, and what follows from their vote."""

    message: Message
    poll: Poll | None = None  # that they have a vote in
    is_first: bool = False  # rather than a change
    needs_practice: bool = False  # before the vote can count


class Booth:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._store = desk.store

    def press(self, workspace: str, poll_id: int, person: str, option: int | None, *, instead: bool = False) -> Said:
        """Somebody presses the option at a position, from 0. `instead`: also where a colleague voted."""
        poll = self._store.polls.find(workspace, poll_id)
        if poll is None or not takes_votes(poll, self._desk.clock()):
            return self.refuse(poll)
        if not poll.plan.is_quick or option is None or option >= len(poll.plan.questions[0].choices):
            return Said(ballot.stale())
        return self._take(poll, person, (Answer((option,)),), instead)

    def submit(self, poll: Poll, person: str, answers: Answers, *, instead: bool = False) -> Said:
        """Somebody submits a form in which there are no mistakes."""
        if not takes_votes(poll, self._desk.clock()):
            return self.refuse(poll)
        return self._take(poll, person, answers, instead)

    def refuse(self, poll: Poll | None) -> Said:
        """Why nothing is counted in a poll that takes no votes."""
        return Said(ballot.refused(poll, self._desk.settings.ccg_name, self._desk.clock()))

    def lacks_practice(self, poll: Poll, person: str) -> bool:
        """Whether somebody has to say which practice of the register they are at before they can vote."""
        if poll.plan.voice is not Voice.PRACTICE:
            return False
        practice = self._store.practices.practice_of(poll.workspace, person)
        return practice is None or not practice.is_listed

    def ask_practice_first(self) -> Said:
        return Said(ballot.no_register(), needs_practice=not self._store.practices.is_empty())

    def _take(self, poll: Poll, person: str, answers: Answers, instead: bool) -> Said:
        if poll.box:
            return self._take_unlinked(poll, poll.box, person, answers)
        if self.lacks_practice(poll, person):
            return self.ask_practice_first()
        now = self._desk.clock()
        try:
            casting = self._store.votes.cast(poll.workspace, poll.id, person, answers, now, instead=instead)
        except PollError:
            return self._refuse_after_all(poll)
        match casting.cast:
            case Cast.COUNTED:
                return Said(ballot.counted(poll, casting.vote, now), poll, is_first=True)
            case Cast.CHANGED:
                return Said(ballot.changed(poll, casting.vote), poll)
            case Cast.SAME:
                return Said(ballot.same(poll, casting.vote, person, now), poll)
        return Said(ballot.taken(poll, casting.vote, answers, now), poll)

    def _take_unlinked(self, poll: Poll, box: str, person: str, answers: Answers) -> Said:
        try:
            is_counted = self._store.ballot_boxes.cast(box, poll.plan.questions, person, answers)
        except PollError:
            return self._refuse_after_all(poll)
        since = self._store.polls.find(poll.workspace, poll.id)
        if since is None or since.state is State.DELETED:
            # Deleted meanwhile: the box lies in another file, and this vote may have made it anew.
            self._store.ballot_boxes.discard(box)
            return self.refuse(since)
        return Said(ballot.anonymous_counted(), poll) if is_counted else Said(ballot.anonymous_again())

    def _refuse_after_all(self, poll: Poll) -> Said:
        """It took votes when it was looked up, and not when the vote was to be written."""
        since = self._store.polls.find(poll.workspace, poll.id)
        if since and not since.box and takes_votes(since, self._desk.clock()):
            return self.ask_practice_first()
        return self.refuse(since)


def filled(questions: tuple[Question, ...], values: dict[str, Any]) -> Answers:
    """What the fields of the form hold; a choice that is none of ours becomes -1."""
    return tuple(
        _answer(question, values.get(f"question-{position}", {}).get("answer") or {})
        for position, question in enumerate(questions)
    )


def _answer(question: Question, held: dict[str, Any]) -> Answer:
    if question.kind is Kind.TEXT:
        return Answer(text=str(held.get("value") or "").strip())
    picked = held.get("selected_options") or [held.get("selected_option")]
    values = [str(option["value"]) for option in picked if option]
    return Answer(tuple(sorted({int(value) if value.isdecimal() else -1 for value in values})))
