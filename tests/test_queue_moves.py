"""What leads do with a row of the queue that needs no long form, and two of them at once."""

import pytest

from bot.blocks import notices
from bot.review import State
from tests import payloads
from tests.harness import Workspace, words_of
from tests.queue_steps import (
    CAT,
    CATS,
    LOCUM,
    ask,
    assigned_to,
    because,
    home_of,
    offers,
    pick,
    press,
    sorted_so,
    states,
    submit,
    texts,
)


def test_assigning_gives_a_row_to_whoever_pressed_unless_they_pick_another(desk: Workspace) -> None:
    ask(desk, CAT)
    press(desk, "Assign")

    _, form = desk.last_view()
    submit(desk, assigned_to("UOTHER"))

    assert "ULEAD" in str(form["blocks"])
    assert "Assigned to <@UOTHER>." in words_of(home_of(desk))


def test_only_a_lead_can_be_given_a_row(desk: Workspace) -> None:
    ask(desk, CAT)
    press(desk, "Assign")

    response = submit(desk, assigned_to("U1"))

    assert notices.NOT_A_LEAD in response.body
    assert states(desk) == {CAT: State.NEW}


def test_dismissing_closes_a_row_and_tells_each_asker_once_and_why(desk: Workspace) -> None:
    ask(desk, *CATS)
    ask(desk, CAT, user="U2")
    press(desk, "Dismiss")

    submit(desk, because("cannot-be-answered"))

    told = [str(desk.posted(channel)[-1]) for channel in ("DU1", "DU2")]
    assert states(desk) == {CAT: State.DISMISSED}
    assert all("nobody can answer it yet" in one for one in told)
    assert len([one for one in desk.posted("DU1") if "closed it without" in one["text"]]) == 1


def test_a_closed_row_can_be_reopened(desk: Workspace) -> None:
    ask(desk, CAT)
    press(desk, "Dismiss")
    submit(desk, because("not-a-question"))

    press(desk, "Reopen", home=pick(desk, "state", "dismissed", desk.open_home("ULEAD")))

    assert states(desk) == {CAT: State.REOPENED}


def test_wordings_are_set_apart_and_stay_so(desk: Workspace) -> None:
    ask(desk, *CATS)
    [group] = desk.store.review.groups()
    second = desk.store.review.wordings(group.id)[1][0]
    press(desk, "Join or split")

    submit(desk, sorted_so(apart=(second,)))
    ask(desk, CAT)

    assert set(states(desk)) == set(CATS)


def test_a_row_is_put_together_with_another_that_a_lead_looked_for(desk: Workspace) -> None:
    ask(desk, CAT, LOCUM)
    press(desk, "Join or split")
    offered = offers(desk, "LOCUM")

    submit(desk, sorted_so(join=offered[0]["value"]))

    [group] = desk.store.review.groups()
    assert [option["text"]["text"] for option in offered] == [LOCUM]
    assert {text for _, text in desk.store.review.wordings(group.id)} == {CAT, LOCUM}


def test_setting_apart_what_was_put_together_undoes_it(desk: Workspace) -> None:
    ask(desk, CAT, LOCUM)
    press(desk, "Join or split")
    submit(desk, sorted_so(join=offers(desk, "locum")[0]["value"]))
    [group] = desk.store.review.groups()
    press(desk, "Join or split")

    submit(desk, sorted_so(apart=(desk.store.review.wordings(group.id)[1][0],)))

    assert set(states(desk)) == {CAT, LOCUM}


@pytest.mark.parametrize(
    ("values", "sentence"),
    [(sorted_so((1,), "2 1"), notices.ONE_AT_A_TIME), (sorted_so((1,)), notices.NOTHING_LEFT)],
    ids=["both at once", "every wording"],
)
def test_a_sort_that_makes_no_sense_changes_nothing(desk: Workspace, values: payloads.Body, sentence: str) -> None:
    ask(desk, CAT)
    press(desk, "Join or split")

    response = submit(desk, values)

    assert sentence in response.body
    assert states(desk) == {CAT: State.NEW}


def test_the_second_of_two_leads_is_told_who_did_what_and_nothing_is_overwritten(desk: Workspace) -> None:
    ask(desk, CAT)
    stale = desk.open_home("UOTHER")
    press(desk, "Dismiss")
    submit(desk, because("not-a-question"))

    press(desk, "Assign", lead="UOTHER", home=stale)

    assert "<@ULEAD> dismissed that question on" in words_of(desk.last_view()[1])
    assert states(desk) == {CAT: State.DISMISSED}
    assert texts(home_of(desk)) == []


def test_a_form_that_comes_second_says_who_did_what(desk: Workspace) -> None:
    ask(desk, CAT)
    press(desk, "Dismiss", lead="UOTHER")
    _, form = desk.last_view()
    press(desk, "Assign")
    submit(desk, assigned_to("ULEAD"))

    response = submit(desk, because("not-a-question"), user="UOTHER", form=form)

    assert "<@ULEAD> assigned that question on" in response.body
    assert states(desk) == {CAT: State.ASSIGNED}
    assert all("closed it" not in one["text"] for one in desk.posted("DU1"))


def test_who_comes_second_is_told_who_set_wordings_apart(desk: Workspace) -> None:
    ask(desk, *CATS)
    [group] = desk.store.review.groups()
    stale = desk.open_home("UOTHER")
    press(desk, "Join or split")
    submit(desk, sorted_so(apart=(desk.store.review.wordings(group.id)[1][0],)))

    press(desk, "Assign", lead="UOTHER", home=stale)

    assert "<@ULEAD> joined or split that question on" in words_of(desk.last_view()[1])


@pytest.mark.parametrize("pressed", [CAT, LOCUM])
def test_who_comes_second_is_told_who_put_two_rows_together(desk: Workspace, pressed: str) -> None:
    ask(desk, CAT, LOCUM)
    stale = desk.open_home("UOTHER")
    press(desk, "Join or split")
    submit(desk, sorted_so(join=offers(desk, "locum")[0]["value"]))

    press(desk, "Assign", pressed, lead="UOTHER", home=stale)

    assert "<@ULEAD> joined or split that question on" in words_of(desk.last_view()[1])
    assert [group.state for group in desk.store.review.groups()] == [State.NEW]


def test_a_row_that_grew_by_another_is_looked_at_once_more(desk: Workspace) -> None:
    ask(desk, CAT, LOCUM)
    stale = desk.open_home("UOTHER")
    ones, others = ([one for one, _ in desk.store.review.wordings(row.id)] for row in desk.store.review.groups())
    desk.desk.queue.pin("T0001", ones, others, together=True)

    press(desk, "Dismiss", lead="UOTHER", home=stale)

    assert "That row has changed" in words_of(desk.last_view()[1])


def test_a_row_whose_askers_took_it_back_is_gone(desk: Workspace) -> None:
    ask(desk, CAT)
    stale = desk.open_home("ULEAD")
    desk.store.house.erase("T0001", "U1")

    press(desk, "Dismiss", home=stale)

    assert "has taken the question back" in words_of(desk.last_view()[1])
    assert texts(home_of(desk)) == []
