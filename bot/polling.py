"""What is known of a poll now: how many took part, of how many, and what leads may see of it."""

from datetime import datetime

from bot.polls import SMALLEST_GROUP, Poll, Results, State, Tally, Voice, tally
from bot.polls.disclosure import Publication, Shown, by_locality, counted, unread
from bot.storage import Store, Transaction
from bot.storage.practices import localities_in
from bot.storage.publications import keep_results_in, publish_in
from bot.storage.votes import votes_in


def taking_part(store: Store, poll: Poll) -> int:
    """How many votes it holds: of people, or of practices where each has one voice."""
    return store.ballot_boxes.count(poll.box) if poll.box else store.votes.count(poll.id)


def eligible(store: Store, poll: Poll) -> int:
    """Of how many: practices in the register, or people who chose their practice. 0 where nobody knows.

    Of a closed poll as it was when it closed.
    """
    kept = store.publications.kept(poll) if poll.state is State.CLOSED else None
    if kept and kept.eligible is not None:
        return kept.eligible
    if poll.plan.voice is Voice.PRACTICE:
        return len(store.practices.listed())
    return len(store.practices.people(poll.workspace))


def leads_tally(store: Store, poll: Poll) -> Tally | None:
    """What leads see: a named poll at any time; an anonymous one once it is closed, where five took part."""
    if not poll.is_anonymous:
        return tally(poll.plan.questions, [vote.answers for vote in store.votes.all(poll.id)])
    if poll.state is not State.CLOSED or poll.box is None:
        return None
    counted = store.ballot_boxes.tally(poll.box, poll.plan.questions)
    return counted if counted and counted.taking_part >= SMALLEST_GROUP else None


def public(store: Store, poll: Poll, now: datetime) -> Shown:
    """What others than leads may see now; of an open poll it is written down as shown."""
    if poll.plan.results is Results.LEADS or poll.state not in (State.OPEN, State.CLOSED):
        return Shown(None, taking_part(store, poll))
    if poll.is_anonymous:
        return whole(leads_tally(store, poll), taking_part(store, poll))
    if poll.state is State.OPEN and poll.plan.results in (Results.LIVE, Results.AFTER_VOTING):
        return store.publications.publish(poll, now)
    return Shown(store.publications.latest(poll), taking_part(store, poll))


def public_tally(store: Store, poll: Poll, now: datetime) -> Tally | None:
    """The whole poll's counts that others than leads may see now; None while nothing may show."""
    publication = public(store, poll, now).publication
    return publication.whole if publication else None


def closing(db: Transaction, poll: Poll, box: Tally | None, now: datetime) -> Shown:
    """What the results of a poll that closes show, written down within the transaction that closes it.

    `box` is what was counted in an anonymous poll. Where results are for leads only, it is all that they may see.
    """
    if box is not None:
        return whole(box if box.taking_part >= SMALLEST_GROUP else None, box.taking_part)
    if poll.plan.results is not Results.LEADS:
        return publish_in(db, poll, now, with_localities=not poll.reopened)
    votes, questions = votes_in(db, poll.id), poll.plan.questions
    localities = by_locality(questions, counted(votes, localities_in(db)))
    found = tally(questions, [vote.answers for vote in votes])
    return Shown(Publication(unread(found), localities if len(localities) > 1 else ()), len(votes))


def keep_results(db: Transaction, poll: Poll, shown: Shown, eligible: int, now: datetime) -> None:
    """Keep what a poll that closes shows, within the transaction that closes it, for whoever looks at all polls.

    Of how many are `eligible`; 0 where nobody knows. Small groups are protected also where results are for leads only,
    for what they see here they may print.
    """
    if not poll.is_anonymous and poll.plan.results is Results.LEADS:
        shown = publish_in(db, poll, now, with_localities=not poll.reopened)
    keep_results_in(db, poll, shown, eligible)


def whole(found: Tally | None, voted: int) -> Shown:
    """A poll without localities."""
    return Shown(Publication(unread(found)) if found else None, voted)
