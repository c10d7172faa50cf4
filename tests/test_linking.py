""" "It's this entry": a question is linked to an entry, and its phrasing is added once it is proved harmless."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.additions import Addition, Standing
from bot.blocks import notices
from bot.blocks.link_form import proof_view
from bot.proof import Change, Proof
from bot.review import Group, State
from bot.standin import StandIn, check_view
from tests import payloads
from tests.harness import words_of
from tests.small_knowledge import KNOWLEDGE, OLD, SmallWorkspace, small_workspace

QUESTION = "bring my vehicle along"
STEALING = "where can I leave my car to park"
View = dict[str, Any]


@pytest.fixture
def small(tmp_path: Path, standin: StandIn) -> Iterator[SmallWorkspace]:
    leads = {"leads": ("ULEAD", "UTWO"), "leads_channel": "CLEADS"}
    with small_workspace(tmp_path, standin, KNOWLEDGE, **leads) as workspace:
        ask(workspace, QUESTION)
        yield workspace


def ask(small: SmallWorkspace, text: str, user: str = "U1") -> None:
    small.dm(text, user=user)
    small.clock.forward(minutes=31)  # nobody picks a suggestion
    small.tick()
    small.tick()


def group(small: SmallWorkspace) -> Group:
    [found] = small.store.review.groups("T0001")
    return found


def open_form(small: SmallWorkspace, user: str = "ULEAD") -> View:
    press(small, user)
    return small.last_view()[1]


def press(small: SmallWorkspace, user: str) -> None:
    found = group(small)
    element = {"type": "button", "action_id": "queue:link"}
    home = {"type": "home", "blocks": [], "private_metadata": "open all all 0"}
    place = payloads.in_view("VHOME", home)
    small.send(payloads.press(element, f"{found.id} {found.version}", place, user, f"row-{found.id}"))


def filled(entry: str, phrasing: str) -> payloads.Body:
    return {
        "entry": {"pick_entry": {"type": "external_select", "selected_option": {"value": entry}}},
        "phrasing": {"text": {"type": "plain_text_input", "value": phrasing or None}},
    }


def because(reason: str | None) -> payloads.Body:
    return {"reason": {"text": {"type": "plain_text_input", "value": reason}}}


def submit(small: SmallWorkspace, view: View, values: payloads.Body, user: str = "ULEAD") -> View:
    """Submit a window; what Slack is told in return."""
    response = small.send(payloads.submitted(small.last_view()[0], view, values, user))
    return dict(json.loads(response.body)) if response.body else {}


def check(small: SmallWorkspace, entry: str, phrasing: str, user: str = "ULEAD") -> View:
    """Open the form, have a phrasing checked, and wait for what came of it."""
    before = len(small.slack.calls_to("views.update"))
    submit(small, open_form(small, user), filled(entry, phrasing), user)
    small.slack.wait_for("views.update", before + 1, timeout=60)
    return small.last_view("views.update")[1]


def live(small: SmallWorkspace) -> list[Addition]:
    return small.store.additions.live()


def letters(small: SmallWorkspace) -> list[View]:
    return [one for one in small.posted("DU1") + small.posted("D1") if "You asked" in one["text"]]


def element(view: View, block_id: str) -> payloads.Body:
    return dict(next(block["element"] for block in view["blocks"] if block.get("block_id") == block_id))


def test_the_form_has_the_question_the_best_candidate_and_the_phrasing_filled_in(small: SmallWorkspace) -> None:
    form = open_form(small)

    assert QUESTION in words_of(form)
    assert element(form, "entry")["initial_option"]["value"] == "parking"
    assert element(form, "phrasing")["initial_value"] == QUESTION


def test_a_question_too_long_for_the_box_leaves_it_empty(small: SmallWorkspace) -> None:
    small.store.house.erase("T0001", "U1")
    ask(small, "bring my vehicle along " * 170)

    form = open_form(small)

    assert element(form, "entry")["type"] == "external_select"
    assert "initial_value" not in element(form, "phrasing")


def test_whatever_a_phrasing_takes_away_the_window_can_be_sent(small: SmallWorkspace) -> None:
    knowledge = small.library.current.knowledge
    breaks = [Change(f"{'long ' * 100}{n}", key, "parking") for key in knowledge.entries for n in range(30)]

    view = proof_view(Proof("parking", QUESTION, (), tuple(breaks)), knowledge, 1, "1 1")

    assert check_view(view) == []
    assert element(view, "reason")["type"] == "plain_text_input"


def test_the_window_says_checking_at_once_and_then_what_would_change(small: SmallWorkspace) -> None:
    answer = submit(small, open_form(small), filled("parking", QUESTION))

    assert answer["response_action"] == "update"
    assert "Checking…" in words_of(answer["view"])
    small.slack.wait_for("views.update", timeout=60)
    view = small.last_view("views.update")[1]
    assert "fixes 1, breaks 0" in words_of(view)
    assert view["submit"]["text"] == "Add it"


def test_an_added_phrasing_tells_those_who_asked_and_answers_the_next_one(small: SmallWorkspace) -> None:
    view = check(small, "parking", QUESTION)

    submit(small, view, {})

    assert [(one.entry, one.content["text"], one.author) for one in live(small)] == [("parking", QUESTION, "ULEAD")]
    assert (group(small).state, group(small).entry) == (State.LINKED, "parking")
    [letter] = letters(small)
    assert OLD in words_of(letter)
    small.tick()
    small.dm(QUESTION, user="U2")
    assert OLD in words_of(small.last("DU2"))


def test_without_a_phrasing_the_question_is_linked_and_nothing_added(small: SmallWorkspace) -> None:
    answer = submit(small, open_form(small), filled("parking", ""))
    submit(small, answer["view"], {})

    assert live(small) == []
    assert group(small).state is State.LINKED
    assert len(letters(small)) == 1


def test_a_phrasing_that_belongs_to_another_entry_is_refused(small: SmallWorkspace) -> None:
    view = check(small, "tea", STEALING)

    assert "away from *Where do I park?*" in words_of(view)
    assert STEALING in words_of(view)
    answer = submit(small, view, because(None))
    assert answer["errors"] == {"reason": notices.SAY_WHY}
    assert live(small) == []
    assert group(small).state is State.NEW


def test_a_lead_can_add_it_all_the_same_and_the_reason_is_kept(small: SmallWorkspace) -> None:
    view = check(small, "tea", STEALING)

    submit(small, view, because("Cars are parked at tea time only"))

    [added] = live(small)
    assert added.reason == "Cars are parked at tea time only"
    assert added.content["proof"]["breaks"] > 0


def test_a_payload_by_hand_cannot_skip_the_check(small: SmallWorkspace) -> None:
    form = open_form(small)
    view = form | {"callback_id": "link_add"}

    answer = submit(small, view, {})

    assert notices.NOT_CHECKED in words_of(answer["view"])
    assert live(small) == []


def test_a_window_that_claims_no_harm_does_not_count_against_what_was_proved(small: SmallWorkspace) -> None:
    view = check(small, "tea", STEALING)

    answer = submit(small, view, {})

    assert "Add it all the same" in str(answer["view"]["submit"])
    assert live(small) == []


def test_a_proof_of_another_knowledge_is_made_again(small: SmallWorkspace) -> None:
    view = check(small, "parking", QUESTION)
    small.edit((small.settings.knowledge / "topic.yaml").read_text().replace("tea time,", "tea time, tea break,"))

    answer = submit(small, view, {})

    assert "Checking…" in words_of(answer["view"])
    assert live(small) == []
    small.slack.wait_for("views.update", 2, timeout=60)


@pytest.mark.parametrize("callback_id", ["link_form", "link_add", "link_only"])
def test_somebody_who_is_no_lead_changes_nothing_and_is_told_why(small: SmallWorkspace, callback_id: str) -> None:
    view = check(small, "parking", QUESTION)

    answer = submit(small, view | {"callback_id": callback_id}, filled("parking", QUESTION), user="U1")

    assert notices.LEADS_ONLY in words_of(answer["view"])
    assert live(small) == []
    assert group(small).state is State.NEW


def test_somebody_who_is_no_lead_cannot_open_the_form(small: SmallWorkspace) -> None:
    press(small, "U1")

    assert small.slack.calls_to("views.open") == []
    assert any(notices.LEADS_ONLY in str(call.arguments) for call in small.slack.calls_to("chat.postMessage"))


def test_the_second_of_two_leads_is_told_who_was_quicker(small: SmallWorkspace) -> None:
    form = open_form(small)
    view = check(small, "parking", QUESTION, user="UTWO")
    submit(small, view, {}, user="UTWO")

    answer = submit(small, form, filled("tea", "when do we drink tea"))

    assert "<@UTWO>" in str(answer["view"])
    assert group(small).entry == "parking"
    assert len(letters(small)) == 1


def test_a_lead_who_closed_the_window_is_not_troubled(small: SmallWorkspace) -> None:
    small.slack.fail("views.update", error="not_found")
    form = open_form(small)
    before = len(small.slack.calls_to("chat.postMessage"))

    submit(small, form, filled("parking", QUESTION))
    small.slack.wait_for("views.update", timeout=60)

    assert len(small.slack.calls_to("chat.postMessage")) == before
    assert element(open_form(small), "phrasing")["initial_value"] == QUESTION


def test_what_was_typed_is_kept_when_the_process_dies_while_checking(
    small: SmallWorkspace, tmp_path: Path, standin: StandIn
) -> None:
    submit(small, open_form(small), filled("tea", "when do we drink tea"))
    small.slack.wait_for("views.update", timeout=60)

    [draft] = small.store.additions.of(standings={Standing.DRAFT})
    small.store.additions.change(
        Addition(draft.kind, draft.entry, {"text": draft.content["text"]}, draft.author, draft.id)
    )
    form = open_form(small)

    assert element(form, "entry")["initial_option"]["value"] == "tea"
    assert element(form, "phrasing")["initial_value"] == "when do we drink tea"
    assert "Checking…" in words_of(submit(small, form | {"callback_id": "link_add"}, {})["view"])


def test_reword_brings_the_form_back(small: SmallWorkspace) -> None:
    view = check(small, "tea", STEALING)

    small.press_in_view("Reword", view, small.last_view()[0], user="ULEAD")

    form = small.last_view("views.update")[1]
    assert form["callback_id"] == "link_form"
    assert element(form, "phrasing")["initial_value"] == STEALING


@pytest.mark.parametrize(
    ("phrasing", "told"),
    [("???", notices.NO_WORDS), ("car park", notices.IS_THERE), ("Tea time?", notices.IS_ANOTHERS)],
)
def test_a_phrasing_that_cannot_be_added_is_pointed_out_in_the_form(
    small: SmallWorkspace, phrasing: str, told: str
) -> None:
    answer = submit(small, open_form(small), filled("parking", phrasing))

    assert answer["errors"] == {"phrasing": told}


def test_what_askers_typed_is_shown_letter_for_letter(small: SmallWorkspace) -> None:
    view = check(small, "parking", "<!channel> *spot* for our vehicles")

    assert "<!channel>" not in json.dumps(view)
    assert "&lt;!channel&gt;" in words_of(view)


def test_two_leads_are_not_needed_for_a_phrasing(tmp_path: Path, standin: StandIn) -> None:
    with small_workspace(tmp_path, standin, KNOWLEDGE, leads=("ULEAD",), two_leads=True) as workspace:
        ask(workspace, QUESTION)

        submit(workspace, check(workspace, "parking", QUESTION), {})

        assert len(live(workspace)) == 1


def test_what_is_kept_of_a_phrasing_quotes_nobody(small: SmallWorkspace) -> None:
    submit(small, check(small, "parking", QUESTION), {})

    assert [one.content for one in live(small)] == [{"text": QUESTION, "proof": {"fixes": 1, "breaks": 0}}]
