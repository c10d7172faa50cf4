"""Word for the leads that questions have waited for long: nothing that waits ever goes in silence."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from slack_sdk import WebClient

from bot.blocks.long_waits import long_wait
from bot.letters import Letter
from bot.listeners.desk import Desk
from bot.listeners.recall import lead_channels
from bot.retention import LEADS_WARNED_AFTER
from bot.settings import LOCAL_WORKSPACE


def warn_of_long_waits(desk: Desk, client: WebClient) -> None:
    """Write one letter for all questions that came to wait so long since the last; none while there is none."""
    now = desk.clock()
    before = now - timedelta(days=LEADS_WARNED_AFTER)
    for wait in desk.store.waits.untold(before):
        # What was asked in the terminal is nothing that Slack could show.
        places = lead_channels(desk, desk.leads, client) if wait.workspace != LOCAL_WORKSPACE else []
        if places:
            desk.store.waits.tell(wait.workspace, before, partial(_letters, places, wait.since, now), now)


def _letters(places: Sequence[str], since: datetime, now: datetime, questions: int) -> list[Letter]:
    body = long_wait(questions, since.date()).arguments()
    return [Letter(f"long_wait:{now.isoformat()}:{place}", "long_wait", place, body) for place in places]
