"""What identifies a patient is refused wherever it is typed, and stands nowhere afterwards."""

import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import BoltResponse

from bot.blocks import notices
from bot.blocks.refusals import HAVE_IT_DELETED, PLEASE_DELETE, SIGNPOST
from bot.guard import Kind as Seen
from bot.library import Library
from bot.listeners.polls.moves import close_poll
from bot.polls import Kind, Poll, Question, State
from bot.standin import StandIn
from tests import payloads
from tests.ballots import WORDS, form, opened, written
from tests.forms import CAT, answer_form, ask
from tests.harness import Workspace, words_of
from tests.payloads import TEAM, Body
from tests.planting import PLANTED, TOLD, assert_gone, sent
from tests.poll_forms import LUNCH, new_poll

CLINICAL = "can she stop her metformin"
ASKED = "how many objectives are in the mandate"
Surface = Callable[[Workspace, str], list[BoltResponse]]


@pytest.fixture
def slack(tmp_path: Path, library: Library, standin: StandIn, caplog: pytest.LogCaptureFixture) -> Iterator[Workspace]:
    caplog.set_level(logging.DEBUG)
    workspace = Workspace(tmp_path, library, standin, leads=("ULEAD", "UOTHER"), leads_channel="CLEADS")
    yield workspace
    workspace.close()


def changed(text: str, before: str = ASKED, ts: str = "1353600000.100000") -> Body:
    """The event that tells of an edit of a direct message."""
    message = {"type": "message", "user": "U1", "ts": ts, "text": text}
    return {
        "type": "message",
        "subtype": "message_changed",
        "channel_type": "im",
        "channel": "DU1",
        "message": message,
        "previous_message": {**message, "text": before},
        "ts": payloads.ts(),
    }


def home_press(slack: Workspace, text: str, action_id: str = "ask_button", element: str = "button") -> BoltResponse:
    view = {"type": "home", "blocks": []}
    values = {"ask": {"ask_box": {"type": "plain_text_input", "value": text}}}
    value = text if element == "plain_text_input" else ""
    pressed = {"type": element, "action_id": action_id}
    return slack.send(payloads.press(pressed, value, payloads.in_view("VHOME", view, values)))


def command(slack: Workspace, text: str, name: str = "/mandate", user: str = "U1") -> list[BoltResponse]:
    return [slack.send(payloads.command(text, slack.slack.response_url(), user, "C1", name))]


def split(slack: Workspace, text: str) -> list[BoltResponse]:
    """The last words come in a message of their own."""
    slack.dm("what does the mandate say for my patient")
    return [slack.dm("Mr Zebedee Quillfeather")]


QUESTIONS: dict[str, Surface] = {
    "direct message": lambda slack, text: [slack.dm(text)],
    "thread of a direct message": lambda slack, text: [slack.dm(text, thread_ts="1353600000.000001")],
    "with a file": lambda slack, text: [slack.dm(text, files=[{"id": "F1"}], subtype="file_share")],
    "with Slack's other forms of it": lambda slack, text: [
        slack.dm(text, blocks=[{"type": "rich_text", "elements": [{"type": "text", "text": text}]}])
    ],
    "follow-up": lambda slack, text: [slack.dm(ASKED), slack.dm(f"and for practices? {text}")],
    "mention": lambda slack, text: [slack.mention(text)],
    "mention in a thread": lambda slack, text: [slack.mention(text, thread_ts="1353600000.000001")],
    "edited direct message": lambda slack, text: [
        slack.dm(ASKED, ts="1353600000.100000"),
        slack.send(payloads.envelope(changed(text))),
    ],
    "edited mention": lambda slack, text: [
        slack.mention(ASKED, ts="1353600000.100000"),
        slack.mention(text, ts="1353600000.100000", edited={"user": "U1", "ts": "1353600001.0"}),
    ],
    "/mandate": command,
    "shortcut": lambda slack, text: [slack.shortcut(text)],
    "button on the Home tab": lambda slack, text: [home_press(slack, text)],
    "enter on the Home tab": lambda slack, text: [home_press(slack, text, "ask_box", "plain_text_input")],
    "/mandate-poll": lambda slack, text: command(slack, f'"{text}" "Yes" "No"', "/mandate-poll", "ULEAD"),
}


