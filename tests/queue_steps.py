"""What leads do with the review queue on their Home tab, and what they see there."""

import json
from typing import Any

from bot.review import State
from tests import payloads
from tests.harness import Workspace

CAT = "who feeds the office cat"
CATS = [CAT, "whos feeding the office cat"]
LOCUM = "how much does a locum cost a day"
# Unlike each other, and nothing that the knowledge answers.
STRANGE = [
    CAT,
    LOCUM,
    "where has the stapler gone",
    "is there a lift to the second floor",
    "does anyone sell bicycles",
    "what colour is the new carpet",
    "who won the football on saturday",
    "can I borrow a ladder",
]
View = dict[str, Any]


def ask(workspace: Workspace, *texts: str, user: str = "U1") -> None:
    for text in texts:
        workspace.dm(text, user=user)
    workspace.timers.tick()


def home_of(workspace: Workspace, lead: str = "ULEAD") -> View:
    return dict(workspace.slack.calls_to("views.publish")[-1].arguments["view"]) | {"lead": lead}


def row_of(home: View, text: str) -> View:
    """The tab, cut down to the row that shows `text`."""
    at = next(n for n, block in enumerate(home["blocks"]) if text in str(block.get("text", "")))
    return home | {"blocks": home["blocks"][at : at + 3]}


def press(workspace: Workspace, label: str, text: str = CAT, lead: str = "ULEAD", home: View | None = None) -> None:
    workspace.press_in_view(label, row_of(home or workspace.open_home(lead), text), "V1", lead)


def pick(workspace: Workspace, menu: str, value: str, home: View, user: str = "ULEAD") -> View:
    """Pick something in a menu of the Home tab; the tab as it is then."""
    element = {"type": "static_select", "action_id": f"queue:{menu}"}
    body = payloads.press(element, "", payloads.in_view("V1", home), user, "queue-menus")
    body["actions"][0]["selected_option"] = {"value": value}
    workspace.send(body)
    return home_of(workspace)


def submit(workspace: Workspace, values: payloads.Body, user: str = "ULEAD", form: View | None = None) -> Any:
    view_id, view = workspace.last_view()
    return workspace.send(payloads.submitted(view_id, form or view, values, user))


def assigned_to(person: str) -> payloads.Body:
    return {"assignee": {"person": {"type": "users_select", "selected_user": person}}}


def because(reason: str) -> payloads.Body:
    return {"reason": {"choice": {"type": "radio_buttons", "selected_option": {"value": reason}}}}


def sorted_so(apart: tuple[int, ...] = (), join: str | None = None) -> payloads.Body:
    boxes = [{"value": str(one)} for one in apart]
    return {
        "apart-0": {"wordings": {"type": "checkboxes", "selected_options": boxes}},
        "join": {"queue:join": {"type": "external_select", "selected_option": {"value": join} if join else None}},
    }


def states(workspace: Workspace) -> dict[str, State]:
    return {group.text: group.state for group in workspace.store.review.groups("T0001")}


def versions(workspace: Workspace) -> list[tuple[int, int, State]]:
    return [(group.id, group.version, group.state) for group in workspace.store.review.groups()]


def texts(home: View) -> list[str]:
    """The questions of the rows shown, in order."""
    blocks = home["blocks"]
    rows = [n for n, block in enumerate(blocks) if str(block.get("block_id", "")).startswith("row-")]
    return [blocks[n - 2]["text"]["text"] for n in rows]


def offers(workspace: Workspace, typed: str, user: str = "ULEAD") -> list[dict[str, Any]]:
    view_id, view = workspace.last_view()
    body = {
        "type": "block_suggestion",
        "action_id": "queue:join",
        "block_id": "join",
        "value": typed,
        "team": {"id": payloads.TEAM, "domain": "anytown"},
        "user": {"id": user, "team_id": payloads.TEAM},
        "view": {**view, "id": view_id},
    }

    return list(json.loads(workspace.send(body).body)["options"])
