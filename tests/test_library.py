"""What leads add is served at once, before the matcher has learned it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.additions import Addition, Kind
from bot.knowledge import Entry
from bot.matching import Answer
from bot.standin import StandIn
from tests.forms import preview, submit
from tests.harness import words_of
from tests.small_knowledge import ASKED, NEW, NOTE, OLD, PARKING, TEA, SmallWorkspace, small_workspace

BIKES = "where do we park bicycles"
RACK = "At the rack beside the door."
NOW = datetime(2013, 1, 7, 9, tzinfo=UTC)


@pytest.fixture
def small(tmp_path: Path, standin: StandIn) -> Iterator[SmallWorkspace]:
    with small_workspace(tmp_path, standin, PARKING + TEA, leads=("ULEAD",), leads_channel="CLEADS") as workspace:
        yield workspace


def publish(small: SmallWorkspace) -> None:
    small.dm(BIKES)
    small.press("Not helpful", small.last("DU1") | {"channel": "DU1"})
    small.desk.queue.group_waiting()
    submit(small, preview(small, answer=RACK), "ULEAD")


def add(small: SmallWorkspace, kind: Kind, **content: str) -> None:
    small.store.additions.add("T1", Addition(kind, "parking", content, "ULEAD"), NOW)


def served(small: SmallWorkspace, question: str) -> Entry | None:
    outcome = small.library.current.read(question)[0].outcome
    return outcome.entry if isinstance(outcome, Answer) else None


def test_a_new_entry_is_served_word_for_word_before_it_is_learned(small: SmallWorkspace) -> None:
    publish(small)

    small.dm("Where do  WE park bicycles?!", user="U2")

    assert RACK in words_of(small.last("DU2"))
    assert small.library.fitted is not small.library.current


def test_a_new_wording_is_served_word_for_word_before_it_is_learned(small: SmallWorkspace) -> None:
    assert served(small, "whither my charabanc") is None

    add(small, Kind.PHRASING, text="Whither my charabanc?")

    found = served(small, "whither my charabanc")
    assert found is not None
    assert found.id == "parking"


def test_a_corrected_answer_is_served_at_once_however_it_is_asked_for(small: SmallWorkspace) -> None:
    add(small, Kind.CORRECTION, answer=NEW, note=NOTE)

    found = served(small, ASKED)
    likeliest = small.library.current.ranker.rank("where can we park")[0].entry

    assert found is not None
    assert (found.answer, likeliest.answer) == (NEW, NEW)


def test_once_it_is_learned_nothing_stands_beside_the_fit(small: SmallWorkspace) -> None:
    publish(small)

    small.library.refresh()

    assert small.library.current is small.library.fitted
    assert served(small, BIKES) is not None


def test_the_queue_is_tried_against_a_new_entry_only_once_it_is_learned(small: SmallWorkspace) -> None:
    publish(small)

    small.timers.tick()
    waiting = small.store.proposals.untried(small.clock())
    small.tick()

    assert [one.addition.entry for one in waiting] == ["where-do-we-park-bicycles"]
    assert small.store.proposals.untried(small.clock()) == []


def test_a_new_wording_is_served_after_another_answer_too(small: SmallWorkspace) -> None:
    add(small, Kind.PHRASING, text="Is that by the pond?")
    small.dm("tea time")

    small.dm("is that by the pond")

    assert OLD in words_of(small.last("DU1"))


def test_a_new_entry_asked_for_beside_another_question_is_served_with_it(small: SmallWorkspace) -> None:
    publish(small)

    small.dm(f"When is tea served? And {BIKES} please?", user="U2")

    said = words_of(small.last("DU2"))
    assert "At four." in said
    assert RACK in said