@pytest.mark.parametrize("surface", QUESTIONS)
def test_a_refused_question_is_told_and_stands_nowhere(
    slack: Workspace, caplog: pytest.LogCaptureFixture, surface: str
) -> None:
    responses = QUESTIONS[surface](slack, PLANTED)

    slack.timers.tick()
    said = sent(slack) + "".join(one.body or "" for one in responses)
    assert said.count(TOLD) >= 1
    assert {one.kind for one in slack.store.refusals.counted(TEAM)} == {Seen.NHS_NUMBER, Seen.NAME}
    assert {one.times for one in slack.store.refusals.counted(TEAM)} == {1}
    assert_gone(slack, responses, caplog)


def feedback(slack: Workspace) -> Body:
    slack.dm(ASKED)
    slack.press("Not helpful", slack.last("DU1"))
    return slack.last_view()[1]


def ask_back(slack: Workspace) -> Body:
    ask(slack)
    [group] = slack.store.review.groups(TEAM)
    place = payloads.in_view("VHOME", {"type": "home", "blocks": []})
    element = {"type": "button", "action_id": "queue:clarify"}
    slack.send(payloads.press(element, f"{group.id} {group.version}", place, "ULEAD"))
    return slack.last_view()[1]


def reply(slack: Workspace) -> Body:
    view = ask_back(slack)
    values = {"question": {"text": {"type": "plain_text_input", "value": "Which office do you mean?"}}}
    slack.send(payloads.submitted("V1", view, values, "ULEAD"))
    slack.press("Reply", slack.last("DU1"))
    return slack.last_view()[1]


def answer(slack: Workspace) -> Body:
    ask(slack)
    return answer_form(slack)


def poll(slack: Workspace) -> Body:
    return new_poll(slack).view


def further_question(slack: Workspace) -> Body:
    window = new_poll(slack).type(**LUNCH)
    window.press("Add a question")
    return window.pushed().view


def free_text(slack: Workspace) -> Body:
    opened(slack, WORDS, is_anonymous=True)
    return form(slack)


def closed(slack: Workspace) -> Poll:
    return close_poll(slack.desk, opened(slack), "ULEAD")


def pressed(slack: Workspace, action_id: str, value: str) -> Body:
    place = payloads.in_view("VHOME", {"type": "home", "blocks": []})
    slack.send(payloads.press({"type": "button", "action_id": action_id}, value, place, "ULEAD"))
    return slack.last_view()[1]


def made_by_hand(callback_id: str, *names: str) -> Callable[[Workspace], Body]:
    def view(slack: Workspace) -> Body:
        box = {"type": "plain_text_input", "action_id": "text"}
        blocks = [{"type": "input", "block_id": name, "element": box} for name in names]
        return {"type": "modal", "callback_id": callback_id, "private_metadata": "1 1", "blocks": blocks}

    return view


FORMS: dict[str, Callable[[Workspace], Body]] = {
    "why not helpful": feedback,
    "ask what they mean": ask_back,
    "what they meant": reply,
    "answer": answer,
    "poll": poll,
    "further question of a poll": further_question,
    "free text of a ballot": free_text,
    "what came of a poll": lambda slack: pressed(slack, "poll:outcome", str(closed(slack).id)),
    "until when a poll is reopened": lambda slack: pressed(slack, "poll:reopen", str(closed(slack).id)),
    "correction": made_by_hand("review_change", "answer", "note"),
    "wording": made_by_hand("link_form", "phrasing"),
    "reason for a wording": made_by_hand("link_add", "reason"),
    "why an answer is sent back": made_by_hand("send_back", "reason"),
    "answer out of a poll": made_by_hand("poll_entry", "answer", "question", "source_title"),
    "a form made later": made_by_hand("not_yet_thought_of", "anything"),
}


