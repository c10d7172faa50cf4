"""The review queue: a row for each distinct question, in a real database."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.answering import answer
from bot.asking import Asking
from bot.library import Library
from bot.queueing import Queue
from bot.storage import Store

NOW = datetime(2012, 11, 22, 10, 0, tzinfo=UTC)
CAT = ["who feeds the office cat", "whos feeding the office cat"]
LOCUM = "how much does a locum cost a day"


def ask(store: Store, library: Library, texts: Sequence[str], asker: str = "U1") -> None:
    for text in texts:
        answer(Asking(text, asker, "direct", "T1", NOW, channel="D1"), library.current, store)


def partition(store: Store) -> set[frozenset[str]]:
    return {frozenset(text for _, text in store.review.wordings(group.id)) for group in store.review.groups("T1")}


@pytest.mark.parametrize("texts", [[*CAT, LOCUM], [LOCUM, *CAT[::-1]]], ids=["one way", "the other way"])
def test_questions_that_mean_the_same_are_one_row(store: Store, library: Library, texts: list[str]) -> None:
    for text in texts:
        ask(store, library, [text], asker=f"U{len(text)}")
        Queue(store, library).group_waiting()

    assert partition(store) == {frozenset(CAT), frozenset({LOCUM})}
    assert sorted((group.times, group.people) for group in store.review.groups()) == [(1, 1), (2, 2)]


def test_a_question_set_apart_by_hand_stays_apart(store: Store, library: Library) -> None:
    ask(store, library, CAT)
    queue = Queue(store, library)
    queue.group_waiting()
    [group] = store.review.groups()
    first, second = (row for row, _ in store.review.wordings(group.id))

    queue.pin("T1", [first], [second], together=False)
    ask(store, library, ["who feeds the office cat please"])
    queue.group_waiting()

    assert not any(set(CAT) <= wordings for wordings in partition(store))


def test_questions_put_together_by_hand_are_one_row(store: Store, library: Library) -> None:
    ask(store, library, [CAT[0], LOCUM])
    queue = Queue(store, library)
    queue.group_waiting()
    rows = [row for group in store.review.groups() for row, _ in store.review.wordings(group.id)]

    queue.pin("T1", rows[:1], rows[1:], together=True)

    assert partition(store) == {frozenset({CAT[0], LOCUM})}


def test_a_question_taken_back_leaves_the_queue(store: Store, library: Library) -> None:
    ask(store, library, [LOCUM])
    Queue(store, library).group_waiting()

    assert store.questions.withdraw("T1", 1)

    assert store.review.groups() == []


def test_a_question_that_comes_after_one_was_taken_back_is_not_taken_for_it(store: Store, library: Library) -> None:
    queue = Queue(store, library)
    ask(store, library, [CAT[0]])
    queue.group_waiting()
    [before] = store.review.groups()
    store.questions.withdraw("T1", 1)

    ask(store, library, [LOCUM, CAT[1]])
    queue.group_waiting()

    assert partition(store) == {frozenset({LOCUM}), frozenset({CAT[1]})}
    assert store.review.find("T1", before.id) is None


def test_200_questions_from_32_threads_are_grouped_as_one_at_a_time(
    store: Store, library: Library, tmp_path: Path
) -> None:
    texts = [*CAT, LOCUM, "where is the stapler gone", "is there a lift to the second floor"] * 40
    together, alone = Queue(store, library), Store(tmp_path / "alone.db")

    def ask_one(text: str) -> None:
        ask(store, library, [text])
        together.group_waiting()

    with ThreadPoolExecutor(32) as pool:
        list(pool.map(ask_one, texts))
    for text in texts[::-1]:
        ask(alone, library, [text])
    Queue(alone, library).group_waiting()

    assert partition(store) == partition(alone)
    assert sum(group.times for group in store.review.groups()) == 200
    alone.close()
