"""The stand-in takes files as Slack does: an address for each, and then a channel to share them in."""

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.standin import StandIn
from tests.harness import error_of


def test_files_are_shared_with_their_words(client: WebClient, standin: StandIn) -> None:
    picture = {"content": b"\x89PNG\xff", "filename": "a.png", "title": "A chart", "alt_txt": "Yes: 1"}

    client.files_upload_v2(channel="D1", file_uploads=[picture], initial_comment="Here")

    [file] = standin.files.values()
    assert (file.content, file.title, file.alt_txt) == (b"\x89PNG\xff", "A chart", "Yes: 1")
    assert (file.channel, file.comment) == ("D1", "Here")


def test_a_person_is_no_channel_for_a_file(client: WebClient, standin: StandIn) -> None:
    with pytest.raises(SlackApiError) as refused:
        client.files_upload_v2(channel="U1", content="x", filename="a.csv")

    assert error_of(refused) == "channel_not_found"


def test_a_file_that_never_came_is_not_shared(client: WebClient) -> None:
    file_id = client.files_getUploadURLExternal(filename="a.csv", length=3)["file_id"]

    with pytest.raises(SlackApiError) as refused:
        client.files_completeUploadExternal(files=[{"id": file_id, "title": "A"}], channel_id="C1")

    assert error_of(refused) == "file_not_found"
