"""The log of what leads did: it takes rows, gives none back, and has one for every deed."""

import json
import re
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.storage import Store
from bot.storage.database import as_text
from tests import forms, payloads
from tests.harness import Workspace
from tests.process import ROOT, Run
from tests.queue_steps import CAT, ask, assigned_to, press, submit

TEAM = payloads.TEAM
NOW = datetime.now(UTC)
LISTENERS = ROOT / "bot" / "listeners"

LOOKS = {  # what only shows something, or opens a form
    "backfill:tick", "link:reword", "part:[1-9]", "poll:all", "poll:change", "poll:desk_back", "poll:desk_more",
    "poll:desk_part", "poll:new", "poll:offer", "poll:open_desk", "poll:outcome", "poll:page:(?:newer|older)",
    "poll:reopen", "proposal:send_back", "queue:answer", "queue:assign", "queue:clarify", "queue:dismiss",
    "queue:link", "queue:sort", "queue:(?:state|part|whose|older|newer)", "review:change", "staff:all", "staff:back",
    "staff:correct", "staff:more", "staff:open", "staff:practice",
}  # fmt: skip
EVERYBODY = {  # what anybody may do, for themselves
    "about_me", "ask_(?:box|button)", "clarify:reply", "clarify_reply", "erase_me", "export_me",
    "feedback(?::(?:un)?helpful)?", "glossary", "none_of_these", "open_entry:\\d+", "pick:\\d+", "poll:instead",
    "poll:mine", "poll:not_now", "poll:pick:\\d+", "poll:remind_off", "poll:remind_on", "poll:vote", "poll:withdraw",
    "poll_ballot", "poll_practice", "practice:choose", "practice_form", "related:\\d+", "share", "why_not_helpful",
    "withdraw", "/mandate", "ask_mandate_bot",
}  # fmt: skip
DEEDS = {  # what a lead does, and the first word of the row that it leaves
    "answer_form": "addition", "backfill:tell": "queue", "clarify_ask": "queue", "correction:approve": "addition",
    "correction:refuse": "addition", "link_add": "addition", "link_form": "addition", "link_only": "queue",
    "/mandate-poll": "poll", "poll:add_question": "poll", "poll:change_question": "poll", "poll:close": "poll",
    "poll:copy": "poll", "poll:delete": "poll", "poll:discard": "poll", "poll:export": "poll",
    "poll:from_group": "poll", "poll:kind": "poll", "poll:post": "poll", "poll:raise_question": "poll",
    "poll:remind": "poll", "poll:remove_question": "poll", "poll:retry": "undelivered", "poll_entry": "addition",
    "poll_form": "poll", "poll_outcome": "poll", "poll_question": "poll", "poll_reopen": "poll",
    "poll_start": "poll", "proposal:approve": "addition", "publish_answer": "addition", "queue:reopen": "queue",
    "queue_assign": "queue", "queue_dismiss": "queue", "queue_sort": "queue", "recall:decline": "recall",
    "recall:tell": "recall", "review:right": "addition", "review_change": "addition", "send_back": "addition",
    "staff_form": "practice", "undelivered:(?:again|leave)": "undelivered",
}  # fmt: skip


@pytest.fixture
def log(store: Store, tmp_path: Path) -> sqlite3.Connection:
    store.audit.note(TEAM, "ULEAD", "poll:close", NOW, poll_id=1)
    store.audit.note(TEAM, "ULEAD", "poll:close", NOW - timedelta(days=731), poll_id=2)
    return sqlite3.connect(tmp_path / "bot.db", isolation_level=None)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET detail = 'x' WHERE poll_id = 1",
        "UPDATE audit SET done_by = 'UOTHER' WHERE poll_id = 2",
        "UPDATE audit SET id = 9",
        "REPLACE INTO audit SELECT id, workspace, 'UOTHER', action, poll_id, person, detail, done_at FROM audit",
        "UPDATE OR IGNORE audit SET person = NULL",
    ],
)
def test_no_row_is_ever_changed(statement: str, log: sqlite3.Connection) -> None:
    before = log.execute("SELECT * FROM audit").fetchall()

    with pytest.raises(sqlite3.DatabaseError, match="the audit log is never changed"):
        log.execute(statement)

    assert log.execute("SELECT * FROM audit").fetchall() == before


def test_only_rows_that_are_two_years_old_can_be_deleted(log: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.DatabaseError, match="is kept for two years"):
        log.execute("DELETE FROM audit")
    log.execute("DELETE FROM audit WHERE done_at < ?", (as_text(NOW - timedelta(days=730)),))

    assert log.execute("SELECT poll_id FROM audit").fetchall() == [(1,)]


def test_a_clock_that_runs_ahead_purges_no_young_row(store: Store, log: sqlite3.Connection) -> None:
    store.house.purge(NOW + timedelta(days=5_000))

    assert log.execute("SELECT poll_id FROM audit").fetchall() == [(1,)]


def registered() -> set[str]:
    source = "\n".join(path.read_text() for path in LISTENERS.rglob("*.py"))
    ids = re.findall(r'@app\.(?:action|view|command|shortcut)\("([^"]+)"\)', source)
    patterns = re.findall(r'@app\.(?:action|view)\(re\.compile\(r"\^([^"]+)\$"\)\)', source)
    return {*ids, *patterns}


def test_every_action_is_known_to_be_a_deed_a_look_or_anybodys() -> None:
    assert registered() == LOOKS | EVERYBODY | set(DEEDS)
    assert len(LOOKS | EVERYBODY | set(DEEDS)) == len(LOOKS) + len(EVERYBODY) + len(DEEDS)


def test_a_deed_and_its_row_stand_or_fall_together(desk: Workspace, tmp_path: Path) -> None:
    ask(desk, CAT)
    press(desk, "Assign")
    Database(tmp_path / "bot.db").execute(
        "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no room'); END"
    )

    submit(desk, assigned_to("UOTHER"))

    [group] = desk.store.review.groups(TEAM)
    assert group.assignee is None
    assert Database(tmp_path / "bot.db")["moves"].count == 0


def test_the_log_says_nothing_of_what_was_typed(desk: Workspace, tmp_path: Path) -> None:
    forms.ask(desk)
    forms.preview(desk, answer="The plainly worded answer.")

    rows = str(list(Database(tmp_path / "bot.db")["audit"].rows))
    assert "addition:draft" in rows
    assert "cat" not in rows
    assert "plainly" not in rows


def test_the_command_prints_the_log(bot: Run, log: sqlite3.Connection) -> None:
    lines = bot("audit").stdout.decode().splitlines()
    rows = json.loads(bot("audit", "--json").stdout)
    table = bot("audit", "--csv").stdout.decode().splitlines()

    assert [line.split()[2:4] for line in lines] == [["ULEAD", "poll:close"]] * 2
    assert [row["poll"] for row in rows] == [2, 1]
    assert table[0] == "at,workspace,by,action,poll,person,detail"
    assert len(table) == 3
