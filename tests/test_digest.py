"""The weekly digest: what leads are told of a week, when, and that they are told once."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from bot.app import Timers
from bot.blocks.digest import digest_text
from bot.digest import week_before
from bot.digesting import digest_of
from bot.library import Library
from bot.listeners.digest import write_digest
from bot.polls import Voice
from bot.practices import Practice
from bot.review import Move
from bot.standin import StandIn
from bot.storage import Closing
from tests.ballots import opened, vote
from tests.closings import cast
from tests.harness import Workspace, words_of
from tests.process import Run
from tests.queue_steps import CAT, LOCUM, ask
from tests.small_knowledge import PARKING, TEA, small_workspace

ASKED = "how many objectives are in the mandate"
BEFORE = datetime(2012, 12, 3, 10, tzinfo=UTC)  # a Monday, an hour after that week's digest
MONDAY = datetime(2012, 12, 10, 9, tzinfo=UTC)
SOON = timedelta(seconds=1)
SETTINGS: dict[str, Any] = {
    "leads": ("ULEAD",),
    "leads_channel": "CLEADS",
    "dashboard_url": "https://10.0.0.7:8001",
}


@pytest.fixture
def office(tmp_path: Path, library: Library, standin: StandIn) -> Iterator[Workspace]:
    """A workspace with a leads' channel, whose timers have run for a week."""
    workspace = Workspace(tmp_path, library, standin, **SETTINGS)
    tick_at(workspace, BEFORE)
    yield workspace
    workspace.close()


def tick_at(slack: Workspace, at: datetime) -> None:
    """Two rounds: what the first writes, the second posts."""
    slack.clock.now = at
    slack.timers.tick()
    slack.timers.tick()


def write_at(slack: Workspace, at: datetime) -> None:
    """One round, which posts what was written before it."""
    slack.clock.now = at
    slack.timers.tick()


def ask_at(slack: Workspace, at: datetime, *texts: str, user: str = "U1") -> None:
    slack.clock.now = at
    ask(slack, *texts, user=user)


def link(slack: Workspace, text: str, at: datetime) -> None:
    """A lead answers the row that asks `text` with an entry."""
    slack.clock.now = at
    [group] = [one for one in slack.store.review.groups("T0001") if one.text == text]
    how = Closing(Move.LINK, "ULEAD", entry="objectives-count-final")
    slack.store.review.close("T0001", group.id, group.version, how, at)


def busy_week(slack: Workspace) -> None:
    """3 to 9 December: three questions, of which leads answered one after three hours."""
    ask_at(slack, datetime(2012, 12, 4, 9, tzinfo=UTC), ASKED, CAT)
    ask_at(slack, datetime(2012, 12, 5, 9, tzinfo=UTC), LOCUM, user="U2")
    link(slack, LOCUM, datetime(2012, 12, 5, 12, tzinfo=UTC))
    tick_at(slack, datetime(2012, 12, 6, 9, tzinfo=UTC))


def written(slack: Workspace) -> str:
    """What lies in the outbox, on its way."""
    rows = Database(slack.settings.db)["outbox"].rows_where("kind = 'digest'")
    return str([row["body"] for row in rows])


def digests(slack: Workspace, channel: str = "CLEADS") -> list[dict[str, Any]]:
    return [message for message in slack.posted(channel) if message["text"].startswith("Last week")]


def line(message: dict[str, Any], name: str) -> str:
    """What is said under a name."""
    lines = str(message["text"]).splitlines()
    return next(one for one in lines if one.startswith(f"{name}: ")).partition(": ")[2]


def test_a_week_is_told_in_five_lines_and_a_chart(office: Workspace) -> None:
    busy_week(office)

    tick_at(office, MONDAY)

    [message] = digests(office)
    assert words_of(message).splitlines() == [
        "Last week, 3 to 9 December 2012",
        "*New:* 3 questions were asked: I answered 1 and had no answer to 2.",
        "*Waiting:* 1 question waits for an answer, since 4 December 2012: “who feeds the office cat”.",
        "*Answered:* Leads answered 1 question that waited, after 3 hours.",
        "*Polls:* None is open.",
        "*Reviews:* No answer is due for review.",
        "The queue and the polls are on my Home tab. <https://10.0.0.7:8001|Open the dashboard>",
    ]
    chart = message["blocks"][2]["chart"]
    assert [(one["name"], [point["value"] for point in one["data"]]) for one in chart["series"]] == [
        ("Asked", [0, 0, 0, 0, 0, 0, 0, 3]),
        ("No answer", [0, 0, 0, 0, 0, 0, 0, 2]),
    ]
    assert chart["axis_config"]["categories"][0::7] == ["15 Oct", "3 Dec"]
    assert office.slack.complaints == []


