"""What leads see of the last weeks on their Home tab: figures, a chart, and the way to the dashboard."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.additions import Addition, Kind, Standing
from bot.blocks.overview import asked_line, how_long
from bot.errors import SettingsError
from bot.letters import Letter
from bot.library import Library
from bot.overview import overview
from bot.polls import Plan, Question
from bot.practices import Practice
from bot.review import Filter, Move
from bot.settings import Settings
from bot.standin import StandIn
from bot.storage import Closing
from tests.harness import Workspace, words_of
from tests.pack_samples import asked
from tests.queue_steps import CAT, LOCUM, STRANGE, ask

ASKED = "how many objectives are in the mandate"
NOW = datetime(2012, 12, 12, 12, tzinfo=UTC)  # a Wednesday
HEADING = "The last 8 weeks"
DASHBOARD = "https://mandate.anytown.nhs.uk/?a=1&b=2"


@pytest.fixture
def office(tmp_path: Path, library: Library, standin: StandIn) -> Iterator[Workspace]:
    settings = {"leads": ("ULEAD", "UTWO"), "two_leads": True, "dashboard_url": DASHBOARD}
    workspace = Workspace(tmp_path, library, standin, **settings)
    workspace.clock.now = NOW
    yield workspace
    workspace.close()


def ask_before(slack: Workspace, days: int, *texts: str, user: str = "U1") -> None:
    slack.clock.now = NOW - timedelta(days=days)
    ask(slack, *texts, user=user)
    slack.clock.now = NOW


def overview_of(home: dict[str, Any]) -> list[dict[str, Any]]:
    """The blocks from its heading to the box in which one asks; [] where there are none."""
    blocks = home["blocks"]
    heads = [n for n, block in enumerate(blocks) if HEADING in str(block.get("text", ""))]
    box = next(n for n, block in enumerate(blocks) if block["type"] == "input")
    return list(blocks[heads[0] : box]) if heads else []


def busy_weeks(slack: Workspace) -> None:
    """Four questions in the last eight weeks and one before them; an answer liked, and one after two days."""
    ask_before(slack, 60, ASKED)
    ask_before(slack, 50, ASKED)
    ask_before(slack, 9, ASKED, CAT)
    slack.press("Helpful", slack.posted("DU1")[-2])
    ask_before(slack, 2, LOCUM, user="U2")
    [group] = [one for one in slack.store.review.groups("T0001") if one.text == LOCUM]
    how = Closing(Move.LINK, "ULEAD", entry="objectives-count-final")
    slack.store.review.close("T0001", group.id, group.version, how, NOW)


def test_leads_see_the_last_weeks_in_figures_and_a_chart(office: Workspace) -> None:
    busy_weeks(office)

    head, said, chart = overview_of(office.open_home("ULEAD"))

    assert head["text"]["text"] == HEADING
    assert said["text"]["text"].splitlines() == [
        "4 questions were asked: I answered 2 (50%) and had no answer to 2 (50%).",
        "Leads answered 1 question that waited, after 2 days.",
        "Answers were rated 1 time, and found helpful in 100% of them.",
        "<https://mandate.anytown.nhs.uk/?a=1&amp;b=2|Open the dashboard>",
    ]
    shown = {one["name"]: [point["value"] for point in one["data"]] for one in chart["chart"]["series"]}
    assert shown == {"Asked": [1, 0, 0, 0, 0, 0, 2, 1], "No answer": [0, 0, 0, 0, 0, 0, 1, 1]}
    assert chart["chart"]["axis_config"]["categories"][0::7] == ["22 Oct", "10 Dec"]
    assert office.slack.complaints == []


def test_others_than_leads_see_none_of_it(office: Workspace) -> None:
    ask_before(office, 1, ASKED)

    said = office.open_home("U1")

    assert overview_of(said) == []
    assert "dashboard" not in str(said)


def test_without_a_question_there_is_no_chart(office: Workspace) -> None:
    _, said = overview_of(office.open_home("ULEAD"))

    assert said["text"]["text"].startswith("No questions were asked.\n")


def test_without_a_dashboard_there_is_no_link(tmp_path: Path, library: Library, standin: StandIn) -> None:
    workspace = Workspace(tmp_path, library, standin, leads=("ULEAD",))

    assert "dashboard" not in str(workspace.open_home("ULEAD"))
    workspace.close()


@pytest.mark.parametrize("refusal", ["invalid_arguments", "invalid_blocks"])
def test_where_slack_refuses_the_chart_a_table_shows_from_then_on(office: Workspace, refusal: str) -> None:
    ask_before(office, 2, ASKED, CAT)
    office.slack.fail("views.publish", error=refusal, times=1)

    *_, table = overview_of(office.open_home("ULEAD"))
    before = len(office.slack.calls_to("views.publish"))
    *_, again = overview_of(office.open_home("ULEAD"))

    assert [[cell["text"] for cell in row] for row in (table["rows"][0], table["rows"][-1])] == [
        ["Week from", "Asked", "No answer"],
        ["10 Dec", "2", "1"],
    ]
    assert again == table
    assert len(office.slack.calls_to("views.publish")) == before + 1
    assert office.slack.complaints == []


def test_where_slack_refuses_the_table_too_words_show(office: Workspace) -> None:
    ask_before(office, 2, ASKED, CAT)
    office.slack.fail("views.publish", error="invalid_arguments", times=2)

    _, said = overview_of(office.open_home("ULEAD"))

    assert "Week from 10 Dec: 2 asked, 1 without an answer" in said["text"]["text"]


def test_what_slack_refuses_of_another_persons_tab_is_tried_once(office: Workspace) -> None:
    office.slack.fail("views.publish", error="invalid_arguments", times=1)

    office.open_home("U1")

    assert len(office.slack.calls_to("views.publish")) == 1


def test_it_is_counted_anew_after_a_minute(office: Workspace) -> None:
    ask_before(office, 2, ASKED)
    office.open_home("ULEAD")
    ask_before(office, 1, CAT)
    office.clock.forward(seconds=30)
    assert "1 question was asked" in words_of({"blocks": overview_of(office.open_home("ULEAD"))})

    office.clock.forward(seconds=31)

    assert "2 questions were asked" in words_of({"blocks": overview_of(office.open_home("ULEAD"))})


def test_nobody_is_named_and_nothing_that_was_asked_is_quoted(office: Workspace) -> None:
    busy_weeks(office)

    said = str(overview_of(office.open_home("ULEAD")))

    assert not [secret for secret in ("U1", "U2", "ULEAD", CAT, LOCUM, ASKED) if secret in said]


def test_the_fullest_home_tab_of_a_lead_has_room_for_it(office: Workspace) -> None:
    ask_before(office, 1, *STRANGE[1:])
    ask_before(office, 1, *(f"what about the {number} biscuits in tin {number}" for number in range(12)), user="UTWO")
    rows, _ = office.store.review.page("T0001", Filter(), 0, 6)
    for row in rows:
        record = {"question": "<&> " * 90, "answer": "<&> " * 700}
        made = Addition(Kind.ENTRY, f"local-{row.id}", {"record": record}, "ULEAD", standing=Standing.PROPOSED)
        office.store.additions.add("T0001", replace(made, group_id=row.id), NOW)
    for number in range(12):
        letter = Letter(f"answer:{number}", "answer", "C1", {"text": "<&> " * 50})
        office.store.outbox.write("T0001", [letter], NOW)
    office.slack.archived.add("C1")
    for _ in range(6):
        plan = Plan("<&> " * 35, (Question("Where?", options=("Here", "There")),))
        office.store.polls.schedule("T0001", office.store.polls.draft("T0001", "UTWO", plan, NOW).id, NOW)
    office.store.practices.replace_register([Practice("Z81001", "Elm Tree Surgery", "")])
    office.timers.tick()

    home = office.open_home("UTWO")

    assert [len(overview_of(home)), len(home["blocks"])] == [3, 100]
    assert office.slack.complaints == []


def test_a_single_question_is_not_rounded_to_nothing() -> None:
    figures = [asked(None, "answer", 999), asked(None, "no_answer", 1)]

    said = asked_line(overview(figures, date(2012, 11, 19), date(2012, 11, 25)), with_shares=True)

    assert said == "1,000 questions were asked: I answered 999 (99%) and had no answer to 1 (1%)."


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0.0, "1 minute"), (89.0, "89 minutes"), (90.0, "2 hours"), (60 * 47.5, "48 hours"), (60.0 * 60, "2 days")],
)
def test_a_length_is_said_in_minutes_hours_or_days(minutes: float, said: str) -> None:
    assert how_long(minutes) == said


@pytest.mark.parametrize("address", ["https://mandate.anytown.nhs.uk", "http://10.0.0.7:8001/", "https://[::1]:8001"])
def test_the_address_of_the_dashboard_is_a_web_address(address: str) -> None:
    assert Settings.from_env({"MANDATE_DASHBOARD_URL": f" {address} "}).dashboard_url == address


@pytest.mark.parametrize(
    "address",
    [
        "mandate.anytown.nhs.uk",
        "ftp://anytown",
        "javascript:alert(1)",
        "https://",
        "https:///path",
        "https://a b",
        "https://a|b",
        "https://a>b",
        "https://[::1",
        "https://anytown:99999",
    ],
)
def test_anything_else_is_refused_with_what_was_found(address: str) -> None:
    with pytest.raises(SettingsError, match="MANDATE_DASHBOARD_URL should be a web address"):
        Settings.from_env({"MANDATE_DASHBOARD_URL": address})
