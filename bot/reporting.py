"""What may be read of a poll: by leads, by everybody else, and who is still to be reminded of it."""

from dataclasses import replace
from datetime import datetime

from bot.polling import eligible, leads_tally, public, taking_part
from bot.polls import Poll, State, Voice
from bot.polls.disclosure import about_groups, by_locality, by_practice, counted, one_voice_each
from bot.polls.reminding import to_remind, who_voted
from bot.polls.report import Report
from bot.polls.turnout import Turnout, turnout
from bot.practices import Practice
from bot.storage import Store

NO_PRACTICE = Practice("", "No practice chosen")


def report_for_leads(store: Store, poll: Poll) -> Report:
    """All that leads may see now: whole-poll counts, and by practice and locality once a named poll is closed.

    Not before: nobody is to be asked why they chose what they can still change.
    """
    whole = Report(poll, taking_part(store, poll), eligible(store, poll), leads_tally(store, poll))
    if poll.is_anonymous or poll.state is not State.CLOSED:
        return whole
    votes, questions = store.votes.all(poll.id), poll.plan.questions
    known = {practice.code: practice for practice in store.practices.known()}
    practices = [(known.get(code or "", NO_PRACTICE), made) for code, made in by_practice(questions, votes).items()]
    localities = {code: practice.locality for code, practice in known.items()}
    is_by_person = poll.plan.voice is Voice.PERSON
    return replace(
        whole,
        practices=tuple(sorted(practices, key=lambda one: (not one[0].code, one[0].name.casefold(), one[0].code))),
        localities=tuple((part.name, part.tally) for part in by_locality(questions, counted(votes, localities))),
        weighed=one_voice_each(questions, votes) if is_by_person else None,
    )


def report_for_others(store: Store, poll: Poll, now: datetime) -> Report | None:
    """What others than leads may see now, as it was or would be published; None while that is nothing."""
    shown = public(store, poll, now)
    found = shown.publication
    if found is None:
        return None
    return Report(
        poll,
        found.whole.taking_part,
        eligible(store, poll),
        found.whole,
        localities=tuple((part.name, part.tally) for part in found.localities),
        has_texts=False,
        notes=tuple(about_groups(found, poll.plan.voice)),
    )


def turnout_of(store: Store, poll: Poll) -> list[Turnout]:
    """How many of each practice took part in a named poll, those without any first."""
    people = store.practices.people(poll.workspace)
    return turnout(store.practices.listed(), people, store.votes.all(poll.id))


def whom_to_remind(store: Store, poll: Poll) -> list[str]:
    """People who chose their practice, have not voted and take reminders."""
    people = store.practices.people(poll.workspace)
    if poll.is_anonymous:
        voted = store.ballot_boxes.took_part(poll.box, people) if poll.box else set()
    else:
        voted = who_voted(poll, store.votes.all(poll.id))
    listed = {practice.code for practice in store.practices.listed()}
    unwilling = store.polls.without_reminders(poll.workspace)
    return to_remind(poll, people, listed, voted, unwilling)
