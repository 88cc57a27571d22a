"""Searches in processes of their own: as many at once as there are processors."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path

from tests.gitrepo import ISOLATION
from tests.histories.counts import Counts

_CHUNK = 1_000
_ROOT = Path(__file__).parents[2]


def search(number: int, first: int) -> Iterator[Counts]:
    """Run so many histories, counted anew with each part of them that is done; stop where one goes wrong."""
    parts = [min(_CHUNK, number - done) for done in range(0, number, _CHUNK)]
    total = Counts()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        seeds = range(first, first + len(parts))
        for counts in pool.map(lambda part: one_search(*part), zip(parts, seeds, strict=True)):
            total = _sum([total, counts])
            yield total
            if counts.failure:
                pool.shutdown(wait=True, cancel_futures=True)
                return


def one_search(number: int, first: int, *options: str) -> Counts:
    """One process of the model, to its end."""
    return _in_process("tests.histories.engine", number, first, *options)


def real_search(number: int, first: int, *options: str) -> Counts:
    """The same with real Streamlit servers."""
    return _in_process("tests.histories.real", number, first, *options)


def _in_process(module: str, number: int, first: int, *options: str) -> Counts:
    command = [sys.executable, "-m", module, f"--histories={number}", f"--seed={first}"]
    ran = subprocess.run(
        [*command, *options], cwd=_ROOT, env={**os.environ, **ISOLATION}, capture_output=True, check=False
    )
    lines = ran.stdout.decode().splitlines()
    if ran.returncode or not lines:
        return Counts(failure=ran.stderr.decode(errors="replace") or f"it ended with {ran.returncode}")
    return Counts(**json.loads(lines[-1]))


def _sum(some: Iterable[Counts]) -> Counts:
    told = list(some)
    numbers = {
        one.name: sum(getattr(counts, one.name) for counts in told)
        for one in fields(Counts)
        if one.name != "failure"
    }
    return Counts(**numbers, failure="\n".join(counts.failure for counts in told if counts.failure))
