"""`mandate-bot doctor`: what it finds wrong with a deployment, and what it says to do."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlite_utils import Database

from bot.commands import doctor
from bot.library import Library
from bot.settings import Settings, manifest
from bot.standin import StandIn
from bot.standin.workspace import SCOPES
from tests.ballots import opened
from tests.harness import Workspace
from tests.process import Run
from tests.test_outbox import letter, write

Findings = dict[str, dict[str, Any]]
LEADS = ("ULEAD", "SLEADS")


@pytest.fixture
def well(tmp_path: Path, library: Library, standin: StandIn) -> Iterator[Workspace]:
    """A deployment that lacks nothing."""
    standin.user_groups["SLEADS"] = ["ULEAD"]
    workspace = Workspace(
        tmp_path / "data", library, standin, leads=LEADS, leads_channel="CLEADS", slack_app_token="xapp-test"
    )
    workspace.timers.tick()
    workspace.store.back_up(workspace.settings.backup_folder / "today.zip", datetime.now(UTC))
    yield workspace
    workspace.close()


def examine(settings: Settings, capsys: pytest.CaptureFixture[str]) -> tuple[int, Findings]:
    """The exit code, and what was found by what was looked at."""
    code = doctor.run(settings, as_json=True)
    return code, {one["check"]: one for one in json.loads(capsys.readouterr().out)}


def only_trouble(settings: Settings, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    code, found = examine(settings, capsys)
    [wrong] = [one for one in found.values() if not one["is_well"]]
    assert code == 1
    assert wrong["todo"]
    return wrong


def test_where_nothing_is_wrong_it_says_so(well: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = examine(well.settings, capsys)

    assert code == 0
    assert {name for name, one in found.items() if not one["is_well"]} == set()
    assert set(found) >= {
        "bot token",
        "scopes",
        "clock",
        "app token",
        "lead group",
        "database",
        "disk",
        "file rights",
        "knowledge",
        "backups",
    }


def test_it_asks_slack_for_nothing_that_needs_another_scope(
    well: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    well.slack.forget()

    examine(well.settings, capsys)

    asked = {call.method for call in well.slack.calls}
    assert asked == {"auth.test", "apps.connections.open", "usergroups.users.list"}


@pytest.mark.parametrize(
    ("method", "check"), [("auth.test", "bot token"), ("apps.connections.open", "app token")], ids=["bot", "app"]
)
def test_a_token_that_slack_refuses(
    well: Workspace, capsys: pytest.CaptureFixture[str], method: str, check: str
) -> None:
    well.slack.fail(method, error="invalid_auth")

    wrong = only_trouble(well.settings, capsys)

    assert wrong["check"] == check
    assert "invalid_auth" in wrong["found"]


def test_a_scope_that_was_not_granted(well: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    well.slack.scopes = SCOPES[:-1]

    wrong = only_trouble(well.settings, capsys)

    assert (wrong["check"], wrong["found"]) == ("scopes", "Not granted: usergroups:read.")
    assert "reinstall" in wrong["todo"]


def test_the_stand_in_grants_what_the_manifest_asks_for() -> None:
    asked = yaml.safe_load(manifest().read_text(encoding="utf-8"))["oauth_config"]["scopes"]["bot"]

    assert sorted(asked) == sorted(SCOPES)


@pytest.mark.parametrize("error", ["no_such_subteam", "plan_upgrade_required", "missing_scope"])
def test_a_lead_group_that_cannot_be_read(well: Workspace, capsys: pytest.CaptureFixture[str], error: str) -> None:
    well.slack.fail("usergroups.users.list", error=error)

    assert only_trouble(well.settings, capsys)["check"] == "lead group"


def test_a_lead_group_with_nobody_in_it(well: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    well.slack.user_groups["SLEADS"] = []

    assert only_trouble(well.settings, capsys)["found"] == "SLEADS has nobody in it."


def test_each_channel_with_its_last_delivery(well: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    well.slack.archived.add("C2")
    write(well, letter(channel="C1"), letter("refused", channel="C2"), letter("direct"))
    opened(well, channels=("C3",))

    code, found = examine(well.settings, capsys)

    assert code == 1
    assert {name for name, one in found.items() if not one["is_well"]} == {"C2"}
    assert found["C1"]["found"].startswith(f"last delivered {well.clock():%d %B %Y}")
    assert "That channel has been archived." in found["C2"]["found"]
    assert {"C3", "direct messages"} <= set(found)
    assert "DU1" not in found


def test_answers_that_nobody_sends(well: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    well.slack.fail("chat.postMessage", error="service_unavailable", times=9)
    well.clock.forward(hours=-1)
    well.dm("what is a CCG")

    wrong = only_trouble(well.settings, capsys)

    assert wrong["check"] == "answers"
    assert wrong["found"].startswith("1 wait")


@pytest.mark.parametrize("name", ["bot.db", "bot-ballots.db"])
def test_a_damaged_database(well: Workspace, capsys: pytest.CaptureFixture[str], name: str) -> None:
    well.store.close()
    for path in well.settings.db.parent.glob(f"{name}*"):
        path.unlink()
    (well.settings.db.parent / name).write_text("This is a shopping list, and a long one at that." * 100)
    (well.settings.db.parent / name).chmod(0o600)

    code, found = examine(well.settings, capsys)

    assert code == 1
    assert name in found["database"]["found"]


def test_a_database_of_a_newer_version(well: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    steps = Database(well.settings.db).table("_sqlite_migrations")
    steps.insert({"migration_set": "mandate-bot", "name": "m999_future", "applied_at": "2099"})

    assert "newer Mandate Bot (m999_future)" in only_trouble(well.settings, capsys)["found"]


def test_a_database_that_was_made_up(well: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    well.store.house.mark_invented(well.clock())

    assert "is made up" in only_trouble(well.settings, capsys)["found"]


def test_files_that_others_can_read(well: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    well.settings.db.chmod(0o644)

    assert only_trouble(well.settings, capsys)["todo"] == f"chmod 600 {well.settings.db}"


def test_knowledge_with_a_mistake(well: Workspace, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "online.yaml").write_text("- id: x\n")
    settings = Settings(**{**vars(well.settings), "knowledge": tmp_path / "broken"})

    assert only_trouble(settings, capsys)["todo"] == "To see them all: mandate-bot check"


@pytest.mark.parametrize("days", [2, 30])
def test_a_backup_that_is_too_old(well: Workspace, capsys: pytest.CaptureFixture[str], days: int) -> None:
    [file] = well.settings.backup_folder.iterdir()
    file.unlink()
    well.store.back_up(well.settings.backup_folder / "old.zip", datetime.now(UTC) - timedelta(days=days))

    wrong = only_trouble(well.settings, capsys)

    assert (wrong["check"], wrong["found"]) == ("backups", f"The latest is {days} days old.")


def test_no_backup_at_all(well: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    [file] = well.settings.backup_folder.iterdir()
    file.unlink()

    assert only_trouble(well.settings, capsys)["todo"] == "Each day: mandate-bot backup"


def test_a_heartbeat_that_has_stopped(well: Workspace, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    settings = Settings(**{**vars(well.settings), "heartbeat": tmp_path / "heartbeat"})

    assert only_trouble(settings, capsys)["check"] == "heartbeat"


def test_it_changes_nothing(well: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    before = well.settings.db.read_bytes()

    examine(well.settings, capsys)

    assert well.settings.db.read_bytes() == before


def test_before_anything_is_set_up_it_says_what_to_do(bot: Run, standin: StandIn, tmp_path: Path) -> None:
    done = bot("doctor", SLACK_API_URL=standin.url)

    said = done.stdout.decode()
    assert done.returncode == 1
    assert "DO    bot token" in said
    assert "SLACK_BOT_TOKEN is not set." in said
    assert "The first start makes it." in said
    assert not (tmp_path / "bot.db").exists()


def test_no_secret_is_printed(bot: Run, standin: StandIn) -> None:
    done = bot("doctor", SLACK_API_URL=standin.url, SLACK_BOT_TOKEN="xoxb-hush", SLACK_APP_TOKEN="xapp-hush")

    assert b"-hush" not in done.stdout + done.stderr
