"""What every request passes first: text that can be kept and shown as it is, and no request twice."""

import re
from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App, BoltResponse

from bot.listeners.desk import Desk
from bot.listeners.payloads import MOST_CHARACTERS, is_question, workspace_of

# SQLite cannot keep lone halves of characters, and control characters only hide what stands between them.
_BROKEN = re.compile("[\ud800-\udfff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def register(app: App, desk: Desk) -> None:
    """Stand before all listeners."""

    @app.middleware
    def mend_text(body: dict[str, Any], next: Callable[[], None]) -> None:
        _mend(body)
        next()

    @app.middleware
    def refuse_copies(body: dict[str, Any], ack: Ack, next: Callable[[], None]) -> BoltResponse | None:
        # A copy is Slack's own or somebody's replay. Questions have the inbox, which remembers them for longer.
        key = body.get("trigger_id") or body.get("event_id")
        if key and not is_question(body) and not desk.store.arrivals.is_new(workspace_of(body), str(key), desk.clock()):
            return ack()
        next()
        return None


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
