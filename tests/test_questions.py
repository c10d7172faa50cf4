"""Asking in Slack: every way in, from the event to the Web API calls."""

from typing import Any

import pytest

from bot.blocks import notices
from bot.blocks.wording import MENTION_AGAIN, WHAT_I_KEEP
from bot.listeners.payloads import MOST_CHARACTERS, typed_text
from tests import payloads
from tests.harness import CCG, Workspace, find_button, words_of

ASKED = "how many objectives are in the mandate"
ANSWER = "The final mandate has 24 objectives."
UNKNOWN = "who feeds the office cat"


def test_a_direct_message_is_answered_with_source_edition_and_who_checked_it(slack: Workspace) -> None:
    slack.dm(ASKED)

    said = words_of(slack.last("DU1"))
    assert ANSWER in said
    assert "For your practice:" in said
    assert "Source: NHS England Mandate, written statement, Parliament, 12 Nov 2013, https://" in said
    assert "Edition: final mandate, November 2012." in said
    assert f"not yet reviewed by {CCG}." in said


def test_the_text_beside_the_blocks_says_the_same(slack: Workspace) -> None:
    slack.dm(ASKED)

    assert ANSWER in slack.last("DU1")["text"]
    assert "Edition: final mandate" in slack.last("DU1")["text"]
    assert slack.slack.complaints == []


def test_a_draft_answer_says_on_its_face_that_it_is_the_draft(slack: Workspace) -> None:
    slack.dm("How many objectives were in the draft mandate?")

    assert slack.last("DU1")["text"].startswith("This is from the draft of July 2012, not the final mandate.")
    first = slack.last("DU1")["blocks"][0]["text"]["text"]
    assert first == "This is from the draft of July 2012, not the final mandate."


def test_a_mention_is_answered_in_its_thread(slack: Workspace) -> None:
    slack.mention(ASKED, ts="1353600000.100000")

    message = slack.last("C1")
    assert message["thread_ts"] == "1353600000.100000"
    assert ANSWER in words_of(message)
    assert MENTION_AGAIN in words_of(message)
    assert MENTION_AGAIN in message["text"]


def test_a_follow_up_in_a_thread_is_answered_from_the_entry_before(slack: Workspace) -> None:
    slack.mention(ASKED, ts="1353600000.100000")
    slack.mention("and in the draft?", ts="1353600000.200000", thread_ts="1353600000.100000")

    assert "had 22 objectives" in words_of(slack.last("C1"))
    assert slack.last("C1")["thread_ts"] == "1353600000.100000"


def test_a_message_with_two_questions_gets_two_answers(slack: Workspace) -> None:
    slack.dm("How many objectives are in the mandate? And what is a CCG?")

    said = words_of(slack.last("DU1"))
    assert ANSWER in said
    assert "You asked: How many objectives are in the mandate?" in said
    assert "clinical commissioning group" in said.casefold()


def test_a_command_is_answered_to_the_asker_alone(slack: Workspace) -> None:
    url = slack.command(ASKED)

    [answered] = slack.slack.calls_to("response_url")
    assert answered.arguments["response_url"] == url
    assert answered.arguments["response_type"] == "ephemeral"
    assert ANSWER in answered.arguments["text"]
    assert slack.slack.calls_to("chat.postMessage") == []


def test_a_command_without_a_question_gets_help(slack: Workspace) -> None:
    slack.command("")

    assert "ask" in slack.slack.calls_to("response_url")[0].arguments["text"].casefold()
    assert slack.store.questions.unanswered() == []


def test_sharing_puts_the_answer_in_the_channel(slack: Workspace) -> None:
    url = slack.command(ASKED)
    blocks = slack.slack.calls_to("response_url")[0].arguments["blocks"]

    slack.press_private("Share in channel", blocks, url)

    shared = slack.slack.calls_to("response_url")[1].arguments
    assert shared["response_type"] == "in_channel"
    assert "<@U1> asked Mandate Bot" in words_of(shared)
    assert ANSWER in words_of(shared)


def test_sharing_too_late_says_to_ask_again(slack: Workspace) -> None:
    url = slack.command(ASKED)
    blocks = slack.slack.calls_to("response_url")[0].arguments["blocks"]
    slack.slack.expire(url)

    slack.press_private("Share in channel", blocks, url)

    [told] = slack.slack.calls_to("chat.postEphemeral")
    assert told.arguments["text"] == notices.ASK_AGAIN


