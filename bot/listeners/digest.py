"""The weekly digest to the leads' channel: on Mondays from 09:00, once for each week, whoever runs the timers."""

import logging

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.blocks.digest import digest_letter
from bot.digest import week_before
from bot.digesting import digest_of
from bot.listeners.desk import Desk
from bot.listeners.refusals import fault_of

logger = logging.getLogger(__name__)
DIGEST = "digest"  # as marks and letters are named


def write_digest(desk: Desk, client: WebClient) -> None:
    """Write this week's digest unless that was done, or there is nothing to say. Cheap but for once a week.

    A bot that was down on Monday writes when it is back. Without a leads' channel nobody is told.
    """
    channel, store, now = desk.settings.leads_channel, desk.store, desk.clock()
    week = week_before(now)
    if channel is None or not store.weekly.is_due(DIGEST, week, now):
        return
    try:
        workspace = str(client.auth_test()["team_id"])
    except (SlackApiError, OSError) as trouble:
        logger.warning("This week's digest waits until Slack answers: %s", fault_of(trouble))
        return
    found = digest_of(store, desk.library.current.knowledge.entries.values(), workspace, now)
    letters = [] if found.is_quiet else [digest_letter(found, channel, now, desk.settings.dashboard_url)]
    store.weekly.send(DIGEST, workspace, letters, week, now)
