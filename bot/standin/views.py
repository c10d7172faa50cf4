"""How Slack answers what is shown: modals and the Home tab. https://docs.slack.dev/surfaces/modals"""

from typing import Any

from bot.standin.answers import Answer, Arguments, Refused, need
from bot.standin.checks import check_view, is_too_large
from bot.standin.workspace import BOT, TEAM, Shown, Workspace

MODAL_STACK = 3


def _checked_view(arguments: Arguments, kind: str) -> dict[str, Any]:
    """The view to show, which must be a "modal" or a "home" one."""
    need(arguments, "view")
    view = arguments["view"]
    if is_too_large(view):
        raise Refused("view_too_large")
    complaints = check_view(view)
    if not complaints and view["type"] != kind:
        complaints = [f"must be a {kind} view [json-pointer:/view/type]"]
    if complaints:
        raise Refused("invalid_arguments", complaints)
    checked: dict[str, Any] = view
    return checked


def _use_trigger(workspace: Workspace, arguments: Arguments) -> None:
    """A trigger_id opens one window, once."""
    if arguments["trigger_id"] in workspace.used_triggers:
        raise Refused("exchanged_trigger_id")
    workspace.used_triggers.add(arguments["trigger_id"])


def _show(workspace: Workspace, view: dict[str, Any], *, id: str | None = None, user: str | None = None) -> Answer:
    shown = Shown(
        id=id or workspace.next_id("V"),
        hash=workspace.next_id(f"{workspace.next_ts()}."),
        view=view,
        user=user,
        external_id=view.get("external_id"),
    )
    workspace.show(shown)
    return _view_answer(workspace, shown)


def _view_answer(workspace: Workspace, shown: Shown) -> Answer:
    stack = workspace.modal_stack
    below = stack[: stack.index(shown.id)] if shown.id in stack else []
    return {
        "view": {
            **shown.view,
            "id": shown.id,
            "hash": shown.hash,
            "team_id": TEAM,
            "bot_id": BOT,
            "state": {"values": {}},
            "root_view_id": below[0] if below else shown.id,
            "previous_view_id": below[-1] if below else None,
        }
    }


def open_view(workspace: Workspace, arguments: Arguments) -> Answer:
    """One person's screen: a window opened later takes the place of the earlier stack."""
    need(arguments, "trigger_id")
    view = _checked_view(arguments, "modal")
    _use_trigger(workspace, arguments)
    workspace.modal_stack[:] = [workspace.next_id("V")]
    return _show(workspace, view, id=workspace.modal_stack[0])


def push_view(workspace: Workspace, arguments: Arguments) -> Answer:
    need(arguments, "trigger_id")
    view = _checked_view(arguments, "modal")
    if not workspace.modal_stack:
        raise Refused("not_found")
    if len(workspace.modal_stack) == MODAL_STACK:
        raise Refused("push_limit_reached")
    _use_trigger(workspace, arguments)
    workspace.modal_stack.append(workspace.next_id("V"))
    return _show(workspace, view, id=workspace.modal_stack[-1])


def _refuse_stale(arguments: Arguments, shown: Shown | None) -> None:
    if arguments.get("hash") and shown and arguments["hash"] != shown.hash:
        raise Refused("hash_conflict")


def update_view(workspace: Workspace, arguments: Arguments) -> Answer:
    if not arguments.get("external_id"):
        need(arguments, "view_id")
        shown = workspace.shown.get(arguments["view_id"])
    else:
        wanted = arguments["external_id"]
        shown = next((one for one in workspace.shown.values() if one.external_id == wanted), None)
    if shown is None:
        raise Refused("view_not_found")
    view = _checked_view(arguments, "home" if shown.user else "modal")
    _refuse_stale(arguments, shown)
    return _show(workspace, view, id=shown.id, user=shown.user)


def publish_view(workspace: Workspace, arguments: Arguments) -> Answer:
    need(arguments, "user_id")
    view = _checked_view(arguments, "home")
    before = workspace.home_of(arguments["user_id"])
    _refuse_stale(arguments, before)
    return _show(workspace, view, id=before.id if before else None, user=arguments["user_id"])
