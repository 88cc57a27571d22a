"""What git and the environment tell of an attempt."""

from __future__ import annotations

from collections.abc import Mapping

from freshboot.errors import FreshbootError
from freshboot.repository.commits import TRAILER
from freshboot.repository.repository import Repository

_MOST_PATHS = 500
_MOST_STAMPS = 100
_TRIGGERS = {"": "local", "push": "push", "schedule": "schedule"}


def trigger_of(environment: Mapping[str, str]) -> str:
    """What started this process: ``push``, ``schedule`` or ``manual`` in a workflow, elsewhere ``local``."""
    return _TRIGGERS.get(environment.get("GITHUB_EVENT_NAME", ""), "manual")


def source_of(repository: Repository, commit: str) -> str:
    """The commit that was stamped: the first one, from ``commit`` on, that is no stamp of freshboot's.

    A stamp's last parent is what it stamps, also on a deploy branch. In a shallow clone it is fetched; where
    that fails, it is taken for no stamp.
    """
    for _ in range(_MOST_STAMPS):
        parents = _stamped_by(repository, commit)
        if not parents:
            break
        commit = parents[-1]
    return commit


def changed_between(repository: Repository, before: str, after: str) -> tuple[str, ...]:
    """The paths in which two commits differ, the first 500 of them.

    :raises GitError: one of the commits is not here.
    """
    listed = repository.git.run("diff-tree", "-r", "-z", "--no-renames", "--name-only", before, after)
    return tuple(listed.records[:_MOST_PATHS])


def _stamped_by(repository: Repository, commit: str) -> list[str]:
    """The parents of a stamp commit; none of others: a squash merge copies the trailer, not the subject."""
    try:
        repository.require(commit)
    except FreshbootError:
        return []
    raw = repository.git.run("cat-file", "commit", commit).out.decode("utf-8", "replace")
    header, _, message = raw.partition("\n\n")
    if not (message.startswith("Stamp ") and f"\n{TRAILER}: " in message):
        return []
    return [line[len("parent ") :] for line in header.splitlines() if line.startswith("parent ")]
