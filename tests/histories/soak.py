"""A long search, with seeds of its own: ``scripts/soak``."""

from __future__ import annotations

import argparse
import random
import sys

from tests.histories.counts import LEAST_PROVEN, LEAST_STALE, Counts
from tests.histories.searches import search


def main() -> int:
    """Search, telling the counts as they grow; 1 where a history went wrong or a share is too small."""
    parser = argparse.ArgumentParser(prog="scripts/soak", description=__doc__)
    parser.add_argument("histories", nargs="?", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6, 10**9))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    counts = Counts()
    for counts in search(options.histories, options.seed):
        print(counts, flush=True)
    if counts.failure:
        print(counts.failure)
    return int(bool(counts.failure) or counts.stale < LEAST_STALE or counts.proven < LEAST_PROVEN)


if __name__ == "__main__":
    sys.exit(main())
