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


def one_search(number: int, first: int) -> Counts:
    """One process of the model, to its end; the histories of the corpus for 0."""
    return _in_process("tests.histories.engine", number, first)


def real_search(number: int, first: int) -> Counts:
    """The same with real Streamlit servers."""
    return _in_process("tests.histories.real", number, first)


def faults_found(faults: Iterable[str]) -> dict[str, str]:
    """How the corpus shows each of these faults, once it is planted; empty where it does not.

    :raises RuntimeError: the process failed.
    """
    return dict(json.loads(_last_line("tests.histories.engine", *(f"--fault={one}" for one in faults))))


def _in_process(module: str, number: int, first: int) -> Counts:
    try:
        return Counts(**json.loads(_last_line(module, f"--histories={number}", f"--seed={first}")))
    except RuntimeError as error:
        return Counts(failure=str(error))


def _last_line(module: str, *options: str) -> str:
    """What the module prints at last."""
    command = [sys.executable, "-m", module, *options]
    ran = subprocess.run(
        command, cwd=_ROOT, env={**os.environ, **ISOLATION}, capture_output=True, check=False
    )
    lines = ran.stdout.decode().splitlines()
    if ran.returncode or not lines:
        raise RuntimeError(ran.stderr.decode(errors="replace") or f"it ended with {ran.returncode}")
    return lines[-1]


def _sum(some: Iterable[Counts]) -> Counts:
    told = list(some)
    numbers = {
        one.name: sum(getattr(counts, one.name) for counts in told)
        for one in fields(Counts)
        if one.name != "failure"
    }
    return Counts(**numbers, failure="\n".join(counts.failure for counts in told if counts.failure))
