"""The stand-in answers and refuses as Slack does; a real WebClient asks."""

import threading
import time
import urllib.request
from http.client import RemoteDisconnected
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.webhook import WebhookClient

from bot.standin import StandIn
from tests.block_samples import home, modal, section

TEXTLESS = pytest.mark.filterwarnings("ignore:The top-level `text` argument is missing")  # slack_sdk warns too


@pytest.fixture
def client(standin: StandIn) -> WebClient:
    return WebClient("xoxb-test", base_url=standin.url, retry_handlers=[])


def error_of(refused: pytest.ExceptionInfo[SlackApiError]) -> str:
    return str(refused.value.response["error"])


# Calls


def test_calls_are_kept_in_order_without_the_token(standin: StandIn, client: WebClient) -> None:
    client.auth_test()
    client.users_info(user="U1")

    assert [(call.method, call.arguments) for call in standin.calls] == [
        ("auth.test", {}),
        ("users.info", {"user": "U1"}),
    ]


def test_json_in_a_form_is_decoded(standin: StandIn, client: WebClient) -> None:
    client.api_call(
        "chat.postMessage", params={"channel": "C1", "text": "Hi", "blocks": f"[{section()}]".replace("'", '"')}
    )

    assert standin.calls[0].arguments["blocks"] == [section()]


def test_waiting_for_a_call_returns_once_it_came(standin: StandIn, client: WebClient) -> None:
    later = threading.Timer(0.05, client.chat_postMessage, kwargs={"channel": "C1", "text": "Hi"})
    later.start()

    assert standin.wait_for("chat.postMessage")[0].arguments["text"] == "Hi"
    later.join()


def test_waiting_in_vain_tells_what_did_come(standin: StandIn, client: WebClient) -> None:
    client.auth_test()

    with pytest.raises(AssertionError, match=r"1 of views\.open; there came: auth\.test"):
        standin.wait_for("views.open", timeout=0.01)


def test_forgotten_calls_leave_the_messages(standin: StandIn, client: WebClient) -> None:
    client.chat_postMessage(channel="C1", text="Hi")

    standin.forget()

    assert (standin.calls, len(standin.posted["C1"])) == ([], 1)


def test_many_callers_at_once_are_all_recorded(standin: StandIn, client: WebClient) -> None:
    callers = [
        threading.Thread(target=client.chat_postMessage, kwargs={"channel": "C1", "text": "Hi"}) for _ in range(40)
    ]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()

    assert len({message["ts"] for message in standin.posted["C1"]}) == 40


def test_an_unknown_method_is_refused(client: WebClient) -> None:
    with pytest.raises(SlackApiError) as refused:
        client.api_call("chat.postTelegram")

    assert error_of(refused) == "unknown_method"


def test_a_call_without_a_token_is_refused(standin: StandIn) -> None:
    with pytest.raises(SlackApiError) as refused:
        WebClient(base_url=standin.url).auth_test()

    assert error_of(refused) == "not_authed"


def test_the_bot_is_told_who_it_is(client: WebClient) -> None:
    answer = client.auth_test()

    assert (answer["team_id"], answer["user_id"], answer["bot_id"]) == ("T0001", "U0BOT", "B0BOT")


# Failures


def test_a_rate_limit_carries_retry_after(standin: StandIn, client: WebClient) -> None:
    standin.fail("chat.postMessage", retry_after=7)

    with pytest.raises(SlackApiError) as refused:
        client.chat_postMessage(channel="C1", text="Hi")

    assert (refused.value.response.status_code, refused.value.response.headers["Retry-After"]) == (429, "7")


def test_a_rate_limited_client_that_tries_again_gets_through(standin: StandIn) -> None:
    patient = WebClient("xoxb-test", base_url=standin.url, retry_handlers=[RateLimitErrorRetryHandler()])
    standin.fail("chat.postMessage", retry_after=0)

    patient.chat_postMessage(channel="C1", text="Hi")

    assert (len(standin.calls), len(standin.posted["C1"])) == (2, 1)


def test_a_failure_lasts_as_many_calls_as_were_asked_for(standin: StandIn, client: WebClient) -> None:
    standin.fail("users.info", error="fatal_error", times=2)
    errors = []
    for _ in range(3):
        try:
            client.users_info(user="U1")
        except SlackApiError as error:
            errors.append(error.response["error"])

    assert errors == ["fatal_error", "fatal_error"]


def test_a_server_error_is_plain_text(standin: StandIn, client: WebClient) -> None:
    standin.fail("chat.postMessage", error="upstream trouble", status=500)

    with pytest.raises(SlackApiError) as refused:
        client.chat_postMessage(channel="C1", text="Hi")

    assert refused.value.response.status_code == 500
    assert not standin.posted["C1"]


def test_a_dropped_answer_leaves_the_message_posted(standin: StandIn, client: WebClient) -> None:
    standin.fail("chat.postMessage", drop=True)

    with pytest.raises(RemoteDisconnected):
        client.chat_postMessage(channel="C1", text="Hi")

    assert [message["text"] for message in standin.posted["C1"]] == ["Hi"]


def test_a_late_answer_is_the_usual_one(standin: StandIn, client: WebClient) -> None:
    standin.fail("chat.postMessage", error=None, delay=0.1)
    asked_at = time.monotonic()

    answer = client.chat_postMessage(channel="C1", text="Hi")

    assert answer["ok"]
    assert time.monotonic() - asked_at >= 0.1


