"""What every request passes first: text that can be kept and shown as it is, and no request twice."""

import logging
import re
from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App, BoltContext, BoltResponse

from bot.errors import StorageError
from bot.listeners.desk import Desk
from bot.listeners.payloads import MOST_CHARACTERS, is_question, workspace_of

logger = logging.getLogger(__name__)

# SQLite cannot keep lone halves of characters, and control characters only hide what stands between them.
_BROKEN = re.compile("[\ud800-\udfff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def register(app: App, desk: Desk) -> None:
    """Stand before all listeners."""

    @app.middleware
    def mend_text(body: dict[str, Any], next: Callable[[], None]) -> None:
        _mend(body)
        next()

    @app.middleware
    def refuse_copies(
        body: dict[str, Any], context: BoltContext, ack: Ack, next: Callable[[], None]
    ) -> BoltResponse | None:
        # A copy is Slack's own or somebody's replay. Questions have the inbox, which remembers them for longer.
        key = str(body.get("trigger_id") or body.get("event_id") or "")
        if key and not is_question(body):
            if desk.store.arrivals.is_known(workspace_of(body), key, desk.clock()):
                return ack()
            context["ack"] = _Noting(desk, workspace_of(body), key)
        next()
        return None


class _Noting(Ack):
    """Notes a request when it is acknowledged: one whose process died before that was not done, and may come again."""

    def __init__(self, desk: Desk, workspace: str, key: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._desk = desk
        self._of = workspace, key

    def __call__(self, *of: Any, **how: Any) -> BoltResponse:
        if self.response is None:
            try:
                self._desk.store.arrivals.note(*self._of, self._desk.clock())
            except StorageError as error:  # what was asked for is done, or the person is told that it was not
                logger.error("A request was not noted, so a copy of it would count: %s", error)
        response: BoltResponse = super().__call__(*of, **how)
        return response


def _mend(body: Any) -> None:
    """Take out of every text within a payload what nobody sees, and cut it where Slack would end it, in place."""
    waiting = [body]
    while waiting:
        piece = waiting.pop()
        for key, value in piece.items() if isinstance(piece, dict) else enumerate(piece):
            if isinstance(value, str):
                if len(value) > MOST_CHARACTERS or _BROKEN.search(value):
                    piece[key] = _BROKEN.sub("", value)[:MOST_CHARACTERS]
            elif isinstance(value, (dict, list)):
                waiting.append(value)
