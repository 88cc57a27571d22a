"""What a release shows where nothing can be stale: in a new process, on a clean checkout."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.histories.app import PAGE, Tree
from tests.histories.nursery import Nursery
from tests.histories.replica import Replica
from tests.histories.shown import Shown
from tests.histories.steps import Steps


class Truth:
    """Asks once for each tree."""

    def __init__(self, folder: Path, nursery: Nursery, steps: Steps) -> None:
        self._folder, self._nursery, self._steps = folder, nursery, steps
        self._known: dict[frozenset[tuple[str, str]], Mapping[str, Shown]] = {}

    def pages(self, tree: Tree) -> Mapping[str, Shown]:
        """What each page of the tree shows, by its path; the entrypoint's path is empty."""
        key = frozenset(tree.items())
        if key not in self._known:
            self._known[key] = self._ask(tree)
        return self._known[key]

    def _ask(self, tree: Tree) -> Mapping[str, Shown]:
        with tempfile.TemporaryDirectory(dir=self._folder) as folder:
            replica = Replica(Path(folder) / "clean", tree, self._nursery, self._steps)
            try:
                shown = {page: replica.session(page=page) for page in ("", *({PAGE} & tree.keys()))}
            finally:
                replica.stop()
        assert all(one.exception is None for one in shown.values()), shown
        return shown
