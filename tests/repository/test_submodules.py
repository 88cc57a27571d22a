from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from freshboot.repository.repository import Repository
from freshboot.repository.submodules import submodule_files
from tests.gitrepo import clone, commit, git, head, make_repository
from tests.repository.pasts import lying


@pytest.fixture
def inner(tmp_path: Path) -> Path:
    made = make_repository(tmp_path / "inner", {"deep.py": "deep\n"})
    (made / "link.py").symlink_to("deep.py")
    git(made, "add", "link.py")
    git(made, "commit", "--quiet", "-m", "Link")
    return made


@pytest.fixture
def outer(tmp_path: Path, inner: Path) -> Path:
    made = make_repository(tmp_path / "outer", {"lib.py": "lib\n"})
    add(made, inner, "parts/inner")
    return made


@pytest.fixture
def folder(tmp_path: Path, outer: Path) -> Path:
    made = make_repository(tmp_path / "here", {"app.py": "x\n"})
    add(made, outer, "vendor/outer")
    git(made, "submodule", "--quiet", "update", "--init", "--recursive")
    return made


def add(folder: Path, other: Path, path: str, *options: str) -> None:
    git(folder, "submodule", "--quiet", "add", *options, "--", str(other), path)
    git(folder, "commit", "--quiet", "-m", "Add")


def files(folder: Path, revision: str = "HEAD") -> tuple[dict[str, str], frozenset[str]]:
    return submodule_files(Repository.open(folder), revision)


def below(path: str, other: Path) -> dict[str, str]:
    return {f"{path}/{name}": blob for name, blob in lying(other).items()}


def test_the_files_of_submodules_within_submodules_are_told(folder: Path, outer: Path, inner: Path) -> None:
    expected = below("vendor/outer", outer) | below("vendor/outer/parts/inner", inner)
    assert files(folder) == (expected, frozenset())
    assert "vendor/outer/parts/inner/link.py" in expected


def test_a_repository_without_submodules_has_no_such_files(outer: Path, inner: Path) -> None:
    assert files(inner) == ({}, frozenset())


def test_a_submodule_that_was_never_fetched_is_not_here(folder: Path, tmp_path: Path) -> None:
    bare = clone(folder, tmp_path / "clone")
    assert files(bare) == ({}, frozenset({"vendor/outer"}))


def test_of_a_submodule_that_is_here_another_within_may_not_be(
    folder: Path, tmp_path: Path, outer: Path
) -> None:
    half = clone(folder, tmp_path / "clone")
    git(half, "submodule", "--quiet", "update", "--init")
    assert files(half) == (below("vendor/outer", outer), frozenset({"vendor/outer/parts/inner"}))


def test_a_commit_that_the_submodule_has_not_got_is_not_here(folder: Path, outer: Path) -> None:
    newer = commit(outer, {"lib.py": "newer\n"})
    git(folder, "update-index", "--cacheinfo", f"160000,{newer},vendor/outer")
    git(folder, "commit", "--quiet", "-m", "Raise")
    assert files(folder) == ({}, frozenset({"vendor/outer"}))


def test_the_release_counts_and_not_what_is_checked_out(folder: Path, outer: Path, inner: Path) -> None:
    asked, expected = head(folder), files(folder)
    commit(folder / "vendor/outer", {"lib.py": "newer\n"})
    git(folder, "commit", "--quiet", "--all", "-m", "Raise")
    assert files(folder, asked) == expected
    assert files(folder)[0]["vendor/outer/lib.py"] != expected[0]["vendor/outer/lib.py"]


def test_a_work_tree_that_is_gone_is_not_needed(folder: Path) -> None:
    expected = files(folder)
    git(folder, "submodule", "--quiet", "deinit", "--all", "--force")
    shutil.rmtree(folder / "vendor")
    assert files(folder) == expected


def test_a_repository_that_lies_in_the_work_tree_itself_is_found(folder: Path, inner: Path) -> None:
    git(folder, "clone", "--quiet", str(inner), "embedded")
    git(folder, "-c", "advice.addEmbeddedRepo=false", "add", "embedded")
    git(folder, "commit", "--quiet", "-m", "Embed")
    found, absent = files(folder)
    assert below("embedded", inner).items() <= found.items()
    assert absent == frozenset()


def test_an_empty_folder_is_not_taken_for_the_repository_around_it(folder: Path) -> None:
    commit_id = head(folder)
    git(folder, "update-index", "--add", "--cacheinfo", f"160000,{commit_id},self")
    git(folder, "commit", "--quiet", "-m", "Itself")
    (folder / "self").mkdir()
    assert files(folder)[1] == {"self"}


def test_a_name_that_leads_out_of_gits_folder_is_not_followed(folder: Path, inner: Path) -> None:
    text = '[submodule "../../../inner/.git"]\n\tpath = out\n\turl = x\n'
    git(folder, "update-index", "--add", "--cacheinfo", f"160000,{head(inner)},out")
    (folder / ".gitmodules").write_text(text)
    git(folder, "add", ".gitmodules")
    git(folder, "commit", "--quiet", "-m", "Out")
    assert "out" in files(folder)[1]


@pytest.mark.parametrize("path", ["a b", "é", "line\nbreak", os.fsdecode(b"caf\xe9")])
def test_submodules_at_odd_names_are_found(folder: Path, inner: Path, path: str) -> None:
    add(folder, inner, path, "--name", "a.path.name")
    assert below(path, inner).items() <= files(folder)[0].items()


def test_a_linked_work_tree_has_submodules_of_its_own(folder: Path, tmp_path: Path, outer: Path) -> None:
    expected = files(folder)
    git(folder, "worktree", "add", "--quiet", "--detach", str(tmp_path / "linked"))
    assert files(tmp_path / "linked") == expected


def test_sha256_repositories_have_submodules(tmp_path: Path) -> None:
    other = make_repository(tmp_path / "other", {"x.py": "x\n"}, "--object-format=sha256")
    folder = make_repository(tmp_path / "here", {"app.py": "x\n"}, "--object-format=sha256")
    add(folder, other, "other")
    assert files(folder) == (below("other", other), frozenset())
