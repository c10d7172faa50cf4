"""The stand-in answers and refuses as Slack does; a real WebClient asks."""

import threading
import time
import urllib.request
from http.client import RemoteDisconnected

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from bot.standin import StandIn
from tests.block_samples import section
from tests.harness import error_of


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