def test_the_shortcut_answers_whoever_used_it_in_a_window(slack: Workspace) -> None:
    slack.shortcut(ASKED, user="U5")

    _, view = slack.last_view()
    assert ANSWER in words_of(view)
    assert [one.question for one in slack.store.questions.asked_by("T0001", "U5")] == [ASKED]
    assert slack.store.questions.asked_by("T0001", "U9") == []


def test_the_shortcut_on_a_picture_says_that_it_cannot_be_read(slack: Workspace) -> None:
    slack.shortcut("", files=[{"id": "F1"}])

    assert notices.CANNOT_READ in words_of(slack.last_view()[1])


def test_a_file_gets_one_sentence(slack: Workspace) -> None:
    slack.dm("", subtype="file_share", files=[{"id": "F1", "mimetype": "audio/mp4"}])

    assert slack.last("DU1")["text"] == notices.CANNOT_READ
    assert slack.store.questions.unanswered() == []


def test_a_question_beside_a_file_is_answered(slack: Workspace) -> None:
    slack.dm(ASKED, subtype="file_share", files=[{"id": "F1"}])

    assert ANSWER in slack.last("DU1")["text"]


def test_no_answer_is_said_once_the_question_is_stored(slack: Workspace) -> None:
    slack.dm(UNKNOWN)

    assert slack.last("DU1")["text"].startswith(f"I don't have an answer to that yet. I've passed it to {CCG}.")
    assert [one.question for one in slack.store.questions.unanswered("T0001")] == [UNKNOWN]


def test_the_first_reply_to_a_person_says_what_is_kept(slack: Workspace) -> None:
    slack.dm(ASKED)
    slack.dm(ASKED)
    first, second = slack.posted("DU1")

    assert WHAT_I_KEEP in words_of(first)
    assert find_button(first["blocks"], "What I keep about you")
    assert WHAT_I_KEEP not in words_of(second)


def test_one_event_delivered_three_times_is_answered_once(slack: Workspace) -> None:
    body = payloads.envelope(payloads.direct_message(ASKED), "Ev1")
    for retry in ("0", "1", "2"):
        assert slack.send(body, {"x-slack-retry-num": retry}).status == 200

    assert len(slack.posted("DU1")) == 1


def test_one_message_that_comes_as_two_events_is_answered_once(slack: Workspace) -> None:
    slack.dm(f"<@U0BOT> {ASKED}", ts="1353600000.100000")
    slack.send(
        payloads.envelope(payloads.mention(ASKED, channel="DU1", ts="1353600000.100000")),
    )

    assert len(slack.posted("DU1")) == 1


@pytest.mark.parametrize("more", [{"bot_id": "B2"}, {"subtype": "bot_message"}, {"subtype": "channel_join"}])
def test_messages_that_no_person_wrote_are_ignored(slack: Workspace, more: dict[str, Any]) -> None:
    slack.dm(ASKED, **more)

    assert slack.posted("DU1") == []


def edit(text: str, before: str = ASKED, **more: Any) -> dict[str, Any]:
    changed = {"type": "message", "user": "U1", "text": text, "ts": "1353600000.100000", **more}
    return {
        "type": "message",
        "subtype": "message_changed",
        "channel": "DU1",
        "channel_type": "im",
        "message": changed,
        "previous_message": {"user": "U1", "text": before, "ts": "1353600000.100000"},
        "ts": payloads.ts(),
    }


def test_an_edited_question_is_told_once_that_the_first_version_was_answered(slack: Workspace) -> None:
    slack.dm(ASKED, ts="1353600000.100000")
    slack.send(payloads.envelope(edit("how many parts are there")))
    slack.send(payloads.envelope(edit("how many pages are there")))

    assert [message["text"] for message in slack.posted("DU1")][1:] == [notices.EDITED]


def test_a_link_preview_is_no_edit(slack: Workspace) -> None:
    slack.send(payloads.envelope(edit(ASKED, attachments=[{"title": "a page"}])))

    assert slack.posted("DU1") == []


def test_an_edited_mention_is_told_once_in_its_thread(slack: Workspace) -> None:
    slack.mention(ASKED, ts="1353600000.100000")
    for _ in range(2):
        slack.mention("how many parts", ts="1353600000.100000", edited={"user": "U1", "ts": "1353600001.0"})

    assert [message["text"] for message in slack.posted("C1")][1:] == [notices.EDITED]


