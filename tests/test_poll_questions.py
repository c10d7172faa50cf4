"""The questions of a poll as a lead types them: the first in the form, others in windows of their own."""

import pytest

from bot.listeners.polls.making import TOO_MANY
from bot.polls import Kind, Question
from bot.storage import Hand
from bot.storage.polls import GONE
from tests import payloads
from tests.harness import Workspace, words_of
from tests.poll_forms import LUNCH, latest, new_poll


@pytest.fixture
def slack(at_noon: Workspace) -> Workspace:
    return at_noon


# The first question


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("one", ["question", "kind", "options"]),
        ("several", ["question", "kind", "options", "most"]),
        ("rating", ["question", "kind", "low", "high"]),
        ("text", ["question", "kind"]),
    ],
)
def test_the_form_asks_what_each_kind_of_question_needs(slack: Workspace, kind: str, fields: list[str]) -> None:
    form = new_poll(slack).kind(kind)

    assert list(form.fields())[1 : 1 + len(fields)] == fields
    assert list(form.fields())[1 + len(fields)] == "channels"


def test_picking_another_kind_loses_nothing_that_was_typed(slack: Workspace) -> None:
    form = new_poll(slack).type(**LUNCH, title="Lunch", closes_at="by and by")

    form.kind("rating").kind("several")

    typed = {**LUNCH, "title": "Lunch", "closes_at": "by and by"}
    assert {name: form.shown(name) for name in typed} == typed


def test_a_rating_keeps_what_its_ends_mean_and_no_options(slack: Workspace) -> None:
    form = new_poll(slack).type(**LUNCH).kind("rating").type(low="never", high="always")

    form.submit()

    question = Question("Where shall we meet?", Kind.RATING, ends=("never", "always"))
    assert latest(slack).plan.questions == (question,)


@pytest.mark.parametrize(("picked", "most"), [("2", 2), ("10", 3)])
def test_several_choices_have_a_limit_or_none(slack: Workspace, picked: str, most: int) -> None:
    form = new_poll(slack).kind("several").type(**{**LUNCH, "options": "A\nB\n\n C "}, most=picked)

    form.submit()

    question = latest(slack).plan.questions[0]
    assert (question.options, question.most) == (("A", "B", "C"), most)


# Further questions


def test_adding_a_question_keeps_what_was_typed_and_lists_it(slack: Workspace) -> None:
    form = new_poll(slack).type(**LUNCH, title="Lunch", opens_at="sometime")

    form.add("And when?", options="Now\nLater")

    assert "2. And when?\nOne choice\nNow · Later" in words_of(form.view)
    fresh = form.fresh()
    assert (fresh.shown("title"), fresh.shown("options")) == ("Lunch", "Here\nThere")
    assert (fresh.shown("opens_at"), fresh.shown("channels")) == ("sometime", ["C1"])


def test_a_further_question_is_changed_where_it_stands(slack: Workspace) -> None:
    form = new_poll(slack).type(**LUNCH)
    form.add("And when?", options="Now\nLater")
    form.press("Change")

    window = form.pushed()
    assert (window.view["title"]["text"], window.shown("question")) == ("Question 2", "And when?")
    window.kind("text").type(question="Why?").submit()

    assert form.type(title="Lunch").submit()["response_action"] == "update"
    assert latest(slack).plan.questions[1:] == (Question("Why?", Kind.TEXT),)


def test_the_second_question_moves_up_to_be_the_first(slack: Workspace) -> None:
    form = new_poll(slack).type(**LUNCH)
    form.add("And when?", options="Now\nLater")

    form.press("Move up")

    assert (form.shown("question"), form.shown("options")) == ("And when?", "Now\nLater")
    assert "2. Where shall we meet?" in words_of(form.view)


def test_a_question_is_removed_once_however_often_that_is_pressed(slack: Workspace) -> None:
    form = new_poll(slack).type(**LUNCH)
    for text in ("Two?", "Three?"):
        form.add(text, options="Now\nLater")
    before = form.fresh()

    form.press("Remove")
    before.press("Remove")

    assert ("Two?" in words_of(form.view), "2. Three?" in words_of(before.view)) == (False, True)


def test_mistakes_in_a_further_question_are_said_at_its_fields(slack: Workspace) -> None:
    form = new_poll(slack).type(**LUNCH)
    form.press("Add a question")

    wrong = form.pushed().type(question="When?", options="Now").submit()

    assert wrong == {"options": "Type at least 2 options, each on a line of its own."}


def test_a_further_question_of_a_poll_that_was_discarded_meanwhile_says_so(slack: Workspace) -> None:
    form = new_poll(slack).type(**LUNCH)
    form.press("Add a question")
    further = form.pushed().type(question="When?", options="Now\nLater")
    slack.store.poll_forms.discard(payloads.TEAM, latest(slack).id, Hand("ULEAD", slack.clock()))

    further.submit()

    assert GONE in words_of(further.view)


def test_an_eleventh_question_finds_no_button_and_no_way_in(slack: Workspace) -> None:
    form = new_poll(slack).type(**LUNCH)
    form.press("Add a question")
    late = form.pushed().type(question="Eleven?", options="A\nB")
    for number in range(2, 11):
        form.add(f"Question {number}?", options="A\nB")

    assert "Add a question" not in words_of(form.view)
    assert late.submit() == {"question": TOO_MANY}
