"""Reading what people type."""

import pytest

from bot.text import british, comparable, visible, without_preamble, words


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("What\u200b is a C\u200dCG?", "What is a CCG?"),
        ("ﬁnal ＭＡＮＤＡＴＥ", "final MANDATE"),
        ("don’t “quote”", 'don\'t "quote"'),
        ("a\u202eb\x00c", "abc"),
        ("  two   spaces\tand a tab ", "two spaces and a tab"),
        ("one\n\n two ", "one\n\ntwo"),
        ("\udc80", ""),
    ],
)
def test_what_cannot_be_seen_goes_and_the_rest_stays(typed: str, read: str) -> None:
    assert visible(typed) == read


def test_words_are_lower_case_without_apostrophes() -> None:
    assert words("Don't the GP's A&E figures (2012) count?") == [
        "dont",
        "the",
        "gps",
        "a&e",
        "figures",
        "2012",
        "count",
    ]


def test_case_punctuation_and_spacing_set_no_two_phrasings_apart() -> None:
    assert comparable("What's  a CCG?!") == comparable("whats a ccg")


@pytest.mark.parametrize(
    ("typed", "question"),
    [
        ("hi all, quick one - when does it start?", "when does it start?"),
        ("Morning! Can anyone tell me what a JSNA is", "what a JSNA is"),
        ("Sorry to bother you, does anyone know who pays", "who pays"),
        ("who pays", "who pays"),
        ("hello", "hello"),
    ],
)
def test_a_preamble_is_passed_over(typed: str, question: str) -> None:
    assert without_preamble(typed) == question


@pytest.mark.parametrize(
    ("one", "other"),
    [("organise", "organize"), ("behaviour", "behavior"), ("centre", "center"), ("programme", "program")],
)
def test_british_and_american_spellings_are_one(one: str, other: str) -> None:
    assert british(one) == british(other)


@pytest.mark.parametrize("word", ["four", "our", "rise", "after", "water"])
def test_words_that_only_look_like_a_spelling_stay(word: str) -> None:
    assert british(word) in (word, "rise")