def test_what_was_asked_on_other_days_or_in_the_terminal_is_no_news_of_the_week(office: Workspace) -> None:
    ask_at(office, datetime(2012, 12, 2, 23, 59, tzinfo=UTC), ASKED)
    ask_at(office, datetime(2012, 12, 3, 0, 0, tzinfo=UTC), ASKED)
    ask_at(office, datetime(2012, 12, 9, 23, 59, tzinfo=UTC), ASKED)
    ask_at(office, datetime(2012, 12, 10, 0, 0, tzinfo=UTC), ASKED)

    tick_at(office, MONDAY)

    assert line(digests(office)[0], "New") == "2 questions were asked: I answered 2."


def test_open_polls_are_told_with_their_closing_and_response(office: Workspace) -> None:
    office.store.practices.replace_register([Practice(f"A8{n:04}", f"Practice {n}") for n in range(7)])
    office.clock.now = datetime(2012, 12, 6, 12, tzinfo=UTC)
    opened(office, title="Evening talks", voice=Voice.PRACTICE)
    cast(office, opened(office, title="Parking", channels=("C2",)), range(3))

    tick_at(office, MONDAY)

    assert line(digests(office)[0], "Polls") == (
        "2 are open. “Evening talks”: 0 of 7 practices, closes on Thursday 13 December at 12:00; "
        "“Parking”: 3 people, closes on Thursday 13 December at 12:00."
    )


def test_what_is_due_for_review_is_named(tmp_path: Path, standin: StandIn) -> None:
    due = PARKING.replace("2099-01-01", "2012-11-30") + TEA.replace("2099-02-01", "2012-12-20")
    with small_workspace(tmp_path, standin, due, leads_channel="CLEADS") as small:
        tick_at(small, MONDAY)

        [message] = digests(small)
        assert line(message, "Reviews") == (
            "1 answer is overdue: “Where do I park?” since 30 November 2012. "
            "1 is due within 14 days: “When is tea served?” by 20 December 2012."
        )
        assert [block["type"] for block in message["blocks"]] == ["header", "section", "context"]


def test_nothing_is_sent_in_a_week_with_nothing_to_say(office: Workspace) -> None:
    tick_at(office, MONDAY)
    ask_at(office, MONDAY + timedelta(hours=2), ASKED)

    tick_at(office, MONDAY + timedelta(days=3))

    assert digests(office) == []


def test_nothing_is_sent_before_nine_nor_in_the_week_in_which_the_bot_starts(office: Workspace) -> None:
    busy_week(office)

    tick_at(office, MONDAY - SOON)

    assert digests(office) == []


@pytest.mark.parametrize(
    ("nine", "sunday"),
    [
        pytest.param(
            datetime(2012, 10, 29, 9, tzinfo=UTC), datetime(2012, 10, 28, 23, 59, tzinfo=UTC), id="clocks went back"
        ),
        pytest.param(
            datetime(2013, 4, 1, 8, tzinfo=UTC), datetime(2013, 3, 31, 22, 59, tzinfo=UTC), id="clocks went forward"
        ),
    ],
)
def test_nine_and_midnight_are_those_of_the_clocks_in_london(
    office: Workspace, nine: datetime, sunday: datetime
) -> None:
    ask_at(office, sunday, ASKED)
    ask_at(office, sunday + timedelta(minutes=1), CAT)
    before = len(digests(office))

    tick_at(office, nine - SOON)
    assert len(digests(office)) == before
    tick_at(office, nine)

    assert line(digests(office)[-1], "New") == "1 question was asked: I answered 1."


def test_a_week_is_told_once_however_many_processes_and_restarts(
    office: Workspace, tmp_path: Path, library: Library, standin: StandIn
) -> None:
    busy_week(office)
    office.clock.now = MONDAY
    other = Workspace(tmp_path, library, standin, **SETTINGS)
    other.clock.now = MONDAY
    both = [office, other] * 4

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda one: write_digest(one.desk, one.app.client), both))
    for one in both:
        one.desk.postman.deliver(one.app.client)
    Timers(other.desk, other.app.client).tick()
    tick_at(office, MONDAY + timedelta(days=6))

    assert len(digests(office)) == 1
    other.close()


def test_what_was_missed_is_told_within_its_week_and_not_after(office: Workspace) -> None:
    busy_week(office)

    tick_at(office, MONDAY + timedelta(days=17, hours=5))  # a Thursday, two Mondays on

    [message] = digests(office)
    assert message["text"].startswith("Last week, 17 to 23 December 2012\nNew: No questions were asked.")


def test_no_week_is_left_out_once_marks_are_kept_no_longer(office: Workspace) -> None:
    ask_at(office, datetime(2012, 12, 4, 9, tzinfo=UTC), CAT)

    for week in range(30):
        tick_at(office, MONDAY + timedelta(weeks=week))

    assert len(digests(office)) == 30


def test_the_digest_waits_for_slack(office: Workspace) -> None:
    busy_week(office)
    office.slack.fail("auth.test", error="internal_error", times=4)  # the reminders ask, too
    tick_at(office, MONDAY)
    assert digests(office) == []

    tick_at(office, MONDAY + timedelta(minutes=1))

    assert len(digests(office)) == 1


