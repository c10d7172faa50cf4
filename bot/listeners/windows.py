"""Windows over what somebody looks at."""

from typing import Any

from slack_sdk import WebClient


def open_window(body: dict[str, Any], client: WebClient, view: dict[str, Any]) -> None:
    """Open a window, on top of the one that was pressed in, if any."""
    in_window = (body.get("view") or {}).get("type") == "modal"
    (client.views_push if in_window else client.views_open)(trigger_id=body["trigger_id"], view=view)
