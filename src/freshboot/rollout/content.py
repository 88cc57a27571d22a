"""What has to be read in a release's own files to know what its answer should be."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Mapping
from dataclasses import replace

from freshboot.dependencies import candidates, lines, winning
from freshboot.judge.evidence import Expectation
from freshboot.judge.hidden import hidden
from freshboot.repository.forms import checkout_forms
from freshboot.repository.lfs import pointers, smudged
from freshboot.repository.repository import Repository


def complete(repository: Repository, expected: Expectation) -> Expectation:
    """The expectation with requirement lines, LFS pointers, and the code that runs past every hook.

    :raises RemoteError: a partial clone could not fetch what has to be read.
    """
    files = repository.tree(expected.commit)
    sources = repository.read_all(expected.commit, [path for path in files if path.endswith(".py")])
    code = hidden(sources, expected.files, expected.entrypoint)
    return replace(
        _with_requirements(repository, expected),
        pointers=pointers(repository, expected.commit) & expected.files.keys(),
        hidden=code.files,
        unresolved=code.unresolved,
    )


def forms(
    repository: Repository, expected: Expectation, paths: Collection[str]
) -> Mapping[str, tuple[str, ...]]:
    """Further blob ids that the paths may lie on a disk with; of LFS pointers the content, as it lies here.

    :raises RemoteError: a partial clone could not fetch the files.
    """
    plain = [path for path in paths if path not in expected.pointers]
    found = dict(checkout_forms(repository, expected.commit, plain))
    for path in expected.pointers.intersection(paths):
        blob = smudged(repository, expected.commit, path)
        found[path] = (blob,) if blob else ()
    return found


def _with_requirements(repository: Repository, expected: Expectation) -> Expectation:
    """The lines of the dependency file that wins, and of those beside it.

    The order is Community Cloud's (its documentation); elsewhere it is as good a guess as any.
    """

    def read(path: str) -> bytes | None:
        return repository.read(expected.commit, path)

    winner = winning(expected.files.__contains__, expected.entrypoint)
    names = {posixpath.basename(path) for path in candidates(expected.entrypoint)}
    others = [path for path in expected.files if posixpath.basename(path) in names and path != winner]
    return replace(
        expected,
        dependency_file=winner,
        requirements=lines(read, winner) if winner else (),
        idle_requirements=tuple(line for path in others for line in lines(read, path)),
    )
