"""A long search, with real servers too, the whole table of faults, and every test that is marked ``soak``."""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
from pathlib import Path

from tests.histories.counts import LEAST_PROVEN, LEAST_STALE, Counts
from tests.histories.searches import real_search, search

_TESTS = Path(__file__).parents[1]
_TABLE = _TESTS / "endtoend" / "test_table.py"


def main() -> int:
    """Search, telling the counts as they grow; 1 where anything went wrong or a share is too small."""
    parser = argparse.ArgumentParser(prog="scripts/soak", description=__doc__)
    parser.add_argument("histories", nargs="?", type=int, default=50_000)
    parser.add_argument("--served", type=int, default=200, help="so many more with real Streamlit servers")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6, 10**9))
    parser.add_argument(
        "--no-table",
        action="store_true",
        help="leave out the table of faults, and the tests that scripts/test leaves out",
    )
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    counts = Counts()
    for counts in search(options.histories, options.seed):
        print(counts, flush=True)
    wrong = _is_wrong(counts)
    if counts.stale < LEAST_STALE:
        print(f"fewer than {LEAST_STALE:.0%} end with a stale page: that shows little")
        wrong = True
    if options.served:
        served = real_search(options.served, options.seed)
        print(f"with real servers: {served}", flush=True)
        wrong |= _is_wrong(served)
    return int(wrong or not (options.no_table or _tests_pass()))


def _is_wrong(counts: Counts) -> bool:
    if counts.failure:
        print(counts.failure)
    elif counts.proven < LEAST_PROVEN:
        print(f"fewer than {LEAST_PROVEN:.0%} of the exact pages are proven")
    return bool(counts.failure) or counts.proven < LEAST_PROVEN


def _tests_pass() -> bool:
    """The whole table of faults and Streamlit's versions, and whatever scripts/test leaves out."""
    whole, others = (str(_TABLE), "--whole-table"), (str(_TESTS), "-m", "soak")
    ended = [subprocess.run([sys.executable, "-m", "pytest", *one], check=False) for one in (whole, others)]
    return not any(one.returncode for one in ended)


if __name__ == "__main__":
    sys.exit(main())
