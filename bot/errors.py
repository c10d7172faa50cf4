"""Problems a person can act on. Each carries the sentence that person reads."""

from collections.abc import Sequence


class BotError(Exception):
    """Something went wrong that the reader can put right."""


class SettingsError(BotError):
    """A setting is missing or cannot be understood."""


class KnowledgeError(BotError):
    """The knowledge folder has mistakes; `problems` lists every one, a line each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class StorageError(BotError):
    """The database cannot be opened, read or written."""
