"""Messages in the stand-in for Slack: posted, refused, read back, and sent to a response URL."""

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from bot.standin import StandIn
from tests.block_samples import section
from tests.harness import error_of

TEXTLESS = pytest.mark.filterwarnings("ignore:The top-level `text` argument is missing")  # slack_sdk warns too


def test_a_posted_message_is_visible(standin: StandIn, client: WebClient) -> None:
    answer = client.chat_postMessage(channel="C1", text="Hi", thread_ts="1.2", blocks=[section()])

    assert standin.posted["C1"] == [
        {
            "channel": "C1",
            "ts": answer["ts"],
            "thread_ts": "1.2",
            "text": "Hi",
            "blocks": [section()],
            "metadata": None,
            "ephemeral_to": None,
        }
    ]


def test_a_message_to_a_user_goes_to_their_direct_channel(client: WebClient) -> None:
    assert client.chat_postMessage(channel="U1", text="Hi")["channel"] == "D1"


def test_an_ephemeral_message_is_for_one_person(standin: StandIn, client: WebClient) -> None:
    client.chat_postEphemeral(channel="C1", user="U1", text="Psst")

    assert standin.posted["C1"][0]["ephemeral_to"] == "U1"


def test_an_update_changes_what_is_visible(standin: StandIn, client: WebClient) -> None:
    ts = client.chat_postMessage(channel="C1", text="Old", blocks=[section()])["ts"]

    client.chat_update(channel="C1", ts=ts, text="New")

    assert [(message["text"], message["blocks"]) for message in standin.posted["C1"]] == [("New", [section()])]


def test_a_deleted_message_is_gone(standin: StandIn, client: WebClient) -> None:
    ts = client.chat_postMessage(channel="C1", text="Hi")["ts"]

    client.chat_delete(channel="C1", ts=ts)

    assert not standin.posted["C1"]


def test_an_ephemeral_message_cannot_be_updated(client: WebClient) -> None:
    ts = client.chat_postEphemeral(channel="C1", user="U1", text="Psst")["message_ts"]

    with pytest.raises(SlackApiError) as refused:
        client.chat_update(channel="C1", ts=ts, text="New")

    assert error_of(refused) == "message_not_found"


@TEXTLESS
@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": "C9", "text": "Hi"}, "not_in_channel"),
        ({"channel": "C8", "text": "Hi"}, "is_archived"),
        ({"channel": "general", "text": "Hi"}, "channel_not_found"),
        ({"channel": "", "text": "Hi"}, "invalid_arguments"),
        ({"channel": "C1", "text": ""}, "no_text"),
        ({"channel": "C1", "text": "x" * 40_001}, "msg_too_long"),
        ({"channel": "C1", "text": "Hi", "metadata": {"event_type": "x"}}, "invalid_metadata_format"),
        ({"channel": "C1", "text": "Hi", "blocks": "no json"}, "invalid_blocks_format"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_message_that_cannot_be_posted_is_refused(
    standin: StandIn, client: WebClient, arguments: dict[str, Any], error: str
) -> None:
    standin.not_joined.add("C9")
    standin.archived.add("C8")

    with pytest.raises(SlackApiError) as refused:
        client.chat_postMessage(**arguments)

    assert error_of(refused) == error


def test_an_update_takes_a_shorter_text_than_a_post(client: WebClient) -> None:
    ts = client.chat_postMessage(channel="C1", text="x" * 4_001)["ts"]

    with pytest.raises(SlackApiError) as refused:
        client.chat_update(channel="C1", ts=ts, text="x" * 4_001)

    assert error_of(refused) == "msg_too_long"


def test_refused_blocks_are_explained_as_slack_does(client: WebClient) -> None:
    with pytest.raises(SlackApiError) as refused:
        client.chat_postMessage(channel="C1", text="Hi", blocks=[section("x" * 3_001)])

    assert error_of(refused) == "invalid_blocks"
    assert refused.value.response["response_metadata"]["messages"] == [
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    ]


@TEXTLESS
def test_blocks_without_a_text_break_a_house_rule(standin: StandIn, client: WebClient) -> None:
    client.chat_postMessage(channel="C1", blocks=[section()])

    assert standin.complaints == ["chat.postMessage: blocks without a text that says the same"]


def test_history_shows_a_direct_channel_newest_first(client: WebClient) -> None:
    for text in ("One", "Two"):
        client.chat_postMessage(channel="D1", text=text)
    client.chat_postEphemeral(channel="D1", user="U1", text="Psst")

    assert [message["text"] for message in client.conversations_history(channel="D1")["messages"]] == ["Two", "One"]


def test_history_leaves_thread_replies_to_replies(client: WebClient) -> None:
    client.chat_postMessage(channel="D1", text="In a thread", thread_ts="1353542000.000001")

    replies = client.conversations_replies(channel="D1", ts="1353542000.000001")["messages"]

    assert client.conversations_history(channel="D1")["messages"] == []
    assert [message["text"] for message in replies] == ["In a thread"]


@pytest.mark.parametrize("asked_for", [True, False])
def test_history_shows_metadata_only_when_asked(client: WebClient, asked_for: bool) -> None:
    metadata = {"event_type": "answer", "event_payload": {"inbox": 1}}
    client.chat_postMessage(channel="D1", text="Hi", metadata=metadata)

    history = client.conversations_history(channel="D1", include_all_metadata=asked_for)

    assert history["messages"][0].get("metadata") == (metadata if asked_for else None)


def test_history_of_a_channel_needs_a_scope_the_bot_lacks(client: WebClient) -> None:
    with pytest.raises(SlackApiError) as refused:
        client.conversations_history(channel="C1")

    assert error_of(refused) == "missing_scope"


def test_a_response_url_works_five_times(standin: StandIn) -> None:
    hook = WebhookClient(standin.response_url())

    answers = [hook.send(text="Hi") for _ in range(6)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 200, 404]
    assert "used_url" in answers[-1].body
    assert standin.calls_to("response_url")[0].arguments == {"text": "Hi", "response_url": hook.url}


def test_an_expired_response_url_answers_404(standin: StandIn) -> None:
    hook = WebhookClient(standin.response_url())
    standin.expire(hook.url)

    answer = hook.send(text="Hi")

    assert (answer.status_code, "expired_url" in answer.body) == (404, True)


def test_a_response_url_refuses_bad_blocks(standin: StandIn) -> None:
    answer = WebhookClient(standin.response_url()).send(text="Hi", blocks=[{"type": "carousel"}])

    assert (answer.status_code, "invalid_blocks" in answer.body) == (400, True)


def test_a_response_url_can_fail(standin: StandIn) -> None:
    standin.fail("response_url", error="trouble", status=500)

    assert WebhookClient(standin.response_url(), retry_handlers=[]).send(text="Hi").status_code == 500
