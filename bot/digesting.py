"""What the digest and the leads' Home tab are made of, gathered from what is kept."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from bot.digest import Digest, Longest, OpenPoll, digest, since, week_before
from bot.knowledge import Entry
from bot.overview import Figure, Overview, overview
from bot.polling import eligible, taking_part
from bot.polls import State
from bot.polls.poll import takes_votes
from bot.reminders import due
from bot.review import Filter
from bot.schedule import in_london
from bot.storage import Store


def digest_of(store: Store, entries: Iterable[Entry], workspace: str, now: datetime) -> Digest:
    """The digest that goes out now, of the week before."""
    monday = week_before(now)
    sunday = monday + timedelta(days=6)
    rows, waiting = store.review.page(workspace, Filter(), 0, 1)
    return digest(
        _figures(store, workspace, sunday),
        monday,
        waiting=waiting,
        longest=Longest(rows[0].id, rows[0].text, rows[0].first_asked_at) if rows else None,
        polls=[
            OpenPoll(poll, taking_part(store, poll), eligible(store, poll))
            for poll in store.polls.listed(workspace, {State.OPEN})
            if takes_votes(poll, now)
        ],
        due=due(entries, in_london(now).date()),
    )


def lately(store: Store, workspace: str, now: datetime) -> Overview:
    """The last weeks up to today."""
    today = in_london(now).date()
    return overview(_figures(store, workspace, today), since(today), today)


def workspace_in_use(store: Store, now: datetime, otherwise: str) -> str:
    """The Slack workspace in which most was asked lately, or else the latest poll was made; `otherwise` where none."""
    today = in_london(now).date()
    asked = Counter[str]()
    for one in store.rollups.figures(since(today), today):
        asked[one.workspace] += one.times
    asked.update(poll.workspace for poll in store.polls.listed(most=1))
    del asked[otherwise]
    return asked.most_common(1)[0][0] if asked else otherwise


def _figures(store: Store, workspace: str, last: date) -> list[Figure]:
    return [one for one in store.rollups.figures(since(last), last) if one.workspace == workspace]
