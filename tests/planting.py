"""Text about people who do not exist, and a search for it in everything the bot keeps, logs and sends."""

import json
from pathlib import Path

import pytest
from slack_bolt import BoltResponse

from tests.harness import Workspace

NAME = ("Zebedee", "Quillfeather")
NUMBER = "9990123403"  # synthetic: 999, with a good check digit
PLANTED = f"our patient Mr {NAME[0]} {NAME[1]}, {NUMBER[:3]} {NUMBER[3:6]} {NUMBER[6:]}, has been waiting 20 weeks"
TOLD = "I have not kept any of it"


def leaks(folder: Path) -> list[str]:
    """Files in which something of what was planted stands."""
    return [str(path) for path in folder.rglob("*") if path.is_file() and is_in(path.read_bytes())]


def is_in(content: bytes | str) -> bool:
    """Whether a name or the number stands in `content`, in any spacing, case or encoding of text."""
    raw = content.encode("utf-8", "replace") if isinstance(content, str) else content
    plain = raw.replace(b"\0", b"").lower()  # UTF-16 reads as ASCII so
    bare = plain.translate(None, b" -._\t\r\n")
    return NUMBER.encode() in bare or any(name.lower().encode() in plain for name in NAME)


def sent(slack: Workspace) -> str:
    """All that Slack was sent."""
    return json.dumps([[call.method, call.arguments] for call in slack.slack.calls], default=str)


def assert_gone(slack: Workspace, responses: list[BoltResponse], log: pytest.LogCaptureFixture) -> None:
    """Nothing of what was planted is in a file, a log, a response or anything that was sent."""
    assert leaks(slack.settings.db.parent) == []
    assert not is_in(log.text)
    assert not is_in(sent(slack))
    assert not [one for one in responses if is_in(one.body or "")]
