"""What a Slack workspace remembers of a bot: its messages, its views, and who may be written to where."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

TEAM, BOT_USER, BOT = "T0001", "U0BOT", "B0BOT"
# As the app's manifest asks for them.
SCOPES = (
    "app_mentions:read",
    "assistant:write",
    "chat:write",
    "commands",
    "files:write",
    "im:history",
    "usergroups:read",
)
_FIRST_TS = 1_353_542_400  # 22 November 2012; every message is a second later than the one before


@dataclass(frozen=True)
class Posted:
    """A message that people see now."""

    channel: str
    ts: str
    thread_ts: str | None
    text: str
    blocks: list[dict[str, Any]]
    metadata: dict[str, Any] | None
    ephemeral_to: str | None  # the only user who sees it; None where all do


@dataclass(frozen=True)
class Shown:
    """A view that is open, or the Home tab of `user`."""

    id: str
    hash: str  # changes with each change of the view
    view: dict[str, Any]  # as the bot sent it
    user: str | None = None
    external_id: str | None = None


@dataclass(frozen=True)
class File:
    """A file on its way, or shared."""

    id: str
    name: str
    length: int  # bytes, as it was announced
    alt_txt: str
    content: bytes | None = None  # None until it has come
    title: str = ""
    channel: str | None = None  # where it is shared
    comment: str = ""  # what was said with it


class Workspace:
    """A test sets the public attributes to say how the workspace is; the methods of the API change the rest."""

    def __init__(self) -> None:
        self.not_joined: set[str] = set()  # channels that the bot is not a member of
        self.archived: set[str] = set()  # channels that nobody can write to
        self.scopes: Sequence[str] = SCOPES  # what the token was granted
        self.user_groups: dict[str, list[str]] = {}  # user ids by user group id
        self.user_names: dict[str, str] = {}  # display names by user id; others are called by their id
        self.socket_url = "wss://127.0.0.1/link/?ticket=stand-in"  # what apps.connections.open answers
        self.complaints: list[str] = []  # breaches of our own rules, which Slack would let pass
        self.silently_failed: list[dict[str, Any]] = []  # arguments that Slack takes and then does nothing about
        self.messages: dict[tuple[str, str], Posted] = {}  # by channel and ts
        self.shown: dict[str, Shown] = {}  # by view id
        self.files: dict[str, File] = {}  # by id
        self.origin = ""  # where this Slack is reached
        self.modal_stack: list[str] = []  # view ids, the visible one last
        self.used_triggers: set[str] = set()
        self.uses_left: dict[str, int] = {}  # by response URL
        self._numbers = itertools.count(1)

    def next_ts(self) -> str:
        number = next(self._numbers)
        return f"{_FIRST_TS + number}.{number:06d}"

    def next_id(self, kind: str) -> str:
        """An id no other thing has; `kind` is its first letters."""
        return f"{kind}{next(self._numbers):08d}"

    def post(self, message: Posted) -> None:
        self.messages[message.channel, message.ts] = message

    def visible_to_all(self, channel: str) -> Iterable[Posted]:
        """A channel's messages, newest first."""
        found = [one for one in self.messages.values() if one.channel == channel and one.ephemeral_to is None]
        return reversed(found)

    def show(self, shown: Shown) -> None:
        self.shown[shown.id] = shown

    def home_of(self, user: str) -> Shown | None:
        return next((one for one in self.shown.values() if one.user == user), None)


def direct_channel(user: str) -> str:
    """The direct message channel of a user: U1 reads D1."""
    return f"D{user[1:]}"
