"""What a history is about: a host's replicas, the commits that were pushed, and what can happen to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from tests.histories.app import PAGE, UNKNOWN, Tree, text_of, wishes_of
from tests.histories.folder import Folder
from tests.histories.moves import Move
from tests.histories.shown import Shown
from tests.histories.steps import Steps
from tests.histories.world import Commit


class Process(Protocol):
    """A replica, in the model or with a real server."""

    folder: Folder

    def restart(self) -> None: ...
    def stop(self) -> None: ...
    def session(self, query: str = "", page: str = "") -> Shown: ...
    def answer(self, nonce: str) -> str | None: ...
    def ask(self, command: str, *arguments: object) -> Any: ...


class Stage:
    """Every method but the first two is a kind of move."""

    def __init__(
        self, commits: tuple[Commit, ...], replicas: int, start: Callable[[int, Tree], Process], steps: Steps
    ) -> None:
        self.commits, self.steps = commits, steps
        self.wishes = wishes_of(commits[0].lineage)
        self.pushed = 0
        self.replicas: list[Process] = []
        for number in range(replicas):
            self.replicas.append(start(number, self.tip.tree))

    @property
    def tip(self) -> Commit:
        """The commit that was pushed last."""
        return self.commits[self.pushed]

    # the host and its people

    def push(self, replica: Process, move: Move) -> None:
        """The next commit."""
        self.pushed = min(self.pushed + 1, len(self.commits) - 1)

    def time(self, replica: Process, move: Move) -> None:
        """So much passes that files which lie there are old enough to be known by their times."""
        began = self.steps.pass_by()
        for one in self.replicas:
            one.ask("time", began)

    def pull(self, replica: Process, move: Move) -> None:
        replica.folder.pull(self.tip.tree, in_place=move.what == "in-place")

    def pull_some(self, replica: Process, move: Move) -> None:
        """A pull that is interrupted."""
        folder, tree = replica.folder, self.tip.tree
        changed = [path for path in sorted({*tree, *folder.tracked}) if folder.text(path) != tree.get(path)]
        folder.pull(tree, changed[: move.number], in_place=move.what == "in-place")

    def roll_back(self, replica: Process, move: Move) -> None:
        earlier = self.commits[max(self.pushed - move.number, 0)]
        replica.folder.pull(earlier.tree, in_place=move.what == "in-place")

    def clean(self, replica: Process, move: Move) -> None:
        replica.folder.clean(self.tip.tree)

    def delete(self, replica: Process, move: Move) -> None:
        replica.folder.delete(move.what)

    def touch(self, replica: Process, move: Move) -> None:
        replica.folder.touch(move.what)

    def hot_edit(self, replica: Process, move: Move) -> None:
        replica.folder.write(move.what, text_of(move.what, UNKNOWN, self.wishes))

    def rewrite(self, replica: Process, move: Move) -> None:
        """Bytes of the same size, at the same time if no time has passed."""
        replica.folder.write(move.what, text_of(move.what, move.number, self.wishes))

    def rewrite_unseen(self, replica: Process, move: Move) -> None:
        """The same, and the modification time set back."""
        if replica.folder.text(move.what) is not None:
            text = text_of(move.what, move.number, self.wishes)
            replica.folder.write_unseen(move.what, text)

    def generate(self, replica: Process, move: Move) -> None:
        """A module that no commit holds."""
        replica.folder.write(move.what, f"NUMBER = {UNKNOWN}\ndef show():\n    return {UNKNOWN}\n")

    def shadow(self, replica: Process, move: Move) -> None:
        """An ignored package that is imported in place of a tracked module."""
        text = text_of(f"{move.what}.py", move.number, self.wishes)
        replica.folder.write(f"{move.what}/__init__.py", text)

    # the process

    def restart(self, replica: Process, move: Move) -> None:
        replica.restart()

    def evict(self, replica: Process, move: Move) -> None:
        replica.ask("evict")

    def drop(self, replica: Process, move: Move) -> None:
        """Somebody takes one module away between two sessions."""
        replica.ask("drop", move.what)

    def connect(self, replica: Process, move: Move) -> None:
        replica.ask("connect")

    def disconnect(self, replica: Process, move: Move) -> None:
        replica.ask("disconnect")

    def visit(self, replica: Process, move: Move) -> None:
        if not move.what or replica.folder.text(PAGE) is not None:
            replica.session(page=move.what)

    def _do(self, replica: Process, move: Move) -> None:
        """What a session has the app itself do, as one that fights stale code does (see jobs.py)."""
        replica.session(query=f"do={move.kind}:{move.what}")

    purge = reload = load_past_the_hook = unhook = hold = _do
    start_thread = start_worker = end_threads = end_workers = _do

    def begin(self, replica: Process, move: Move) -> None:
        replica.ask("begin", move.what)

    def end(self, replica: Process, move: Move) -> None:
        """Let the session that was held go on."""
        replica.ask("end")
