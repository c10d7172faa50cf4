"""Messages that did not reach anybody, or perhaps did: what leads see of them, and what they can do."""

import html
import re
from collections.abc import Mapping, Sequence

from bot.blocks.kit import Block, actions, button, context, escape, escape_short, header, marked, section, shorten
from bot.letters import Undelivered

MOST_ROWS = 7
MOST_SHOWN = 200  # characters of a message
DOUBTFUL = "This may already have been posted. Post it again?"
KINDS: Mapping[str, str] = {
    "answer": "An answer",
    "dismissed": "A message that a question was closed",
    "clarify": "A lead's question to somebody who asked",
    "clarified": "A reply to a lead's question",
    "recall": "A correction",
    "announce": "A message for the leads",
    "long_wait": "Word that questions have waited for long",
    "reminder": "A reminder of reviews",
    "digest": "The digest of a week",
    "proposal": "An answer that waits for a second lead",
    "sent_back": "A message that an answer was sent back",
    "poll": "A poll",
    "preview": "The preview of a poll",
    "poll_not_posted": "Word that a poll was not posted",
    "backfill": "Other questions that an answer may fit",
    "poll_reminder": "A reminder of a poll",
    "results": "Results of a poll",
    "reopened": "Word that a poll is open again",
    "outcome": "What came of a poll",
    "repeats": "Word that a poll repeats",
    "poll_missed": "Word that a poll was never open",
    "practice": "A message that a practice was corrected",
}
_GONE = "The person's account is no longer active."
_SLACK_DOWN = "Slack was not working for some hours."
_BUILT = "Slack does not accept how the message is built. Tell whoever runs this bot."
ERRORS: Mapping[str, str] = {
    "not_in_channel": "I am not in that channel. Invite me to it, then post it again.",
    "channel_not_found": "I cannot find that channel, or may not see it.",
    "is_archived": "That channel has been archived.",
    "user_not_found": _GONE,
    "user_disabled": _GONE,
    "cannot_dm_bot": "It was for another app, and I cannot write to apps.",
    "restricted_action": "I am not allowed to post there. Ask whoever runs your Slack.",
    "thread_not_found": "The message that it replies to is gone.",
    "message_not_found": "The message that it replies to is gone.",
    "invalid_blocks": _BUILT,
    "invalid_blocks_format": _BUILT,
    "invalid_arguments": _BUILT,
    "msg_too_long": _BUILT,
    "msg_blocks_too_long": _BUILT,
    "not_sendable": _BUILT,
    "ratelimited": "Slack took no more messages from me for some hours.",
    "service_unavailable": _SLACK_DOWN,
    "internal_error": _SLACK_DOWN,
    "fatal_error": _SLACK_DOWN,
}
_MENTION = re.compile(r"<@[A-Z0-9]+(?:\|[^<>]*)?>\s*")


def undelivered_blocks(letters: Sequence[Undelivered]) -> list[Block]:
    """A heading and two blocks for each message, oldest first; [] when there are none. At most 16 blocks."""
    if not letters:
        return []
    rows = [block for letter in letters[:MOST_ROWS] for block in _row(letter)]
    more = len(letters) - MOST_ROWS
    return [header("Not delivered"), *rows, *([context([f"and {more} more"])] if more > 0 else [])]


def dealt_with_row(shown: Sequence[Block], letter_id: int, sentence: str) -> list[Block]:
    """What is shown, with the buttons of one message replaced by what became of it."""
    return [section(sentence) if block.get("block_id") == _block_id(letter_id) else block for block in shown]


def _row(letter: Undelivered) -> list[Block]:
    # People are not named to leads: neither the mention that opens a public message, nor whose direct message it is.
    beginning = shorten(" ".join(html.unescape(_MENTION.sub("", letter.text)).split()), MOST_SHOWN)
    wrong = DOUBTFUL if letter.is_doubtful else _in_words(letter.error)
    said = f"{KINDS.get(letter.kind, 'A message')}, {_where(letter.channel)}\n{escape_short(beginning, 1_500)}\n{wrong}"
    value = str(letter.id)
    buttons = [button("Post it again", "undelivered:again", value), button("Leave it", "undelivered:leave", value)]
    return [
        # Built by hand: a link to a channel would not survive being escaped.
        marked(said),
        actions(buttons, block_id=_block_id(letter.id)),
    ]


def _where(channel: str) -> str:
    """A channel by its link, so that a lead can look there; a person's id is not shown."""
    return f"in <#{channel}>" if channel[:1] in ("C", "G") else "by direct message"


def _in_words(error: str) -> str:
    return ERRORS.get(error) or f"Slack kept refusing it ({escape(shorten(error, 60))}). Tell whoever runs this bot."


def _block_id(letter_id: int) -> str:
    return f"undelivered-{letter_id}"
