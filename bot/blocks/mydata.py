"""What is held about a person, in words: for a terminal, and beside the file that they take along."""

from collections.abc import Mapping
from typing import Any

from bot.blocks.kit import Message, section
from bot.text import counted

FILE_TITLE = "What Mandate Bot keeps about you"
NO_SCOPE = (
    "I may not send files here, so you got no file. Whoever runs this bot can add the scope files:write, "
    "or give you the same with: mandate-bot mydata YOUR-MEMBER-ID --export"
)
SENT = "I've sent you a file with everything I keep about you, as a direct message."


def covering(held: Mapping[str, Any]) -> Message:
    """The message that a file comes with: how much there is of what."""
    lines = [f"• {kind['what']}: {counted(len(kind['rows']), 'entry', 'entries')}" for kind in held["held"].values()]
    said = ["Here is everything I keep about you, as a file that people and machines can read."]
    said += ["\n".join(lines)] if lines else ["I keep nothing about you, so the file says just that."]
    said.append(" ".join(held["elsewhere"]))
    return Message("\n\n".join(said), [section(paragraph) for paragraph in said])


def say_held(held: Mapping[str, Any]) -> list[str]:
    """Everything, a line each, for a terminal."""
    lines = [f"Held about {held['person']} in workspace {held['workspace']}, on {held['made_at']}:"]
    if not held["held"]:
        lines.append("Nothing.")
    for kind in held["held"].values():
        lines += ["", f"{kind['what'][:1].upper()}{kind['what'][1:]}", f"  Kept: {kind['kept']}."]
        for row in kind["rows"]:
            lines.append("  - " + "; ".join(f"{name}: {_one_line(value)}" for name, value in row.items()))
    return [*lines, "", *held["elsewhere"]]


def _one_line(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {_one_line(one)}" for name, one in value.items())
    if isinstance(value, list):
        return ", ".join(_one_line(one) for one in value)
    return "".join(letter if letter.isprintable() else " " for letter in str(value))
