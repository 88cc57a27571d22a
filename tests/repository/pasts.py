"""What the tests of a release's past share."""

from __future__ import annotations

from pathlib import Path

from freshboot.repository.history import History, Origin
from freshboot.repository.repository import Repository
from tests.gitrepo import git

MODULE = "".join(f"line {number}\n" for number in range(20))
"""Long enough for git to see that another file is much the same."""

WHEN = 1767323045
"""The time of every commit that the tests' Ada makes."""


def blob(folder: Path, revision: str) -> str:
    return git(folder, "rev-parse", revision)


def past(folder: Path, revision: str = "HEAD") -> History:
    return History(Repository.open(folder), revision)


def origin(commit_id: str, behind: int, path: str | None = None) -> Origin:
    return Origin(commit_id, behind, WHEN, path)


def lying(folder: Path, revision: str = "HEAD") -> dict[str, str]:
    """What a checkout of a commit puts on the disk, path → blob id."""
    records = (one.partition("\t") for one in listed(folder, "ls-tree", "-r", "-z", revision))
    return {path: facts.split()[2] for facts, _, path in records if " commit " not in facts}


def listed(folder: Path, *command: str) -> list[str]:
    return git(folder, *command).split("\0")[:-1]


def missing_objects(folder: Path) -> set[str]:
    """What a partial clone has left out so far."""
    lines = git(folder, "rev-list", "--objects", "--all", "--missing=print").splitlines()
    return {line[1:] for line in lines if line.startswith("?")}
