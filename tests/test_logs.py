"""What is logged: what happened and where, and never a text, a token or an id."""

import io
import logging
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.commands.logs import Discreet, where
from bot.library import Library
from bot.mydata import erase
from bot.standin import StandIn
from tests import payloads
from tests.harness import Workspace, signed
from tests.process import ROOT

ASKER, LEAD, CHANNEL, LEADS = "U07ANNQ4XZ", "U09LEADW2T", "C05ROOM8KLM", "C01LEADS7PQ"
TOKEN, SECRET_WORD = "xoxb-test", "zanzibarquagga"
TEXT = f"who feeds the office {SECRET_WORD}"
PATIENT = "NHS number 999 123 4560 my patient Mrs Quirkefeather"
SECRETS = (TOKEN, SECRET_WORD, ASKER, LEAD, CHANNEL, LEADS, "Quirkefeather", "123 4560", "1234560", "a-signing-secret")


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Everything that is logged at any level, as `mandate-bot run` words it."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(Discreet(lambda text: f"{hash(text) & 0xFFFF:04x}"))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def workspace(tmp_path: Path, library: Library, standin: StandIn) -> Iterator[Workspace]:
    made = Workspace(tmp_path, library, standin, leads=(LEAD, "S08GROUP1AB"), leads_channel=LEADS)
    yield made
    made.close()


def traffic(slack: Workspace) -> None:
    """Every surface, and everything that goes wrong on the way."""
    slack.dm(TEXT, ASKER)
    slack.mention(TEXT, ASKER, CHANNEL)
    slack.command(TEXT, ASKER, CHANNEL)
    slack.shortcut(TEXT, ASKER)
    slack.open_home(ASKER)
    slack.open_home(LEAD)
    slack.command(f'"{TEXT}?" "{SECRET_WORD}" "no"', LEAD, CHANNEL, "/mandate-poll")
    for said in (PATIENT, f"{PATIENT} {SECRET_WORD}"):
        slack.dm(said, ASKER)
        slack.mention(said, ASKER, CHANNEL)
        slack.command(said, ASKER, CHANNEL)
    slack.timers.tick()
    for method, error in (
        ("chat.postMessage", "channel_not_found"),
        ("chat.postMessage", "invalid_blocks"),
        ("chat.postMessage", "invalid_auth"),
        ("views.publish", "not_enabled"),
        ("views.open", "expired_trigger_id"),
    ):
        slack.slack.fail(method, error)
        slack.dm(f"{TEXT} {error}", ASKER)
        slack.open_home(ASKER)
        slack.shortcut(TEXT, ASKER)
    slack.slack.fail("chat.postMessage", drop=True)
    slack.dm(f"{TEXT} again", ASKER)
    slack.clock.forward(minutes=5)
    slack.timers.tick()


def errors(slack: Workspace) -> None:
    """What no listener waits for, what was signed wrongly, and a database that fails underneath."""
    place = payloads.in_private(CHANNEL, slack.slack.response_url())
    slack.send(payloads.press({"type": "button", "action_id": "nobody"}, TEXT, place, ASKER))
    slack.app.dispatch(signed(payloads.envelope(payloads.direct_message(TEXT, ASKER)), secret="another"))
    db = sqlite3.connect(slack.settings.db)
    db.execute("ALTER TABLE questions RENAME TO gone")
    db.commit()
    db.close()
    slack.dm(f"{TEXT} at last", ASKER)


def test_logs_name_nobody_and_quote_nothing_whatever_happens(workspace: Workspace, logged: io.StringIO) -> None:
    traffic(workspace)
    errors(workspace)

    said = logged.getvalue()

    assert said.count("\n") > 20
    assert [secret for secret in SECRETS if secret in said] == []


def test_no_file_has_a_token_or_what_was_refused(workspace: Workspace, tmp_path: Path) -> None:
    traffic(workspace)
    workspace.store.back_up(tmp_path / "backup.zip", workspace.clock())

    files = [path for path in tmp_path.rglob("*") if path.is_file() and not path.is_symlink()]
    content = {path.name: path.read_bytes() for path in files if not path.name.startswith("model-")}

    assert {"bot.db", "bot.db-wal", "backup.zip"} <= set(content)
    for secret in (TOKEN, "a-signing-secret", "Quirkefeather", "123 4560", "1234560"):
        assert [name for name, held in content.items() if secret.encode() in held] == []


def test_what_was_erased_is_in_no_file_but_old_backups(workspace: Workspace, tmp_path: Path) -> None:
    workspace.dm(TEXT, ASKER)
    workspace.mention(TEXT, ASKER, CHANNEL)
    workspace.timers.tick()

    erase(workspace.store, payloads.TEAM, ASKER)

    for path in tmp_path.glob("bot*"):
        for secret in (SECRET_WORD, ASKER):
            assert secret.encode() not in path.read_bytes(), path


def record(message: str, *args: object, name: str = "bot.test") -> str:
    made = logging.LogRecord(name, logging.ERROR, "file.py", 7, message, args, None)
    return Discreet(lambda text: "code").format(made)


@pytest.mark.parametrize("one", ["U012AB3CD", "W0123456789", "C05ROOM8K", "D9", "T0001", "S08GROUP1AB", "UABCDEFGH"])
def test_an_id_is_a_code(one: str) -> None:
    assert record("Letter for %s waits", one) == "ERROR bot.test: Letter for ~code waits"


@pytest.mark.parametrize(
    "one", ["xoxb-12-34-abc", "xapp-1-A0-9-z", "xoxe.xoxp-1-abc", "Bearer abc.def", "token=abcdef", "secret: abcdef"]
)
def test_a_token_is_left_out(one: str) -> None:
    said = record("refused: %s", one)

    assert "[secret]" in said
    assert "abc" not in said


def test_words_of_others_are_left_out_and_their_place_stays() -> None:
    assert record("Unhandled request ({'text': 'x'})", name="slack_bolt.App") == (
        "ERROR slack_bolt.App: said something at file.py:7; its words are left out"
    )


def test_an_error_is_told_by_its_kind_and_place_with_all_that_led_to_it() -> None:
    def fails() -> None:
        try:
            raise KeyError(TEXT)
        except KeyError as error:
            raise ExceptionGroup(TEXT, [ValueError(TEXT)]) from error

    with pytest.raises(ExceptionGroup) as raised:
        fails()

    said = "\n".join(where(raised.value))
    assert SECRET_WORD not in said
    assert re.findall(r"builtins\.(\w+)", said) == ["ExceptionGroup", "ValueError", "KeyError"]
    assert "in fails" in said


def test_no_call_logs_an_error_with_its_words_or_a_person() -> None:
    calls = re.findall(
        r"logger\.\w+\([^\n]*", "\n".join(path.read_text() for path in (ROOT / "bot" / "listeners").rglob("*.py"))
    )

    assert [call for call in calls if re.search(r"\b(?:text|question|user|person|body|event)\b[,)]", call)] == []
