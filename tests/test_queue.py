"""The review queue as leads see it, and the moves that need no long form."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.blocks import notices
from bot.blocks.queue import PAGE, Row, Showing, row_blocks
from bot.library import Library
from bot.listeners.rows import Place
from bot.review import State
from bot.standin import StandIn
from tests import payloads
from tests.harness import Workspace, words_of

CAT = "who feeds the office cat"
CATS = [CAT, "whos feeding the office cat"]
LOCUM = "how much does a locum cost a day"
# Unlike each other, and nothing that the knowledge answers.
STRANGE = [
    CAT,
    LOCUM,
    "where has the stapler gone",
    "is there a lift to the second floor",
    "does anyone sell bicycles",
    "what colour is the new carpet",
    "who won the football on saturday",
    "can I borrow a ladder",
]
View = dict[str, Any]


@pytest.fixture
def desk(tmp_path: Path, library: Library, standin: StandIn) -> Iterator[Workspace]:
    """A workspace with two leads."""
    workspace = Workspace(tmp_path, library, standin, leads=("ULEAD", "UOTHER"), leads_channel="CLEADS")
    yield workspace
    workspace.close()


def ask(workspace: Workspace, *texts: str, user: str = "U1") -> None:
    for text in texts:
        workspace.dm(text, user=user)
    workspace.timers.tick()


def home_of(workspace: Workspace, lead: str = "ULEAD") -> View:
    return dict(workspace.slack.calls_to("views.publish")[-1].arguments["view"]) | {"lead": lead}


def row_of(home: View, text: str) -> View:
    """The tab, cut down to the row that shows `text`."""
    at = next(n for n, block in enumerate(home["blocks"]) if text in str(block.get("text", "")))
    return home | {"blocks": home["blocks"][at : at + 3]}


def press(workspace: Workspace, label: str, text: str = CAT, lead: str = "ULEAD", home: View | None = None) -> None:
    workspace.press_in_view(label, row_of(home or workspace.open_home(lead), text), "V1", lead)


def pick(workspace: Workspace, menu: str, value: str, home: View, user: str = "ULEAD") -> View:
    """Pick something in a menu of the Home tab; the tab as it is then."""
    element = {"type": "static_select", "action_id": f"queue:{menu}"}
    body = payloads.press(element, "", payloads.in_view("V1", home), user, "queue-menus")
    body["actions"][0]["selected_option"] = {"value": value}
    workspace.send(body)
    return home_of(workspace)


def submit(workspace: Workspace, values: payloads.Body, user: str = "ULEAD", form: View | None = None) -> Any:
    view_id, view = workspace.last_view()
    return workspace.send(payloads.submitted(view_id, form or view, values, user))


def assigned_to(person: str) -> payloads.Body:
    return {"assignee": {"person": {"type": "users_select", "selected_user": person}}}


def because(reason: str) -> payloads.Body:
    return {"reason": {"choice": {"type": "radio_buttons", "selected_option": {"value": reason}}}}


def sorted_so(apart: tuple[int, ...] = (), join: str | None = None) -> payloads.Body:
    boxes = [{"value": str(one)} for one in apart]
    return {
        "apart-0": {"wordings": {"type": "checkboxes", "selected_options": boxes}},
        "join": {"queue:join": {"type": "external_select", "selected_option": {"value": join} if join else None}},
    }


def states(workspace: Workspace) -> dict[str, State]:
    return {group.text: group.state for group in workspace.store.review.groups("T0001")}


def versions(workspace: Workspace) -> list[tuple[int, int, State]]:
    return [(group.id, group.version, group.state) for group in workspace.store.review.groups()]


def texts(home: View) -> list[str]:
    """The questions of the rows shown, in order."""
    blocks = home["blocks"]
    rows = [n for n, block in enumerate(blocks) if str(block.get("block_id", "")).startswith("row-")]
    return [blocks[n - 2]["text"]["text"] for n in rows]


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


def offers(workspace: Workspace, typed: str, user: str = "ULEAD") -> list[dict[str, Any]]:
    view_id, view = workspace.last_view()
    body = {
        "type": "block_suggestion",
        "action_id": "queue:join",
        "block_id": "join",
        "value": typed,
        "team": {"id": payloads.TEAM, "domain": "anytown"},
        "user": {"id": user, "team_id": payloads.TEAM},
        "view": {**view, "id": view_id},
    }

    return list(json.loads(workspace.send(body).body)["options"])


def test_the_second_of_two_leads_is_told_who_did_what_and_nothing_is_overwritten(desk: Workspace) -> None:
    ask(desk, CAT)
    stale = desk.open_home("UOTHER")
    press(desk, "Dismiss")
    submit(desk, because("not-a-question"))

    press(desk, "Assign", lead="UOTHER", home=stale)

    assert "<@ULEAD> dismissed that at" in words_of(desk.last_view()[1])
    assert states(desk) == {CAT: State.DISMISSED}
    assert texts(home_of(desk)) == []


def test_a_form_that_comes_second_says_who_did_what(desk: Workspace) -> None:
    ask(desk, CAT)
    press(desk, "Dismiss", lead="UOTHER")
    _, form = desk.last_view()
    press(desk, "Assign")
    submit(desk, assigned_to("ULEAD"))

    response = submit(desk, because("not-a-question"), user="UOTHER", form=form)

    assert "<@ULEAD> assigned that at" in response.body
    assert states(desk) == {CAT: State.ASSIGNED}
    assert all("closed it" not in one["text"] for one in desk.posted("DU1"))


def test_a_row_that_grew_by_another_is_looked_at_once_more(desk: Workspace) -> None:
    ask(desk, CAT, LOCUM)
    stale = desk.open_home("UOTHER")
    press(desk, "Join or split")
    submit(desk, sorted_so(join=offers(desk, "locum")[0]["value"]))

    press(desk, "Dismiss", lead="UOTHER", home=stale)

    assert "That row has changed" in words_of(desk.last_view()[1])


def test_a_row_whose_askers_took_it_back_is_gone(desk: Workspace) -> None:
    ask(desk, CAT)
    stale = desk.open_home("ULEAD")
    desk.store.house.erase("T0001", "U1")

    press(desk, "Dismiss", home=stale)

    assert "has taken the question back" in words_of(desk.last_view()[1])
    assert texts(home_of(desk)) == []


def test_what_is_not_delivered_shows_to_leads(desk: Workspace) -> None:
    desk.slack.archived.add("CLEADS")
    ask(desk, CAT)
    desk.timers.tick()

    assert "Not delivered" in words_of(desk.open_home("ULEAD"))
    assert "Not delivered" not in words_of(desk.open_home("U1"))


ACTIONS = [
    "queue:answer", "queue:link", "queue:assign", "queue:clarify", "queue:dismiss", "queue:sort", "queue:reopen",
    "queue:state", "queue:part", "queue:whose", "queue:older", "queue:newer", "undelivered:again", "undelivered:leave",
    "backfill:tell", "proposal:approve", "proposal:send_back", "recall:tell", "recall:decline",
]  # fmt: skip


@pytest.mark.parametrize("action_id", ACTIONS)
@pytest.mark.parametrize("where", ["home", "message"])
def test_who_is_not_a_lead_changes_nothing_by_an_action_and_is_told_why(
    desk: Workspace, action_id: str, where: str
) -> None:
    ask(desk, CAT)
    desk.timers.tick()
    before = versions(desk)
    [group] = desk.store.review.groups()
    url = desk.slack.response_url()
    place = (
        payloads.in_view("V1", desk.open_home("U1"))
        if where == "home"
        else payloads.in_message(desk.last("CLEADS") | {"channel": "CLEADS"}, url)
    )
    desk.slack.forget()

    value = f"{group.id} {group.version}" if action_id.startswith("queue:") else "1"
    response = desk.send(payloads.press({"type": "button", "action_id": action_id}, value, place, "U1"))

    assert response.status == 200
    assert versions(desk) == before
    assert notices.LEADS_ONLY in str([call.arguments for call in desk.slack.calls])
    assert not desk.slack.calls_to("views.open")
    assert not desk.slack.calls_to("views.publish")


FORMS: dict[str, payloads.Body] = {
    "queue_assign": assigned_to("ULEAD"),
    "queue_dismiss": because("not-a-question"),
    "queue_sort": sorted_so(apart=(1,)),
    "clarify_ask": {"question": {"text": {"type": "plain_text_input", "value": "For which day?"}}},
    "answer_form": {},
    "publish_answer": {},
    "link_form": {},
    "link_add": {},
    "link_only": {},
}


@pytest.mark.parametrize("callback_id", FORMS)
def test_who_is_not_a_lead_changes_nothing_by_a_form_and_is_told_why(desk: Workspace, callback_id: str) -> None:
    ask(desk, *CATS)
    [group] = desk.store.review.groups()
    before, sent = versions(desk), len(desk.posted("DU1"))
    metadata = f"{group.id} {group.version}"
    view = {
        "type": "modal",
        "callback_id": callback_id,
        "private_metadata": f"{metadata} 0" if callback_id == "clarify_ask" else f"{metadata}\n{Place()}",
        "blocks": [],
    }

    response = desk.send(payloads.submitted("V1", view, FORMS[callback_id], "U1"))
    desk.timers.tick()

    assert notices.LEADS_ONLY in response.body
    assert versions(desk) == before
    assert len(desk.posted("DU1")) == sent


def test_no_button_or_form_of_the_queue_is_left_untried() -> None:
    source = "\n".join(path.read_text() for path in (Path(__file__).parent.parent / "bot" / "listeners").glob("*.py"))

    buttons = set(re.findall(r'@app.action\("(queue:\w+|undelivered:\w+)"\)', source))
    forms = set(re.findall(r'@app.view\("((?:queue|answer|publish|link)_\w+)"\)', source))
    assert buttons <= set(ACTIONS)
    assert forms <= set(FORMS)


def test_who_is_not_a_lead_is_offered_no_rows(desk: Workspace) -> None:
    ask(desk, CAT, LOCUM)
    press(desk, "Join or split")

    assert offers(desk, "", user="U1") == []
