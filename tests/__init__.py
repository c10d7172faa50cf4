"""Tests. Each worker of a parallel run has one core; more threads than that only get in each other's way."""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")
