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

from bot.standin import StandIn, check_message, check_view

Block = dict[str, Any]
TEXTLESS = pytest.mark.filterwarnings("ignore:The top-level `text` argument is missing")  # slack_sdk warns too


@pytest.fixture
def client(standin: StandIn) -> WebClient:
    return WebClient("xoxb-test", base_url=standin.url, retry_handlers=[])


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def section(text: str = "Hello", **more: Any) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(text: str = "Ask", action_id: str = "ask", **more: Any) -> Block:
    return {"type": "button", "text": plain(text), "action_id": action_id, **more}


def actions(*elements: Block) -> Block:
    return {"type": "actions", "elements": list(elements)}


def options(count: int) -> list[Block]:
    return [{"text": plain(f"Option {number}"), "value": str(number)} for number in range(count)]


def question(element: Block, **more: Any) -> Block:
    return {"type": "input", "label": plain("What?"), "element": element, **more}


def modal(*blocks: Block, **more: Any) -> Block:
    return {"type": "modal", "title": plain("Ask"), "blocks": list(blocks or (section(),)), **more}


def home(*blocks: Block, **more: Any) -> Block:
    return {"type": "home", "blocks": list(blocks or (section(),)), **more}


def chart(kind: str = "bar", title: str = "Votes", **more: Any) -> Block:
    return {"type": "data_visualization", "title": title, "chart": {"type": kind, **more}}


def bars(*labels: str) -> Block:
    points = [{"label": label, "value": 0} for label in labels]
    return chart(series=[{"name": "Votes", "data": points}], axis_config={"categories": list(labels)})


def feedback(**more: Any) -> Block:
    thumbs = {
        "type": "feedback_buttons",
        "action_id": "feedback",
        "positive_button": {"text": plain("Helpful"), "value": "yes"},
        "negative_button": {"text": plain("Not helpful"), "value": "no"},
    }
    return {"type": "context_actions", "elements": [thumbs | more]}


def data_table(rows: int = 2, columns: int = 2) -> Block:
    cells = [[{"type": "raw_text", "text": "x"}] * columns for _ in range(rows)]
    return {"type": "data_table", "caption": "Results", "rows": cells}


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


# What Slack accepts and rejects

ACCEPTED = {
    "section": section(fields=[plain("A")] * 10, accessory=button()),
    "header": {"type": "header", "text": plain("x" * 150)},
    "divider": {"type": "divider"},
    "context": {"type": "context", "elements": [plain("A")] * 10},
    "actions": actions(*(button(action_id=str(number)) for number in range(25))),
    "image": {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "A picture"},
    "markdown": {"type": "markdown", "text": "**Hello**"},
    "feedback": feedback(),
    "icon button": {
        "type": "context_actions",
        "elements": [{"type": "icon_button", "icon": "trash", "text": plain("Delete"), "action_id": "delete"}],
    },
    "rich text": {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "Hello"}]}],
    },
    "bars": bars("Yes", "No"),
    "pie": chart("pie", segments=[{"label": "Yes", "value": 1}]),
    "table": {"type": "table", "rows": [[{"type": "raw_text", "text": "A"}]]},
    "data table": data_table(101, 20),
    "confirm": actions(
        button(confirm={"title": plain("A"), "text": plain("B"), "confirm": plain("C"), "deny": plain("D")})
    ),
    "select": actions({"type": "static_select", "action_id": "a", "options": options(100)}),
    "overflow": section(accessory={"type": "overflow", "action_id": "a", "options": options(5)}),
    "date": actions({"type": "datepicker", "action_id": "a", "initial_date": "2012-11-13"}),
    "users": actions({"type": "multi_users_select", "action_id": "a", "max_selected_items": 3}),
}


