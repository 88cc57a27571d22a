"""A folder that a host pulls into."""

from __future__ import annotations

import contextlib
import hashlib
import os
import struct
from collections.abc import Iterable
from pathlib import Path

from freshboot.proof import blob_id
from tests.histories.app import Tree


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
            with open(f"{self.root}/{path}") as file:
                return file.read()
        except (FileNotFoundError, NotADirectoryError):
            return None
