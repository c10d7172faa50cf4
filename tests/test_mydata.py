"""What is held about a person: all of it in one file for them, and gone when they ask for it."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from bot.blocks.mydata import say_held
from bot.mydata import held
from bot.polls import Answer
from bot.retention import RETENTION
from tests import payloads
from tests.ballots import opened, vote
from tests.harness import Workspace, words_of
from tests.practice_samples import ELM, TWO
from tests.process import Run
from tests.queue_steps import CAT, assigned_to, press, submit

TEAM = payloads.TEAM
ANN = "U0ANN7XQ2"
YES, NO = (Answer((0,)),), (Answer((1,)),)


@pytest.fixture
def busy(desk: Workspace) -> Workspace:
    """A workspace in which Ann has done what practice staff can do."""
    desk.store.practices.replace_register(TWO)
    desk.store.practices.choose(TEAM, ANN, ELM.code, desk.clock())
    desk.open_home(ANN, tab="messages")
    desk.dm(CAT, ANN)
    desk.dm("How many objectives are in the mandate?", ANN)
    desk.mention("When must GP practices run the Friends and Family Test?", ANN, "C2")
    desk.press("Helpful", desk.last(f"D{ANN}"), ANN)
    opened(desk)
    vote(desk, "Yes", ANN)
    secret = opened(desk, is_anonymous=True, title="Secret one")
    desk.store.ballot_boxes.cast(secret.box or "", secret.plan.questions, ANN, YES)
    desk.store.polls.reminds(TEAM, ANN, wanted=False)
    desk.timers.tick()
    return desk


def tables_naming(folder: Path, person: str) -> set[str]:
    """Every table with a cell that names a person."""
    found = set()
    for file in ("bot.db", "bot-ballots.db"):
        db = sqlite3.connect(folder / file)
        for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in db.execute(f"SELECT * FROM {table}"):
                if any(person in str(cell) for cell in row):
                    found.add(table)
        db.close()
    return found


def tables_of(found: dict[str, Any]) -> set[str]:
    tables = {kept.name: kept.table for kept in RETENTION}
    return {tables[name] for name in found["held"]}


def test_the_export_has_something_of_every_table_that_names_the_person(busy: Workspace, tmp_path: Path) -> None:
    naming = tables_naming(tmp_path, ANN)

    found = held(busy.store, TEAM, ANN, busy.clock())

    assert {"questions", "served", "feedback", "belongs", "votes", "boxes", "no_reminders"} <= naming
    assert tables_of(found) >= naming
    assert CAT in json.dumps(found)
    assert any("Secret one" in line for line in say_held(found))


def test_the_export_of_a_lead_has_what_they_did(busy: Workspace, tmp_path: Path) -> None:
    press(busy, "Assign")
    submit(busy, assigned_to("UOTHER"))

    for lead in ("ULEAD", "UOTHER"):
        found = held(busy.store, TEAM, lead, busy.clock())

        assert tables_of(found) >= tables_naming(tmp_path, lead)
    assert {"moves", "audit"} <= set(held(busy.store, TEAM, "ULEAD", busy.clock())["held"])


def test_nobody_else_is_named_in_an_export(busy: Workspace) -> None:
    busy.dm("does anyone sell bicycles", "U0BOB9ZZ1")

    found = json.dumps(held(busy.store, TEAM, ANN, busy.clock()))

    assert "U0BOB9ZZ1" not in found
    assert "bicycles" not in found


def test_erasing_leaves_no_table_that_names_the_person(busy: Workspace, tmp_path: Path) -> None:
    said = _erase(busy)

    assert tables_naming(tmp_path, ANN) == set()
    for words in ("as a code in place of your name", "Slack still has its own copy", "Backups", "35 days"):
        assert words in said
    for file in tmp_path.glob("bot*"):
        assert ANN.encode() not in file.read_bytes(), file


def test_who_was_forgotten_still_cannot_vote_twice_until_the_box_is_closed(busy: Workspace) -> None:
    poll = next(poll for poll in busy.store.polls.listed(TEAM) if poll.box)
    box, boxes = poll.box or "", busy.store.ballot_boxes

    _erase(busy)

    assert not boxes.cast(box, poll.plan.questions, ANN, NO)
    assert boxes.has_voted(box, ANN)
    assert not boxes.has_voted(box, "U0BOB9ZZ1")
    assert boxes.count(box) == 1
    boxes.close(box, poll.plan.questions)
    assert b"~" not in boxes.path.read_bytes()


def test_codes_of_one_person_differ_from_box_to_box_and_from_key_to_key(busy: Workspace, tmp_path: Path) -> None:
    other = opened(busy, is_anonymous=True)
    busy.store.ballot_boxes.cast(other.box or "", other.plan.questions, ANN, YES)

    _erase(busy)

    db = sqlite3.connect(tmp_path / "bot-ballots.db")
    codes = [json.loads(row[0])[0] for row in db.execute("SELECT people FROM boxes")]
    assert len(set(codes)) == len(codes) == 2
    assert (tmp_path / "bot.key").stat().st_mode & 0o077 == 0


def test_a_lead_is_told_that_the_log_stays_and_why(busy: Workspace) -> None:
    press(busy, "Assign")
    submit(busy, assigned_to("UOTHER"))

    said = _erase(busy, "ULEAD")

    assert "The log of what leads did still names you, for 2 years" in said
    assert "it is the CCG's record of who decided what" in said
    assert busy.store.audit.count(TEAM, "ULEAD") > 0


def test_the_home_tab_sends_the_file_as_a_direct_message(busy: Workspace) -> None:
    busy.press_in_view("What I keep about you", busy.open_home(ANN), "VHOME", ANN)
    view_id, view = busy.last_view()

    busy.press_in_view("Send me what you keep", view, view_id, ANN)

    assert "as a direct message" in words_of(busy.last_view("views.update")[1])
    [file] = busy.slack.files.values()
    sent = json.loads(file.content or b"")
    assert sent["person"] == ANN
    assert CAT in json.dumps(sent)
    assert CAT not in words_of(busy.last(f"D{ANN}"))


def test_the_command_prints_words_or_json_and_erases(bot: Run, tmp_path: Path, busy: Workspace) -> None:
    printed = bot("mydata", ANN, "--export").stdout.decode()
    as_json = json.loads(bot("mydata", ANN, "--export", "--json").stdout)
    erased = bot("mydata", ANN, "--erase").stdout.decode()
    after = bot("mydata", ANN, "--export").stdout.decode()

    assert f"question: {CAT}" in printed
    assert as_json[0]["held"]["questions"]["rows"][0]["question"] == CAT
    assert "I've erased your 3 questions" in erased
    assert CAT not in after
    assert bot("mydata", ANN, "--erase", "--json").returncode == 2
    assert bot("mydata", ANN, "--export", "--workspace", "T9").stderr.startswith(b"Nothing is held of workspace T9.")


def _erase(slack: Workspace, user: str = ANN) -> str:
    slack.press_in_view("What I keep about you", slack.open_home(user), "VHOME", user)
    view_id, view = slack.last_view()
    slack.press_in_view("Erase what you keep about me", view, view_id, user)
    return words_of(slack.last_view("views.update")[1])
