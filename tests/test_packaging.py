"""What a plain `pip install mandate-bot` has in it, and does without."""

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.process import ROOT

# Whoever only answers questions needs none of these.
EXTRAS = (
    *("altair", "axe_playwright_python", "datasette", "datasette_auth_passwords", "httpx", "jinja2", "openpyxl"),
    *("playwright", "uvicorn", "vl_convert"),
)
WITHOUT = f"""
import sys

asked = []

class NotInstalled:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {EXTRAS!r}:
            asked.append(name)
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, NotInstalled())
"""
RUN = f"""{WITHOUT}
from bot.__main__ import main

try:
    done = main(sys.argv[1:])
except SystemExit as end:
    done = end.code
sys.exit(f"asked for {{asked}}" if asked else done)
"""


def run(code: str, *arguments: str, folder: Path, cache: Path) -> subprocess.CompletedProcess[bytes]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "MANDATE_"))}
    env = {"PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(cache), "MANDATE_DB": str(folder / "bot.db")}
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=folder, env=inherited | env, capture_output=True, timeout=120, check=False)


@pytest.mark.parametrize("arguments", [("--help",), ("ask", "what is a CCG"), ("check",)], ids=" ".join)
def test_without_the_extras_commands_work_and_look_for_none_of_them(
    tmp_path: Path, model_cache: Path, arguments: tuple[str, ...]
) -> None:
    done = run(RUN, *arguments, folder=tmp_path, cache=model_cache)

    assert (done.returncode, done.stderr.decode()) == (0, "")
    assert done.stdout


def test_without_the_extras_the_bot_itself_looks_for_none_of_them(tmp_path: Path, model_cache: Path) -> None:
    done = run(f"{WITHOUT}\nimport bot.app\nprint(asked)", folder=tmp_path, cache=model_cache)

    assert (done.stdout.strip(), done.stderr.decode()) == (b"[]", "")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = ["wheel", "--no-deps", "--no-build-isolation", "--disable-pip-version-check", "--quiet", "--no-cache-dir"]
    command = [sys.executable, "-m", "pip", *build, "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    [built] = folder.glob("mandate_bot-*.whl")
    return built


def test_the_wheel_is_small(wheel: Path) -> None:
    assert wheel.stat().st_size < 3_000_000


def test_the_wheel_has_every_file_that_the_bot_reads(wheel: Path) -> None:
    with ZipFile(wheel) as packed:
        names = set(packed.namelist())

    ours = {path for path in (ROOT / "bot").rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert {str(path.relative_to(ROOT)) for path in ours} - names == set()
    for name in (
        "dashboard/templates/base.html",
        "dashboard/static/charts.js",
        "demo/asked.yaml",
        "report/pack.html",
        "shipped_app.yaml",
        "shipped_knowledge/polls/local-priorities.yaml",
    ):
        assert f"bot/{name}" in names