@pytest.mark.parametrize(
    "ping", ["<!channel>", "<!here>", "<!everyone>", "<!subteam^S1>", "<@U2>", "&lt;!channel&gt;", "<!channel|x>"]
)
def test_what_a_person_typed_never_pings_anybody(slack: Workspace, ping: str) -> None:
    slack.dm(f"who feeds {ping} the cat")
    slack.dm(f"How many objectives are in the mandate? And who feeds {ping} the office cat?")
    home = slack.open_home()

    for message in (*slack.posted("DU1"), home):
        everything = str(message)
        assert not [mark for mark in ("<!", "<@U2") if mark in everything]


def test_small_talk_is_answered_and_not_stored(slack: Workspace) -> None:
    slack.dm("Hello")

    assert slack.last("DU1")["text"].startswith("Hello.")
    assert slack.store.questions.asked_by("T0001", "U1") == []


def test_opening_the_messages_tab_offers_prompts_and_greets_once(slack: Workspace) -> None:
    slack.open_home(tab="messages")
    slack.open_home(tab="messages")

    prompts = slack.slack.calls_to("assistant.threads.setSuggestedPrompts")
    assert len(prompts) == 2
    assert len(prompts[0].arguments["prompts"]) == 4
    assert "thread_ts" not in prompts[0].arguments
    assert [message["text"] for message in slack.posted("DU1")] == [notices.GREETING]


def test_every_suggested_prompt_has_an_answer(slack: Workspace) -> None:
    for _, question in notices.SUGGESTED_PROMPTS:
        slack.dm(question, user="U3")

    assert slack.store.questions.unanswered() == []
    assert len(slack.posted("DU3")) == 4


def test_two_questions_without_an_answer_are_both_passed_on(slack: Workspace) -> None:
    slack.dm("who feeds the office cat? And which desk has the broken chair?")

    waiting = [one.question for one in slack.store.questions.unanswered()]
    assert waiting == ["who feeds the office cat?", "And which desk has the broken chair?"]


def test_taking_one_question_back_leaves_the_answer_to_the_other(slack: Workspace) -> None:
    slack.dm("How many objectives are in the mandate? And who feeds the office cat?")

    slack.press("Don't send it", slack.last("DU1"))

    said = words_of(slack.last("DU1"))
    assert ANSWER in said
    assert notices.withdrawn(CCG) in said
    assert WHAT_I_KEEP in said


@pytest.mark.parametrize("text", [":thumbsup:", ":tada: :+1:", "thanks :slightly_smiling_face:"])
def test_emoji_are_no_question(slack: Workspace, text: str) -> None:
    slack.dm(text)

    assert slack.store.questions.unanswered() == []


def test_a_picture_with_a_question_is_answered_with_the_warning(slack: Workspace) -> None:
    slack.dm(ASKED, subtype="file_share", files=[{"id": "F1"}])

    assert ANSWER in slack.last("DU1")["text"]
    assert notices.CANNOT_READ in slack.last("DU1")["text"]


def test_a_retry_of_an_edited_mention_is_no_edit(slack: Workspace) -> None:
    edited = payloads.mention(ASKED, ts="1353600000.100000", edited={"user": "U1", "ts": "1353600001.0"})
    for _ in range(2):
        slack.send(payloads.envelope(edited, "Ev1"))

    assert [ANSWER in message["text"] for message in slack.posted("C1")] == [True]


def test_a_deleted_message_is_no_edit(slack: Workspace) -> None:
    slack.dm(ASKED, ts="1353600000.100000")

    slack.send(payloads.envelope(edit("This message was deleted.", subtype="tombstone")))

    assert len(slack.posted("DU1")) == 1


def test_what_a_person_typed_is_shown_letter_for_letter(slack: Workspace) -> None:
    slack.dm("who feeds *the* ~cat~ `now`")

    home = slack.open_home()
    [shown] = [block for block in home["blocks"] if "who feeds" in str(block)]
    assert shown["text"]["type"] == "plain_text"


@pytest.mark.parametrize("text", ["<!" * 20_000, "<@U|" * 10_000, "<#" * 20_000, "," * 4_000, "word " * 8_000])
def test_text_of_any_length_is_read_so_far_and_no_further(text: str) -> None:
    assert len(typed_text(text)) <= MOST_CHARACTERS
