"""The disk layer's part of an answer: 10,000 files, against git and against a bare look at the tree."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from timing import in_turn, report

from freshboot.app.disk import answer, scan
from freshboot.app.files import FileHashes
from freshboot.proof import Kind, new_nonce

FILES, BYTES, FOLDERS = 10_000, 2048, 200
RUNS = 21
GIT = "git hash-object --stdin-paths"
BARE = "scandir and lstat"


def make(root: Path) -> None:
    """Files as a repository has them: in folders of folders, code and data."""
    for number in range(FILES):
        folder = root / f"part{number % FOLDERS // 10:02}" / f"sub{number % 10}"
        folder.mkdir(parents=True, exist_ok=True)
        suffix = "py" if number % 2 else "csv"
        (folder / f"file_{number:05}.{suffix}").write_bytes(f"# {number}\n".encode().ljust(BYTES, b"."))


def look(root: str) -> int:
    """Every entry of the tree and its stat."""
    folders, files = [root], 0
    while folders:
        with os.scandir(folders.pop()) as listing:
            for entry in listing:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                else:
                    os.lstat(entry.path)
                    files += 1
    return files


def hash_by_git(top: Path, names: Path) -> None:
    with names.open("rb") as paths:
        subprocess.run(GIT.split(), cwd=top, stdin=paths, stdout=subprocess.DEVNULL, check=True)


def attest(root: str, files: FileHashes) -> None:
    """The disk layer's answer to one challenge."""
    told = answer(scan(root, files), new_nonce())
    assert told.count(Kind.CODE) + told.count(Kind.DATA) == FILES


def later() -> int:
    """The time of day, long after the files were written."""
    return time.time_ns() + 3_600_000_000_000


def main() -> bool:
    with tempfile.TemporaryDirectory() as room:
        root = Path(room).resolve() / "app"
        make(root)
        subprocess.run(["git", "init", "-q", room], check=True)
        names = Path(room) / "names"
        names.write_text("".join(f"{path.relative_to(root.parent)}\n" for path in root.glob("*/*/*")))
        known = FileHashes(clock=later)
        assert look(str(root)) == FILES
        medians = in_turn(
            {
                GIT: lambda: hash_by_git(Path(room), names),
                "cold": lambda: attest(str(root), FileHashes(clock=later)),
                BARE: lambda: look(str(root)),
                "warm": lambda: attest(str(root), known),
            },
            RUNS,
        )
    title = f"Attesting {FILES:,} files of {BYTES} bytes"
    cold = {name: medians[name] for name in (GIT, "cold")}
    warm = {name: medians[name] for name in (BARE, "warm")}
    first = report(f"{title} never seen before", cold, GIT, {"cold": 1.1})
    return report(f"{title} that did not change", warm, BARE, {"warm": 2}) and first


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
