"""The review queue as leads see it: its rows, pages and filters."""

import pytest

from bot.blocks.queue import PAGE, Row, Showing, row_blocks
from tests.harness import Workspace, words_of
from tests.queue_steps import (
    CAT,
    CATS,
    LOCUM,
    STRANGE,
    ask,
    assigned_to,
    because,
    home_of,
    pick,
    press,
    row_of,
    submit,
    texts,
)


def test_a_row_names_the_entries_that_come_near_and_leaves_out_the_others(desk: Workspace) -> None:
    ask(desk, CAT)
    [group] = desk.store.review.groups()
    row = Row(group, candidates=[("What is a CCG?", 0.04), ("What do area teams do?", 0.001)])

    said = words_of({"blocks": row_blocks(row)})

    assert "Closest: What is a CCG? (4%)" in said
    assert "area teams" not in said


def test_a_row_says_how_often_by_how_many_and_what_comes_closest(desk: Workspace) -> None:
    ask(desk, CATS[0])
    ask(desk, CATS[1], user="U2")

    said = words_of(desk.open_home("ULEAD"))

    assert "For CCG leads: One question waits for an answer." in said
    assert "Asked twice by 2 people" in said
    assert "Closest: nothing I know comes near it" in said
    assert f"Also asked as:\n{CATS[1]}" in said
    assert "New." in said


def test_leads_do_not_see_who_asked(desk: Workspace) -> None:
    ask(desk, LOCUM, user="UASKER7")

    assert "UASKER7" not in str(desk.open_home("ULEAD"))


def test_others_never_see_the_queue(desk: Workspace) -> None:
    ask(desk, LOCUM)

    home = desk.open_home("U2")

    assert LOCUM not in words_of(home)
    assert "queue:" not in str(home)


def test_what_a_person_typed_is_shown_letter_for_letter(desk: Workspace) -> None:
    ask(desk, "who feeds &lt;!channel&gt; the office cat")

    assert "<!channel>" not in words_of(desk.open_home("ULEAD"))


def test_an_answer_that_did_not_help_names_the_entry(desk: Workspace) -> None:
    desk.dm("how many objectives are in the mandate")
    desk.press("Not helpful", desk.last("DU1") | {"channel": "DU1"})
    desk.timers.tick()

    assert "Did not help: How many objectives are in the mandate?" in words_of(desk.open_home("ULEAD"))


def test_a_reply_to_what_they_mean_shows_with_the_row(desk: Workspace) -> None:
    ask(desk, LOCUM)
    press(desk, "Ask what they mean", LOCUM)
    submit(desk, {"question": {"text": {"type": "plain_text_input", "value": "For which day?"}}})
    desk.press("Reply", desk.last("DU1") | {"channel": "DU1"})
    submit(desk, {"reply": {"text": {"type": "plain_text_input", "value": "For a Saturday"}}}, user="U1")

    assert "What they meant:\nFor a Saturday" in words_of(desk.open_home("ULEAD"))


def test_the_queue_is_paged(desk: Workspace) -> None:
    ask(desk, *STRANGE)
    home = desk.open_home("ULEAD")

    desk.press_in_view("Newer", home, "V1", "ULEAD")
    second = home_of(desk)
    desk.press_in_view("Older", second, "V1", "ULEAD")

    assert len(texts(home)) == PAGE
    assert sorted(texts(home) + texts(second)) == sorted(STRANGE)
    assert texts(home_of(desk)) == texts(home)


def test_the_queue_is_filtered_by_state(desk: Workspace) -> None:
    ask(desk, CAT, LOCUM)
    press(desk, "Dismiss")
    submit(desk, because("not-a-question"))

    dismissed = pick(desk, "state", "dismissed", desk.open_home("ULEAD"))

    assert texts(dismissed) == [CAT]
    assert "Dismissed: it is not a question." in words_of(dismissed)


def test_the_queue_is_filtered_by_who_has_it(desk: Workspace) -> None:
    ask(desk, CAT, LOCUM)
    press(desk, "Assign")
    submit(desk, assigned_to("ULEAD"))
    home = desk.open_home("ULEAD")

    assert texts(pick(desk, "whose", "mine", home)) == [CAT]
    assert texts(pick(desk, "whose", "mine", home, user="UOTHER")) == []
    assert texts(pick(desk, "whose", "nobody", home)) == [LOCUM]


def test_the_queue_is_filtered_by_part_of_the_mandate(desk: Workspace) -> None:
    ask(desk, CAT)
    [group] = desk.store.review.groups()
    home = desk.open_home("ULEAD")

    shown = {part: texts(pick(desk, "part", str(part), home)) for part in range(1, 10)}

    assert shown == {part: [CAT] if part == group.part else [] for part in range(1, 10)}


def test_a_lead_keeps_the_filter_through_a_move_and_another_lead_has_their_own(desk: Workspace) -> None:
    ask(desk, CAT, LOCUM)
    home = pick(desk, "whose", "nobody", desk.open_home("ULEAD"))

    desk.press_in_view("Assign", row_of(home, CAT), "V1", "ULEAD")
    submit(desk, assigned_to("ULEAD"))

    assert texts(home_of(desk)) == [LOCUM]
    assert sorted(texts(desk.open_home("UOTHER"))) == sorted([CAT, LOCUM])


def test_the_fullest_home_tab_keeps_slacks_limits(desk: Workspace) -> None:
    long = "<&> " * 900
    ask(desk, *STRANGE, *(f"{text} {long}" for text in STRANGE))
    for number in range(12):
        desk.dm(f"what about the {number} biscuits in tin {number}", user="ULEAD")

    home = desk.open_home("ULEAD")

    assert len(home["blocks"]) <= 77  # and 23 for what was not delivered
    assert desk.slack.complaints == []


@pytest.mark.parametrize("text", ["", "nonsense", "open 11 mine 0", "open 2 mine -6", "x y z 1"])
def test_a_filter_that_cannot_be_read_shows_what_is_open(text: str) -> None:
    assert Showing.read(text).state == "open"
    assert Showing.read(text).first == 0


def test_what_is_not_delivered_shows_to_leads(desk: Workspace) -> None:
    desk.slack.archived.add("CLEADS")
    ask(desk, CAT)
    desk.timers.tick()

    assert "Not delivered" in words_of(desk.open_home("ULEAD"))
    assert "Not delivered" not in words_of(desk.open_home("U1"))
