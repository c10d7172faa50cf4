"""What a whole text means, as one vector: a small transformer in a package of its own. No torch, no network."""

import hashlib
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.matching.arrays import Floats, unit

# Beside the bot in a checkout, else the package that comes with it.
_BESIDE = Path(__file__).parent.parent.parent / "encoder" / "mandate_bot_encoder"
MODEL = _BESIDE if _BESIDE.is_dir() else Path(str(resources.files("mandate_bot_encoder")))
KNOWN = MODEL / "known.npz"
SIZE = 384
MOST_TOKENS = 128  # of a text; a longer one is read so far, as the model was trained
MOST_HELD = 20_000  # texts whose vectors are remembered: 15 MB


class Encoder:
    """all-MiniLM-L6-v2 (NOTICE beside its files). Safe to call from several threads."""

    def __init__(self, folder: Path = MODEL, known: Mapping[int, Floats] | None = None) -> None:
        """`known` spares computing: vectors by the `key` of their text."""
        self._folder = folder
        self._known = known or {}
        self._held: dict[str, NDArray[np.float16]] = {}

    def encode(self, texts: Sequence[str]) -> Floats:
        """A row of length 1 for each text.

        Each text is computed by itself. In a batch the rounding to integers would depend on its neighbours, and a
        question would mean something else in other company.
        """
        return np.stack([self._encode(text) for text in texts]).astype(np.float32)

    def glance(self, text: str, most_tokens: int) -> Floats:
        """The row of the beginning of one text, of which nothing is remembered."""
        return unit(self._compute(text, most_tokens))

    def knows(self, text: str) -> bool:
        """Whether the vector of `text` came with the encoder."""
        return key(text) in self._known

    def remembered(self) -> Mapping[str, NDArray[np.float16]]:
        """The texts read lately, with their vectors."""
        return dict(self._held)

    def _encode(self, text: str) -> NDArray[np.float16]:
        held = self._held.get(text)
        if held is None:
            vector = self._known.get(key(text))
            held = (self._compute(text) if vector is None else vector).astype(np.float16)
            if len(self._held) >= MOST_HELD:
                self._held = {}
            self._held[text] = held
        return held

    def _compute(self, text: str, most_tokens: int = MOST_TOKENS) -> Floats:
        ids = self._tokenizer.encode(text).ids[:most_tokens]
        return np.asarray(self._session.run(None, {"ids": np.array(ids, np.int64)})[0], np.float32)

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return tokenizer

    @cached_property
    def _session(self) -> Any:
        # Imported when the first text is read: commands that ask nothing start without it.
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # a short text gains nothing from more
        return onnxruntime.InferenceSession(
            str(self._folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )


def key(text: str) -> int:
    """A text's name among the known ones; 64 bits."""
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "big")


@lru_cache(maxsize=1)
def shipped_encoder() -> Encoder:
    """The one in this package, which knows the shipped knowledge by heart, so that the first start is quick."""
    if not KNOWN.is_file():
        return Encoder()
    with np.load(KNOWN, allow_pickle=False) as file:
        vectors = unit(file["vectors"].astype(np.float32))
        return Encoder(known=dict(zip(file["keys"].tolist(), vectors, strict=True)))
