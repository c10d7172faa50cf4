"""Helpful or not, and why not."""

import re
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot import blocks
from bot.blocks import notices
from bot.listeners.boundary import Boundary, tell_privately
from bot.listeners.desk import Desk
from bot.listeners.payloads import workspace_of
from bot.storage import Feedback
from bot.text import visible


def register(app: App, desk: Desk, boundary: Boundary) -> None:
    """Listen for the two buttons and for the form behind "Not helpful"."""

    @app.action(re.compile(r"^feedback(?::(?:un)?helpful)?$"))
    def take_feedback(body: dict[str, Any], action: dict[str, Any], ack: Ack, client: WebClient) -> None:
        verdict, value = str(action["value"]).split(" ", 1)
        is_kept = _give(desk, body, value, helpful=verdict == "helpful")
        ack()
        with boundary(body, client):
            if not is_kept:
                tell_privately(body, client, notices.GONE)
            elif verdict == "helpful":
                tell_privately(body, client, notices.THANKS)
            elif body.get("view"):
                client.views_push(trigger_id=body["trigger_id"], view=blocks.why_not_helpful(value))
            else:
                client.views_open(trigger_id=body["trigger_id"], view=blocks.why_not_helpful(value))

    @app.view("why_not_helpful")
    def take_reason(body: dict[str, Any], view: dict[str, Any], ack: Ack) -> None:
        answers = view["state"]["values"]
        chosen = answers["reason"]["choice"]["selected_option"]
        note = visible(answers["note"]["text"].get("value") or "") or None
        is_kept = _give(desk, body, view["private_metadata"], helpful=False, reason=chosen["value"], note=note)
        sentence = notices.THANKS if is_kept else notices.GONE
        ack(response_action="update", view=blocks.answer_view(blocks.note(sentence)))


def _give(
    desk: Desk, body: dict[str, Any], value: str, *, helpful: bool, reason: str | None = None, note: str | None = None
) -> bool:
    """Keep a verdict; False when the question is no longer kept."""
    question_id, _, entry = value.partition(" ")
    workspace = workspace_of(body)
    if desk.store.questions.find(workspace, int(question_id)) is None:
        return False
    desk.store.feedback.give(
        Feedback(workspace, int(question_id), body["user"]["id"], entry, helpful, desk.clock(), reason, note)
    )
    return True
