"""Times as leads type them, and the two nights on which the clocks change."""

from calendar import monthrange
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.schedule import in_london, moment, next_time, spoken

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2012, 11, 26, 10, 30, 20, tzinfo=UTC)  # a Monday


def london(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=LONDON)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("in 3 days", london(2012, 11, 29, 10, 30)),
        ("3 days", london(2012, 11, 29, 10, 30)),
        ("in a fortnight", london(2012, 12, 10, 10, 30)),
        ("in 2 weeks at 9am", london(2012, 12, 10, 9)),
        ("in 90 minutes", NOW + timedelta(minutes=90)),
        ("tomorrow at 5pm", london(2012, 11, 27, 17)),
        ("Tomorrow", london(2012, 11, 27, 17)),
        ("today 17:00", london(2012, 11, 26, 17)),
        ("Friday 17:00", london(2012, 11, 30, 17)),
        ("  FRI   5pm ", london(2012, 11, 30, 17)),
        ("thurs noon", london(2012, 11, 29, 12)),
        ("saturday", london(2012, 12, 1, 17)),
        ("Monday", london(2012, 12, 3, 17)),
        ("17:00 on Friday", london(2012, 11, 30, 17)),
        ("30/11 9am", london(2012, 11, 30, 9)),
        ("26/11 17:00", london(2012, 11, 26, 17)),
        ("12/1", london(2013, 1, 12, 17)),
        ("30/11/12", london(2012, 11, 30, 17)),
        ("30.11.2012 9:00", london(2012, 11, 30, 9)),
        ("30 November 2012 17:00", london(2012, 11, 30, 17)),
        ("30th of November at 5.30 p.m.", london(2012, 11, 30, 17, 30)),
        ("Friday, 30 November at 17.30", london(2012, 11, 30, 17, 30)),
        ("2012-11-30 17:00", london(2012, 11, 30, 17)),
        ("2012-12-05T09:00", london(2012, 12, 5, 9)),
        ("9:00", london(2012, 11, 27, 9)),
        ("5pm", london(2012, 11, 26, 17)),
        ("12am tomorrow", london(2012, 11, 27)),
        ("1 July 2013 9am", london(2013, 7, 1, 9)),
    ],
)
def test_a_time_is_read_as_people_type_it(typed: str, meant: datetime) -> None:
    assert moment(typed, NOW) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "5",
        "in 5",
        "2013",
        "November",
        "nonsense",
        "next Friday",  # this week's or the week after's
        "Friday at 5",
        "tuesday 9",
        "Monday 30 November",  # a Friday
        "31/2",
        "12/30",
        "30/11/2012 25:00",
        "13pm",
        "17.30",  # 17:30, or a day
        "midnight",
        "friday 5pm 6pm",
        "in an hour at 9am",
        "tomorrow morning",
        "2012-13-01",
        "30 November 17:00 EST",
    ],
)
def test_what_could_be_misread_is_not_read(typed: str) -> None:
    assert moment(typed, NOW) is None


def test_a_day_alone_may_begin_rather_than_end() -> None:
    assert moment("Friday", NOW, without_time=time(9)) == london(2012, 11, 30, 9)


def test_a_time_is_london_time_in_summer_too() -> None:
    assert moment("1/7/2013 17:00", NOW) == datetime(2013, 7, 1, 16, tzinfo=UTC)


def test_the_hour_that_is_skipped_in_march_becomes_the_one_after() -> None:
    read = moment("31/3/2013 01:30", NOW)

    assert read is not None
    assert spoken(read) == "Sunday 31 March at 02:30"


def test_of_the_hour_that_comes_twice_in_october_the_first_is_meant() -> None:
    assert moment("27/10/2013 01:30", NOW) == datetime(2013, 10, 27, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "night", [datetime(2013, 3, 31, 0, 30, tzinfo=UTC), datetime(2013, 10, 26, 23, 30, tzinfo=UTC)]
)
def test_hours_pass_as_they_are_counted_whatever_the_clocks_do(night: datetime) -> None:
    assert moment("in 2 hours", night) == night.astimezone(UTC) + timedelta(hours=2)


@settings(deadline=None)  # the first call imports dateparser
@given(st.text(max_size=60) | st.from_regex(r"[0-9a-z/:. -]{0,20}", fullmatch=True))
def test_nothing_that_is_typed_raises(typed: str) -> None:
    read = moment(typed, NOW)

    assert read is None or read.tzinfo is UTC


NEAR_THE_NIGHTS = st.builds(
    lambda night, minutes: night + timedelta(minutes=minutes),
    st.sampled_from([datetime(year, month, 28, tzinfo=UTC) for year in range(2012, 2031) for month in (3, 10)]),
    st.integers(-40 * 24 * 60, 20 * 24 * 60),
)


@settings(deadline=None)  # the first call imports dateparser
@given(NEAR_THE_NIGHTS, st.integers(1, 300 * 24 * 60))
def test_what_is_spoken_is_understood(now: datetime, minutes: int) -> None:
    at = now + timedelta(minutes=minutes)

    read = moment(spoken(at, now), now)

    assert read is not None
    assert in_london(read).replace(fold=0) == in_london(at).replace(fold=0)


@settings(deadline=None)  # the first call imports dateparser
@given(NEAR_THE_NIGHTS)
def test_weekly_keeps_the_time_on_the_clock_over_both_nights(first: datetime) -> None:
    series = [first]
    for _ in range(9):
        series.append(next_time(series[-1], "weekly", first))

    for number, at in enumerate(series):
        assert in_london(at).date() == in_london(first).date() + timedelta(days=7 * number)
        assert in_london(at).time() == in_london(first).time() or is_skipped(in_london(first).time(), at)
    assert series == sorted(set(series))


@settings(deadline=None)  # the first call imports dateparser
@given(NEAR_THE_NIGHTS)
def test_monthly_keeps_the_day_and_returns_to_it_after_a_shorter_month(first: datetime) -> None:
    series = [first]
    for _ in range(14):
        series.append(next_time(series[-1], "monthly", first))

    for number, at in enumerate(series):
        local, meant = in_london(at), in_london(first)
        assert (local.year * 12 + local.month) - (meant.year * 12 + meant.month) == number
        assert local.day == min(meant.day, monthrange(local.year, local.month)[1])
        assert local.time() == meant.time() or is_skipped(meant.time(), at)


def is_skipped(clock: time, at: datetime) -> bool:
    """Whether there is no such time on that day: it reads an hour later then."""
    local = in_london(at)
    wanted = datetime.combine(local.date(), clock.replace(fold=0), LONDON)
    return in_london(wanted.astimezone(UTC)).time() == local.time() != clock


def test_the_31st_comes_back_after_february() -> None:
    first = london(2013, 1, 31, 17)

    february = next_time(first, "monthly")

    assert spoken(february) == "Thursday 28 February at 17:00"
    assert spoken(next_time(february, "monthly", first)) == "Sunday 31 March at 17:00"


def test_a_time_in_another_year_is_spoken_with_its_year() -> None:
    assert spoken(london(2012, 11, 30, 17), NOW) == "Friday 30 November at 17:00"
    assert spoken(london(2013, 1, 4, 9), NOW) == "Friday 4 January 2013 at 09:00"
