"""What goes out to people without their asking at that moment: written down first, sent once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

QUOTE = "quote"  # the block_id of the question that a letter to leads is about, so that it can go with the question


@dataclass(frozen=True)
class Letter:
    """One message to post. A second letter of the same name is the same letter, and is not written again."""

    name: str  # such as "answer:12:U1", or "poll:3:C1" for a poll's own message
    kind: str  # answer, dismissed, clarify, clarified, recall, announce, reminder, poll, results, …
    channel: str  # or a user id, for a direct message
    body: Mapping[str, Any]  # text and blocks, as Slack takes them; `plainer` blocks for where it refuses those
    thread_ts: str | None = None
    person: str | None = None  # whom it is for; erased with them
    question_id: int | None = None


@dataclass(frozen=True)
class Posting:
    """A letter on its way. `may_have_arrived` says that an earlier attempt ended without a word from Slack."""

    id: int
    workspace: str
    letter: Letter
    attempts: int
    may_have_arrived: bool = False


@dataclass(frozen=True)
class Undelivered:
    """A letter that leads have to look at: given up, or perhaps posted already."""

    id: int
    kind: str
    channel: str
    error: str
    is_doubtful: bool
    text: str = field(default="", repr=False)
