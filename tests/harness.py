"""A workspace to test in: real Bolt dispatch of signed requests, a real database, and the stand-in for Slack."""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import App, BoltRequest, BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier

from bot.app import Timers, build_app
from bot.library import Library
from bot.listeners.desk import Desk
from bot.settings import Settings
from bot.standin import StandIn
from bot.standin.payloads import block_of as block_of
from bot.standin.payloads import elements_of as elements_of
from bot.standin.payloads import find_button as find_button
from bot.storage import Store
from tests import payloads
from tests.deeds import logged_deeds
from tests.payloads import Body

SECRET = "a-signing-secret"
CCG = "Anytown CCG"


class Clock:
    """A time that tests move by hand."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **how_long: float) -> None:
        self.now += timedelta(**how_long)


class Workspace:
    """One bot on one database, and everything a person can do to it."""

    def __init__(self, folder: Path, library: Library, standin: StandIn, **settings: Any) -> None:
        self.slack = standin
        self.settings = Settings(
            knowledge=library.folder,
            db=folder / "bot.db",
            ccg_name=CCG,
            slack_api_url=standin.url,
            slack_bot_token="xoxb-test",
            slack_signing_secret=SECRET,
            **settings,
        )
        self.clock = Clock()
        self.library = library
        self.store = Store(self.settings.db)
        self.desk = Desk(self.settings, library, self.store, self.clock)
        # One worker shows what inline runs hide, and lets a test wait for the listener.
        self.executor = ThreadPoolExecutor(1)
        self.app: App = build_app(
            self.settings, library, self.store, self.desk, self.executor, raise_error_for_unhandled_request=True
        )
        self.timers = Timers(self.desk, self.app.client)
        self.slack.forget()

    def close(self) -> None:
        self.executor.shutdown()
        self.store.close()

    def send(self, body: Body, headers: Mapping[str, str] | None = None) -> BoltResponse:
        """Dispatch one signed request, and wait until its listener is done."""
        with logged_deeds(self.settings, body):
            response = self.app.dispatch(signed(body, headers))
            self.executor.submit(lambda: None).result(timeout=10)
        return response

    def dm(self, text: str, user: str = "U1", event_id: str | None = None, **more: Any) -> BoltResponse:
        return self.send(payloads.envelope(payloads.direct_message(text, user, **more), event_id))

    def mention(self, text: str, user: str = "U1", channel: str = "C1", **more: Any) -> BoltResponse:
        return self.send(payloads.envelope(payloads.mention(text, user, channel, **more)))

    def command(self, text: str, user: str = "U1", channel: str = "C1", name: str = "/mandate") -> str:
        """Type a slash command; the response URL that Slack gave with it."""
        url = self.slack.response_url()
        assert self.send(payloads.command(text, url, user, channel, name)).status == 200
        return url

    def shortcut(self, text: str, user: str = "U1", **message: Any) -> BoltResponse:
        asked = {"type": "message", "user": "U9", "text": text, "ts": payloads.ts(), **message}
        return self.send(payloads.shortcut(asked, self.slack.response_url(), user))

    def open_home(self, user: str = "U1", tab: str = "home") -> dict[str, Any]:
        event = {"type": "app_home_opened", "user": user, "channel": f"D{user}", "tab": tab, "event_ts": payloads.ts()}
        self.send(payloads.envelope(event))
        return dict(self.slack.calls_to("views.publish")[-1].arguments["view"]) if tab == "home" else {}

    def posted(self, channel: str) -> list[dict[str, Any]]:
        return self.slack.posted.get(channel, [])

    def last(self, channel: str) -> dict[str, Any]:
        return self.posted(channel)[-1]

    def press(self, label: str, message: Mapping[str, Any], user: str = "U1", url: str | None = None) -> BoltResponse:
        """Press the button `label` of a posted message."""
        element, value = find_button(message["blocks"], label)
        place = payloads.in_message(message, url or self.slack.response_url())
        return self.send(payloads.press(element, value, place, user, block_of(message["blocks"], element)))

    def press_private(self, label: str, blocks: list[Body], url: str, user: str = "U1") -> BoltResponse:
        """Press the button `label` of a message that only this person sees."""
        element, value = find_button(blocks, label)
        return self.send(payloads.press(element, value, payloads.in_private("C1", url), user))

    def press_in_view(
        self, label: str, view: Mapping[str, Any], view_id: str, user: str = "U1", values: Body | None = None
    ) -> BoltResponse:
        """Press the button `label` in a window or on the Home tab."""
        element, value = find_button(view["blocks"], label)
        place = payloads.in_view(view_id, view, values)
        return self.send(payloads.press(element, value, place, user, block_of(view["blocks"], element)))

    def last_view(self, method: str = "views.open") -> tuple[str, dict[str, Any]]:
        """The id and content of the window opened, pushed or changed last."""
        call = self.slack.calls_to(method)[-1]
        view_id = call.arguments.get("view_id") or list(self.slack.views)[-1]
        return str(view_id), dict(call.arguments["view"])


def own_cache(folder: Path, shared: Path) -> Path:
    """Fitted models of one test, so that those which others share are not crowded out."""
    own = folder / "models"
    own.mkdir()
    for model in shared.glob("model-*.npz"):
        (own / model.name).hardlink_to(model)
    return own


def signed(
    body: Body, headers: Mapping[str, str] | None = None, *, at: float | None = None, secret: str = SECRET
) -> BoltRequest:
    raw, content_type = payloads.encoded(body)
    stamp = str(int(at or time.time()))
    signature = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=raw)
    assert signature is not None
    sent: dict[str, str | Sequence[str]] = {
        "content-type": [content_type],
        "x-slack-request-timestamp": [stamp],
        "x-slack-signature": [signature],
        **{name: [value] for name, value in (headers or {}).items()},
    }
    return BoltRequest(body=raw, headers=sent)


def error_of(refused: pytest.ExceptionInfo[SlackApiError]) -> str:
    """What Slack said no with."""
    return str(refused.value.response["error"])


def words_of(message: Mapping[str, Any]) -> str:
    """Everything that a message's or view's blocks say, in order."""
    said: list[str] = []

    def walk(piece: Any) -> None:
        if isinstance(piece, Mapping):
            if piece.get("type") in ("mrkdwn", "plain_text"):
                said.append(piece["text"])
            else:
                for child in piece.values():
                    walk(child)
        elif isinstance(piece, list):
            for child in piece:
                walk(child)

    walk(list(message["blocks"]))
    return "\n".join(said)