@pytest.mark.parametrize("name", FORMS)
def test_every_field_of_a_form_is_refused_where_it_was_typed(
    slack: Workspace, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    view = FORMS[name](slack)
    boxes = [one for one in view["blocks"] if (one.get("element") or {}).get("type") == "plain_text_input"]
    user = "U1" if name in ("why not helpful", "what they meant", "free text of a ballot") else "ULEAD"

    responses = []
    for box in boxes:
        values = filled_in(view, box["block_id"])
        responses.append(slack.send(payloads.submitted(f"V{payloads.number()}", view, values, user)))

    assert boxes
    for box, response in zip(boxes, responses, strict=True):
        answered = json.loads(response.body)
        assert answered["response_action"] == "errors"
        assert list(answered["errors"]) == [box["block_id"]]
        assert TOLD in answered["errors"][box["block_id"]]
    slack.timers.tick()
    assert {one.times for one in slack.store.refusals.counted(TEAM)} == {len(boxes)}
    assert_gone(slack, responses, caplog)


def filled_in(view: Body, block_id: str) -> Body:
    """A form as it was opened, with what is refused in one field."""
    values = {}
    for block in view["blocks"]:
        if block["type"] == "input" and block["element"]["type"] == "plain_text_input":
            value = PLANTED if block["block_id"] == block_id else block["element"].get("initial_value")
            values[block["block_id"]] = {block["element"]["action_id"]: {"type": "plain_text_input", "value": value}}
    return values


@pytest.mark.parametrize("label", ["Add a question"])
def test_a_press_in_a_form_that_holds_it_keeps_nothing_and_says_why(
    slack: Workspace, caplog: pytest.LogCaptureFixture, label: str
) -> None:
    window = new_poll(slack).type(question=PLANTED)

    window.press(label)

    assert TOLD in words_of(slack.last_view("views.push")[1])
    assert len(slack.slack.calls_to("views.push")) == 1
    assert_gone(slack, [], caplog)


def test_text_with_marks_is_looked_at_too(slack: Workspace) -> None:
    words = {"type": "rich_text_section", "elements": [{"type": "text", "text": PLANTED}]}
    held = {"type": "rich_text_input", "rich_text_value": {"type": "rich_text", "elements": [words]}}
    view = {"type": "modal", "callback_id": "not_yet_thought_of", "blocks": []}

    response = slack.send(payloads.submitted("V1", view, {"anything": {"text": held}}))

    assert list(json.loads(response.body)["errors"]) == ["anything"]


def test_a_reply_is_read_together_with_what_it_replies_to(slack: Workspace) -> None:
    opened(slack, Question("Which road does your patient live in?", Kind.TEXT))
    view = form(slack)

    response = slack.send(payloads.submitted("V1", view, {"question-0": written("12 Larkspur Close")}))

    assert list(json.loads(response.body)["errors"]) == ["question-0"]


def test_three_windows_leave_room_for_a_message_alone(slack: Workspace, caplog: pytest.LogCaptureFixture) -> None:
    window = new_poll(slack).type(question=PLANTED)
    slack.slack.fail("views.push", "push_limit_reached")

    window.press("Add a question")

    assert TOLD in slack.last("DLEAD")["text"] + sent(slack)
    assert_gone(slack, [], caplog)


def test_other_presses_on_the_home_tab_bring_nothing_of_its_box_along(
    slack: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    response = home_press(slack, PLANTED, "glossary")

    assert slack.store.refusals.counted(TEAM) == []
    assert slack.last_view()[1]["title"]["text"] != "Mandate Bot"
    assert_gone(slack, [response], caplog)


def test_a_search_for_it_finds_nothing(slack: Workspace, caplog: pytest.LogCaptureFixture) -> None:
    body = {
        "type": "block_suggestion",
        "team": {"id": TEAM},
        "user": {"id": "U1", "team_id": TEAM},
        "action_id": "practice:pick",
        "block_id": "practice",
        "value": PLANTED,
        "view": {"type": "modal", "callback_id": "practice_form"},
    }

    response = slack.send(body)

    assert json.loads(response.body) == {"options": []}
    assert_gone(slack, [response], caplog)


def test_options_that_name_patients_only_together_with_the_question_are_refused(slack: Workspace) -> None:
    window = new_poll(slack).type(
        **{**LUNCH, "question": "Who saw this patient?", "options": "Mr Quillfeather\nNobody"}
    )

    window.submit()

    assert slack.store.polls.listed(states={State.OPEN, State.SCHEDULED}) == []
    assert "Quillfeather" not in sent(slack)


def test_in_a_channel_only_the_asker_sees_it_and_is_asked_to_delete_the_message(slack: Workspace) -> None:
    slack.mention(PLANTED)

    [message] = slack.posted("C1")
    assert message["ephemeral_to"] == "U1"
    assert message["thread_ts"] is None
    assert PLEASE_DELETE in words_of(message)


def test_whoever_uses_the_shortcut_is_asked_to_have_the_message_deleted(slack: Workspace) -> None:
    slack.shortcut(PLANTED)

    assert HAVE_IT_DELETED in words_of(slack.last_view()[1])


def test_a_clinical_question_gets_the_signpost_and_no_answer(
    slack: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    slack.dm(CLINICAL)

    assert [message["text"] for message in slack.posted("DU1")] == [SIGNPOST]
    assert [(one.kind, one.surface, one.times) for one in slack.store.refusals.counted(TEAM)] == [
        (Seen.CLINICAL, "direct", 1)
    ]
    assert slack.store.questions.unanswered() == []
    assert "metformin" not in caplog.text + sent(slack)


def test_a_refusal_that_slack_delivers_again_is_told_and_counted_once(slack: Workspace) -> None:
    for _ in range(2):
        slack.dm(PLANTED, event_id="Ev1", ts="1353600000.100000")

    assert len(slack.posted("DU1")) == 1
    assert {one.times for one in slack.store.refusals.counted(TEAM)} == {1}


def test_a_refusal_that_slack_does_not_take_now_is_told_later(
    slack: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    slack.slack.fail("chat.postEphemeral", "internal_error")
    slack.mention(PLANTED)

    slack.clock.forward(minutes=2)
    slack.timers.tick()

    assert [message["ephemeral_to"] for message in slack.posted("C1")] == ["U1"]
    assert_gone(slack, [], caplog)


def test_editing_it_out_is_asking_again(slack: Workspace) -> None:
    slack.dm(PLANTED, ts="1353600000.100000")

    slack.send(payloads.envelope(changed(ASKED, before=PLANTED)))
    slack.send(payloads.envelope(changed(CAT, before=ASKED)))

    said = [message["text"] for message in slack.posted("DU1")]
    assert len(said) == 3
    assert TOLD in said[0]
    assert [one.question for one in slack.store.questions.asked_by(TEAM, "U1")] == [ASKED]
    assert said[2] == notices.EDITED


def test_text_that_may_be_kept_goes_on_as_it_came(slack: Workspace) -> None:
    slack.dm("does the mandate say anything about telehealth")

    assert len(slack.store.questions.asked_by(TEAM, "U1")) == 1
    assert slack.store.refusals.counted(TEAM) == []


def test_a_press_made_by_hand_gets_nothing_out_of_the_gate(slack: Workspace) -> None:
    place: dict[str, Any] = payloads.in_view("V1", {"type": "modal", "blocks": []})

    response = slack.send(payloads.press({"type": "button", "action_id": "gate:tell"}, "name", place))

    assert response.status == 200
    assert slack.slack.calls == []


def test_what_follows_a_refused_question_is_not_about_the_answer_before_it(slack: Workspace) -> None:
    for text in ("how many objectives are in the mandate", "my patient Mrs Joan Invented wants her records"):
        slack.dm(text)

    slack.dm("and in the draft?")

    assert "I'm not sure which answer you mean" in slack.last("DU1")["text"]