@pytest.mark.parametrize("block", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_a_good_block_is_accepted(block: Block) -> None:
    assert check_message({"text": "Hi", "blocks": [block]}) == []


REJECTED: dict[str, tuple[list[Block], str]] = {
    "empty text": ([section("")], "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    "neither text nor fields": (
        [{"type": "section"}],
        "must define either `text` or `fields` [json-pointer:/blocks/0]",
    ),
    "eleven fields": (
        [section(fields=[plain("A")] * 11)],
        "no more than 10 items allowed [json-pointer:/blocks/0/fields]",
    ),
    "long field": (
        [section(fields=[plain("x" * 2_001)])],
        "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]",
    ),
    "unknown key": ([section(colour="red")], "invalid additional property: colour [json-pointer:/blocks/0]"),
    "unknown block": ([{"type": "carousel"}], "unsupported_block: carousel [json-pointer:/blocks/0/type]"),
    "no type": ([{}], "unsupported_block: None [json-pointer:/blocks/0/type]"),
    "not an object": (["Hello"], "must provide an object [json-pointer:/blocks/0]"),  # type: ignore[list-item]
    "mrkdwn header": (
        [{"type": "header", "text": {"type": "mrkdwn", "text": "A"}}],
        "must be plain_text, found: mrkdwn [json-pointer:/blocks/0/text/type]",
    ),
    "emoji in mrkdwn": (
        [{"type": "section", "text": {"type": "mrkdwn", "text": "A", "emoji": True}}],
        "invalid additional property: emoji [json-pointer:/blocks/0/text]",
    ),
    "eleven in context": (
        [{"type": "context", "elements": [plain("A")] * 11}],
        "no more than 10 items allowed [json-pointer:/blocks/0/elements]",
    ),
    "no actions": ([actions()], "no less than 1 items allowed [json-pointer:/blocks/0/elements]"),
    "26 actions": (
        [actions(*(button(action_id=str(number)) for number in range(26)))],
        "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
    ),
    "same action_id": (
        [actions(button(), button())],
        "action_id must be unique within a block: ask [json-pointer:/blocks/0]",
    ),
    "same block_id": (
        [section(block_id="a"), section(block_id="a")],
        "block_id must be unique: a [json-pointer:/blocks]",
    ),
    "51 blocks": ([section()] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
    "long button": (
        [actions(button("x" * 76))],
        "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
    ),
    "long value": (
        [actions(button(value="x" * 2_001))],
        "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
    ),
    "odd style": (
        [actions(button(style="loud"))],
        "must be one of: primary, danger [json-pointer:/blocks/0/elements/0/style]",
    ),
    "long confirm": (
        [
            actions(
                button(
                    confirm={"title": plain("x" * 101), "text": plain("B"), "confirm": plain("C"), "deny": plain("D")}
                )
            )
        ],
        "must be less than 101 characters [json-pointer:/blocks/0/elements/0/confirm/title/text]",
    ),
    "101 options": (
        [actions({"type": "static_select", "action_id": "a", "options": options(101)})],
        "no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ),
    "no options at all": (
        [actions({"type": "static_select", "action_id": "a"})],
        "must define either `options` or `option_groups` [json-pointer:/blocks/0/elements/0]",
    ),
    "initial option from elsewhere": (
        [
            actions(
                {
                    "type": "static_select",
                    "action_id": "a",
                    "options": options(1),
                    "initial_option": {"text": plain("Other"), "value": "other"},
                }
            )
        ],
        "initial option is not among the options [json-pointer:/blocks/0/elements/0]",
    ),
    "six in overflow": (
        [section(accessory={"type": "overflow", "action_id": "a", "options": options(6)})],
        "no more than 5 items allowed [json-pointer:/blocks/0/accessory/options]",
    ),
    "eleven checkboxes": (
        [actions({"type": "checkboxes", "action_id": "a", "options": options(11)})],
        "no more than 10 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ),
    "text box among actions": (
        [actions({"type": "plain_text_input", "action_id": "a"})],
        "unsupported element: plain_text_input [json-pointer:/blocks/0/elements/0/type]",
    ),
    "input in a message": (
        [question({"type": "plain_text_input"})],
        "unsupported_block: input [json-pointer:/blocks/0/type]",
    ),
    "picture without words": (
        [{"type": "image", "image_url": "https://example.com/a.png"}],
        "missing required field: alt_text [json-pointer:/blocks/0]",
    ),
    "thumbs up only": (
        [{"type": "context_actions", "elements": [{"type": "feedback_buttons", "positive_button": {}}]}],
        "missing required field: negative_button [json-pointer:/blocks/0/elements/0]",
    ),
    "much markdown": (
        [{"type": "markdown", "text": "x" * 7_000}] * 2,
        "markdown blocks must hold less than 12001 characters in all [json-pointer:/blocks]",
    ),
    "three charts": ([bars("A")] * 3, "no more than 2 data_visualization blocks allowed [json-pointer:/blocks]"),
    "empty slice": (
        [chart("pie", segments=[{"label": "Yes", "value": 0}])],
        "must be greater than 0 [json-pointer:/blocks/0/chart/segments/0/value]",
    ),
    "long chart title": (
        [bars("A") | {"title": "x" * 51}],
        "must be less than 51 characters [json-pointer:/blocks/0/title]",
    ),
    "21 points": (
        [bars(*(str(number) for number in range(21)))],
        "no more than 20 items allowed [json-pointer:/blocks/0/chart/series/0/data]",
    ),
    "long label": (
        [bars("x" * 21)],
        "must be less than 21 characters [json-pointer:/blocks/0/chart/series/0/data/0/label]",
    ),
    "102 rows": ([data_table(rows=102)], "no more than 101 items allowed [json-pointer:/blocks/0/rows]"),
    "21 columns": ([data_table(columns=21)], "no more than 20 items allowed [json-pointer:/blocks/0/rows/0]"),
    "large tables": (
        [{"type": "table", "rows": [[{"type": "raw_text", "text": "x" * 6_000}]]}] * 2,
        "tables must hold less than 10001 characters in all [json-pointer:/blocks]",
    ),
    "empty rich text": (
        [
            {
                "type": "rich_text",
                "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": ""}]}],
            }
        ],
        "must be more than 0 characters [json-pointer:/blocks/0/elements/0/elements/0/text]",
    ),
}


