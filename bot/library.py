"""The knowledge in use: read again when a file changes, the last good version kept when an edit is broken."""

import logging
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from bot.additions import Addition, apply
from bot.conversation import Understanding
from bot.errors import KnowledgeError
from bot.keeping import understand
from bot.knowledge import Knowledge, fingerprint, load_knowledge
from bot.matching import Cutoffs

logger = logging.getLogger(__name__)
LOOK_EVERY = 1.0  # seconds

Told = Callable[[KnowledgeError], None]


class Additions(Protocol):
    """What leads added: `Store.additions`."""

    def live(self) -> Sequence[Addition]: ...

    def stamp(self) -> str: ...

    def retire(self, ids: Collection[int]) -> None: ...


@dataclass(frozen=True)
class _Fit:
    """What was fitted: from which curated files, and from which additions."""

    curated: Knowledge
    stamp: str  # of the additions
    understanding: Understanding


class Library:
    """Holds one fitted `Understanding` at a time. Answering never waits: a new one is fitted first, then swapped in.

    Until it is, what leads added since is served all the same: its answers, and its wordings word for word.
    """

    def __init__(
        self,
        folder: Path,
        cache: Path | None = None,
        cutoffs: Cutoffs | None = None,
        additions: Additions | None = None,
    ) -> None:
        """`cache` keeps fitted models between runs. Raises `KnowledgeError` when the folder has mistakes now."""
        self.folder = folder
        self._cache = cache
        self._cutoffs = cutoffs
        self._additions = additions
        self._seen = self._fingerprint()
        self._fit = self._read(self._seen[1])
        self._at_once: tuple[_Fit, str, Understanding] | None = None
        self._making = threading.Lock()
        self._stopping = threading.Event()
        self._looking = threading.Event()
        self._watcher: threading.Thread | None = None
        self._one_at_a_time = threading.Lock()

    def _fingerprint(self) -> tuple[object, str]:
        return fingerprint(self.folder), self._additions.stamp() if self._additions else ""

    def _read(self, stamp: str) -> _Fit:
        knowledge = curated = load_knowledge(self.folder)
        if self._additions:
            applied = apply(knowledge, self._additions.live())
            self._additions.retire(applied.retired)
            if applied.left_out:
                logger.warning("%d additions no longer fit the knowledge, and are left out.", len(applied.left_out))
            knowledge = applied.knowledge
        made = understand(knowledge, self._cache)
        return _Fit(curated, stamp, replace(made, cutoffs=self._cutoffs) if self._cutoffs else made)

    @property
    def fitted(self) -> Understanding:
        """What the matcher has learned; it may lack what leads added in the last seconds."""
        return self._fit.understanding

    @property
    def current(self) -> Understanding:
        """What to answer from now, with all that leads added."""
        fit = self._fit
        if self._additions is None or (stamp := self._additions.stamp()) == fit.stamp:
            return fit.understanding
        with self._making:
            if self._at_once is None or self._at_once[0] is not fit or self._at_once[1] != stamp:
                knowledge = apply(fit.curated, self._additions.live()).knowledge
                self._at_once = fit, stamp, fit.understanding.knowing(knowledge)
            return self._at_once[2]

    def watch(self, on_broken: Told | None = None, every: float = LOOK_EVERY) -> None:
        """Look for edits every so many seconds from now on; `on_broken` is told of each edit that has mistakes."""

        def look() -> None:
            while True:
                self._looking.wait(every)
                self._looking.clear()
                if self._stopping.is_set():
                    return
                try:
                    self.refresh(on_broken)
                except Exception:  # a watcher that dies leaves every later edit unseen
                    logger.exception("Looking for edits failed; the last good version stays in use.")

        self._watcher = threading.Thread(target=look, name="library", daemon=True)
        self._watcher.start()

    def look(self) -> None:
        """Have the watcher look at once, as after something was added; nobody waits for it."""
        self._looking.set()

    def stop(self) -> None:
        """Stop watching, once what is being learned just now is: seconds. A process must not end in the middle."""
        self._stopping.set()
        self._looking.set()
        if self._watcher:
            self._watcher.join()

    def refresh(self, on_broken: Told | None = None) -> bool:
        """Look for edits now; True when a new version is in use."""
        with self._one_at_a_time:
            try:
                now = self._fingerprint()
            except OSError:  # a file went between listing and looking; the next look will tell
                return False
            if now == self._seen:
                return False
            self._seen = now
            try:
                self._fit = self._read(now[1])
            except KnowledgeError as error:
                logger.error("The edited knowledge has mistakes; the last good version stays in use.\n%s", error)
                if on_broken:
                    on_broken(error)
                return False
            logger.info("Knowledge read again: %d entries.", len(self.fitted.knowledge.entries))
            return True
