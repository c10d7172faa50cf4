"""Leads see who works at which practice, and correct it."""

import json
from typing import Any

import pytest
from sqlite_utils import Database

from bot.practices import Practice
from bot.standin.checks import check_view
from tests import payloads
from tests.harness import Workspace, elements_of, words_of
from tests.practice_samples import ELM, OAK, TWO

TEAM = payloads.TEAM
LABEL = "People and practices"


@pytest.fixture
def anytown(desk: Workspace) -> Workspace:
    desk.store.practices.replace_register(TWO)
    desk.store.practices.choose(TEAM, "U1", ELM.code, desk.clock())
    return desk


def window(slack: Workspace, user: str = "ULEAD") -> tuple[str, dict[str, Any]]:
    slack.press_in_view(LABEL, slack.open_home(user), "VHOME", user)
    view_id, view = slack.last_view()
    assert check_view(view) == []
    return view_id, view


def form(slack: Workspace, shown: tuple[str, dict[str, Any]], user: str = "ULEAD") -> dict[str, Any]:
    slack.press_in_view("Correct", shown[1], shown[0], user)
    view = slack.last_view("views.push")[1]
    assert check_view(view) == []
    return view


def save(slack: Workspace, view: dict[str, Any], code: str | None, user: str = "ULEAD") -> dict[str, Any]:
    """Submit the form; what it is answered with."""
    picked = {"value": code} if code else None
    values = {"practice": {"practice:pick": {"type": "external_select", "selected_option": picked}}}
    response = slack.send(payloads.submitted("VFORM", view, values, user))
    assert response.status == 200
    return dict(json.loads(response.body)) if response.body else {}


def held(slack: Workspace, person: str = "U1") -> str | None:
    practice = slack.store.practices.practice_of(TEAM, person)
    return practice.code if practice else None


def test_leads_see_who_chose_which_practice(anytown: Workspace) -> None:
    said = words_of(window(anytown)[1])

    assert "<@U1>: ELM TREE SURGERY (Z81001)" in said


def test_nobody_else_has_the_button_or_the_window(anytown: Workspace) -> None:
    home = anytown.open_home("U1")
    element = {"type": "button", "action_id": "staff:open"}

    anytown.send(payloads.press(element, "", payloads.in_view("VHOME", home), "U1"))

    assert LABEL not in words_of(home)
    assert anytown.slack.calls_to("views.open") == []
    assert "Only CCG leads can do that" in words_of(anytown.last("D1"))


def test_without_a_register_there_is_no_button(desk: Workspace) -> None:
    assert LABEL not in words_of(desk.open_home("ULEAD"))


def test_a_correction_is_kept_told_to_the_person_in_a_sentence_and_logged(anytown: Workspace) -> None:
    shown = window(anytown)

    assert save(anytown, form(anytown, shown), OAK.code) == {}

    assert held(anytown) == OAK.code
    [letter] = anytown.posted("D1")
    assert letter["text"] == (
        "<@ULEAD> at Anytown CCG has changed your practice from ELM TREE SURGERY (Z81001) to ST OAK'S MEDICAL CENTRE "
        "(Z81002); if that is wrong, change it on my Home tab."
    )
    assert "Saved. I tell them by direct message." in words_of(anytown.last_view("views.update")[1])
    [row] = Database(anytown.settings.db)["audit"].rows
    assert (row["done_by"], row["action"], row["person"], row["detail"]) == (
        "ULEAD", "practice:correct", "U1", "Z81001 to Z81002"
    )  # fmt: skip


def test_leaving_it_empty_says_that_they_are_at_none(anytown: Workspace) -> None:
    save(anytown, form(anytown, window(anytown)), None)

    assert held(anytown) is None
    assert "has said that you are not at ELM TREE SURGERY (Z81001)" in anytown.last("D1")["text"]


def test_saving_what_was_there_tells_nobody(anytown: Workspace) -> None:
    save(anytown, form(anytown, window(anytown)), ELM.code)

    assert anytown.posted("D1") == []


def test_what_the_person_chose_meanwhile_stays(anytown: Workspace) -> None:
    view = form(anytown, window(anytown))
    anytown.store.practices.choose(TEAM, "U1", OAK.code, anytown.clock())

    answered = save(anytown, view, None)

    assert "was changed since you opened this" in answered["errors"]["practice"]
    assert held(anytown) == OAK.code


def test_a_practice_that_is_not_listed_is_refused_at_its_field(anytown: Workspace) -> None:
    answered = save(anytown, form(anytown, window(anytown)), "Z99999")

    assert "no longer in the register" in answered["errors"]["practice"]
    assert held(anytown) == ELM.code


def test_only_a_lead_can_submit_the_form(anytown: Workspace) -> None:
    view = form(anytown, window(anytown))

    answered = save(anytown, view, OAK.code, user="U2")

    assert "Only CCG leads can do that" in words_of(answered["view"])
    assert held(anytown) == ELM.code


def test_many_people_are_shown_a_page_at_a_time_and_can_be_narrowed_to_a_practice(anytown: Workspace) -> None:
    for number in range(100, 120):
        anytown.store.practices.choose(TEAM, f"U{number}", OAK.code, anytown.clock())
    view_id, view = window(anytown)
    assert "1 to 15 of 21" in words_of(view)

    anytown.press_in_view("More", view, view_id, "ULEAD")
    assert "16 to 21 of 21" in words_of(anytown.last_view("views.update")[1])

    menu = next(one for one in elements_of(view["blocks"]) if one["type"] == "external_select")
    body = payloads.press(menu, "", payloads.in_view(view_id, view), "ULEAD")
    body["actions"][0]["selected_option"] = {"value": ELM.code}
    anytown.send(body)
    one = anytown.last_view("views.update")[1]
    assert "<@U1>" in words_of(one)
    assert "<@U100>" not in words_of(one)

    anytown.press_in_view("Show all", one, view_id, "ULEAD")
    assert "1 to 15 of 21" in words_of(anytown.last_view("views.update")[1])


@pytest.mark.parametrize(("user", "found"), [("ULEAD", ["ELM TREE SURGERY (Z81001)"]), ("U1", [])])
def test_the_menu_offers_practices_to_leads_alone(anytown: Workspace, user: str, found: list[str]) -> None:
    body = {
        "type": "block_suggestion",
        "team": {"id": TEAM},
        "user": {"id": user, "team_id": TEAM},
        "action_id": "staff:practice",
        "block_id": "filter",
        "value": "elm",
    }

    options = json.loads(anytown.send(body).body)["options"]

    assert [one["text"]["text"] for one in options] == found


def test_names_are_shown_letter_for_letter(desk: Workspace) -> None:
    desk.store.practices.replace_register([Practice("Z81001", "<!channel> & SONS")])
    desk.store.practices.choose(TEAM, "U1", "Z81001", desk.clock())

    assert "&lt;!channel&gt; &amp; SONS" in words_of(window(desk)[1])


def test_the_practice_form_says_that_leads_see_who_chose_what(anytown: Workspace) -> None:
    anytown.press_in_view("Change", anytown.open_home("U1"), "VHOME", "U1")

    assert "Leads at Anytown CCG see who chose which practice, and can correct it." in words_of(anytown.last_view()[1])
