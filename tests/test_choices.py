"""Suggestions, related entries, and taking a question back."""

from bot.blocks import notices
from bot.matching import Suggestions
from tests import payloads
from tests.harness import CCG, Workspace, find_button, words_of

VAGUE = "quality premium amount for us"
UNKNOWN = "who feeds the office cat"


def offered(workspace: Workspace, question: str = VAGUE) -> list[str]:
    outcome = workspace.library.current.read(question)[0].outcome
    assert isinstance(outcome, Suggestions)
    return [match.entry.question for match in outcome.matches]


def test_suggestions_are_up_to_three_buttons_and_none_of_these(hesitant: Workspace) -> None:
    hesitant.dm(VAGUE)

    questions = offered(hesitant)
    assert 1 <= len(questions) <= 3
    for label in (*questions, "None of these"):
        assert find_button(hesitant.last("DU1")["blocks"], label)


def test_picking_a_suggestion_puts_the_answer_in_its_place(hesitant: Workspace) -> None:
    hesitant.dm(VAGUE)
    first = offered(hesitant)[0]

    hesitant.press(first, hesitant.last("DU1"))

    [message] = hesitant.posted("DU1")
    assert first in words_of(message)
    assert "Edition:" in words_of(message)
    assert hesitant.store.questions.unanswered() == []


def test_a_pick_is_remembered_for_follow_ups(hesitant: Workspace) -> None:
    hesitant.dm(VAGUE)
    first = offered(hesitant)[0]
    hesitant.press(first, hesitant.last("DU1"))

    hesitant.dm("where does it say so?")

    assert f"About “{first}”" in words_of(hesitant.last("DU1"))


def test_none_of_these_passes_the_question_on(hesitant: Workspace) -> None:
    hesitant.dm(VAGUE)

    hesitant.press("None of these", hesitant.last("DU1"))

    assert f"I've passed it to {CCG}." in words_of(hesitant.last("DU1"))
    assert [one.question for one in hesitant.store.questions.unanswered()] == [VAGUE]


def test_suggestions_that_nobody_picks_are_passed_on_after_half_an_hour(hesitant: Workspace) -> None:
    hesitant.dm(VAGUE)

    hesitant.clock.forward(minutes=31)
    hesitant.timers.tick()

    assert [one.question for one in hesitant.store.questions.unanswered()] == [VAGUE]


def test_a_late_pick_takes_the_question_back_out_of_the_queue(hesitant: Workspace) -> None:
    hesitant.dm(VAGUE)
    hesitant.clock.forward(minutes=31)
    hesitant.timers.tick()

    hesitant.press(offered(hesitant)[0], hesitant.last("DU1"))

    assert hesitant.store.questions.unanswered() == []


def test_suggestions_in_a_channel_obey_the_asker_alone(hesitant: Workspace) -> None:
    hesitant.mention(VAGUE)
    message = hesitant.last("C1")
    for label in (offered(hesitant)[0], "None of these"):
        url = hesitant.slack.response_url()
        hesitant.press(label, message, user="U2", url=url)

        told = hesitant.slack.calls_to("response_url")[-1].arguments
        assert (told["response_url"], told["text"]) == (url, notices.NOT_YOURS)

    assert hesitant.last("C1")["blocks"] == message["blocks"]
    assert hesitant.store.questions.unanswered() == []


def test_dont_send_it_takes_the_question_back(slack: Workspace) -> None:
    slack.dm(UNKNOWN)

    slack.press("Don't send it", slack.last("DU1"))

    assert words_of(slack.last("DU1")).startswith(notices.withdrawn(CCG))
    assert slack.store.questions.unanswered() == []


def test_nobody_else_can_take_a_question_back(slack: Workspace) -> None:
    slack.mention(UNKNOWN)

    slack.press("Don't send it", slack.last("C1"), user="U2")

    assert slack.slack.calls_to("response_url")[-1].arguments["text"] == notices.NOT_YOURS
    assert len(slack.store.questions.unanswered()) == 1


