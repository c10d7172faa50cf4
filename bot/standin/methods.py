"""Every method that the stand-in answers.

A method takes the workspace and the decoded arguments, and returns the answer without `ok`, or raises `Refused`.
https://docs.slack.dev/reference/methods
"""

from collections.abc import Callable, Mapping

from bot.standin import files, messages, views
from bot.standin.answers import Answer, Arguments, Refused, need
from bot.standin.workspace import BOT, BOT_USER, TEAM, Workspace

MOST_PROMPTS = 4


def auth_test(workspace: Workspace, arguments: Arguments) -> Answer:
    return {
        "url": "https://anytown-ccg.slack.com/",
        "team": "Anytown CCG",
        "user": "mandate_bot",
        "team_id": TEAM,
        "user_id": BOT_USER,
        "bot_id": BOT,
        "is_enterprise_install": False,
    }


def user_info(workspace: Workspace, arguments: Arguments) -> Answer:
    need(arguments, "user")
    user = str(arguments["user"])
    if user[:1] not in ("U", "W"):
        raise Refused("user_not_found")
    name = workspace.user_names.get(user, user)
    profile = {"real_name": name, "display_name": name}
    told = {"id": user, "team_id": TEAM, "name": user.lower(), "real_name": name, "profile": profile}
    return {"user": {**told, "deleted": False, "is_bot": user == BOT_USER}}


def group_members(workspace: Workspace, arguments: Arguments) -> Answer:
    need(arguments, "usergroup")
    if arguments["usergroup"] not in workspace.user_groups:
        raise Refused("no_such_subteam")
    return {"users": list(workspace.user_groups[arguments["usergroup"]])}


def set_suggested_prompts(workspace: Workspace, arguments: Arguments) -> Answer:
    """With thread_ts an agent_view app hears ok and nobody sees a prompt.

    https://docs.slack.dev/reference/methods/assistant.threads.setSuggestedPrompts/
    """
    need(arguments, "channel_id", "prompts")
    prompts = arguments["prompts"]
    if not isinstance(prompts, list) or len(prompts) > MOST_PROMPTS:
        raise Refused("invalid_arguments", [f"no more than {MOST_PROMPTS} items allowed [json-pointer:/prompts]"])
    for position, prompt in enumerate(prompts):
        if not isinstance(prompt, dict) or not (prompt.get("title") and prompt.get("message")):
            raise Refused("invalid_arguments", [f"needs a title and a message [json-pointer:/prompts/{position}]"])
    if arguments.get("thread_ts"):
        workspace.silently_failed.append(arguments)
    return {}


def set_status(workspace: Workspace, arguments: Arguments) -> Answer:
    need(arguments, "channel_id", "thread_ts")
    if not isinstance(arguments.get("status"), str):  # "" takes the status away
        raise Refused("invalid_arguments", ["missing required field: status"])
    return {}


def open_connection(workspace: Workspace, arguments: Arguments) -> Answer:
    return {"url": workspace.socket_url}


METHODS: Mapping[str, Callable[[Workspace, Arguments], Answer]] = {
    "apps.connections.open": open_connection,
    "assistant.threads.setStatus": set_status,
    "assistant.threads.setSuggestedPrompts": set_suggested_prompts,
    "auth.test": auth_test,
    "chat.delete": messages.delete_message,
    "chat.postEphemeral": messages.post_ephemeral,
    "chat.postMessage": messages.post_message,
    "chat.update": messages.update_message,
    "conversations.history": messages.history,
    "conversations.replies": messages.replies,
    "files.completeUploadExternal": files.complete_upload,
    "files.getUploadURLExternal": files.start_upload,
    "response_url": messages.respond,
    "usergroups.users.list": group_members,
    "users.info": user_info,
    "views.open": views.open_view,
    "views.publish": views.publish_view,
    "views.push": views.push_view,
    "views.update": views.update_view,
}
