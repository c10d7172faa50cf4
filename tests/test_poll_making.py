"""Making a poll in Slack: where a lead begins, the form, its questions, and every mistake in it."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.blocks import notices
from bot.listeners.polls.making import NOT_LEADS, ONE_OF_TWO, open_form
from bot.polls import Plan, Question, Repeats, Results, State, Voice
from bot.polls.finishing import TITLE_NEEDED, UNCLEAR_TIME
from bot.polls.planning import new_plan
from bot.polls.templates import load_polls
from bot.practices import Practice
from bot.storage import Hand
from bot.storage.polls import GONE
from tests import payloads
from tests.harness import CCG, Workspace, words_of
from tests.poll_forms import LEAD, LUNCH, NOON, Window, last_of, latest, new_poll, previewed


@pytest.fixture
def slack(at_noon: Workspace) -> Workspace:
    return at_noon


def options(window: Window, name: str) -> list[str]:
    return [option["value"] for option in window.fields()[name]["element"]["options"]]


def start(slack: Workspace) -> Window:
    slack.press_in_view("New poll", slack.open_home(LEAD), "VHOME", LEAD)
    view_id, view = slack.last_view()
    return Window(slack, view, view_id)


# Where a lead begins


def test_a_lead_begins_with_a_template_each_with_its_purpose(slack: Workspace) -> None:
    templates = load_polls(slack.settings.knowledge / "polls")

    window = start(slack)

    assert options(window, "template") == list(templates)
    assert all(one.purpose in words_of(window.view) for one in templates.values())


def test_a_template_fills_the_form(slack: Workspace) -> None:
    template = next(iter(load_polls(slack.settings.knowledge / "polls").values()))

    form = new_poll(slack, template=template.id)

    assert form.shown("question") == template.plan.questions[0].text
    assert all(question.text[:40] in words_of(form.view) for question in template.plan.questions[1:])
    assert latest(slack).plan.template == template.id


def test_an_empty_form_has_the_usual_settings(slack: Workspace) -> None:
    form = new_poll(slack)

    usual = {"kind": "one", "names": "named", "results": "after-close", "repeats": "never", "opens_at": None}
    assert {name: form.shown(name) for name in usual} == usual
    assert "Empty: 7 days after it opens." in words_of(form.view)


def test_an_earlier_poll_fills_the_form_but_for_its_times(slack: Workspace) -> None:
    plan = Plan("Lunch", (Question("Where?", options=("Here", "There")),), ("C7",), closes_at=NOON, is_anonymous=True)
    earlier = slack.store.polls.draft(payloads.TEAM, "UOTHER", plan, NOON)
    slack.store.polls.open(payloads.TEAM, earlier.id, NOON + timedelta(days=1), lambda db, poll: [], NOON)

    form = new_poll(slack, earlier=str(earlier.id))

    assert (form.shown("title"), form.shown("options"), form.shown("channels")) == ("Lunch", "Here\nThere", ["C7"])
    assert (form.shown("closes_at"), form.shown("names")) == (None, "anonymous")
    assert latest(slack).id != earlier.id


def test_a_draft_that_was_left_is_taken_up_where_it_stood(slack: Workspace) -> None:
    new_poll(slack).type(question="Where?", closes_at="when it rains").press("Add a question")
    left = latest(slack).id

    form = new_poll(slack, earlier=str(left))

    assert (form.shown("question"), form.shown("closes_at"), latest(slack).id) == ("Where?", "when it rains", left)


def test_drafts_are_offered_by_what_was_typed_and_left_out_where_nothing_was(slack: Workspace) -> None:
    new_poll(slack)
    new_poll(slack).type(question="Where?").press("Add a question")

    offered = start(slack).fields()["earlier"]["element"]["options"]

    assert [one["text"]["text"] for one in offered] == ["Not finished: Where?"]


def test_drafts_of_other_leads_are_not_offered(slack: Workspace) -> None:
    new_poll(slack, "UOTHER").type(question="Where?").press("Add a question")

    assert "earlier" not in start(slack).fields()


def test_a_template_and_an_earlier_poll_are_one_too_many(slack: Workspace) -> None:
    new_poll(slack).type(question="Where?").press("Add a question")
    window = start(slack)

    picked = window.type(template=options(window, "template")[0], earlier=options(window, "earlier")[0]).submit()

    assert picked == {"earlier": ONE_OF_TWO}


def test_copy_opens_the_form_filled_in_the_place_of_the_window(slack: Workspace) -> None:
    plan = Plan("Lunch", (Question("Where?", options=("Here", "There")),), ("C7",))
    earlier = slack.store.polls.draft(payloads.TEAM, LEAD, plan, NOON)
    window = {"type": "modal", "title": {"type": "plain_text", "text": "Poll"}, "blocks": []}
    button = {"type": "button", "action_id": "poll:copy"}
    view_id = start(slack).view_id

    slack.send(payloads.press(button, str(earlier.id), payloads.in_view(view_id, window), LEAD))

    updated, view = slack.last_view("views.update")
    assert (updated, Window(slack, view, updated).shown("title")) == (view_id, "Lunch")


def test_a_command_opens_the_form_with_what_it_understood(slack: Workspace) -> None:
    body = payloads.command("", slack.slack.response_url(), LEAD, name="/mandate-poll")

    open_form(slack.desk, slack.app.client, body, new_plan(Question("Where?", options=("Here",))))

    view_id, view = slack.last_view()
    form = Window(slack, view, view_id)
    assert (form.shown("question"), form.shown("options")) == ("Where?", "Here")


# Only leads


@pytest.mark.parametrize(
    "action_id", ["poll:new", "poll:all", "poll:page:older", "poll:copy", "poll:change", "poll:from_group"]
)
def test_only_leads_open_a_window(slack: Workspace, action_id: str) -> None:
    new_poll(slack)
    slack.slack.forget()

    home = payloads.in_view("VHOME", {"type": "home", "blocks": []})
    slack.send(payloads.press({"type": "button", "action_id": action_id}, "1", home, "U1"))

    assert slack.slack.calls_to("views.open") == []
    assert slack.last("D1")["text"] == notices.LEADS_ONLY


@pytest.mark.parametrize("label", ["Add a question", "Change", "Move up", "Remove"])
def test_only_leads_press_in_the_form(slack: Workspace, label: str) -> None:
    form = new_poll(slack)
    form.add("And when?", options="Now\nLater")
    kept = slack.store.poll_forms.of(payloads.TEAM, latest(slack).id)
    slack.slack.forget()
    form.user = "U1"

    form.type(title="Mine").press(label)

    assert slack.store.poll_forms.of(payloads.TEAM, latest(slack).id) == kept
    assert [call.method for call in slack.slack.calls] == ["chat.postMessage"]


def test_only_leads_send_the_windows(slack: Workspace) -> None:
    begin, form = start(slack), new_poll(slack)
    form.press("Add a question")
    question = form.pushed()
    for window in (begin, form, question):
        window.user = "U1"

    told = [words_of(window.submit()["view"]) for window in (begin, form.type(**LUNCH), question)]

    assert told == [notices.LEADS_ONLY] * 3
    assert latest(slack).state is State.DRAFT
    assert slack.posted("DULEAD") == []


# Mistakes


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"question": " "}, "question", "Type the question."),
        ({"options": "Here"}, "options", "Type at least 2 options"),
        ({"options": "Here\nhere"}, "options", "read the same"),
        ({"options": f"Here\n{'x' * 76}"}, "options", "76 characters"),
        ({"title": "x" * 151}, "title", "151 characters"),
        ({"question": "x" * 200}, "title", TITLE_NEEDED),
        ({"channels": []}, "channels", "Pick at least one channel"),
        ({"opens_at": "soonish"}, "opens_at", UNCLEAR_TIME),
        ({"closes_at": "soonish"}, "closes_at", UNCLEAR_TIME),
        ({"closes_at": "24 November 2026"}, "closes_at", "has passed"),
        ({"opens_at": "in 3 days", "closes_at": "in 2 days"}, "closes_at", "after that"),
        ({"names": "anonymous", "results": "live"}, "results", "Pick one of those two"),
        ({"repeats": "weekly", "closes_at": "in 9 days"}, "repeats", "before this one closes"),
        ({"owners": ["UOTHER", "U1"]}, "owners", NOT_LEADS),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_mistake_is_said_at_its_field(slack: Workspace, typed: dict[str, str], field: str, said: str) -> None:
    wrong = new_poll(slack).type(**{**LUNCH, **typed}).submit()

    assert said in wrong[field]
    assert slack.posted("DULEAD") == []


def test_practices_vote_only_where_there_is_a_register(slack: Workspace) -> None:
    assert "voice" not in new_poll(slack).fields()
    slack.store.practices.replace_register([Practice("Z81001", "Elm", "")])

    form = new_poll(slack).type(**LUNCH, voice="practice", names="anonymous")

    assert "Pick one voice a person" in form.submit()["voice"]


def test_without_a_register_people_vote_whatever_a_template_says(slack: Workspace) -> None:
    plan = Plan("Lunch", (Question("Where?", options=("A", "B")),), ("C1",), voice=Voice.PRACTICE)
    earlier = slack.store.polls.draft(payloads.TEAM, LEAD, plan, NOON)

    new_poll(slack, earlier=str(earlier.id)).submit()

    assert latest(slack).plan.voice is Voice.PERSON


def test_a_mistake_in_a_further_question_is_said_where_it_can_be_seen(slack: Workspace) -> None:
    plan = Plan("Lunch", (Question("A?", options=("1", "2")), Question("B?", options=("1",))), ("C1",))
    earlier = slack.store.polls.draft(payloads.TEAM, LEAD, plan, NOON)

    wrong = new_poll(slack, earlier=str(earlier.id)).submit()

    assert wrong == {"question": "Question 2: Type at least 2 options, each on a line of its own."}


def test_a_poll_that_was_discarded_meanwhile_says_so(slack: Workspace) -> None:
    form = new_poll(slack).type(**LUNCH)
    slack.store.poll_forms.discard(payloads.TEAM, latest(slack).id, Hand("ULEAD", slack.clock()))

    assert GONE in words_of(form.submit()["view"])


# What comes of it


def test_an_earlier_poll_that_was_deleted_meanwhile_says_so(slack: Workspace) -> None:
    plan = Plan("Lunch", (Question("Where?", options=("A", "B")),), ("C1",))
    earlier = slack.store.polls.draft(payloads.TEAM, LEAD, plan, NOON)
    window = start(slack).type(earlier=str(earlier.id))
    slack.store.poll_forms.discard(payloads.TEAM, earlier.id, Hand("ULEAD", slack.clock()))

    window.submit()

    assert GONE in words_of(window.view)


def test_everything_typed_is_in_the_plan(slack: Workspace) -> None:
    slack.store.practices.replace_register([Practice("Z81001", "Elm", "")])
    form = new_poll(slack).type(**LUNCH, opens_at="Friday 9:00", closes_at="in 5 days", voice="practice")

    form.type(results="live", repeats="weekly", owners=[LEAD, "UOTHER"], title="Lunch").submit()

    assert latest(slack).plan == Plan(
        title="Lunch",
        questions=(Question("Where shall we meet?", options=("Here", "There")),),
        channels=("C1",),
        opens_at=datetime(2026, 11, 27, 9, tzinfo=UTC),
        closes_at=NOON + timedelta(days=5),
        results=Results.LIVE,
        voice=Voice.PRACTICE,
        repeats=Repeats.WEEKLY,
        owners=("UOTHER",),
    )


def test_the_only_question_is_the_title_where_none_is_typed(slack: Workspace) -> None:
    previewed(slack)

    assert latest(slack).plan.title == "Where shall we meet?"


def test_the_preview_comes_to_the_lead_alone_and_says_what_was_decided(slack: Workspace) -> None:
    message = previewed(slack, opens_at="Friday 9:00", owners=["UOTHER"], channels=["C1", "C2"])

    said = words_of(message)
    assert "Where: <#C1> and <#C2>" in said
    assert "Opens: by itself on Friday 27 November at 09:00, once you have pressed Post it" in said
    assert "Closes: 7 days after it opens" in said
    assert f"Named: leads at {CCG} see each practice's answers, and who took part." in said
    assert "Owners: you and <@UOTHER>" in said
    assert slack.posted("C1") == []


def test_a_group_asked_by_three_practices_offers_a_poll_about_it(slack: Workspace) -> None:
    practices = [Practice(f"Z8100{n}", f"Practice {n}", "") for n in range(3)]
    slack.store.practices.replace_register(practices)
    for number, practice in enumerate(practices):
        assert "Ask practices" not in words_of(slack.open_home(LEAD))
        slack.store.practices.choose(payloads.TEAM, f"U{number}", practice.code, NOON)
        slack.dm("who feeds the office cat", user=f"U{number}")
        slack.timers.tick()

    slack.press_in_view("Ask practices", slack.open_home(LEAD), "VHOME", LEAD)

    view_id, view = slack.last_view()
    assert Window(slack, view, view_id).shown("question") == "Who feeds the office cat?"


def test_the_form_holds_the_longest_poll(slack: Workspace) -> None:
    many = "\n".join(f"{number} {'🏥ש' * 36}"[:75] for number in range(10))
    longest = {"question": "ש" * 500, "options": many}
    form = new_poll(slack).kind("several").type(**longest, title="🏥" * 150, channels=["C1"])

    for _ in range(9):
        form.add(kind="several", **longest)
    form.submit()

    assert len(latest(slack).plan.questions) == 10
    message = last_of(slack)
    assert "Post it" in words_of(message)
    assert len(words_of(message)) + len(message["text"]) <= 12_000
