"""What leads are told of questions that have waited for long."""

from datetime import date

from bot.blocks.kit import Message, section
from bot.blocks.wording import day
from bot.retention import LEADS_WARNED_AFTER, length_of
from bot.text import counted


def long_wait(questions: int, since: date) -> Message:
    """How many, since when, what follows and what to do."""
    have = "has" if questions == 1 else "have"
    said = (
        f"{counted(questions, 'question')} {have} waited for {LEADS_WARNED_AFTER} days or more, the oldest since "
        f"{day(since)}. I keep questions {length_of('questions')}, and those that wait until somebody deals with them, "
        "so they stay, with the member IDs of those who asked, until you answer, link or dismiss them. "
        "They come first in the queue on my Home tab."
    )
    return Message(said, [section(said)])
