"""Killed again and again under mixed load: the short form of `python -m tests.soak`."""

from pathlib import Path

from tests.soak.cycles import run


def test_killed_in_any_of_many_bursts_nothing_acknowledged_is_missing_or_happens_twice(tmp_path: Path) -> None:
    said: list[str] = []

    verdict = run(tmp_path, cycles=12, a_round=12, seed=6, say=said.append)

    assert verdict.problems == [], "\n".join([*said, *verdict.lines()])
    assert {"direct messages", "mentions", "letters", "polls opened"} <= set(verdict.acknowledged)
    assert any(kind.startswith("votes") for kind in verdict.acknowledged)