@pytest.mark.parametrize(("blocks", "complaint"), REJECTED.values(), ids=REJECTED.keys())
def test_a_bad_block_is_rejected(blocks: list[Block], complaint: str) -> None:
    assert complaint in check_message({"text": "Hi", "blocks": blocks})


TEXT_BOX = {"type": "plain_text_input", "action_id": "a", "max_length": 3_000}
GOOD_VIEWS = {
    "modal": modal(private_metadata="x" * 3_000, callback_id="ask", close=plain("Close")),
    "form": modal(question(TEXT_BOX), submit=plain("Send")),
    "home": home(question(TEXT_BOX, dispatch_action=True), bars("Yes")),
    "hundred blocks": home(*[section()] * 100),
    "number": modal(question({"type": "number_input", "is_decimal_allowed": False}), submit=plain("Send")),
}


@pytest.mark.parametrize("view", GOOD_VIEWS.values(), ids=GOOD_VIEWS.keys())
def test_a_good_view_is_accepted(view: Block) -> None:
    assert check_view(view) == []


BAD_VIEWS = {
    "long title": (modal(title=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/title/text]"),
    "no title": ({"type": "modal", "blocks": [section()]}, "missing required field: title [json-pointer:/view]"),
    "home with a title": (home(title=plain("A")), "invalid additional property: title [json-pointer:/view]"),
    "other type": (home(type="dialog"), "unsupported type: dialog [json-pointer:/view/type]"),
    "form without submit": (
        modal(question(TEXT_BOX)),
        "missing required field: submit, as there are input blocks [json-pointer:/view]",
    ),
    "long metadata": (
        modal(private_metadata="x" * 3_001),
        "must be less than 3001 characters [json-pointer:/view/private_metadata]",
    ),
    "101 blocks": (modal(*[section()] * 101), "no more than 100 items allowed [json-pointer:/view/blocks]"),
    "thumbs": (modal(feedback()), "unsupported_block: context_actions [json-pointer:/view/blocks/0/type]"),
    "chart in a modal": (modal(bars("A")), "unsupported_block: data_visualization [json-pointer:/view/blocks/0/type]"),
    "large box": (
        modal(question({**TEXT_BOX, "max_length": 3_001}), submit=plain("Send")),
        "must be no more than 3000 [json-pointer:/view/blocks/0/element/max_length]",
    ),
    "too large": (
        modal(*[section("x" * 3_000)] * 90),
        "view_too_large: must be at most 250000 bytes as JSON [json-pointer:/view]",
    ),
    "not a view": ([], "must provide an object [json-pointer:/view]"),
}


@pytest.mark.parametrize(("view", "complaint"), BAD_VIEWS.values(), ids=BAD_VIEWS.keys())
def test_a_bad_view_is_rejected(view: Any, complaint: str) -> None:
    assert complaint in check_view(view)
