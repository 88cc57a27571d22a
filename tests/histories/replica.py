"""A replica: a folder that a host pulls into, and the process that serves the app from it."""

from __future__ import annotations

import contextlib
import hashlib
import multiprocessing
import os
import shutil
import signal
import struct
from collections.abc import Iterable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from freshboot.proof import QUERY_KEY, blob_id
from tests.histories.app import ENTRYPOINT, Tree
from tests.histories.inside import Inside, Shown, serve
from tests.histories.steps import Steps

_ANSWER_SECONDS = 60.0
_open: set[Connection] = set()


def index_of(tree: Tree) -> bytes:
    """Git's index of the tree (gitformat-index, version 2), without what it knows of the files."""
    entries = b"".join(_entry(path.encode(), text) for path, text in sorted(tree.items()))
    content = struct.pack(">4sLL", b"DIRC", 2, len(tree)) + entries
    return content + hashlib.sha1(content).digest()


def _entry(path: bytes, text: str) -> bytes:
    times, blob = (0,) * 6, bytes.fromhex(blob_id(text.encode()))
    entry = struct.pack(">10L20sH", *times, 0o100644, 0, 0, len(text), blob, len(path)) + path
    return entry + b"\0" * (8 - len(entry) % 8)


class Folder:
    """A checkout, changed in every way that a host or a person changes one."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / ".git").mkdir(parents=True)
        self.tracked: set[str] = set()
        self.ever: dict[str, set[str]] = {}

    def pull(self, tree: Tree, changed: Iterable[str] | None = None, *, in_place: bool = True) -> None:
        """Bring these files, or all, to a commit's state; ``in_place`` writes into the old files."""
        for path in sorted({*tree, *self.tracked} if changed is None else changed):
            if path not in tree:
                self.delete(path)
            elif self.text(path) != tree[path]:
                self.write(path, tree[path], in_place=in_place)
                self.tracked.add(path)
        if changed is None:  # else it was interrupted; git writes the index at last, into its place
            index = self.root / ".git" / "index.lock"
            index.write_bytes(index_of(tree))
            index.replace(index.with_name("index"))

    def write(self, path: str, text: str, *, in_place: bool = True) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        target = file if in_place else file.with_name(f".{file.name}.new")
        target.write_text(text)
        if not in_place:
            target.replace(file)
        self.ever.setdefault(path, set()).add(blob_id(text.encode()))

    def write_unseen(self, path: str, text: str) -> None:
        """Write bytes of the same size into the file and set its modification time back."""
        times = os.stat(self.root / path)
        self.write(path, text)
        os.utime(self.root / path, ns=(times.st_atime_ns, times.st_mtime_ns))

    def delete(self, path: str) -> None:
        (self.root / path).unlink(missing_ok=True)
        self.tracked.discard(path)

    def touch(self, path: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            os.utime(self.root / path)

    def clean(self, tree: Tree) -> None:
        """Remove whatever is not of the commit, ``git clean -fdx``, and check it out."""
        for file in sorted(self.root.rglob("*"), reverse=True):
            path = str(file.relative_to(self.root))
            if path.startswith(".git"):
                continue
            if file.is_dir():
                with contextlib.suppress(OSError):
                    file.rmdir()
            elif path not in tree:
                file.unlink()
        self.tracked &= tree.keys()
        self.pull(tree)

    def text(self, path: str) -> str | None:
        try:
            return (self.root / path).read_text()
        except (FileNotFoundError, NotADirectoryError):
            return None


class Replica:
    """A folder and a process, which is replaced when the host restarts it."""

    def __init__(self, root: Path, tree: Tree, steps: Steps) -> None:
        self.folder = Folder(root)
        self.folder.pull(tree)
        self._steps = steps
        self._pid: int | None = None
        self._commands: Connection | None = None
        self.restart()

    def restart(self) -> None:
        """End the process, with whatever it started, and begin another."""
        self.stop()
        self._commands, theirs = multiprocessing.Pipe()
        self._pid = os.fork()
        if not self._pid:
            self._live(theirs)
        theirs.close()
        _open.add(self._commands)

    def stop(self) -> None:
        if self._pid is None or self._commands is None:
            return
        _open.discard(self._commands)
        self._commands.close()
        for end in (os.killpg, os.kill):  # before it leads a group of its own, it is in ours
            with contextlib.suppress(ProcessLookupError):
                end(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        self._pid = None

    def ask(self, command: str, *arguments: object) -> Any:
        """Have the process do something (see Inside) and wait for the answer."""
        assert self._commands is not None
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

    def _live(self, commands: Connection) -> None:
        """The forked process, to its end."""
        try:
            os.setsid()
            for other in _open:
                other.close()
            serve(Inside(self.folder.root, ENTRYPOINT, self._steps), commands)
        except BaseException:  # noqa: BLE001  # it must not go on as a copy of its parent
            import traceback

            traceback.print_exc()
        finally:
            os._exit(1)


def remove(root: Path) -> None:
    """Remove a replica's folder."""
    shutil.rmtree(root, ignore_errors=True)
