"""Random histories of pushes, renames, deletes, reverts and merges, against reading every tree."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from freshboot.repository.history import Row
from tests.gitrepo import git, log, make_repository
from tests.repository.pasts import MODULE, listed, lying, past

Files = dict[str, str]
Tree = dict[str, str]

PATHS = ["app.py", "a b/é.py", "line\nbreak.py", "pages/1.py", ":(top)x.py"]
CONTENTS = ["", "other\n", MODULE, f"{MODULE}2\n", f"0\n{MODULE}"]
COMMITTER = "committer Ada <ada@example.org> 1767323045 +0000\ndata 0\n"

paths, contents = st.sampled_from(PATHS), st.sampled_from(CONTENTS)
MOVES = st.one_of(
    st.tuples(st.just("write"), paths, contents),
    st.tuples(st.just("delete"), paths, contents),
    st.tuples(st.just("rename"), paths, paths),
    st.tuples(st.just("revert"), st.integers(1, 4), contents),
)
PUSHES = st.lists(st.tuples(st.lists(MOVES, max_size=3), st.booleans()), min_size=1, max_size=8)


class Push(NamedTuple):
    """The files of one commit, and whether it is a merge of a commit made aside."""

    files: Files
    merged: bool


def pushed(pushes: list[tuple[list[tuple[str, str | int, str]], bool]]) -> Iterator[Push]:
    """What the moves of each push make of the files."""
    seen: list[Files] = [{"app.py": MODULE}]
    for moves, merged in pushes:
        files = dict(seen[-1])
        for move, what, how in moves:
            if move == "write":
                files[str(what)] = how
            elif move == "delete":
                files.pop(str(what), None)
            elif move == "rename" and what in files:
                files[how] = files.pop(str(what))
            elif move == "revert":
                files = dict(seen[-min(int(what), len(seen))])
        seen.append(files)
        yield Push(files, merged)


def quoted(path: str) -> str:
    return '"' + path.replace("\n", "\\n") + '"'


def imported(pushes: list[Push]) -> Iterator[str]:
    """The pushes as ``git fast-import`` reads them."""
    for number, (files, merged) in enumerate(pushes, start=1):
        if merged and number > 1:
            yield f"commit refs/heads/side\nmark :{1000 + number}\n{COMMITTER}from :{number - 1}\n"
            yield "M 100644 inline pages/1.py\ndata 4\nside\n"
        yield f"commit refs/heads/main\nmark :{number}\n{COMMITTER}"
        yield f"from :{number - 1}\n" if number > 1 else ""
        yield f"merge :{1000 + number}\n" if merged and number > 1 else ""
        yield "deleteall\n"
        for path, content in files.items():
            data = content.encode()
            yield f"M 100644 inline {quoted(path)}\ndata {len(data)}\n{content}\n"
        yield "\n"


def make(folder: Path, pushes: list[tuple[list[tuple[str, str | int, str]], bool]]) -> Path:
    make_repository(folder)
    stream = "".join(imported([Push({"app.py": MODULE}, merged=False), *pushed(pushes)]))
    git(folder, "fast-import", "--quiet", "--force", input=stream.encode())
    return folder


class Truth:
    """Every tree of a history read, newest first, and every two of them compared."""

    def __init__(self, folder: Path) -> None:
        self.commits = git(folder, "rev-list", "--first-parent", "main").split()
        self.trees = [lying(folder, one) for one in self.commits]
        pairs = zip(self.commits[1:], self.commits, strict=False)
        self.renames = [renames(folder, *pair) for pair in pairs]

    def held(self) -> dict[tuple[str, str], tuple[str, int]]:
        found: dict[tuple[str, str], tuple[str, int]] = {}
        for behind, tree in enumerate(self.trees):
            for pair in tree.items():
                found.setdefault(pair, (self.commits[behind], behind))
        return found

    def under_earlier_names(self) -> dict[tuple[str, str], tuple[str, int]]:
        """What the files at a path held when they had another name, and the path itself never did."""
        found: dict[tuple[str, str], tuple[str, int]] = {}
        for behind, tree in enumerate(self.trees):
            for path, blob_id in tree.items():
                latest = self.latest_name(path, behind), blob_id
                if latest not in self.held():
                    found.setdefault(latest, (self.commits[behind], behind))
        return found

    def latest_name(self, path: str, behind: int) -> str:
        for newer in reversed(range(behind)):
            path = self.renames[newer].get(path, path)
            if path not in self.trees[newer]:
                break
        return path

    def exact(self, held: Tree) -> tuple[str, int] | None:
        return next(((self.commits[n], n) for n, tree in enumerate(self.trees) if tree == held), None)

    def explained(self, behind: int, held: Tree, wanted: set[str]) -> set[str]:
        return {path for path in wanted if self.trees[behind].get(path) == held.get(path)}


def renames(folder: Path, parent: str, commit: str) -> dict[str, str]:
    """Old name → new name, by git."""
    fields = iter(
        listed(folder, "diff-tree", "-r", "-z", "-M", "--no-rename-empty", "--diff-filter=R", parent, commit)
    )
    return {next(fields): next(fields) for _ in fields}


@given(PUSHES)
@settings(max_examples=60, deadline=None)
def test_origins_agree_with_reading_every_tree(
    pushes: list[tuple[list[tuple[str, str | int, str]], bool]],
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = make(Path(name) / "here", pushes)
        truth, history = Truth(folder), past(folder, "main")
        held, renamed = truth.held(), truth.under_earlier_names()
        told = history.origins()
        assert {pair: one[:2] for pair, one in told.items() if one.path is None} == {
            pair: one for pair, one in held.items() if one[1] > 0
        }
        assert {pair: one[:2] for pair, one in told.items() if one.path is not None} == renamed
        assert {pair: history.origin(*pair)[:2] for pair in held} == held
        assert all(truth.trees[one.behind][one.path] == blob for (_, blob), one in told.items() if one.path)
        assert len(log(folder)) > len(pushes)


@given(PUSHES, st.data())
@settings(max_examples=60, deadline=None)
def test_the_exact_commit_and_the_table_agree_with_reading_every_tree(
    pushes: list[tuple[list[tuple[str, str | int, str]], bool]], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = make(Path(name) / "here", pushes)
        truth, history = Truth(folder), past(folder, "main")
        trees = st.sampled_from(truth.trees)
        one, other = data.draw(trees), data.draw(trees)
        halves = data.draw(st.sets(paths))
        mixed = {path: blob for path, blob in one.items() if path in halves}
        mixed |= {path: blob for path, blob in other.items() if path not in halves}
        for disk in (one, mixed):
            found = history.exact_commit(disk)
            assert (found[:2] if found else None) == truth.exact(disk)
        rows = history.table(mixed, set(PATHS))
        agrees_with_every_tree(rows, truth, mixed)


def agrees_with_every_tree(rows: tuple[Row, ...], truth: Truth, held: Tree) -> None:
    wanted = set(PATHS)
    for origin, explained in rows:
        assert origin is not None, "both halves come from commits"
        assert set(explained) == truth.explained(origin.behind, held, wanted)
    for path in wanted:
        newest = next(n for n in range(len(truth.trees)) if path in truth.explained(n, held, wanted))
        assert next(origin.behind for origin, explained in rows if origin and path in explained) == newest
    assert [row.origin for row in rows if row.origin] == sorted(
        (r.origin for r in rows if r.origin), key=lambda o: o.behind
    )