def test_a_caller_who_gives_up_does_not_trouble_the_server(standin: StandIn) -> None:
    standin.fail("auth.test", error=None, delay=0.2)

    with pytest.raises(TimeoutError):
        urllib.request.urlopen(f"{standin.url}auth.test?token=x", timeout=0.05)

    assert WebClient("xoxb-test", base_url=standin.url).auth_test()["ok"]


# Messages


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


# Reading back


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


# Response URLs


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


# Views


def test_an_opened_view_can_be_updated(standin: StandIn, client: WebClient) -> None:
    view_id = client.views_open(trigger_id="t1", view=modal())["view"]["id"]

    client.views_update(view_id=view_id, view=modal(section("Changed")))

    assert standin.views[view_id]["blocks"] == [section("Changed")]


def test_a_trigger_opens_one_view_only(client: WebClient) -> None:
    client.views_open(trigger_id="t1", view=modal())

    with pytest.raises(SlackApiError) as refused:
        client.views_open(trigger_id="t1", view=modal())

    assert error_of(refused) == "exchanged_trigger_id"


def test_a_view_needs_another_below_it_to_be_pushed(client: WebClient) -> None:
    with pytest.raises(SlackApiError) as refused:
        client.views_push(trigger_id="t1", view=modal())

    assert error_of(refused) == "not_found"


def test_a_pushed_view_knows_what_is_below(client: WebClient) -> None:
    root = client.views_open(trigger_id="t1", view=modal())["view"]["id"]

    pushed = client.views_push(trigger_id="t2", view=modal())["view"]

    assert (pushed["root_view_id"], pushed["previous_view_id"]) == (root, root)


def test_views_are_stacked_three_high(client: WebClient) -> None:
    client.views_open(trigger_id="t1", view=modal())
    client.views_push(trigger_id="t2", view=modal())
    client.views_push(trigger_id="t3", view=modal())

    with pytest.raises(SlackApiError) as refused:
        client.views_push(trigger_id="t4", view=modal())

    assert error_of(refused) == "push_limit_reached"


def test_an_unknown_view_cannot_be_updated(client: WebClient) -> None:
    with pytest.raises(SlackApiError) as refused:
        client.views_update(view_id="V404", view=modal())

    assert error_of(refused) == "view_not_found"


def test_the_home_tab_is_kept_for_each_user(standin: StandIn, client: WebClient) -> None:
    client.views_publish(user_id="U1", view=home(section("Old")))
    client.views_publish(user_id="U1", view=home(section("New")))

    assert standin.views["U1"]["blocks"] == [section("New")]


def test_a_stale_hash_does_not_overwrite_the_home_tab(client: WebClient) -> None:
    old = client.views_publish(user_id="U1", view=home())["view"]["hash"]
    client.views_publish(user_id="U1", view=home(), hash=old)

    with pytest.raises(SlackApiError) as refused:
        client.views_publish(user_id="U1", view=home(), hash=old)

    assert error_of(refused) == "hash_conflict"


def test_a_modal_is_not_published_as_a_home_tab(client: WebClient) -> None:
    with pytest.raises(SlackApiError) as refused:
        client.views_publish(user_id="U1", view=modal())

    assert error_of(refused) == "invalid_arguments"


def test_a_view_too_large_is_refused_by_name(client: WebClient) -> None:
    with pytest.raises(SlackApiError) as refused:
        client.views_open(trigger_id="t1", view=modal(*[section("x" * 3_000)] * 90))

    assert error_of(refused) == "view_too_large"


# People, the agent's window, the connection


def test_people_have_the_names_a_test_gives_them(standin: StandIn, client: WebClient) -> None:
    standin.user_names["U1"] = "Dr Anne Example"

    assert client.users_info(user="U1")["user"]["profile"]["display_name"] == "Dr Anne Example"


def test_a_user_group_has_the_members_a_test_gives_it(standin: StandIn, client: WebClient) -> None:
    standin.user_groups["S1"] = ["U1"]

    assert client.usergroups_users_list(usergroup="S1")["users"] == ["U1"]


def test_an_unknown_user_group_is_refused(client: WebClient) -> None:
    with pytest.raises(SlackApiError) as refused:
        client.usergroups_users_list(usergroup="S404")

    assert error_of(refused) == "no_such_subteam"


def test_more_than_four_prompts_are_refused(client: WebClient) -> None:
    with pytest.raises(SlackApiError) as refused:
        client.assistant_threads_setSuggestedPrompts(channel_id="D1", prompts=[{"title": "A", "message": "B"}] * 5)

    assert error_of(refused) == "invalid_arguments"


def test_prompts_for_a_thread_fail_silently(standin: StandIn, client: WebClient) -> None:
    prompts = [{"title": "A", "message": "B"}]

    answer = client.assistant_threads_setSuggestedPrompts(channel_id="D1", thread_ts="1.2", prompts=prompts)

    assert answer["ok"]
    assert standin.silently_failed == [{"channel_id": "D1", "thread_ts": "1.2", "prompts": prompts}]


def test_the_status_of_a_thread_is_taken(client: WebClient) -> None:
    assert client.assistant_threads_setStatus(channel_id="D1", thread_ts="1.2", status="is looking")["ok"]


def test_a_socket_connects_where_the_test_says(standin: StandIn, client: WebClient) -> None:
    standin.socket_url = "ws://127.0.0.1:1/"

    assert client.apps_connections_open(app_token="xapp-test")["url"] == "ws://127.0.0.1:1/"
