"""The lock file: what a deployment installs, to the byte."""

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def direct() -> list[Requirement]:
    """What the project itself asks for, to run and to be built."""
    extras = PROJECT["project"]["optional-dependencies"]
    named = [*PROJECT["project"]["dependencies"], *extras["charts"], *extras["sheets"], *extras["dashboard"]]
    asked = [Requirement(line) for line in [*named, *PROJECT["build-system"]["requires"]]]
    return [one for one in asked if one.url is None]  # the encoder is built from the checkout, as the bot is


def locked() -> dict[str, list[Requirement]]:
    """Each line of the lock file by name; a name stands twice where versions of Python need different ones."""
    found: dict[str, list[Requirement]] = {}
    for line in LOCK.replace("\\\n", " ").splitlines():
        requirement = Requirement(line.partition(" --hash=")[0])
        found.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return found


def test_every_direct_dependency_is_locked_to_a_version_that_fits() -> None:
    versions = locked()

    for wanted in direct():
        for held in versions[canonicalize_name(wanted.name)]:
            [pinned] = held.specifier
            assert pinned.operator == "=="
            assert wanted.specifier.contains(pinned.version), f"{held} does not fit {wanted}"


def test_every_direct_dependency_has_a_lower_bound() -> None:
    assert [str(one) for one in direct() if not any(bound.operator == ">=" for bound in one.specifier)] == []


def test_every_locked_package_has_hashes_and_no_address() -> None:
    for line in LOCK.replace("\\\n", " ").splitlines():
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", line), line
    assert "://" not in LOCK
    assert "index-url" not in LOCK


def test_what_builds_the_package_is_locked_as_it_is_named_for_the_build() -> None:
    assert PROJECT["dependency-groups"]["build"] == PROJECT["build-system"]["requires"]
