"""The README and the manifest, held to the code."""

import argparse
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.commands.parser import build_parser
from bot.knowledge import load_knowledge
from bot.polls import Kind
from bot.polls.templates import inspect_polls
from bot.settings import shipped_knowledge
from tests.harness import Workspace

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
MANIFEST: dict[str, Any] = yaml.safe_load((ROOT / "app.yaml").read_text(encoding="utf-8"))

# Which scope each Web API method that we call needs; https://docs.slack.dev/reference/methods
NEEDS_SCOPE = {
    "assistant.threads.setSuggestedPrompts": "assistant:write",
    "chat.postEphemeral": "chat:write",
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "conversations.history": "im:history",
    "conversations.replies": "im:history",
    "files.upload.v2": "files:write",  # of slack_sdk: files.getUploadURLExternal and files.completeUploadExternal
    "usergroups.users.list": "usergroups:read",
    "views.open": None,
    "views.publish": None,
    "views.push": None,
    "views.update": None,
}
EVENT_NEEDS = {"app_mention": "app_mentions:read", "message.im": "im:history"}


def subparsers() -> dict[str, argparse.ArgumentParser]:
    actions = build_parser()._actions
    found = next(action for action in actions if isinstance(action, argparse._SubParsersAction))
    return dict(found.choices)


def block_after(mark: str) -> str:
    found = re.search(rf"<!-- {mark} -->\n```\w+\n(.*?)```", README, re.DOTALL)
    assert found
    return found[1]


def test_every_command_of_the_readme_is_one_the_bot_has() -> None:
    for line in re.findall(r"^\s*mandate-bot (.+)$", README, re.MULTILINE):
        if not line.startswith("unanswered lists"):
            build_parser().parse_args(re.findall(r'"[^"]*"|\S+', line))


def test_the_readme_shows_every_command_and_option() -> None:
    for name, parser in subparsers().items():
        assert f"mandate-bot {name}" in README
        for action in parser._actions:
            for option in action.option_strings:
                assert option in README or option in ("-h", "--help"), f"{name} {option}"


def test_the_readme_lists_every_setting_and_no_other() -> None:
    source = (ROOT / "bot" / "settings.py").read_text()

    in_code = set(re.findall(r'"((?:SLACK|MANDATE)_[A-Z_]+)"', source))
    in_table = set(re.findall(r"^\| `((?:SLACK|MANDATE)_[A-Z_]+)` \|", README, re.MULTILINE))
    assert in_table == in_code


def test_the_entry_in_the_readme_loads(tmp_path: Path) -> None:
    folder = tmp_path / "knowledge"
    folder.mkdir()
    (folder / "sources.yaml").write_bytes((shipped_knowledge() / "sources.yaml").read_bytes())
    (folder / "online.yaml").write_text(block_after("entry"))

    entry = load_knowledge(folder).entries["online-record-access"]

    assert entry.by_when
    assert entry.who.checked_by
    assert len(entry.also) >= 8


def test_the_poll_template_in_the_readme_loads(tmp_path: Path) -> None:
    (tmp_path / "talks.yaml").write_text(block_after("template"))

    templates, problems = inspect_polls(tmp_path)

    assert problems == []
    assert [question.kind for question in templates["evening-talks"].plan.questions] == list(Kind)


def test_the_test_command_of_the_readme_is_what_decides_whether_work_lands() -> None:
    assert block_after("test command").strip().endswith(".venv/bin/python -m pytest -n auto")
    assert "<!-- test command -->" in (ROOT / ".ci" / "run").read_text()


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\((?!https?://)([^)#]+)\)", README))))
def test_every_link_within_the_checkout_leads_somewhere(link: str) -> None:
    assert (ROOT / link).exists()


def scopes() -> set[str]:
    return set(MANIFEST["oauth_config"]["scopes"]["bot"])


def calls_in_code() -> set[str]:
    source = "\n".join(path.read_text() for path in (ROOT / "bot").rglob("*.py") if "standin" not in path.parts)
    calls = re.findall(r"client\.((?:chat|views|assistant|conversations|files|usergroups|users)_\w+)\(", source)
    calls += re.findall(r"client\.(views_\w+) if", source) + re.findall(r"else client\.(views_\w+)\)", source)
    return {call.replace("_", ".") for call in calls}


def test_every_call_has_its_scope_and_every_scope_a_call() -> None:
    assert calls_in_code() == set(NEEDS_SCOPE)
    needed = {scope for scope in NEEDS_SCOPE.values() if scope} | set(EVENT_NEEDS.values()) | {"commands"}
    assert scopes() == needed


def test_every_event_is_listened_for_and_the_other_way_round() -> None:
    source = "\n".join(path.read_text() for path in (ROOT / "bot").rglob("*.py") if "standin" not in path.parts)
    listened = set(re.findall(r'@app\.event\("(\w+)"\)', source))

    declared = set(MANIFEST["settings"]["event_subscriptions"]["bot_events"])
    assert {event.removesuffix(".im") for event in declared} == listened


def test_commands_and_shortcuts_are_the_ones_that_are_listened_for() -> None:
    source = "\n".join(path.read_text() for path in (ROOT / "bot" / "listeners").rglob("*.py"))

    commands = {command["command"] for command in MANIFEST["features"]["slash_commands"]}
    shortcuts = {shortcut["callback_id"] for shortcut in MANIFEST["features"]["shortcuts"]}
    assert commands == set(re.findall(r'@app\.command\("([^"]+)"\)', source))
    assert shortcuts == set(re.findall(r'@app\.shortcut\("([^"]+)"\)', source))


def test_the_manifest_keeps_slacks_limits() -> None:
    shown = MANIFEST["display_information"]

    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert 175 <= len(shown["long_description"]) <= 4_000
    assert len(MANIFEST["features"]["agent_view"]["agent_description"]) <= 300
    assert all(len(shortcut["name"]) <= 24 for shortcut in MANIFEST["features"]["shortcuts"])


def test_the_manifest_asks_for_the_agent_view_socket_mode_and_the_home_tab() -> None:
    assert "assistant_view" not in MANIFEST["features"]
    assert MANIFEST["settings"]["socket_mode_enabled"] is True
    assert MANIFEST["features"]["app_home"]["home_tab_enabled"] is True
    assert MANIFEST["settings"]["interactivity"]["is_enabled"] is True
    assert "channels:history" not in scopes()


@pytest.mark.parametrize(("file", "test"), sorted(set(re.findall(r"`(test_\w+\.py)::(\w+)`", README))))
def test_every_test_that_the_table_of_faults_names_exists(file: str, test: str) -> None:
    assert f"\ndef {test}(" in (ROOT / "tests" / file).read_text(encoding="utf-8")


def test_secrets_do_not_show_when_settings_are_printed(slack: Workspace) -> None:
    assert "xoxb-test" not in repr(slack.settings)
