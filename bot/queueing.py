"""Grouping what waits for the CCG, as it comes, by the matcher's own similarity."""

import threading
from collections.abc import Sequence
from functools import lru_cache

from bot.grouping import Similarity
from bot.library import Library
from bot.matching import Ranker
from bot.storage import Likeness, Sorting, Store

PARTS_KEPT = 100  # questions; between being looked at and being placed they need it twice
LIKELY = 0.1  # the least confidence at which a question is taken to be about the candidate's part of the mandate


class Queue:
    """Safe to share between threads; of two processes on one database each keeps its own similarities."""

    def __init__(self, store: Store, library: Library) -> None:
        self._store = store
        self._library = library
        self._lock = threading.Lock()  # around one similarity, while questions are placed by it
        self._reading = threading.Lock()  # around reading all that is open anew
        self._ready: dict[str, tuple[Ranker, Similarity]] = {}  # by workspace
        self._part_of = lru_cache(PARTS_KEPT)(self._find_part)

    def group_waiting(self) -> int:
        """Bring every open question without a group into one; how many there were."""
        placed = 0
        for workspace in self._store.review.workspaces_with_loose():
            likeness = self._current(workspace)
            with self._lock:
                placed += self._store.review.place(workspace, likeness)
        return placed

    def keep_ready(self) -> None:
        """Read what is open by the knowledge in use, so that nobody waits for it: seconds for thousands."""
        for workspace in self._store.review.workspaces_with_open():
            self._current(workspace)

    def pin(
        self,
        workspace: str,
        ones: Sequence[int],
        others: Sequence[int],
        *,
        together: bool,
        sorting: Sorting | None = None,
    ) -> None:
        """A lead says that these questions mean the same as those, or do not.

        Raises `ReviewError` when a group has changed since the lead looked at it.
        """
        # Whoever waits for this is better served by the knowledge of a minute ago.
        held = self._ready.get(workspace)
        likeness = self._likeness(held[1]) if held else self._current(workspace)
        with self._lock:
            self._store.review.pin(workspace, ones, others, together, likeness, sorting)

    def _current(self, workspace: str) -> Likeness:
        """By the knowledge in use. Others go on with what was ready before until the whole queue has been read."""
        with self._reading:
            ranker = self._library.fitted.ranker
            held = self._ready.get(workspace)
            if held is None or held[0] is not ranker:
                held = ranker, Similarity(ranker)
                self._part_of.cache_clear()
                self._store.review.hold_open(workspace, self._likeness(held[1]))
                self._ready[workspace] = held
        return self._likeness(held[1])

    def _likeness(self, similarity: Similarity) -> Likeness:
        return Likeness(similarity.add, similarity.held, similarity.like, self._part_of)

    def _find_part(self, question: str) -> int | None:
        ranking = self._library.fitted.ranker.rank(question)
        return ranking[0].entry.part if ranking and ranking[0].confidence >= LIKELY else None
