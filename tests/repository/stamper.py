"""The smallest stamping there is: one line in two files, so that publishing is tested on its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime, timezone
from itertools import count
from pathlib import Path

from freshboot.repository.commits import Change, Marks, message
from freshboot.repository.deploying import deploy
from freshboot.repository.proposing import propose
from freshboot.repository.publishing import Outcome, publish
from freshboot.repository.repository import Repository
from tests.gitrepo import clone, commit, git, make_remote

WHEN = datetime(2026, 3, 4, 5, 6, 7, tzinfo=timezone.utc)
FILES: dict[str, str | bytes] = {
    "requirements.txt": "streamlit\n# stamp: none\n",
    ".streamlit/config.toml": "[server]\n# stamp: none\n",
    "app.py": "print(1)\n",
}
_LINE = re.compile(rb"# stamp: [^\r\n]*")


def differ_by_stamp(path: str, before: bytes | None, after: bytes | None) -> bool:
    return before is not None and after is not None and _LINE.sub(b"", before) == _LINE.sub(b"", after)


MARKS = Marks(frozenset({"requirements.txt", ".streamlit/config.toml"}), differ_by_stamp)


def stamped(data: bytes, stamp: str) -> bytes:
    return _LINE.sub(b"# stamp: " + stamp.encode(), data)


def maker(
    repository: Repository, stamps: Iterable[object] | None = None, reason: str | None = None
) -> Callable[[str], Change]:
    """Stamp every base with the next stamp."""
    numbers = iter(count(1) if stamps is None else stamps)

    def make(base: str) -> Change:
        stamp = f"1.0.{next(numbers)}+g{base[:7]}"
        files = repository.read_all(base, MARKS.paths)
        return Change(
            {path: stamped(data, stamp) for path, data in files.items()}, message(stamp, reason), WHEN
        )

    return make


def publish_from(folder: Path, **options: object) -> Outcome:
    """Publish from a clone, without waiting between attempts."""
    repository = Repository.open(folder)
    make = options.pop("make", None) or maker(repository)
    options = {"sleep": lambda _: None, "random": lambda: 0.0, **options}
    return publish(repository, make, MARKS, **options)  # type: ignore[arg-type]


def deploy_from(folder: Path, **options: object) -> Outcome:
    """Publish to the deploy branch from a clone, without waiting between attempts."""
    repository = Repository.open(folder)
    make = options.pop("make", None) or maker(repository)
    options = {"to": "live", "sleep": lambda _: None, "random": lambda: 0.0, **options}
    return deploy(repository, lambda base, _: make(base), MARKS, **options)  # type: ignore[operator, arg-type]


def propose_from(folder: Path, **options: object) -> Outcome:
    """Propose a stamp from a clone, without waiting between attempts."""
    repository = Repository.open(folder)
    make = options.pop("make", None) or maker(repository)
    options = {"sleep": lambda _: None, "random": lambda: 0.0, **options}
    return propose(repository, make, MARKS, **options)  # type: ignore[arg-type]


def remote_and_clone(folder: Path, *options: str) -> tuple[Path, Path]:
    """A bare remote with the files, and a clone of it."""
    remote = make_remote(folder / "remote.git", FILES)
    return remote, clone(remote, folder / "clone", *options)


def push(folder: Path, files: dict[str, str | bytes | None], text: str = "Change") -> str:
    """Commit the files in a clone, and push that to main."""
    commit_id = commit(folder, files, text)
    git(folder, "push", "--quiet", "origin", "HEAD:main")
    return commit_id