def test_taking_back_twice_is_told_kindly(slack: Workspace) -> None:
    slack.dm(UNKNOWN)
    message = slack.last("DU1")
    slack.press("Don't send it", message)

    slack.press("Don't send it", message)

    assert words_of(slack.last("DU1")).startswith(notices.ALREADY_PASSED_ON)


def test_a_button_of_a_question_that_is_gone_says_so(slack: Workspace) -> None:
    slack.dm(UNKNOWN)
    slack.store.house.erase("T0001", "U1")

    slack.press("Don't send it", slack.last("DU1"))

    assert slack.slack.calls_to("response_url")[-1].arguments["text"] == notices.GONE


def test_a_related_entry_opens_below_in_a_direct_message(slack: Workspace) -> None:
    slack.dm("how many objectives are in the mandate")

    slack.press("How many objectives were in the draft mandate?", slack.last("DU1"))

    assert len(slack.posted("DU1")) == 2
    assert "had 22 objectives" in words_of(slack.last("DU1"))


def test_a_related_entry_opens_for_the_presser_alone_in_a_channel(slack: Workspace) -> None:
    slack.mention("how many objectives are in the mandate")

    url = slack.slack.response_url()
    slack.press("How many objectives were in the draft mandate?", slack.last("C1"), user="U2", url=url)

    shown = slack.slack.calls_to("response_url")[-1].arguments
    assert (shown["response_url"], shown["response_type"], shown["replace_original"]) == (url, "ephemeral", False)


def test_what_somebody_else_looks_at_does_not_change_the_askers_conversation(slack: Workspace) -> None:
    slack.mention("how many objectives are in the mandate", ts="1353600000.100000")
    slack.press("How many objectives were in the draft mandate?", slack.last("C1"), user="U2")

    slack.mention("where does it say so?", ts="1353600000.200000", thread_ts="1353600000.100000")

    assert "About “How many objectives are in the mandate?”" in words_of(slack.last("C1"))


def test_suggestions_say_what_happens_if_none_is_picked(hesitant: Workspace) -> None:
    hesitant.dm(VAGUE)

    assert f"within 30 minutes, I pass your question to {CCG}." in words_of(hesitant.last("DU1"))


def test_a_stale_entry_is_told_and_acknowledged(hesitant: Workspace) -> None:
    hesitant.dm(VAGUE)
    message = hesitant.last("DU1")
    element, value = find_button(message["blocks"], offered(hesitant)[0])
    gone = value.split()[0] + " no-such-entry"

    response = hesitant.send(payloads.press(element, gone, payloads.in_message(message, hesitant.slack.response_url())))

    assert response.status == 200
    assert hesitant.slack.calls_to("response_url")[-1].arguments["text"] == notices.ENTRY_GONE


def test_in_a_window_suggestions_and_related_entries_stay_in_the_window(hesitant: Workspace) -> None:
    hesitant.shortcut(VAGUE, user="U5")
    view_id, view = hesitant.last_view()

    hesitant.press_in_view(offered(hesitant)[0], view, view_id, user="U5")
    _, changed = hesitant.last_view("views.update")
    row = next(block for block in changed["blocks"] if "related:0" in str(block))
    related = row["elements"][0]["text"]["text"]
    hesitant.press_in_view(related, changed, view_id, user="U5")

    assert related in words_of(hesitant.last_view("views.update")[1])
    assert hesitant.slack.calls_to("chat.postMessage") == []


def test_a_private_suggestion_is_changed_through_its_response_url(hesitant: Workspace) -> None:
    url = hesitant.command(VAGUE)
    blocks = hesitant.slack.calls_to("response_url")[0].arguments["blocks"]

    hesitant.press_private(offered(hesitant)[0], blocks, url)

    changed = hesitant.slack.calls_to("response_url")[-1].arguments
    assert changed["replace_original"] is True
    assert "Edition:" in words_of(changed)
    assert find_button(changed["blocks"], "Share in channel")
