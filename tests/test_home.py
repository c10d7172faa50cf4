"""The Home tab."""

from datetime import UTC, timedelta
from pathlib import Path

import pytest

from bot.blocks import escape, notices
from bot.blocks.modals import PARTS
from bot.blocks.wording import day
from bot.library import Library
from bot.retention import days_of
from bot.standin import StandIn
from tests.harness import CCG, Workspace, words_of

ASKED = "how many objectives are in the mandate"
UNKNOWN = "who feeds the office cat"


def typed(text: str | None) -> dict[str, object]:
    return {"ask": {"ask_box": {"type": "plain_text_input", "value": text}}}


def test_the_home_tab_shows_the_nine_parts_and_an_ask_box(slack: Workspace) -> None:
    home = slack.open_home()

    said = words_of(home)
    assert all(f"Part {number}: {title}" in said for number, title in PARTS.items())
    assert any(block["type"] == "input" for block in home["blocks"])


def test_asking_on_the_home_tab_answers_in_a_window_and_lists_the_question(slack: Workspace) -> None:
    home = slack.open_home()

    slack.press_in_view("Ask", home, "V1", values=typed(ASKED))

    assert "The final mandate has 24 objectives." in words_of(slack.last_view()[1])
    assert ASKED in words_of(slack.slack.calls_to("views.publish")[-1].arguments["view"])


def test_asking_nothing_says_what_to_type(slack: Workspace) -> None:
    home = slack.open_home()

    slack.press_in_view("Ask", home, "V1", values=typed(None))

    assert notices.ASK_NOTHING in words_of(slack.last_view()[1])


def test_my_questions_show_their_state(slack: Workspace) -> None:
    slack.dm(UNKNOWN)
    slack.dm(ASKED)

    said = words_of(slack.open_home())

    assert f"{UNKNOWN}\n" in said
    assert f"waiting for {CCG}" in said
    assert "answered: How many objectives are in the mandate?" in said


def test_my_questions_say_until_when_they_are_held(slack: Workspace) -> None:
    slack.dm(UNKNOWN)
    slack.dm(ASKED)

    said = words_of(slack.open_home())

    last_day = day(slack.clock.now.astimezone(UTC) + timedelta(days=days_of("questions")))
    assert f"waiting for {CCG}, kept until it is dealt with" in said
    assert f"answered: How many objectives are in the mandate?, kept until {last_day}" in said


def test_others_questions_do_not_show(slack: Workspace) -> None:
    slack.dm(UNKNOWN, user="U2")

    assert UNKNOWN not in words_of(slack.open_home(user="U1"))


@pytest.mark.parametrize("number", sorted(PARTS))
def test_each_part_lists_its_questions_and_opens_them(slack: Workspace, number: int) -> None:
    home = slack.open_home()
    row = next(block for block in home["blocks"] if f"Part {number}:" in str(block.get("text", "")))

    slack.press_in_view("See answers", {"blocks": [row]}, "V1")
    view_id, part = slack.last_view()
    first = part["blocks"][1]["elements"][0]["text"]["text"]
    slack.press_in_view(first, part, view_id)

    assert "Edition:" in words_of(slack.last_view("views.push")[1])


def test_the_glossary_opens_with_every_term(slack: Workspace) -> None:
    slack.press_in_view("Glossary", slack.open_home(), "V1")

    said = words_of(slack.last_view()[1])
    assert all(escape(term.term) in said for term in slack.library.current.knowledge.terms.values())


def test_what_is_kept_says_what_why_who_how_long_and_how_to_erase(slack: Workspace) -> None:
    slack.press_in_view("What I keep about you", slack.open_home(), "V1")

    said = words_of(slack.last_view()[1])
    assert all(word in said for word in ("What:", "Why:", "Who sees it:", "How long:", "See it:", "Erase it:"))


def test_a_person_can_erase_what_is_kept(slack: Workspace) -> None:
    slack.dm(UNKNOWN)
    slack.press_in_view("What I keep about you", slack.open_home(), "V1")
    view_id, view = slack.last_view()

    slack.press_in_view("Erase what you keep about me", view, view_id)

    assert slack.store.questions.asked_by("T0001", "U1") == []
    assert notices.erased(1) in words_of(slack.last_view("views.update")[1])


def test_leads_see_how_many_questions_wait_and_others_do_not(
    tmp_path: Path, library: Library, standin: StandIn
) -> None:
    standin.user_groups["S1"] = ["U8"]
    workspace = Workspace(tmp_path, library, standin, leads=("U7", "S1"))
    workspace.dm(UNKNOWN)
    workspace.timers.tick()

    for lead in ("U7", "U8"):
        assert "One question waits for an answer." in words_of(workspace.open_home(user=lead))
    assert "For CCG leads" not in words_of(workspace.open_home(user="U1"))
    workspace.close()


def test_when_slack_cannot_say_who_is_in_a_group_nobody_is_a_lead(
    tmp_path: Path, library: Library, standin: StandIn
) -> None:
    standin.fail("usergroups.users.list", error="plan_upgrade_required", times=9)
    workspace = Workspace(tmp_path, library, standin, leads=("S1",))

    assert "For CCG leads" not in words_of(workspace.open_home(user="U8"))
    workspace.close()
