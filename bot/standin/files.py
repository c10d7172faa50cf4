"""How Slack takes files: an address to send each to, and then a channel to share them in.

https://docs.slack.dev/messaging/working-with-files#upload
"""

from dataclasses import replace

from bot.standin.answers import Answer, Arguments, Refused, need
from bot.standin.messages import writable
from bot.standin.workspace import File, Workspace

MOST_ALT = 1_000


def start_upload(workspace: Workspace, arguments: Arguments) -> Answer:
    """An address that takes the file's bytes, once."""
    need(arguments, "filename", "length")
    alt_txt = str(arguments.get("alt_txt") or "")
    if len(alt_txt) > MOST_ALT:
        raise Refused("alt_txt_too_long")
    file = File(workspace.next_id("F"), str(arguments["filename"]), int(arguments["length"]), alt_txt)
    workspace.files[file.id] = file
    return {"upload_url": f"{workspace.origin}/upload/{file.id}", "file_id": file.id}


def receive(workspace: Workspace, file_id: str, content: bytes) -> bool:
    """The bytes of a file; False where nobody asked to send it, or announced another length."""
    file = workspace.files.get(file_id)
    if file is None or file.content is not None or len(content) != file.length:
        return False
    workspace.files[file_id] = replace(file, content=content)
    return True


def complete_upload(workspace: Workspace, arguments: Arguments) -> Answer:
    """Share files that have arrived. A person's id is no channel here."""
    need(arguments, "files")
    wanted = [workspace.files.get(str(one.get("id"))) for one in arguments["files"]]
    if any(file is None or file.content is None for file in wanted):
        raise Refused("file_not_found")
    channel = str(arguments.get("channel_id") or "")
    if channel and channel[:1] not in ("C", "D", "G"):
        raise Refused("channel_not_found")
    for one in arguments["files"]:
        file = workspace.files[str(one["id"])]
        workspace.files[file.id] = replace(
            file,
            title=one.get("title") or file.name,
            channel=writable(workspace, channel) if channel else None,
            comment=str(arguments.get("initial_comment") or ""),
        )
    return {"files": [{"id": one["id"], "title": one.get("title")} for one in arguments["files"]]}
