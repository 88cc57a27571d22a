"""Runs random histories until one of them shows something wrong: ``python -m tests.histories.engine``.

A process of its own: faults are planted into it, and it is to be without pytest's threads and settings.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import asdict
from pathlib import Path
from typing import Protocol

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.histories.app import Tree
from tests.histories.corpus import CORPUS, PLAIN
from tests.histories.counts import Counts
from tests.histories.faults import FAULTS, planted
from tests.histories.machine import FalseProven, Machine, Result, Wrong, WrongCommit
from tests.histories.misjudgements import MISJUDGEMENTS
from tests.histories.moves import History, Move, histories
from tests.histories.nursery import Nursery
from tests.histories.replica import Replica
from tests.histories.stage import Process, Stage
from tests.histories.steps import Steps
from tests.histories.truth import Truth
from tests.histories.world import World

_IN_MEMORY = Path("/dev/shm")  # a folder of our own is made in it


class Runs(Protocol):
    """Whatever runs histories."""

    def run(self, history: History) -> Result: ...


class Engine:
    """Everything that the histories share, in a folder of its own."""

    def __init__(self, folder: Path, nursery: Nursery) -> None:
        self._folder, self._nursery = folder, nursery
        self._steps = Steps(folder)
        self._world = World(folder / "repository")
        self._truth = Truth(folder, self._nursery, self._steps)

    @contextlib.contextmanager
    def with_fault(self, name: str) -> Iterator[Engine]:
        """The same with this fault in the real code; what clean checkouts show is known from before."""
        other = copy(self)
        other._world = self._world.afresh()
        with planted({**FAULTS, **MISJUDGEMENTS}[name]):
            if name in FAULTS:
                other._nursery = self._nursery.with_fault(name)
            try:
                yield other
            finally:
                if name in FAULTS:
                    other._nursery.stop()

    def run(self, history: History) -> Result:
        """Run one history.

        :raises Wrong: the real code said something that is not so.
        """
        with tempfile.TemporaryDirectory(dir=self._folder) as folder:
            replicas: list[Replica] = []

            def start(number: int, tree: Tree) -> Replica:
                replicas.append(Replica(Path(folder) / str(number), tree, self._nursery, self._steps))
                return replicas[-1]

            try:
                return self.run_with(history, start)
            finally:
                for replica in replicas:
                    replica.stop()

    def run_with(self, history: History, start: Callable[[int, Tree], Process]) -> Result:
        """Run one history with processes that are begun like this."""
        stage = Stage(self._world.commits(history.lineage), history.replicas, start, self._steps)
        return Machine(self._world, self._truth.pages, stage, history).run()


@contextlib.contextmanager
def engine() -> Iterator[Engine]:
    """An engine, in memory where the system has a file system there."""
    with tempfile.TemporaryDirectory(dir=_IN_MEMORY if _IN_MEMORY.is_dir() else None) as folder:
        root = Path(os.path.realpath(folder))
        nursery = Nursery.begin(root)
        try:
            yield Engine(root, nursery)
        finally:
            nursery.stop()


def search(
    running: Runs,
    number: int,
    first: int,
    *,
    shrink: bool,
    verbose: bool = False,
    among: st.SearchStrategy[History] = histories,
) -> Counts:
    """Run so many random histories, or those of the corpus for 0; fewer where one goes wrong.

    :param first: the seed; the same gives the same histories
    """
    counts, began = Counts(), time.monotonic()

    def one(history: History) -> None:
        try:
            result = running.run(history)
        except Exception as error:
            counts.failure = f"{type(error).__name__}: {error}\n{history!r}"
            counts.false_proven = int(isinstance(error, FalseProven))
            counts.wrong_commits = int(isinstance(error, WrongCommit))
            raise
        if verbose and result.exact and not result.proven:
            print(f"exact, and {result.verdict.value}: {history!r}\n  {result.why}\n", file=sys.stderr)
        counts.histories += 1
        counts.exact += result.exact
        counts.exact_and_proven += result.exact and result.proven

    @seed(first)
    @settings(
        max_examples=max(number, 1),
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink) if shrink else (Phase.generate,),
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    @given(among)
    def many(history: History) -> None:
        one(history)

    try:
        for history in CORPUS if number == 0 else ():
            one(history)
        if number:
            many()
    except Exception as error:  # noqa: BLE001  # told in the counts; hypothesis adds words of its own
        counts.failure = counts.failure or repr(error)
    counts.seconds = time.monotonic() - began
    return counts


def found(running: Engine, fault: str) -> str:
    """How the histories of the corpus show that this fault is planted; empty if they do not."""
    with running.with_fault(fault) as faulty:
        for history in CORPUS:
            try:
                result = faulty.run(history)
            except Wrong as wrong:
                return f"{type(wrong).__name__}: {history!r}"
            if history is PLAIN and not result.proven:
                return f"not proven: {history!r}"
    return ""


def main() -> None:
    """Search, or replay one history that a search has told of; print the counts as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--fault", choices=sorted({**FAULTS, **MISJUDGEMENTS}), action="append")
    parser.add_argument("--replay", help="a history as a failure prints it")
    parser.add_argument("--verbose", action="store_true", help="tell of exact pages that were not proven")
    options = parser.parse_args()
    with engine() as running:
        if options.replay:
            print(running.run(eval(options.replay, {"History": History, "Move": Move})))
        elif options.fault:
            print(json.dumps({fault: found(running, fault) for fault in options.fault}))
        else:
            counts = search(running, options.histories, options.seed, shrink=True, verbose=options.verbose)
            print(json.dumps(asdict(counts)))


if __name__ == "__main__":
    main()
