"""Hostile text through every surface: one reply, nobody pinged, nothing stored wrongly, nothing broken."""

import json
import sqlite3
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.library import Library
from bot.standin import Call, StandIn
from bot.standin.checks import check_message, check_view
from tests import payloads
from tests.harness import Workspace
from tests.hostile import LEADS, PINGS, SURFACES, TEXTS
from tests.payloads import Body

REPLIES = {"chat.postMessage", "chat.postEphemeral", "response_url", "views.open", "views.push"}
RAW = (*PINGS, "<!date", "<https://example.org|")
FAULTS = ("Something went wrong on my side", "Traceback")


@pytest.fixture
def workspace(tmp_path: Path, library: Library, standin: StandIn) -> Iterator[Workspace]:
    workspace = Workspace(tmp_path, library, standin, **LEADS)
    yield workspace
    workspace.close()


@pytest.mark.parametrize("surface", SURFACES, ids=lambda one: one.__name__)
def test_hostile_text_gets_one_reply_and_does_no_harm(
    workspace: Workspace, surface: Callable[[Workspace, str], Body], caplog: pytest.LogCaptureFixture
) -> None:
    wrong: dict[tuple[str, str], object] = {}
    for name, text in TEXTS.items():
        body = surface(workspace, text)
        before = len(workspace.slack.calls)

        response = workspace.send(body)

        calls = workspace.slack.calls[before:]
        replies = [call for call in calls if call.method in REPLIES and not is_letter(call)]
        sent = json.dumps([call.arguments for call in calls]) + response.body
        if len(replies) + bool(response.body) != 1:
            wrong[name, "replies"] = [call.method for call in replies], response.body[:300]
        if pinged := [ping for ping in RAW if ping in sent]:
            wrong[name, "pings"] = pinged
        if any(fault in sent for fault in FAULTS) or response.status != 200:
            wrong[name, "fault"] = response.status, sent[:300]
        if refused := [problem for call in calls for problem in breaches(call.arguments)]:
            wrong[name, "refused by Slack"] = refused

    assert wrong == {}
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []
    assert misshapen(workspace) == []


def is_letter(call: Call) -> bool:
    """Whether it went to others: a question passed on, or a poll to vote in."""
    return (call.arguments.get("metadata") or {}).get("event_type") == "mandate_outbox"


def breaches(arguments: Body) -> list[str]:
    if "view" in arguments:
        return check_view(arguments["view"])
    return check_message(arguments) if "blocks" in arguments else []


def misshapen(workspace: Workspace) -> list[str]:
    """Texts of the database that nobody wrote so: with characters that hide others, or that are no UTF-8."""
    found = []
    for path in (workspace.settings.db, workspace.store.ballot_boxes.path):
        if not path.exists():
            continue
        db = sqlite3.connect(path)
        tables = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        assert {"questions", "polls"} & set(tables) or "boxes" in tables
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        for table in tables:
            for row in db.execute(f"SELECT * FROM {table}"):  # raises where a text is no UTF-8
                found += [f"{table}: {cell[:60]!r}" for cell in row if isinstance(cell, str) and hides(cell)]
        db.close()
    return found


def hides(cell: str) -> bool:
    """Whether a text, or one within JSON, has control characters or half a character."""
    try:
        text = json.dumps(json.loads(cell), ensure_ascii=False) if cell[:1] in ("{", "[") else cell
    except ValueError:  # what somebody typed
        text = cell
    return any(unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\r\t\x85" for char in text)


def test_a_question_after_all_that_is_answered(workspace: Workspace) -> None:
    for text in TEXTS.values():
        workspace.dm(text)

    workspace.dm("how many objectives are in the mandate", user="U2")

    assert "24 objectives" in workspace.last("DU2")["text"]
    assert workspace.store.questions.asked_by(payloads.TEAM, "U1") != []
