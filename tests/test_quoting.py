"""`/mandate-poll "Question" "A" "B"`, as phones and people type it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.polls import Plan
from bot.polls.quoting import Unclear, quick_poll


def pieces(read: Plan | Unclear) -> list[str]:
    plan = read.plan if isinstance(read, Unclear) else read
    return [plan.questions[0].text, *plan.questions[0].options]


@pytest.mark.parametrize(
    "typed",
    [
        '"Open late?" "Yes" "No"',
        "“Open late?” “Yes” “No”",
        "”Open late?” ”Yes” ”No”",
        "„Open late?“ „Yes“ „No“",
        "«Open late?» «Yes» «No»",
        '""Open late?"" ""Yes"" ""No""',
        "''Open late?'' ''Yes'' ''No''",
        "'Open late?' 'Yes' 'No'",
        "‘Open late?’ ‘Yes’ ‘No’",
        '"Open late?""Yes""No"',
        '"Open late?", "Yes", "No"',
        '"Open late?"\n"Yes"\n"No"',
        '  " Open  late? " " Yes" "No "',
        '"Open late?" "Yes" "No',
        '"Open late?" "Yes "No"',
        '"Open late? "Yes" "No"',
        '"Open late?" "Yes"" "No"',
    ],
)
def test_quotes_are_understood_however_they_come(typed: str) -> None:
    read = quick_poll(typed)

    assert isinstance(read, Plan)
    assert pieces(read) == ["Open late?", "Yes", "No"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ('"What don’t GPs’ staff like?" "GPs’" "don\'t"', ["What don’t GPs’ staff like?", "GPs’", "don't"]),
        ("‘Are GPs’ views heard?’ ‘Don’t know’ ‘It’s fine’", ["Are GPs’ views heard?", "Don’t know", "It’s fine"]),
        ('"What is "local-led"?" "A" "B"', ['What is "local-led"?', "A", "B"]),
        ("“What is “local-led” then?” “A” “B”", ["What is “local-led” then?", "A", "B"]),
        ('""Local" is better" "A" "B"', ['"Local" is better', "A", "B"]),
        ('"Is 6"x4" big?" "5" "6"', None),
    ],
)
def test_apostrophes_and_quotes_within_a_text_stay_in_it(typed: str, meant: list[str] | None) -> None:
    read = quick_poll(typed)

    assert isinstance(read, Plan) == (meant is not None)
    assert meant is None or pieces(read) == meant


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("", [""]),
        ('"', [""]),
        ("How are you?", ["How are you?"]),
        ("Why don't GPs' views count?", ["Why don't GPs' views count?"]),
        ("Open late?\nYes\nNo", ["Open late?", "Yes", "No"]),
        ('Open late? "Yes" "No"', ["Open late?", "Yes", "No"]),
        ('"Open late?" Yes No', ["Open late?", "Yes No"]),
        ('"Open late?" "Yes"', ["Open late?", "Yes"]),
        ('"Open late?" "Yes" "No" perhaps', ["Open late?", "Yes", "No", "perhaps"]),
        ('"Open late?" "" "Yes" "No"', ["Open late?", "Yes", "No"]),
        ('"Open late? "Yes "No"', ["Open late?", "Yes", "No"]),
    ],
)
def test_what_is_unclear_carries_as_much_as_was_understood(typed: str, understood: list[str]) -> None:
    read = quick_poll(typed)

    assert isinstance(read, Unclear)
    assert pieces(read) == understood


def test_a_quick_poll_is_named_after_its_question_and_has_the_usual_settings() -> None:
    read = quick_poll('"Open late?" "Yes" "No"')

    assert isinstance(read, Plan)
    assert (read.title, read.is_anonymous, read.results, read.voice) == ("Open late?", False, "after-close", "person")


def test_the_title_of_a_long_question_is_cut_at_a_word() -> None:
    read = quick_poll(f'"{"word " * 60}" "Yes" "No"')

    assert isinstance(read, Plan)
    assert read.title.endswith("word…")
    assert len(read.title) <= 150


@given(st.text(alphabet="\"“”‘’'„«» ,\nABcd?&", max_size=60) | st.text(max_size=60))
def test_nothing_that_is_typed_raises(typed: str) -> None:
    read = quick_poll(typed)

    if isinstance(read, Plan):
        assert len(pieces(read)) >= 3
        assert all(pieces(read))


PLAIN = st.from_regex(r"x(’?[a-dé &<>.?-]){0,20}x", fullmatch=True)
MARKS = st.sampled_from([('"', '"'), ("“", "”"), ("”", "”"), ('""', '""'), ("''", "''")])


@given(st.lists(PLAIN, min_size=3, max_size=11), MARKS, st.booleans())
def test_what_stands_in_quotes_comes_out_as_it_was(texts: list[str], marks: tuple[str, str], is_closed: bool) -> None:
    opening, closing = marks
    typed = " ".join(f"{opening}{text}{closing}" for text in texts)

    read = quick_poll(typed if is_closed else typed.removesuffix(closing))

    assert isinstance(read, Plan)
    assert pieces(read) == [" ".join(text.split()) for text in texts]
