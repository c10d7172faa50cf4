"""Letters with an answer, as the bot would word it now."""

from collections.abc import Sequence

from bot import blocks
from bot.knowledge import Entry
from bot.letters import Letter
from bot.listeners.desk import Desk
from bot.review import Asker, Group, to_tell


def answer_letter(desk: Desk, group: Group, asker: Asker, entry: Entry) -> Letter:
    """The answer for one person."""
    entries = desk.library.current.knowledge.entries
    return blocks.answered(group, asker, entry, entries, desk.settings.ccg_name, desk.clock().date())


def answer_letters(desk: Desk, group: Group, askers: Sequence[Asker], entry: Entry) -> list[Letter]:
    """The answer for everybody who asked, one each."""
    return [answer_letter(desk, group, asker, entry) for asker in to_tell(list(askers))]
