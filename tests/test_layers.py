"""Who may import whom. Core never learns that Slack or SQLite exist."""

import ast
import sys
from pathlib import Path

import pytest

BOT = Path(__file__).parent.parent / "bot"
NUMERIC = {"numpy", "onnxruntime", "rapidfuzz", "scipy", "snowballstemmer", "tokenizers"}
CORE = {
    "text",
    "knowledge",
    "matching",
    "conversation",
    "asking",
    "checking",
    "review",
    "grouping",
    "additions",
    "clarifying",
    "letters",
    "proof",
    "rereading",
    "drafting",
    "history",
    "reminders",
    "digest",
    "practices",
    "guard",
    "refusing",
    "polls",
    "schedule",
    "tables",
    "retention",
    "overview",
}
STORAGE = {"storage", "migrations", "mydata", "purging", "answering", "polling", "queueing", "reporting", "digesting"}
MAY_IMPORT = {
    "errors": set(),
    "text": set(),
    "knowledge": {"text", "yaml"},
    "matching": {"text", "knowledge", *NUMERIC},
    "conversation": CORE,
    "asking": {"conversation", "matching"},
    "checking": CORE,
    "review": set(),
    "practices": {"text"},
    "guard": {"matching", "nhs_number", "numpy"},
    "refusing": {"guard"},
    "polls": {"knowledge", "practices", "schedule", "text"},
    "schedule": {"dateparser"},
    "letters": set(),
    "tables": set(),
    "retention": set(),
    "overview": set(),
    "purging": {"retention", "storage"},
    "mydata": {"polls", "retention", "storage"},
    "clarifying": set(),
    "additions": {"knowledge", "text"},
    "history": {"additions", "knowledge", "text"},
    "reminders": {"additions", "drafting", "history", "knowledge"},
    "digest": {"overview", "polls", "reminders"},
    "drafting": {"additions", "knowledge", "text"},
    "splicing": {"yaml"},
    "exporting": {*CORE, "splicing"},
    "importing": {"additions", "drafting", "knowledge", "text"},
    "sheets": {"importing", "knowledge", "openpyxl"},
    "grouping": {"matching", "text", "numpy"},
    "rereading": {"conversation", "matching", "text", "numpy"},
    "proof": {"conversation", "knowledge", "matching", "rereading", "text", "numpy"},
    "keeping": {*CORE, "filelock", "numpy", "platformdirs"},
    "library": {*CORE, "keeping"},
    "migrations": {"sqlite_utils"},
    "storage": {*CORE, "migrations", "sqlite_utils"},
    "answering": {*CORE, "storage"},
    "polling": {*CORE, "storage"},
    "reporting": {*CORE, "storage", "polling"},
    "digesting": {*CORE, "storage", "polling"},
    "queueing": {*CORE, "storage", "library"},
    "charts": {"altair", "polls", "vl_convert"},
    "dashboard": {
        *{"altair", "blocks", "charts", "migrations", "overview", "polls", "review", "settings", "tables"},
        *{"datasette", "pluggy", "uvicorn", "vl_convert"},
    },
    "report": {*CORE, *STORAGE, "blocks", "charts", "jinja2", "markupsafe", "vl_convert"},
    "blocks": CORE,
    "settings": {"platformdirs", "dotenv"},
    "standin": set(),
    "listeners": {*CORE, *STORAGE, "blocks", "charts", "library", "settings", "slack_bolt", "slack_sdk"},
    "app": {*CORE, *STORAGE, "blocks", "library", "listeners", "settings", "slack_bolt", "slack_sdk"},
}


def layer_of(path: Path) -> str:
    return path.relative_to(BOT).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names} if node.module == "bot" else {node.module}
    return {name.split(".")[1] if name.startswith("bot.") else name.split(".")[0] for name in names}


@pytest.mark.parametrize(
    "path", [path for path in sorted(BOT.rglob("*.py")) if layer_of(path) in MAY_IMPORT], ids=lambda p: str(p.name)
)
def test_a_module_imports_only_what_its_layer_may(path: Path) -> None:
    layer = layer_of(path)
    allowed = MAY_IMPORT[layer] | {layer, "errors"} | set(sys.stdlib_module_names)

    assert imported(path) - allowed == set()


def test_every_module_has_a_layer() -> None:
    edge = {"__init__", "__main__", "commands", "demo"}

    assert {layer_of(path) for path in BOT.rglob("*.py")} - edge == set(MAY_IMPORT)


def test_no_file_has_grown_past_reading_in_one_go() -> None:
    long = {str(path.relative_to(BOT)): len(path.read_text().splitlines()) for path in BOT.rglob("*.py")}

    assert {name: lines for name, lines in long.items() if lines > 400} == {}
