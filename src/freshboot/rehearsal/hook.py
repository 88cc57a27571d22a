"""git's pre-push hook: written, taken away, and what it is told of a push."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from freshboot.config import Config
from freshboot.rehearsal.errors import HookRefused
from freshboot.repository.repository import Repository

_MARK = "# Written by `freshboot rehearse --install-hook`; taken away by --remove-hook."
_HEADS = "refs/heads/"


def hook_of(repository: Repository) -> Path:
    """Where git looks for the hook: ``core.hooksPath`` counts."""
    path = repository.git.run("rev-parse", "--git-path", "hooks/pre-push").text
    return Path(repository.root, path)


def text_of(python: str = sys.executable) -> str:
    """The hook. A Python that is gone lets a push pass: a tool that is missing says nothing of the commit."""
    quoted = shlex.quote(python)
    return f"""\
#!/bin/sh
{_MARK}
if [ ! -x {quoted} ]; then
    echo "freshboot: {_plain(python)} is gone, nothing is rehearsed: freshboot rehearse --install-hook" >&2
    exit 0
fi
exec {quoted} -m freshboot rehearse --pre-push
"""


def install(repository: Repository, *, dry_run: bool = False) -> Path:
    """Write the hook, or write it anew; its path.

    :raises HookRefused: there is another one.
    """
    path = hook_of(repository)
    if path.exists() and not _is_ours(path):
        raise HookRefused(
            f"{path} is another hook", "let it call: freshboot rehearse --pre-push, with its standard input"
        )
    if not dry_run:
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_name(f".{path.name}.freshboot")
        new.write_text(text_of(), "utf-8")
        new.chmod(0o755)
        os.replace(new, path)
    return path


def remove(repository: Repository, *, dry_run: bool = False) -> Path | None:
    """Take the hook away; its path, or None where there is none.

    :raises HookRefused: the hook is another one.
    """
    path = hook_of(repository)
    if not path.exists():
        return None
    if not _is_ours(path):
        raise HookRefused(f"{path} is another hook", "it is not freshboot's to remove")
    if not dry_run:
        path.unlink()
    return path


def pushed(refs: str) -> Iterator[tuple[str, str]]:
    """The commits that a push brings, each with the branch that it brings it to.

    :param refs: what git tells a hook: a line for each ref, with its name and commit here and there
    """
    for line in refs.splitlines():
        words = line.split()
        if len(words) == 4 and words[2].startswith(_HEADS) and words[1].strip("0"):
            yield words[1], words[2].removeprefix(_HEADS)


def refs_of_framework(variables: Mapping[str, str]) -> str | None:
    """The same as git tells it, where pre-commit has taken it in; None where it did not start this."""
    if "PRE_COMMIT_TO_REF" not in variables:
        return None
    told = [
        variables.get(f"PRE_COMMIT_{one}", "-")
        for one in ("LOCAL_BRANCH", "TO_REF", "REMOTE_BRANCH", "FROM_REF")
    ]
    return " ".join(one or "-" for one in told)


def branch_to_rehearse(repository: Repository, config: Config) -> str | None:
    """The branch whose pushes are rehearsed: as configured, else the remote's own one, else the current."""
    if config.branch is not None:
        return config.branch
    remote = repository.remote_name
    head = f"refs/remotes/{remote}/HEAD"
    found = repository.git.run("symbolic-ref", "--quiet", head, check=False).text
    return found.removeprefix(f"refs/remotes/{remote}/") or repository.branch


def _is_ours(path: Path) -> bool:
    return _MARK in path.read_text("utf-8", "replace")


def _plain(text: str) -> str:
    """Nothing that means something to a shell between double quotes."""
    return "".join(one for one in text if one not in '"$`\\')
