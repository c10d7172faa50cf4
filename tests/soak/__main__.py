"""Kill the bot with kill -9 a thousand times under mixed load, and count what was acknowledged.

python -m tests.soak [--cycles N] [--seed N]
"""

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.soak.cycles import run


def main() -> int:
    """Print a line a round and the totals; 1 where anything acknowledged is missing or happened twice."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cycles", type=int, default=1_000)
    parser.add_argument("--round", type=int, default=50, help="cycles on one database, before it is looked through")
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    options = parser.parse_args()
    print(f"{options.cycles} cycles, --seed {options.seed} --round {options.round}", flush=True)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        verdict = run(Path(folder), options.cycles, options.round, options.seed, lambda line: print(line, flush=True))
    print("\n".join(verdict.lines()))
    print(f"{time.monotonic() - started:.0f} s")
    return 1 if verdict.problems else 0


if __name__ == "__main__":
    sys.exit(main())
