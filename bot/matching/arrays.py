"""Rows of numbers."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def unit(rows: Floats) -> Floats:
    """Each row at length 1."""
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-9), np.float32)
