"""Grouping what waits for the CCG, as it comes, by the matcher's own similarity."""

import threading

from bot.grouping import Similarity
from bot.library import Library
from bot.matching import Ranker
from bot.storage import Likeness, Store

LIKELY = 0.1  # the least confidence at which a question is taken to be about the candidate's part of the mandate


class Queue:
    """Safe to share between threads; of two processes on one database each keeps its own similarities."""

    def __init__(self, store: Store, library: Library) -> None:
        self._store = store
        self._library = library
        self._lock = threading.Lock()
        self._ranker: Ranker | None = None
        self._by_workspace: dict[str, Similarity] = {}

    def group_waiting(self) -> int:
        """Bring every open question without a group into one; how many there were."""
        placed = 0
        for workspace in self._store.review.workspaces_with_loose():
            with self._lock:
                likeness = self._likeness(workspace)
                while came := self._store.review.place(workspace, likeness):
                    placed += came
        return placed

    def pin(self, workspace: str, ones: list[int], others: list[int], *, together: bool) -> None:
        """A lead says that these questions mean the same as those, or do not."""
        with self._lock:
            self._store.review.pin(workspace, ones, others, together, self._likeness(workspace))

    def _likeness(self, workspace: str) -> Likeness:
        ranker = self._library.current.ranker
        if ranker is not self._ranker:
            self._ranker, self._by_workspace = ranker, {}
        similarity = self._by_workspace.setdefault(workspace, Similarity(ranker))
        return Likeness(similarity.add, similarity.held, similarity.like, self._part_of)

    def _part_of(self, question: str) -> int | None:
        ranking = self._library.current.ranker.rank(question)
        return ranking[0].entry.part if ranking and ranking[0].confidence >= LIKELY else None
