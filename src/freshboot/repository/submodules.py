"""The files of submodules, as far as their commits are on this machine."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from freshboot.repository.git import Git, GitError
from freshboot.repository.repository import Repository
from freshboot.repository.tree import SUBMODULE, Entry, tree

_NAMES = ("--get-regexp", r"^submodule\..*\.path$")


@dataclass(frozen=True)
class _Module:
    """One repository of the whole: the release's own, or a submodule that lies at ``path``."""

    path: str
    commit: str
    git: Git
    git_dirs: tuple[str, ...]
    tree: Mapping[str, Entry]


def submodule_files(repository: Repository, commit: str) -> tuple[dict[str, str], frozenset[str]]:
    """The files of a commit's submodules, path → blob id, and the paths of submodules that are not here.

    Those of submodules themselves are followed. Symlinks are files, by their link text.
    """
    files: dict[str, str] = {}
    absent: set[str] = set()
    git_dirs = repository.git_dir, repository.common_dir
    waiting = [_Module("", commit, repository.git, git_dirs, repository.tree(commit))]
    while waiting:
        one = waiting.pop()
        entries = {os.path.join(one.path, path): entry for path, entry in one.tree.items()}
        gitlinks = {path: entry.blob_id for path, entry in entries.items() if entry.mode == SUBMODULE}
        if one.path:
            files |= {path: entry.blob_id for path, entry in entries.items() if path not in gitlinks}
        found = _submodules(repository.root, one, gitlinks) if gitlinks else {}
        waiting += found.values()
        absent |= gitlinks.keys() - found.keys()
    return files, frozenset(absent)


def _submodules(root: str, above: _Module, gitlinks: Mapping[str, str]) -> dict[str, _Module]:
    """Those of the submodules whose commit is here, by path."""
    names = _names(above)
    found = {}
    for path, commit in gitlinks.items():
        folders = _folders(above.git_dirs, names.get(path), os.path.join(root, path))
        module = _opened(root, path, commit, folders)
        if module is not None:
            found[path] = module
    return found


def _names(above: _Module) -> Mapping[str, str]:
    """Path → name, as the commit's ``.gitmodules`` says; a submodule lies below git's folders by its name."""
    asked = ("config", f"--blob={above.commit}:.gitmodules", "-z", *_NAMES)
    told = (record.partition("\n") for record in above.git.run(*asked, check=False).records)
    return {os.path.join(above.path, path): key.split(".", 1)[1].rpartition(".")[0] for key, _, path in told}


def _folders(git_dirs: Iterable[str], name: str | None, work_tree: str) -> Iterator[str]:
    parts = (name or "").split("/")
    if {"", ".", ".."}.isdisjoint(parts):  # git refuses such names itself
        yield from (os.path.join(one, "modules", *parts) for one in git_dirs)
    yield os.path.join(work_tree, ".git")


def _opened(root: str, path: str, commit: str, folders: Iterable[str]) -> _Module | None:
    """The submodule from the first of the folders that has its commit."""
    for folder in filter(os.path.exists, folders):
        # The work tree that a submodule's settings name may be gone, where git would end; none is needed.
        git = Git(root, {"GIT_DIR": folder, "GIT_WORK_TREE": root})
        with suppress(GitError):  # the commit is not there, or not all of it
            entries = tree(git, commit)
            return _Module(path, commit, git, (git.run("rev-parse", "--absolute-git-dir").text,), entries)
    return None
