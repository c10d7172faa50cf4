"""The first page's figures, from counts of days."""

from datetime import date

import pytest

from bot.overview import Figure, Part, Week, median_of, overview

FIRST, LAST = date(2012, 10, 3), date(2012, 10, 16)  # a Wednesday, and a Tuesday


def figure(day: date, measure: str, outcome: str, times: int = 1, part: int | None = None, minutes: int = 0) -> Figure:
    return Figure(day, measure, part, outcome, "direct", minutes, times, "T1")


def asked(day: int, outcome: str, times: int = 1, part: int | None = None) -> Figure:
    return figure(date(2012, 10, day), "questions", outcome, times, part)


def test_every_week_stands_there_with_what_became_of_its_questions() -> None:
    found = overview([asked(3, "answer", 2), asked(7, "suggestions"), asked(15, "no_answer", 4)], FIRST, LAST)

    assert found.weeks == (
        Week(date(2012, 10, 1), 3, 2, 1, 0),
        Week(date(2012, 10, 8), 0, 0, 0, 0),
        Week(date(2012, 10, 15), 4, 0, 0, 4),
    )


def test_shares_are_of_what_was_asked() -> None:
    found = overview([asked(3, "answer", 6), asked(4, "suggestions", 3), asked(5, "no_answer")], FIRST, LAST)

    assert (found.asked, found.answered_share, found.suggested_share, found.unanswered_share) == (10, 0.6, 0.3, 0.1)


def test_of_nothing_there_is_no_share() -> None:
    found = overview([], FIRST, LAST)

    assert found.asked == 0
    assert (found.answered_share, found.helpful_share, found.median_minutes) == (None, None, None)


def test_a_question_that_was_taken_back_counts_nowhere() -> None:
    found = overview([asked(3, "withdrawn", 5), asked(3, "answer")], FIRST, LAST)

    assert found.asked == found.answered == found.weeks[0].asked == 1


def test_days_outside_the_span_count_nowhere() -> None:
    found = overview([asked(2, "answer"), asked(17, "answer"), asked(16, "answer")], FIRST, LAST)

    assert found.asked == sum(week.asked for week in found.weeks) == 1


def test_what_did_not_help_is_whatever_was_said_but_helpful() -> None:
    said = [figure(FIRST, "feedback", outcome, 2) for outcome in ("helpful", "wrong", "unclear", "not_helpful")]

    found = overview(said, FIRST, LAST)

    assert (found.helpful, found.not_helpful, found.helpful_share) == (2, 6, 0.25)


def test_the_nine_parts_stand_in_order_and_what_belongs_to_none_comes_last() -> None:
    found = overview([asked(3, "no_answer", 2), asked(3, "answer", part=9), asked(4, "no_answer", part=1)], FIRST, LAST)

    assert [part.number for part in found.parts] == [*range(1, 10), None]
    assert (found.parts[0], found.parts[8], found.parts[9]) == (Part(1, 1, 0, 1), Part(9, 1, 1, 0), Part(None, 2, 0, 2))


def test_no_row_for_no_part_where_everything_belongs_to_one() -> None:
    assert len(overview([asked(3, "answer", part=4)], FIRST, LAST).parts) == 9


def test_the_median_wait_counts_each_question() -> None:
    waits = [figure(FIRST, "answered", "link", 3, minutes=10), figure(LAST, "answered", "answer", 1, minutes=5_000)]

    found = overview(waits, FIRST, LAST)

    assert (found.median_minutes, found.answered_by_leads) == (10.0, 4)


@pytest.mark.parametrize(
    ("times", "median"),
    [
        ({}, None),
        ({7: 1}, 7.0),
        ({1: 1, 4: 1}, 2.5),
        ({1: 2, 4: 1}, 1.0),
        ({1: 1, 4: 1, 9: 1}, 4.0),
        ({1: 2, 9: 2}, 5.0),
    ],
)
def test_a_median_is_the_middle_or_the_mean_of_two(times: dict[int, int], median: float | None) -> None:
    assert median_of(times) == median


def test_refusals_are_added_up() -> None:
    refused = [figure(FIRST, "refused", "name", 2), figure(LAST, "refused", "nhs-number")]

    assert overview(refused, FIRST, LAST).refused == 3
