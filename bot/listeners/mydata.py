"""What is held about a person, as a file in a direct message to them."""

import json

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.blocks import mydata as words
from bot.listeners.desk import Desk
from bot.listeners.refusals import code_of
from bot.mydata import held


def send_held(desk: Desk, workspace: str, person: str, client: WebClient) -> str:
    """Send it; what to tell the person."""
    found = held(desk.store, workspace, person, desk.clock())
    # A file is sent to a channel alone, and a message to a person says which that is.
    posted = client.chat_postMessage(channel=person, **words.covering(found).arguments())
    content = json.dumps(found, indent=2, ensure_ascii=False).encode("utf-8", "replace")
    file = {"filename": "mandate-bot-mydata.json", "content": content, "title": words.FILE_TITLE}
    try:
        client.files_upload_v2(channel=str(posted["channel"]), file_uploads=[file])
    except SlackApiError as error:
        if code_of(error) != "missing_scope":
            raise
        return words.NO_SCOPE
    return words.SENT