def test_where_slack_refuses_the_chart_a_table_goes(office: Workspace) -> None:
    busy_week(office)
    write_at(office, MONDAY)
    office.slack.fail("chat.postMessage", error="invalid_blocks", times=1)

    office.timers.tick()

    [message] = digests(office)
    cells = [[cell["text"] for cell in row] for row in message["blocks"][2]["rows"]]
    assert [cells[0], cells[1], cells[-1]] == [
        ["Week from", "Asked", "No answer"],
        ["15 Oct", "0", "0"],
        ["3 Dec", "3", "2"],
    ]
    assert office.slack.complaints == []


def test_without_a_leads_channel_nobody_is_told(tmp_path: Path, library: Library, standin: StandIn) -> None:
    workspace = Workspace(tmp_path, library, standin, leads=("ULEAD",))
    tick_at(workspace, BEFORE)
    busy_week(workspace)

    tick_at(workspace, MONDAY)

    assert digests(workspace, "DLEAD") == digests(workspace, "CLEADS") == []
    workspace.close()


def test_nobody_is_named_and_no_answer_to_a_poll_shows(office: Workspace) -> None:
    busy_week(office)
    opened(office, is_anonymous=True)
    vote(office, "Don't mind", user="U7")

    tick_at(office, MONDAY)

    [message] = digests(office)
    said = json.dumps({"text": message["text"], "blocks": message["blocks"]}, ensure_ascii=False)
    assert "“Locality meetings”: 1 person" in said
    for secret in ("U1", "U2", "U7", "ULEAD", "Don't mind", "mornings"):
        assert secret not in said


def test_a_question_that_was_taken_back_is_not_quoted(office: Workspace) -> None:
    ask_at(office, datetime(2012, 12, 4, 9, tzinfo=UTC), CAT)
    asked = office.last("DU1")
    ask_at(office, datetime(2012, 12, 5, 9, tzinfo=UTC), LOCUM, user="U2")

    office.press("Don't send it", asked)
    tick_at(office, MONDAY)

    [message] = digests(office)
    assert CAT not in str(message["blocks"]) + message["text"]
    assert line(message, "New") == "1 question was asked: I had no answer to 1."
    assert "since 5 December 2012: “how much does a locum cost a day”" in line(message, "Waiting")


def test_a_question_that_is_taken_back_while_the_digest_waits_is_not_quoted(office: Workspace) -> None:
    ask_at(office, datetime(2012, 12, 4, 9, tzinfo=UTC), CAT)
    asked = office.last("DU1")
    ask_at(office, datetime(2012, 12, 5, 9, tzinfo=UTC), LOCUM, user="U2")
    write_at(office, MONDAY)
    assert CAT in written(office)

    office.press("Don't send it", asked)
    assert CAT not in written(office)
    tick_at(office, MONDAY + timedelta(hours=1))

    [message] = digests(office)
    assert CAT not in str(message["blocks"]) + message["text"]
    assert "1 question waits for an answer, since 5 December 2012" in line(message, "Waiting")


def test_what_a_person_typed_stays_letters_and_the_fullest_digest_fits(tmp_path: Path, standin: StandIn) -> None:
    full = "<!channel> & " * 60
    entries = "".join(
        PARKING.replace("id: parking", f"id: parking-{n}")
        .replace("Where do I park?", f"'{n} {'& <b> ' * 20}?'")
        .replace("[car park, parking space, where can i leave the car]", f"[car park {n}]")
        .replace("2099-01-01", "2012-11-30" if n < 3 else "2012-12-20")
        for n in range(6)
    )
    with small_workspace(tmp_path, standin, entries, leads_channel="CLEADS") as small:
        ask_at(small, datetime(2012, 12, 4, 9, tzinfo=UTC), full)
        for number in range(5):
            opened(small, title=full[:150], channels=(f"C{number}",))

        tick_at(small, MONDAY)

        message = digests(small)[-1]
        assert "<!channel>" not in message["text"] + str(message["blocks"])
        assert "and 2 more" in line(message, "Polls")
        assert small.slack.complaints == []


def test_the_terminal_prints_the_same(office: Workspace, bot: Run) -> None:
    now = datetime.now(UTC)
    ask_at(office, datetime.combine(week_before(now), now.time(), UTC) + timedelta(days=2), CAT, ASKED)
    entries = office.library.current.knowledge.entries.values()
    expected = digest_text(digest_of(office.store, entries, "T0001", now), now)

    printed, made = bot("digest"), bot("digest", "--json")

    assert printed.stdout.decode().splitlines() == expected
    assert "New: 2 questions were asked: I answered 1 and had no answer to 1." in expected
    found = json.loads(made.stdout)
    assert (found["asked"], found["answered"], found["no_answer"], found["waiting"]) == (2, 1, 1, 1)
    assert (found["longest"]["question"], found["quiet"], len(found["weeks"])) == (CAT, False, 8)


def test_the_terminal_says_that_a_week_was_quiet(bot: Run) -> None:
    said = bot("digest").stdout.decode()

    assert "There is nothing to say about that week" in said
