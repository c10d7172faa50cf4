"""Windows and Home tabs in the stand-in for Slack."""

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.standin import StandIn
from tests.block_samples import home, modal, section
from tests.harness import error_of


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
