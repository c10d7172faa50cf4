"""A person says which practice they work at, in Slack."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from bot.__main__ import main
from bot.blocks.practices import NOT_LISTED
from bot.library import Library
from bot.standin import StandIn
from bot.standin.checks import check_view
from tests import payloads
from tests.harness import Workspace, words_of
from tests.practice_samples import TWO

NOW = datetime(2012, 11, 22, 10, 0, tzinfo=UTC)
UNKNOWN = "who feeds the office cat"


@pytest.fixture
def anytown(slack: Workspace) -> Workspace:
    """A workspace with a register of two practices."""
    slack.store.practices.replace_register(TWO)
    return slack


def form(slack: Workspace, label: str = "Choose your practice", user: str = "U1") -> dict[str, Any]:
    slack.press_in_view(label, slack.open_home(user), "VHOME", user)
    view = slack.last_view()[1]
    assert check_view(view) == []
    return view


def submit(slack: Workspace, view: dict[str, Any], code: str | None, user: str = "U1") -> dict[str, Any]:
    picked = {"value": code} if code else None
    values = {"practice": {"practice:pick": {"type": "external_select", "selected_option": picked}}}
    response = slack.send(payloads.submitted("V1", view, values, user))
    assert response.status == 200
    return dict(json.loads(response.body)) if response.body else {}


def offered(slack: Workspace, typed: str) -> Sequence[str]:
    body = {
        "type": "block_suggestion",
        "team": {"id": payloads.TEAM},
        "user": {"id": "U1"},
        "action_id": "practice:pick",
        "block_id": "practice",
        "value": typed,
        "view": {"id": "V1"},
    }
    return [one["text"]["text"] for one in json.loads(slack.send(body).body)["options"]]


def tab(slack: Workspace) -> str:
    return words_of(slack.slack.calls_to("views.publish")[-1].arguments["view"])


def test_without_a_register_nobody_is_asked_for_their_practice(slack: Workspace) -> None:
    assert "Your practice" not in words_of(slack.open_home())


def test_a_practice_is_chosen_on_the_home_tab_and_can_be_changed(anytown: Workspace) -> None:
    submit(anytown, form(anytown), "Z81001")
    assert "Your practice: ELM TREE SURGERY" in tab(anytown)

    again = form(anytown, "Change")
    assert again["blocks"][0]["element"]["initial_option"]["value"] == "Z81001"
    submit(anytown, again, "Z81002")

    assert "Your practice: ST OAK'S MEDICAL CENTRE" in tab(anytown)


def test_the_menu_finds_practices_by_name_and_code(anytown: Workspace) -> None:
    assert offered(anytown, "oak") == ["ST OAK'S MEDICAL CENTRE (Z81002)"]
    assert offered(anytown, "z81001") == ["ELM TREE SURGERY (Z81001)"]
    assert len(offered(anytown, "")) == 2


def test_leaving_it_empty_keeps_no_practice(anytown: Workspace) -> None:
    submit(anytown, form(anytown), None)
    assert "Your practice: not chosen" in tab(anytown)
    submit(anytown, form(anytown), "Z81001")

    submit(anytown, form(anytown, "Change"), None)

    assert anytown.store.practices.practice_of(payloads.TEAM, "U1") is None
    assert "Your practice: not chosen" in tab(anytown)


def test_a_practice_that_is_not_listed_is_refused_at_its_field(anytown: Workspace) -> None:
    answered = submit(anytown, form(anytown), "Z99999")

    assert answered == {"response_action": "errors", "errors": {"practice": NOT_LISTED}}


def test_what_is_kept_says_that_the_practice_is_and_why(anytown: Workspace) -> None:
    anytown.press_in_view("What I keep about you", anytown.open_home(), "V1")

    said = words_of(anytown.last_view()[1])
    assert "your practice if you chose it on my Home tab" in said
    assert "Your practice is there to count how many practices ask the same." in said


def test_erasing_takes_the_practice_off_the_home_tab(anytown: Workspace) -> None:
    submit(anytown, form(anytown), "Z81001")
    anytown.press_in_view("What I keep about you", anytown.open_home(), "V1")
    view_id, view = anytown.last_view()

    anytown.press_in_view("Erase what you keep about me", view, view_id)

    assert "Your practice: not chosen" in tab(anytown)


def test_leads_see_how_many_practices_ask_the_same_and_no_names(
    tmp_path: Path, library: Library, standin: StandIn, capfd: pytest.CaptureFixture[str]
) -> None:
    slack = Workspace(tmp_path, library, standin, leads=("ULEAD",))
    slack.store.practices.replace_register(TWO)
    for user, code in (("UANN", "Z81001"), ("UBEN", "Z81002")):
        submit(slack, form(slack, user=user), code, user)
        slack.dm(UNKNOWN, user=user)
    slack.dm(UNKNOWN, user="UCAT")
    slack.timers.tick()

    home = slack.open_home("ULEAD")
    slack.close()
    capfd.readouterr()
    assert main(["unanswered", "--json", "--db", str(tmp_path / "bot.db")]) == 0
    [row] = json.loads(capfd.readouterr().out)

    assert "by 3 people from 2 practices" in words_of(home)
    assert (row["people"], row["practices"]) == (3, 2)
    shown = str(home) + str(row)
    assert not [name for name in ("UANN", "UBEN", "UCAT", "Z81001", "Z81002", "ELM", "OAK") if name in shown]


def test_a_question_keeps_the_practice_held_when_it_was_asked(anytown: Workspace, tmp_path: Path) -> None:
    anytown.dm(UNKNOWN)
    anytown.store.practices.choose(payloads.TEAM, "U1", "Z81001", NOW)
    anytown.dm(UNKNOWN)
    anytown.store.practices.choose(payloads.TEAM, "U1", "Z81002", NOW)

    assert [row["practice"] for row in Database(tmp_path / "bot.db")["questions"].rows] == [None, "Z81001"]


def test_a_lead_who_chooses_keeps_the_filter_of_their_queue(tmp_path: Path, library: Library, standin: StandIn) -> None:
    slack = Workspace(tmp_path, library, standin, leads=("ULEAD",))
    slack.store.practices.replace_register(TWO)
    home = {**slack.open_home("ULEAD"), "private_metadata": "dismissed all mine 0"}
    slack.press_in_view("Choose your practice", home, "VHOME", "ULEAD")

    submit(slack, slack.last_view()[1], "Z81001", "ULEAD")

    drawn = slack.slack.calls_to("views.publish")[-1].arguments["view"]
    assert drawn["private_metadata"] == "dismissed all mine 0"
    slack.close()
