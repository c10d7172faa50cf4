"""Which questions mean the same."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.grouping import SAME, Pin, Similarity, groups
from bot.knowledge import Knowledge
from bot.library import Library
from bot.matching import Ranker

EDGES = [(1, 2, 0.9), (2, 3, 0.8), (3, 4, 0.7), (5, 6, 0.6)]


@given(st.permutations(EDGES), st.permutations(range(1, 8)))
def test_the_order_in_which_questions_arrive_makes_no_difference(
    edges: list[tuple[int, int, float]], ids: list[int]
) -> None:
    assert groups(ids, edges, [Pin(1, 4, False)]) == groups(range(1, 8), EDGES, [Pin(1, 4, False)])


def test_what_is_pinned_apart_stays_apart_when_a_third_question_bridges_them() -> None:
    assert groups([1, 2, 3], [(1, 2, 0.9), (2, 3, 0.8)], [Pin(1, 3, False)]) == (frozenset({1, 2}), frozenset({3}))


def test_what_is_pinned_apart_stays_apart_when_a_pin_together_bridges_them() -> None:
    pins = [Pin(1, 3, False), Pin(2, 3, True)]

    assert groups([1, 2, 3], [(1, 2, 1.0)], pins) == (frozenset({1}), frozenset({2, 3}))


def test_what_is_pinned_together_is_one_group() -> None:
    assert groups([1, 2], [], [Pin(1, 2, True)]) == (frozenset({1, 2}),)


def test_of_two_that_are_pinned_apart_the_likest_gets_the_third() -> None:
    for edges in permutations([(1, 2, 0.7), (3, 2, 0.9)]):
        assert groups([1, 2, 3], edges, [Pin(3, 1, False)]) == (frozenset({1}), frozenset({2, 3}))


def test_what_is_like_nothing_is_a_group_of_its_own_by_smallest_id() -> None:
    assert groups([3, 9, 1, 2], [(9, 1, 0.8)], []) == (frozenset({1, 9}), frozenset({2}), frozenset({3}))


def test_edges_and_pins_about_other_questions_are_passed_over() -> None:
    assert groups([1, 2], [(1, 7, 0.9), (7, 2, 0.9)], [Pin(1, 8, True)]) == (frozenset({1}), frozenset({2}))


def like_each_other(library: Library, *texts: str) -> bool:
    similarity = Similarity(library.current.ranker)
    similarity.add(list(enumerate(texts)))
    return all(similarity.like(one).keys() == set(range(len(texts))) - {one} for one in range(len(texts)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("how much did it cost to print the mandate", "how much did the mandate cost to print"),
        ("date the final mandate came out?", "On what date did the final mandate come out?"),
        ("how do I reset my smartcard pin", "smartcard pin reset"),
        ("who is our area team contact", "Hello! Who is our contact at the area team?"),
        ("will we be paid for the mandate", "will we get paid for the mandate"),
    ],
)
def test_paraphrases_are_alike(library: Library, one: str, other: str) -> None:
    assert like_each_other(library, one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("how do I reset my smartcard pin", "how do I reset my nhsmail password"),
        ("what does the mandate say about pharmacies", "what does the mandate say about opticians"),
        ("phone number for the area team", "email address of the area team"),
        ("is the mandate available in welsh", "is the mandate available in polish"),
        ("how do i mute a channel in slack", "how do I make a slack channel private"),
    ],
)
def test_different_questions_in_like_words_are_not(library: Library, one: str, other: str) -> None:
    assert not like_each_other(library, one, other)


def test_similarity_is_the_same_both_ways_and_in_whatever_order_questions_came(library: Library) -> None:
    texts = list(enumerate(ask.ask for ask in library.current.knowledge.asks))[:300]
    forth, back = Similarity(library.current.ranker), Similarity(library.current.ranker)
    forth.add(texts)
    for question in reversed(texts):
        back.add([question])

    found = {(one, other): alike for one, _ in texts for other, alike in forth.like(one).items()}
    assert found
    assert found == {(other, one): alike for one, _ in texts for other, alike in back.like(one).items()}
    assert all(SAME <= alike <= 1 for alike in found.values())


def test_the_same_words_are_wholly_alike(library: Library) -> None:
    similarity = Similarity(library.current.ranker)
    similarity.add([(1, "Is IT covered?"), (2, "is it covered")])

    assert similarity.like(1) == {2: 1.0}


def test_questions_without_words_are_not_like_each_other(library: Library) -> None:
    assert not like_each_other(library, "?!", "?!")


def test_an_id_that_is_held_keeps_its_question(library: Library) -> None:
    similarity = Similarity(library.current.ranker)
    similarity.add([(1, "where is the car park"), (2, "who feeds the cat"), (1, "who feeds the cat")])
    similarity.add([(1, "who feeds the cat")])

    assert similarity.like(2) == {}


def test_what_is_forgotten_is_like_nothing_and_the_rest_stay_alike(library: Library) -> None:
    similarity = Similarity(library.current.ranker)
    similarity.add([(1, "who feeds the cat"), (2, "who feeds the office cat"), (3, "who feeds the cat in the office?")])

    similarity.forget({2, 3})

    assert set(similarity.held()) == {2, 3}
    assert similarity.like(2).keys() == {3}
    similarity.add([(1, "who feeds the office cat")])
    assert similarity.like(2).keys() == {1, 3}


def test_without_any_entries_only_the_same_words_are_alike() -> None:
    similarity = Similarity(Ranker(Knowledge()))
    similarity.add([(1, "who feeds the cat"), (2, "Who feeds the cat?"), (3, "who feeds the office cat")])

    assert similarity.like(1) == {2: 1.0}
    assert similarity.like(3) == {}


def test_a_question_in_other_words_is_like_it_and_another_question_is_not(library: Library) -> None:
    similarity = Similarity(library.current.ranker)
    similarity.add([(1, "who feeds the office cat"), (2, "Hi all, who feeds the office cat please")])
    similarity.add([(3, "how much does a locum cost a day"), (4, "?!")])

    assert similarity.like(1).keys() == {2}
    assert similarity.like(2).keys() == {1}
    assert similarity.like(3) == {}
    assert similarity.like(4) == {}
