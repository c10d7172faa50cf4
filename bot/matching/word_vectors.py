"""Word vectors that come inside a package: no torch, no network, read straight from its files."""

import importlib.util
import json
from functools import lru_cache
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from bot.matching.arrays import Floats

_DTYPES = {"F16": np.float16, "F32": np.float32}


class WordVectors:
    """WordLlama's 256-dimensional token vectors (MIT), summed to vectors of whole words.

    Importing wordllama itself would import its web client too, and its loader looks for the tokenizer
    under the wrong folder when it may not download; its two files are all that is needed.
    """

    def __init__(self, folder: Path) -> None:
        weights = folder / "weights" / "l2_supercat_256.safetensors"
        with weights.open("rb") as file:
            # https://huggingface.co/docs/safetensors: the header's length, the header, the numbers.
            size = int.from_bytes(file.read(8), "little")
            header = json.loads(file.read(size))
        (tensor,) = (value for name, value in header.items() if name != "__metadata__")
        start = 8 + size + tensor["data_offsets"][0]
        self._table = np.memmap(weights, _DTYPES[tensor["dtype"]], "r", start, tuple(tensor["shape"]))
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizers" / "l2_supercat_tokenizer_config.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self.size = int(self._table.shape[1])
        self.word = lru_cache(maxsize=20_000)(self._word)

    def _word(self, word: str) -> tuple[Floats, int]:
        """The sum of a word's token vectors, and how many tokens it has."""
        ids = self._tokenizer.encode(word, add_special_tokens=False).ids
        return np.asarray(self._table[ids], np.float32).sum(axis=0), max(len(ids), 1)


@lru_cache(maxsize=1)
def shipped_word_vectors() -> WordVectors:
    """The vectors in the installed wordllama package."""
    spec = importlib.util.find_spec("wordllama")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("wordllama is not installed; pip install mandate-bot brings it")
    return WordVectors(Path(spec.origin).parent)
