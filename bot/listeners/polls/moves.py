"""What leads and the clock both do with a poll: open it and close it, with the messages that this takes."""

from collections.abc import Sequence
from datetime import datetime

from slack_sdk import WebClient

from bot.blocks.polls.message import poll_message
from bot.blocks.polls.results import closed_body, reopened_body, results_bodies
from bot.blocks.polls.series import missed_body, repeats_body
from bot.letters import Letter
from bot.listeners.desk import Desk
from bot.listeners.leads import Leads
from bot.polling import closing, eligible, keep_results
from bot.polls import Poll, PollError, Repeats, Results, State
from bot.polls.planning import close_of
from bot.polls.repeating import following
from bot.storage import Transaction
from bot.storage.poll_messages import places_in
from bot.storage.polls import GONE, openings_in, repeat_in


def find_poll(desk: Desk, workspace: str, poll_id: int, gone: str = GONE) -> Poll:
    """A poll that was not deleted. Raises `PollError` that says `gone` otherwise."""
    poll = desk.store.polls.find(workspace, poll_id)
    if poll is None or poll.state is State.DELETED:
        raise PollError(gone)
    return poll


def open_poll(desk: Desk, poll: Poll, by: str | None = None) -> Poll:
    """Open a draft or planned poll now; the outbox holds its messages. Raises `PollError` where it was before.

    `by` is the lead, or None where its time had come.

    The next poll of a series is planned with it. Where the time to vote has passed while nobody was there to open the
    poll, its owners are told instead of the channels.
    """
    now = desk.clock()
    closes_at = close_of(poll.plan, now)

    def messages(db: Transaction, opened: Poll) -> Sequence[Letter]:
        follower = _plan_next(db, opened, now)
        if closes_at <= now:
            return _about_missing(opened, follower)
        return [*_posts(desk, opened, opened.plan.channels, now), *_about_series(opened, follower)]

    return desk.store.polls.open(poll.workspace, poll.id, closes_at, messages, now, by=by)


def close_poll(desk: Desk, poll: Poll, by: str | None) -> Poll:
    """Close an open poll now; the outbox holds its results. Raises `PollError` where it is not open.

    `by` is the lead, or None where its time was up. What the results show is written down in the same transaction.
    """
    box = desk.store.ballot_boxes.close(poll.box, poll.plan.questions) if poll.box else None
    of, now = eligible(desk.store, poll), desk.clock()

    def results(db: Transaction, closed: Poll) -> Sequence[Letter]:
        shown = closing(db, closed, box, now)
        keep_results(db, closed, shown, of, now)
        places = places_in(db, closed.workspace, closed.id)
        if closed.plan.results is not Results.LEADS:
            bodies = results_bodies(closed, shown, of)
            return [letter for place in places.items() for letter in _results(closed, *place, bodies)]
        for_leads = results_bodies(closed, shown, of, for_leads=True) if places else []
        told = [closed_body(closed, shown, of, desk.settings.ccg_name)]
        return [
            *[letter for place in places.items() for letter in _results(closed, *place, told)],
            *[letter for who in closed.owners for letter in _results(closed, who, None, for_leads, person=who)],
        ]

    return desk.store.polls.close(poll.workspace, poll.id, by, results, now)


def reopen_poll(desk: Desk, poll: Poll, closes_at: datetime, by: str) -> Poll:
    """Take votes again, which is said under its messages. Raises `PollError` where it is anonymous or not closed.

    It is posted where it could not be before.
    """
    now = desk.clock()

    def messages(db: Transaction, opened: Poll) -> Sequence[Letter]:
        places = places_in(db, opened.workspace, opened.id)
        body = reopened_body(opened)
        said = [
            Letter(f"reopened:{opened.id}:{opened.reopened}:{channel}", "reopened", channel, body, thread_ts=ts)
            for channel, ts in places.items()
        ]
        return [*_posts(desk, opened, [one for one in opened.plan.channels if one not in places], now), *said]

    return desk.store.polls.reopen(poll.workspace, poll.id, closes_at, messages, now, by)


def delete_poll(desk: Desk, poll: Poll, by: str) -> Poll:
    """Take a poll away with all its votes. Raises `PollError` where it has gone."""
    deleted = desk.store.polls.delete(poll.workspace, poll.id, by, desk.clock())
    if poll.box:
        desk.store.ballot_boxes.discard(poll.box)
    return deleted


def may_manage(poll: Poll, user: str, leads: Leads, client: WebClient) -> bool:
    """Whether a lead may reopen or delete a poll and say what came of it: its owners; any lead once none is one."""
    if not leads.include(user, client):
        return False
    return user in poll.owners or leads.people(client).isdisjoint(poll.owners)


def _posts(desk: Desk, poll: Poll, channels: Sequence[str], now: datetime) -> list[Letter]:
    """The poll's own message for each channel."""
    body = poll_message(poll, ccg_name=desk.settings.ccg_name, now=now).arguments()
    again = f":{poll.reopened}" if poll.reopened else ""
    return [Letter(f"poll:{poll.id}:{channel}{again}", "poll", channel, body) for channel in channels]


def _results(
    poll: Poll, channel: str, ts: str | None, bodies: Sequence[dict[str, object]], person: str | None = None
) -> list[Letter]:
    """Results for one place, named after how often the poll was closed: each closing posts its own, once."""
    name = f"results:{poll.id}:{poll.reopened + 1}:{channel}"
    return [
        Letter(f"{name}:{number}", "results", channel, body, thread_ts=ts, person=person)
        for number, body in enumerate(bodies, start=1)
    ]


def _plan_next(db: Transaction, poll: Poll, now: datetime) -> Poll | None:
    plan = following(poll.plan, openings_in(db, poll), now)
    return repeat_in(db, poll, plan, now) if plan else None


def _about_series(poll: Poll, follower: Poll | None) -> list[Letter]:
    """Its author is told once how a series goes on, and how it ends."""
    if follower is None or poll.follows is not None or poll.plan.repeats is Repeats.NEVER:
        return []
    return [Letter(f"repeats:{poll.id}", "repeats", poll.author, repeats_body(poll, follower), person=poll.author)]


def _about_missing(poll: Poll, follower: Poll | None) -> list[Letter]:
    body = missed_body(poll, follower)
    return [Letter(f"missed:{poll.id}:{who}", "poll_missed", who, body, person=who) for who in poll.owners]
