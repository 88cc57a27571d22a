"""Where bytes that lie on a server come from: the commits of a release's past that hold them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from freshboot.repository.errors import RemoteError, RepositoryError
from freshboot.repository.log import Step, read_log
from freshboot.repository.repository import Repository

Pair = tuple[str, str]
"""A path and the id of a blob that it held."""


class Origin(NamedTuple):
    """The newest commit whose tree held a blob at a path, and how many first-parent commits it is behind.

    ``time`` is its committer's, in seconds since 1970. ``path`` is set where the file was renamed since, and
    held these bytes only under that earlier name.
    """

    commit: str
    behind: int
    time: int = 0
    path: str | None = None


class Row(NamedTuple):
    """One line of the table of a mixed disk: a commit, and the paths that lie there as the commit has them.

    ``origin`` is None in the line of those that no commit explains.
    """

    origin: Origin | None
    paths: tuple[str, ...]


class History:
    """The past of one commit along first parents, read from git when somebody first asks, and kept."""

    def __init__(self, repository: Repository, commit: str) -> None:
        self._repository = repository
        self._release = commit
        self._complaint = "the clone is shallow"
        self._begin()

    def _begin(self) -> None:
        self._steps: list[Step] = []
        self._held: dict[Pair, Origin] = {}
        self._renamed: dict[Pair, Origin] = {}

    def origin(self, path: str, blob_id: str) -> Origin | None:
        """Where a path's bytes come from; None if no commit that is here ever held them."""
        self._read()
        return self._held.get((path, blob_id)) or self._renamed.get((path, blob_id))

    def origins(self) -> Mapping[Pair, Origin]:
        """Every (path, blob id) that the commit itself does not hold, deleted paths too; with its origin.

        A path also has the blobs that its file held under earlier names.
        """
        self._read()
        return {pair: one for pair, one in (self._renamed | self._held).items() if one.behind > 0}

    def exact_commit(
        self, held: Mapping[str, str], is_excluded: Callable[[str], bool] = lambda _: False
    ) -> Origin | None:
        """The newest commit whose whole tree is what ``held`` says, path → blob id; None if there is none.

        ``held`` tells of every path that the history knows and that lies there. Excluded paths do not count,
        nor do submodules.
        """
        paths = {one for one in (*self._paths(), *held) if not is_excluded(one)}
        walk = self._agreeing(held, paths)
        return next((self._at(behind) for behind, agreeing in walk if len(agreeing) == len(paths)), None)

    def table(self, held: Mapping[str, str], paths: Collection[str]) -> tuple[Row, ...]:
        """The commits that ``paths`` come from, newest first, each with all of the paths that it explains.

        A path's origin is the first row that has it: one that is not in ``held`` comes from a commit without
        the file. The last row has what no commit explains, if there is anything.
        """
        renamed = self._under_earlier_names(held, paths)
        unnamed, rows = set(paths), []
        for behind, agreeing in self._agreeing(held, paths):
            explained = agreeing | renamed.get(behind, set())
            if not unnamed.isdisjoint(explained):
                rows.append(Row(self._at(behind), tuple(sorted(explained))))
                unnamed -= explained
        return (*rows, *([Row(None, tuple(sorted(unnamed)))] if unnamed else []))

    @property
    def complete(self) -> bool:
        """Whether the past is all here; in a shallow clone it ends early."""
        return self.gap is None

    @property
    def gap(self) -> str | None:
        """What is not here of the past, and why, in one line; None where it is all here."""
        if not self._repository.is_shallow:
            return None
        self._read()
        oldest = self._steps[-1].commit
        header = self._repository.git.run("cat-file", "commit", oldest).out.partition(b"\n\n")[0]
        if b"\nparent " not in header:
            return None
        return f"the history before {oldest[:7]} is not here: {self._complaint}"

    def deepen(self, branch: str) -> None:
        """Fetch what a shallow clone left out of the branch's past; where that fails, ``gap`` says why."""
        if self.complete:
            return
        try:
            self._repository.deepen(branch)
        except (RemoteError, RepositoryError) as error:
            self._complaint = error.message
        else:
            self._begin()

    def _read(self) -> None:
        if not self._steps:
            self._steps = read_log(self._repository, self._release)
            self._held, self._renamed = _origins(self._steps)

    def _at(self, behind: int) -> Origin:
        return _origin(self._steps, behind)

    def _paths(self) -> set[str]:
        self._read()
        return {change.path for step in self._steps for change in step.changes}

    def _agreeing(self, held: Mapping[str, str], paths: Collection[str]) -> Iterator[tuple[int, set[str]]]:
        """For each commit, newest first: those of the paths that lie there as the commit has them.

        It is one set that changes from commit to commit, so that no tree is read.
        """
        self._read()
        wanted = set(paths)
        release = {path: blob_id for (path, blob_id), origin in self._held.items() if origin.behind == 0}
        agreeing = {path for path in wanted if release.get(path) == held.get(path)}
        yield 0, agreeing
        for behind, step in enumerate(self._steps[:-1], start=1):
            for path, before, _ in step.changes:
                if path in wanted:
                    (agreeing.add if held.get(path) == before else agreeing.discard)(path)
            yield behind, agreeing

    def _under_earlier_names(self, held: Mapping[str, str], paths: Iterable[str]) -> Mapping[int, set[str]]:
        """By commit, the paths whose bytes it has under an earlier name only."""
        self._read()
        found: dict[int, set[str]] = {}
        for path in paths:
            origin = None if path not in held else self.origin(path, held[path])
            if origin is not None and origin.path is not None:
                found.setdefault(origin.behind, set()).add(path)
        return found


def _origin(steps: list[Step], behind: int, path: str | None = None) -> Origin:
    return Origin(steps[behind].commit, behind, steps[behind].time, path)


def _origins(steps: list[Step]) -> tuple[dict[Pair, Origin], dict[Pair, Origin]]:
    """Every pair by its newest commit: what paths held, and what their files held under earlier names.

    A change tells until when the parent's blob was held, and a path's newest change what is held still.
    """
    held: dict[Pair, Origin] = {}
    renamed: dict[Pair, Origin] = {}
    touched: set[str] = set()
    latest: dict[str, str] = {}
    for behind, step in enumerate(steps, start=1):
        latest = _older_names(latest, step)
        older = _origin(steps, min(behind, len(steps) - 1))
        for path, before, after in step.changes:
            if path not in touched:
                touched.add(path)
                if after is not None:
                    held[path, after] = _origin(steps, 0)
            if before is not None:
                held.setdefault((path, before), older)
                if path in latest:
                    renamed.setdefault((latest[path], before), older._replace(path=path))
    return held, renamed


def _older_names(latest: dict[str, str], step: Step) -> dict[str, str]:
    """Earlier name → latest name, as it is before the step: a file that came by it had no name at all."""
    moved = {old: latest.get(new, new) for new, old in step.renames.items()}
    for path, before, _ in step.changes:
        if before is None:
            latest.pop(path, None)
    latest.update(moved)
    return latest
