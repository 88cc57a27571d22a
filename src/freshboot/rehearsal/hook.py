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

    :raises HookRefused: there is another one, or it would be one for other repositories as well.
    """
    path = hook_of(repository)
    _require_own_folder(repository, path)
    if os.path.lexists(path) and not _is_ours(path):
        raise HookRefused(
            f"{path} is another hook", "let it call: freshboot rehearse --pre-push, with its standard input"
        )
    if not dry_run:
        try:
            _write(path)
        except OSError as error:
            why = f"{path} cannot be written: {error.strerror}"
            raise HookRefused(why, "see where hooks are: git config --show-origin core.hooksPath") from error
    return path


def _write(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.freshboot")
    new.write_text(text_of(), "utf-8")
    new.chmod(0o755)
    os.replace(new, path)


def _require_own_folder(repository: Repository, path: Path) -> None:
    folder = path.parent.resolve()
    own = (Path(repository.root).resolve(), Path(repository.common_dir).resolve())
    if not any(one == folder or one in folder.parents for one in own):
        hooks = shlex.quote(str(own[1] / "hooks"))
        raise HookRefused(
            f"git takes its hooks from {path.parent}, outside of this repository: "
            "one there would run in others as well",
            f"give this one a folder of its own: git config core.hooksPath {hooks}",
        )


def remove(repository: Repository, *, dry_run: bool = False) -> Path | None:
    """Take the hook away; its path, or None where there is none.

    :raises HookRefused: the hook is another one.
    """
    path = hook_of(repository)
    if not os.path.lexists(path):
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
    """Whether it is, to the byte, what was written for some Python: lines that were added are somebody's."""
    if path.is_symlink() or not path.is_file():
        return False
    data = path.read_bytes()
    try:
        _, python, *_ = shlex.split(data.decode("utf-8").splitlines()[-1])
    except (ValueError, IndexError):
        return False
    return data == text_of(python).encode()


def _plain(text: str) -> str:
    """Nothing that means something to a shell between double quotes."""
    return "".join(one for one in text if one not in '"$`\\')
