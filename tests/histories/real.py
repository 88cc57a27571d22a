"""Runs random histories with real Streamlit servers: ``python -m tests.histories.real``.

One server is kept for many histories. Each begins on a clean checkout of its first commit, in a process that
has the last one's behind it: what a session of that one left loaded is there to be healed.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import asdict
from pathlib import Path

from tests.histories.app import Tree
from tests.histories.engine import Engine, engine, search
from tests.histories.machine import Result
from tests.histories.moves import History, Move, leaves_something, served
from tests.histories.served import Served


class Servers:
    """Runs a history with the server that was kept, or with one of its own."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine, self._folder = engine, folder
        self._kept: Served | None = None

    def run(self, history: History) -> Result:
        """Run one history.

        :raises Wrong: the real code said something that is not so.
        """
        if leaves_something(history):
            self.stop()
        try:
            result = self._engine.run_with(history, self._begin)
        except BaseException:
            self.stop()
            raise
        if leaves_something(history):
            self.stop()
        return result

    def stop(self) -> None:
        """End the server that was kept."""
        if self._kept is not None:
            self._kept.stop()
        self._kept = None

    def _begin(self, number: int, tree: Tree) -> Served:
        if self._kept is None:
            root = Path(tempfile.mkdtemp(dir=self._folder)) / "app"
            self._kept = Served(root, tree)
        else:
            self._kept.begin_anew(tree)
        return self._kept


def main() -> None:
    """Search, or replay one history with a server of its own; print the counts as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--replay", help="a history as a failure prints it")
    parser.add_argument("--verbose", action="store_true", help="tell of exact pages that were not proven")
    options = parser.parse_args()
    with engine() as running, tempfile.TemporaryDirectory() as folder:
        servers = Servers(running, Path(folder).resolve())
        try:
            if options.replay:
                print(servers.run(eval(options.replay, {"History": History, "Move": Move})))
                return
            counts = search(
                servers, options.histories, options.seed, shrink=False, verbose=options.verbose, among=served
            )
        finally:
            servers.stop()
    print(json.dumps(asdict(counts)))


if __name__ == "__main__":
    main()
