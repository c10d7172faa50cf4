"""Tell what the knowledge answers from what it does not, by the company a question keeps."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.matching.arrays import Floats

# Chosen by cross-validation on the asks; the optimum is flat (3 to 6, 0.2 to 1).
SHARPNESS = 4.0
RIDGE = 0.3
FOLDS = 5
PHRASINGS_EACH = 3  # of an entry's; more of them make no difference and cost time


@dataclass(frozen=True)
class Background:
    """Kernel ridge regression between texts that have an answer, 1, and texts that have none, -1."""

    texts: Floats  # whole vectors, rows of length 1
    weights: Floats

    @classmethod
    def learn(
        cls, phrasings: Floats, asks: Floats, answerable: NDArray[np.bool_]
    ) -> tuple["Background", NDArray[np.float64]]:
        """Fitted on phrasings, which all have an answer, and asks; with each ask's score when its fifth is held out."""
        from scipy.linalg import cho_solve, cholesky, lapack, solve

        texts = np.concatenate([phrasings, asks])
        square = _kernel(texts, texts)
        square[np.diag_indices(len(square))] += RIDGE
        target = np.concatenate([np.ones(len(phrasings)), np.where(answerable, 1.0, -1.0)]).astype(np.float32)
        factor = cholesky(square, lower=True, overwrite_a=True, check_finite=False)
        weights = cho_solve((factor, True), target, check_finite=False).astype(np.float32)
        # The last block of the factor is that of the inverse's last block, which is all that holding out asks takes.
        n = len(phrasings)
        inverse, _ = lapack.spotri(np.asfortranarray(factor[n:, n:]), lower=1)  # its lower half
        fold = np.random.default_rng(0).integers(0, FOLDS, len(asks))
        held_out = np.empty(len(asks))
        for one in range(FOLDS):
            rows = np.flatnonzero(fold == one)
            block = inverse[np.ix_(rows, rows)]
            held_out[rows] = target[n + rows] - solve(block, weights[n + rows], assume_a="pos", lower=True)
        return cls(texts, weights), held_out

    def score(self, whole: Floats) -> Floats:
        """About 1 for a text among those with an answer, about -1 for one among those without; a number a row."""
        return np.asarray(_kernel(whole, self.texts) @ self.weights, np.float32)


def _kernel(some: Floats, others: Floats) -> Floats:
    product = some @ others.T
    product -= 1
    product *= SHARPNESS
    return np.asarray(np.exp(product, out=product), np.float32)
