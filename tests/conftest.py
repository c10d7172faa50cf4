"""Fixtures: the shipped knowledge, a store, the stand-in for Slack and a workspace to talk in."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from slack_sdk import WebClient

from bot.conversation import Understanding
from bot.knowledge import Knowledge
from bot.library import Library
from bot.matching import Cutoffs
from bot.settings import shipped_knowledge
from bot.standin import StandIn
from bot.storage import Store
from tests.harness import Workspace
from tests.poll_forms import LEAD, NOON
from tests.process import ROOT, Run


@pytest.fixture(scope="session")
def model_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the workers of one run share the fitted model."""
    return tmp_path_factory.getbasetemp().parent / "models"


@pytest.fixture(scope="session")
def library(model_cache: Path) -> Library:
    return Library(shipped_knowledge(), model_cache)


@pytest.fixture(scope="session")
def hesitant_library(model_cache: Path) -> Library:
    """The same knowledge, never sure enough to answer a question that does not stand in it."""
    return Library(shipped_knowledge(), model_cache, Cutoffs(answer=1.1, suggest=0.01))


@pytest.fixture(scope="session")
def understanding(library: Library) -> Understanding:
    return library.current


@pytest.fixture(scope="session")
def knowledge(understanding: Understanding) -> Knowledge:
    return understanding.knowledge


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "bot.db")
    yield store
    store.close()


@pytest.fixture
def standin() -> Iterator[StandIn]:
    with StandIn() as slack:
        yield slack


@pytest.fixture
def client(standin: StandIn) -> WebClient:
    """A client of the stand-in that tries everything once."""
    return WebClient("xoxb-test", base_url=standin.url, retry_handlers=[])


@pytest.fixture
def slack(tmp_path: Path, library: Library, standin: StandIn) -> Iterator[Workspace]:
    workspace = Workspace(tmp_path, library, standin)
    yield workspace
    workspace.close()


@pytest.fixture
def hesitant(tmp_path: Path, hesitant_library: Library, standin: StandIn) -> Iterator[Workspace]:
    """A workspace where every question gets suggestions."""
    workspace = Workspace(tmp_path, hesitant_library, standin)
    yield workspace
    workspace.close()


@pytest.fixture
def bot(tmp_path: Path, model_cache: Path) -> Run:
    """Runs mandate-bot in an empty folder, with a database and a cache of its own."""

    def run(*arguments: str, stdin: bytes = b"", **env: str) -> subprocess.CompletedProcess[bytes]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "MANDATE_"))}
        return subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            input=stdin,
            capture_output=True,
            cwd=tmp_path,
            env={
                **inherited,
                "PYTHONPATH": str(ROOT),
                "XDG_CACHE_HOME": str(model_cache),
                "MANDATE_DB": str(tmp_path / "bot.db"),
                **env,
            },
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture
def desk(tmp_path: Path, library: Library, standin: StandIn) -> Iterator[Workspace]:
    """A workspace with two leads."""
    workspace = Workspace(tmp_path, library, standin, leads=("ULEAD", "UOTHER"), leads_channel="CLEADS")
    yield workspace
    workspace.close()


@pytest.fixture
def at_noon(tmp_path: Path, library: Library, standin: StandIn) -> Iterator[Workspace]:
    """A workspace with two leads, at noon on a Wednesday."""
    workspace = Workspace(tmp_path, library, standin, leads=(LEAD, "UOTHER"))
    workspace.clock.now = NOON
    yield workspace
    workspace.close()
