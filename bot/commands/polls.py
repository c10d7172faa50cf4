"""`mandate-bot polls`: list polls, show what one came to, close it, and write it out for a spreadsheet."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from bot.blocks.polls.terms import turnout
from bot.commands.session import print_json, print_text
from bot.errors import BotError
from bot.polling import taking_part
from bot.polls import Poll, State
from bot.polls.report import Report, as_export, as_object, as_rows
from bot.reporting import report_for_leads, report_for_others
from bot.schedule import spoken
from bot.settings import Settings
from bot.storage import Store
from bot.storage.audit import TERMINAL
from bot.tables import as_csv

HEADINGS = f"{'Number':>6}  {'State':<9}  {'Took part':>9}  Title"

NO_COUNTS = "No counts: an anonymous poll has none where fewer than five took part."
NO_COUNTS_YET = "No counts yet: an anonymous poll has none before it is closed and five have taken part."


def show_all(settings: Settings, *, as_json: bool) -> int:
    """Print every poll, newest first."""
    store = Store(settings.db)
    polls = store.polls.listed()
    if as_json:
        print_json([as_object(report_for_leads(store, poll)) for poll in polls])
    elif polls:
        print_text([HEADINGS, *(_line(store, poll) for poll in polls)])
    else:
        print_text(["There are no polls yet. Leads make them in Slack, with /mandate-poll."])
    store.close()
    return 0


def show(settings: Settings, poll_id: int, *, as_json: bool) -> int:
    """Print one poll as leads see it now."""
    store = Store(settings.db)
    try:
        report = report_for_leads(store, _find(store, poll_id))
        if as_json:
            print_json(as_object(report))
        else:
            print_text(_lines(report))
    finally:
        store.close()
    return 0


def close(settings: Settings, poll_id: int) -> int:
    """Close an open poll now; a running bot posts its results."""
    # Slack's libraries take a second to load, and nothing else here needs them.
    from bot.keeping import cache_folder
    from bot.library import Library
    from bot.listeners.desk import Desk
    from bot.listeners.polls.moves import close_poll

    store = Store(settings.db)
    try:
        poll = _find(store, poll_id)
        if poll.state is not State.OPEN:
            raise BotError(f"Poll {poll_id} is not open, so there is nothing to close. It is {poll.state}.")
        library = Library(settings.knowledge, cache_folder())
        closed = close_poll(Desk(settings, library, store), poll, TERMINAL)
        print_text([f"Closed: {_one_line(closed.plan.title)}. A running bot posts the results."])
    finally:
        store.close()
    return 0


def export(settings: Settings, poll_id: int, *, as_json: bool, is_public: bool) -> int:
    """Print what a poll came to, as CSV or JSON: for leads, or only what others may see."""
    store = Store(settings.db)
    try:
        poll = _find(store, poll_id)
        now = datetime.now(UTC)
        store.audit.note(poll.workspace, TERMINAL, "poll:export", now, poll_id=poll.id)
        report = report_for_others(store, poll, now) if is_public else report_for_leads(store, poll)
    finally:
        store.close()
    if report is None:
        raise BotError(f"Nothing of poll {poll_id} may be shown to others yet. Leads export it without --public.")
    if as_json:
        print_json(as_export(report))
    else:
        sys.stdout.buffer.write(as_csv(as_rows(report)).encode("utf-8"))
    return 0


def _find(store: Store, poll_id: int) -> Poll:
    poll = store.polls.anywhere(poll_id) if 0 < poll_id < 2**63 else None
    if poll is None or poll.state is State.DELETED:
        raise BotError(f"There is no poll {poll_id}. To see which there are: mandate-bot polls list")
    return poll


def _line(store: Store, poll: Poll) -> str:
    return f"{poll.id:>6}  {poll.state:<9}  {taking_part(store, poll):>9}  {_one_line(poll.plan.title)}"


def _lines(report: Report) -> list[str]:
    poll = report.poll
    when = [
        f"{what} {spoken(at, datetime.now(UTC))}."
        for what, at in (
            ("Opened", poll.opened_at),
            ("Closes", poll.plan.closes_at if poll.state is State.OPEN else None),
            ("Closed", poll.closed_at),
        )
        if at
    ]
    kind = "anonymous" if poll.is_anonymous else "named"
    lines = [
        _one_line(poll.plan.title),
        " ".join([f"Poll {poll.id}, {poll.state}, {kind}.", *when]),
        turnout(poll, report.taking_part, report.eligible),
    ]
    for question in as_object(report)["questions"]:
        lines += ["", _one_line(question["question"]), *_options(question["options"])]
    if report.tally is None:
        lines += ["", NO_COUNTS if poll.state is State.CLOSED else NO_COUNTS_YET]
    return lines


def _options(options: Sequence[dict[str, object]]) -> list[str]:
    if not options:
        return ["  (free text; mandate-bot polls export has it)"]
    return [f"{'-' if one['count'] is None else one['count']!s:>7}  {_one_line(str(one['text']))}" for one in options]


def _one_line(text: str) -> str:
    return " ".join(text.split())
