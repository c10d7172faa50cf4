"""Who is a CCG lead: listed by id, or in a listed user group."""

import logging
import threading
import time
from collections.abc import Sequence

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.blocks import notices
from bot.errors import BotError
from bot.listeners.refusals import fault_of

logger = logging.getLogger(__name__)
ASK_SLACK_EVERY = 300.0  # seconds


class Leads:
    """Knows the leads by MANDATE_LEADS. When Slack cannot say who is in a group, nobody is."""

    def __init__(self, listed: Sequence[str]) -> None:
        self._people = frozenset(name for name in listed if not name.startswith("S"))
        self._groups = tuple(name for name in listed if name.startswith("S"))
        self._members: frozenset[str] = frozenset()
        self._asked_at = float("-inf")
        self._lock = threading.Lock()

    def include(self, user: str, client: WebClient) -> bool:
        """Whether `user` is a lead now, as far as Slack said in the last five minutes."""
        return user in self._people or (bool(self._groups) and user in self._group_members(client))

    def require(self, user: str, client: WebClient) -> None:
        """Raise `BotError` for anybody who is not a lead."""
        if not self.include(user, client):
            raise BotError(notices.LEADS_ONLY)

    def people(self, client: WebClient) -> frozenset[str]:
        """Every lead, as far as Slack said in the last five minutes."""
        return self._people | (self._group_members(client) if self._groups else frozenset())

    def _group_members(self, client: WebClient) -> frozenset[str]:
        with self._lock:
            if time.monotonic() - self._asked_at > ASK_SLACK_EVERY:
                self._members = frozenset(member for group in self._groups for member in _members_of(group, client))
                self._asked_at = time.monotonic()
            return self._members


def _members_of(group: str, client: WebClient) -> Sequence[str]:
    try:
        return tuple(client.usergroups_users_list(usergroup=group)["users"])
    except (SlackApiError, OSError) as error:
        # Free plans have no user groups: list the leads' own ids instead.
        logger.warning("Slack did not say who is in user group %s: %s", group, fault_of(error))
        return ()
