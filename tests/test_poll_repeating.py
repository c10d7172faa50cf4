"""Polls that repeat: the same time of day in London, once each, until a lead deletes the next one."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from bot.blocks.polls.series import after_deleting
from bot.listeners.desk import Desk
from bot.listeners.polls.clock import PollClock
from bot.listeners.polls.moves import delete_poll, open_poll
from bot.polls import Plan, Poll, Repeats, State
from bot.polls.repeating import as_long, following
from bot.schedule import spoken
from bot.storage import Store
from tests import payloads
from tests.ballots import MORNINGS, planned
from tests.harness import Workspace


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


def plan(opens_at: datetime, closes_at: datetime, repeats: Repeats = Repeats.WEEKLY) -> Plan:
    return planned(MORNINGS, opens_at=opens_at, closes_at=closes_at, repeats=repeats)


def times(made: Plan | None) -> tuple[str, str]:
    assert made
    assert made.opens_at
    assert made.closes_at
    return spoken(made.opens_at), spoken(made.closes_at)


@pytest.mark.parametrize(
    ("opens", "closes", "expected"),
    [
        (utc(2013, 3, 25, 9), utc(2013, 3, 29, 17), ("Monday 1 April at 09:00", "Friday 5 April at 17:00")),
        (utc(2013, 3, 29, 9), utc(2013, 4, 2, 16), ("Friday 5 April at 09:00", "Tuesday 9 April at 17:00")),
        (utc(2013, 10, 21, 8), utc(2013, 10, 25, 16), ("Monday 28 October at 09:00", "Friday 1 November at 17:00")),
        (utc(2013, 10, 25, 8), utc(2013, 10, 29, 17), ("Friday 1 November at 09:00", "Tuesday 5 November at 17:00")),
        (utc(2013, 3, 23, 22), utc(2013, 3, 24, 1, 30), ("Saturday 30 March at 22:00", "Sunday 31 March at 02:30")),
        (utc(2013, 10, 19, 21), utc(2013, 10, 20, 0, 30),
         ("Saturday 26 October at 22:00", "Sunday 27 October at 01:30")),
    ],
    ids=["into-summer", "over-the-night", "into-winter", "over-that-night", "in-the-hour-skipped", "in-the-hour-twice"],
)  # fmt: skip
def test_weekly_keeps_the_time_of_day_and_the_length(
    opens: datetime, closes: datetime, expected: tuple[str, str]
) -> None:
    assert times(following(plan(opens, closes), [opens], opens)) == expected


def test_monthly_comes_back_to_the_31st() -> None:
    january, february = utc(2013, 1, 31, 9), utc(2013, 2, 28, 9)
    closes = utc(2013, 3, 4, 17)

    assert times(following(plan(february, closes, Repeats.MONTHLY), [january, february], february)) == (
        "Sunday 31 March at 09:00",
        "Thursday 4 April at 17:00",
    )


def test_where_a_lead_moved_one_the_next_follows_that() -> None:
    friday, monday = utc(2013, 1, 4, 9), utc(2013, 1, 14, 12)

    made = following(plan(monday, utc(2013, 1, 15, 12)), [friday, monday], monday)

    assert times(made) == ("Monday 21 January at 12:00", "Tuesday 22 January at 12:00")


def test_times_that_passed_while_nobody_was_there_are_left_out() -> None:
    opened = utc(2013, 1, 4, 9)

    made = following(plan(opened, utc(2013, 1, 5, 9)), [opened], utc(2013, 1, 28))

    assert times(made) == ("Friday 1 February at 09:00", "Saturday 2 February at 09:00")


def test_a_poll_that_does_not_repeat_is_followed_by_none() -> None:
    opened = utc(2013, 1, 4, 9)

    assert following(plan(opened, opened + timedelta(days=1), Repeats.NEVER), [opened], opened) is None


def test_as_long_is_by_the_clocks_of_london() -> None:
    closes = as_long(utc(2013, 3, 22, 9), utc(2013, 3, 29, 9), utc(2013, 3, 29, 9))

    assert spoken(closes) == "Friday 5 April at 09:00"


def start(slack: Workspace, now: datetime, **more: object) -> Poll:
    slack.clock.now = now
    made = plan(now, now + timedelta(days=4))
    drafted = slack.store.polls.draft(payloads.TEAM, "ULEAD", made, now)
    return open_poll(slack.desk, drafted)


def polls(slack: Workspace, state: State) -> list[Poll]:
    return slack.store.polls.listed(payloads.TEAM, {state})


def test_the_next_is_planned_when_one_opens(slack: Workspace) -> None:
    first = start(slack, utc(2013, 3, 25, 9))

    [following] = polls(slack, State.SCHEDULED)
    assert (following.follows, following.author) == (first.id, "ULEAD")
    assert times(following.plan) == ("Monday 1 April at 09:00", "Friday 5 April at 09:00")


def test_a_series_runs_over_the_nights_when_clocks_change(slack: Workspace) -> None:
    start(slack, utc(2013, 10, 14, 8))

    opened = []
    for _ in range(24 * 30):
        slack.clock.forward(hours=1)
        PollClock(slack.desk).look(slack.app.client)
    for poll in slack.store.polls.listed(payloads.TEAM, set(State)):
        opened.append(spoken(poll.plan.opens_at or slack.clock()))

    assert opened[::-1] == [
        "Monday 14 October at 09:00",
        "Monday 21 October at 09:00",
        "Monday 28 October at 09:00",
        "Monday 4 November at 09:00",
        "Monday 11 November at 09:00",
        "Monday 18 November at 09:00",
    ]


def test_one_that_opens_late_closes_before_the_next_opens(slack: Workspace) -> None:
    slack.clock.now = utc(2013, 10, 14, 8)
    weekly = planned(MORNINGS, opens_at=utc(2013, 10, 15, 8), repeats=Repeats.WEEKLY)
    drafted = slack.store.polls.draft(payloads.TEAM, "ULEAD", weekly, slack.clock())
    slack.store.polls.schedule(payloads.TEAM, drafted.id, slack.clock())
    slack.clock.now = utc(2013, 10, 17, 8)  # nobody was there for two days

    PollClock(slack.desk).look(slack.app.client)

    [late], [following] = (polls(slack, state) for state in (State.OPEN, State.SCHEDULED))
    assert times(late.plan) == ("Tuesday 15 October at 09:00", "Tuesday 22 October at 09:00")
    assert times(following.plan) == ("Tuesday 22 October at 09:00", "Tuesday 29 October at 09:00")


def test_two_processes_plan_the_next_one_once(slack: Workspace) -> None:
    start(slack, utc(2013, 3, 25, 9))
    slack.clock.forward(days=8)
    stores = [Store(slack.settings.db) for _ in range(3)]
    clocks = [PollClock(Desk(slack.settings, slack.library, store, slack.clock)) for store in stores]
    looking = [threading.Thread(target=clock.look, args=(slack.app.client,)) for clock in clocks * 2]

    for thread in looking:
        thread.start()
    for thread in looking:
        thread.join()

    assert [len(polls(slack, state)) for state in (State.CLOSED, State.OPEN, State.SCHEDULED)] == [1, 1, 1]
    for store in stores:
        store.close()


def test_a_series_ends_when_a_lead_deletes_the_planned_one(slack: Workspace) -> None:
    start(slack, utc(2013, 3, 25, 9))
    [planned_next] = polls(slack, State.SCHEDULED)

    delete_poll(slack.desk, planned_next, "ULEAD")
    for _ in range(3):
        slack.clock.forward(days=8)
        slack.timers.tick()

    assert polls(slack, State.SCHEDULED) == polls(slack, State.OPEN) == []


def test_its_author_is_told_once_how_it_goes_on_and_how_to_stop_it(slack: Workspace) -> None:
    start(slack, utc(2013, 3, 25, 9))

    for _ in range(3):
        slack.clock.forward(days=7)
        slack.timers.tick()

    [told] = [one["text"] for one in slack.posted("DLEAD") if "every week" in one["text"]]
    assert "The next one opens on Monday 1 April at 09:00 and closes on Friday 5 April at 09:00." in told
    assert "To stop, open the planned poll on my Home tab and press Delete: then none follows it." in told


def test_whoever_deletes_a_poll_of_a_series_is_told_how_it_goes_on(slack: Workspace) -> None:
    first = start(slack, utc(2013, 3, 25, 9))
    [planned_next] = polls(slack, State.SCHEDULED)

    assert after_deleting(planned_next, "Deleted.").endswith("it does not repeat any more.")
    assert after_deleting(first, "Deleted.").endswith("To end the series, delete that one too.")
