"""A replica: a folder that a host pulls into, and the process that serves the app from it."""

from __future__ import annotations

from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from freshboot.proof import QUERY_KEY
from tests.histories.app import Tree
from tests.histories.folder import Folder
from tests.histories.nursery import Nursery
from tests.histories.shown import Shown
from tests.histories.steps import Steps

_ANSWER_SECONDS = 240.0


class Replica:
    """A folder and a process, which is replaced when the host restarts it."""

    def __init__(self, root: Path, tree: Tree, nursery: Nursery, steps: Steps) -> None:
        self.folder = Folder(root)
        self.folder.pull(tree)
        self._nursery, self._steps = nursery, steps
        self._pid, self._commands = self._begin()

    def restart(self) -> None:
        """End the process, with whatever it started, and begin another."""
        self.stop()
        self._pid, self._commands = self._begin()

    def stop(self) -> None:
        """End the process, with whatever it started."""
        self._commands.close()
        self._nursery.end(self._pid)

    def ask(self, command: str, *arguments: object) -> Any:
        """Have the process do something (see Inside) and wait for the answer."""
        self._commands.send((command, arguments))
        if not self._commands.poll(_ANSWER_SECONDS):
            raise TimeoutError(f"no answer to {command}{arguments}")
        return self._commands.recv()

    def session(self, query: str = "", page: str = "") -> Shown:
        """What a new session shows."""
        shown = self.ask("session", query, page)
        return Shown(*shown)

    def answer(self, nonce: str) -> str | None:
        """The answer to a challenge; None if the entrypoint cannot run as far as boot()."""
        return next(iter(self.session(f"{QUERY_KEY}={nonce}").texts), None)

    def _begin(self) -> tuple[int, Connection]:
        return self._nursery.bear(self.folder.root, self._steps)
