"""Keep a fitted matcher between runs. The folder may be deleted at any time."""

import hashlib
import logging
import os
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import platformdirs
from filelock import FileLock, Timeout

from bot import matching
from bot.conversation import Understanding
from bot.knowledge import Knowledge
from bot.matching import Ranker
from bot.matching.encoder import MODEL
from bot.matching.ranker import texts_of

logger = logging.getLogger(__name__)
MOST_KEPT = 4  # older models are deleted
LONGEST_FIT = 120.0  # seconds


def cache_folder() -> Path:
    """This user's own folder for what can be made again."""
    return Path(platformdirs.user_cache_dir("mandate-bot", appauthor=False))


def understand(knowledge: Knowledge, cache: Path | None) -> Understanding:
    """The knowledge made ready, from a kept model where `cache` has one for just this knowledge and this code."""
    if cache is None or not knowledge.entries:
        return Understanding.of(knowledge)
    path = cache / f"model-{_digest(knowledge)}.npz"
    with _alone(cache):
        ranker = _taken_up(knowledge, path)
        if ranker is None:
            ranker = Ranker(knowledge)
            _keep(ranker, path)
    return Understanding.of(knowledge, ranker)


@contextmanager
def _alone(cache: Path) -> Iterator[None]:
    """Of several processes one fits, and the others take up what it kept; where they cannot wait, each fits."""
    lock = FileLock(cache / "fitting.lock", timeout=LONGEST_FIT, mode=0o600)
    try:
        cache.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock.acquire()
    except (OSError, Timeout) as error:
        logger.warning("Fitting without waiting for others: %s", error)
        yield
        return
    try:
        yield
    finally:
        lock.release()


def _digest(knowledge: Knowledge) -> str:
    """Differs when what the matcher learns from does, or the code that fits it."""
    code = Path(matching.__file__).parent
    digest = hashlib.sha256(np.__version__.encode())
    for path in [*sorted(code.glob("*.py")), code.parent / "text.py"]:
        digest.update(path.read_bytes())
    digest.update(str([path.stat().st_size for path in sorted(MODEL.glob("*.*"))]).encode())
    # Of what was loaded, not of the files: those may have changed since. A review changes nothing to learn from.
    learned = [(entry.id, entry.part, texts_of(entry)) for entry in knowledge.entries.values()]
    for record in (*learned, *knowledge.terms.values(), *knowledge.asks):
        digest.update(repr(record).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:24]


def _taken_up(knowledge: Knowledge, path: Path) -> Ranker | None:
    if not path.is_file():
        return None
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            return Ranker(knowledge, dict(kept))
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        logger.warning("The kept model %s cannot be used and will be made again: %s", path, error)
        return None


def _keep(ranker: Ranker, path: Path) -> None:
    """Write whole or not at all; a disk that is full costs the next start a few seconds, and nothing else."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                np.savez(file, **ranker.arrays())  # type: ignore[arg-type]  # numpy's stub takes no mapping
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, path)
        except BaseException:
            os.unlink(name)
            raise
        kept = sorted(path.parent.glob("model-*.npz"), key=lambda other: other.stat().st_mtime)
        for old in kept[:-MOST_KEPT]:
            old.unlink(missing_ok=True)
    except OSError as error:
        logger.warning("The fitted model could not be kept: %s", error)
