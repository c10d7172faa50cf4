"""What every request passes first: nothing has its effect twice, and text comes in as it can be kept."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.library import Library
from bot.standin import StandIn
from tests import ballots, payloads
from tests.harness import Workspace, find_button, signed
from tests.payloads import Body

UNKNOWN = "who feeds the office cat"


@pytest.fixture
def other(desk: Workspace, library: Library, standin: StandIn, tmp_path: Path) -> Iterator[Workspace]:
    """Another process on the same database."""
    workspace = Workspace(tmp_path, library, standin, leads=("ULEAD", "UOTHER"), leads_channel="CLEADS")
    yield workspace
    workspace.close()


def a_press(desk: Workspace) -> Body:
    """A vote that is changed in the meantime, so that a second effect would show."""
    ballots.opened(desk)
    return a_press_on(desk)


def a_press_on(desk: Workspace) -> Body:
    message = ballots.message(desk)
    element, value = find_button(message["blocks"], "Yes")
    return payloads.press(element, value, payloads.in_message(message, desk.slack.response_url()))


def a_command(desk: Workspace) -> Body:
    return payloads.command(UNKNOWN, desk.slack.response_url())


def a_poll_command(desk: Workspace) -> Body:
    return payloads.command('"Late?" "Yes" "No"', desk.slack.response_url(), "ULEAD", name="/mandate-poll")


def a_shortcut(desk: Workspace) -> Body:
    message = {"type": "message", "user": "U9", "text": UNKNOWN, "ts": payloads.ts()}
    return payloads.shortcut(message, desk.slack.response_url())


def a_message(desk: Workspace) -> Body:
    return payloads.envelope(payloads.direct_message(UNKNOWN))


def an_opening(desk: Workspace) -> Body:
    event = {"type": "app_home_opened", "user": "U1", "channel": "DU1", "tab": "home", "event_ts": payloads.ts()}
    return payloads.envelope(event)


ONCE: list[Callable[[Workspace], Body]] = [
    a_press,
    a_command,
    a_poll_command,
    a_shortcut,
    a_message,
    an_opening,
]


@pytest.mark.parametrize("make", ONCE, ids=lambda make: make.__name__)
def test_a_request_that_is_played_again_does_nothing(
    desk: Workspace, other: Workspace, make: Callable[[Workspace], Body]
) -> None:
    request = signed(make(desk))
    raw, headers = request.raw_body, request.headers
    assert desk.app.dispatch(request).status == 200
    desk.executor.submit(lambda: None).result(timeout=10)
    calls, rows = len(desk.slack.calls), contents(desk)

    for workspace in (desk, other):
        response = workspace.app.dispatch(type(request)(body=raw, headers=headers))
        workspace.executor.submit(lambda: None).result(timeout=10)

        assert (response.status, response.body) == (200, "")
    assert len(desk.slack.calls) == calls
    assert contents(desk) == rows


def test_a_form_that_is_played_again_does_nothing(desk: Workspace) -> None:
    poll = ballots.opened(desk, *ballots.LONG)
    first = payloads.submitted("V1", ballots.form(desk), ballots.FILLED, "U1")
    second = payloads.submitted("V1", ballots.form(desk), ballots.FILLED | {"question-0": ballots.chosen(0)}, "U1")
    desk.send(first)
    desk.send(second)

    desk.send(first)

    assert ballots.counts(desk, poll)[0] == (1, 0, 0)


def test_two_presses_of_one_button_are_two(desk: Workspace) -> None:
    poll = ballots.opened(desk)

    for label in ("Yes", "No", "Yes"):
        ballots.vote(desk, label)

    assert ballots.counts(desk, poll) == [(1, 0, 0)]


def test_a_request_that_was_not_acknowledged_counts_when_it_comes_again(desk: Workspace) -> None:
    poll = ballots.opened(desk)
    press = a_press_on(desk)
    with sqlite3.connect(desk.settings.db) as db:
        db.execute("ALTER TABLE votes RENAME TO lost")
    assert desk.send(press).status != 200
    with sqlite3.connect(desk.settings.db) as db:
        db.execute("ALTER TABLE lost RENAME TO votes")

    assert desk.send(press).status == 200

    assert ballots.counts(desk, poll) == [(1, 0, 0)]


def test_what_came_is_remembered_as_long_as_a_signature_can_hold(desk: Workspace) -> None:
    now = desk.clock.now
    arrivals = desk.store.arrivals
    arrivals.note("T1", "trigger", now)

    desk.clock.forward(minutes=11)  # Slack's signature holds for 5 minutes before and after its time

    assert arrivals.is_known("T1", "trigger", desk.clock.now)
    assert not arrivals.is_known("T2", "trigger", desk.clock.now)


def test_of_what_came_only_a_hash_is_kept_and_soon_nothing(desk: Workspace) -> None:
    arrivals = desk.store.arrivals
    arrivals.note("T1", "trigger-of-U1", desk.clock.now)
    assert "trigger" not in str(contents(desk, "arrivals"))

    desk.clock.forward(minutes=16)
    arrivals.note("T1", "another", desk.clock.now)

    assert len(contents(desk, "arrivals")["arrivals"]) == 1


@pytest.mark.parametrize("typed", ["who\0 feeds the \ud83d cat", "who feeds\x1b[31m the cat\udc00"])
def test_text_loses_what_neither_json_nor_sqlite_can_hold(desk: Workspace, typed: str) -> None:
    desk.dm(typed)

    [asked] = desk.store.questions.asked_by(payloads.TEAM, "U1")
    assert not any(char in asked.question for char in "\0\x1b\ud83d\udc00")
    assert "feeds" in asked.question


def contents(workspace: Workspace, *tables: str) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of the database by table."""
    with sqlite3.connect(workspace.settings.db) as db:
        named = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: db.execute(f"SELECT * FROM {name}").fetchall() for name in tables or named}
