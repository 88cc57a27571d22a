from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from freshboot.repository.errors import ObjectFormatError
from freshboot.repository.repository import Repository
from tests.gitrepo import commit, git, head, make_repository


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "here", {"app.py": "print(1)\n"})


def test_a_commit_is_gitpythons(folder: Path) -> None:
    commit(folder, {"app.py": "print(2)\n"}, "Größer rechnen\n\nBecause.\n\nReviewed-by: Bo\n")
    found = Repository.open(folder).commit("HEAD")
    assert (found.author.name, found.author.email) == ("Ada", "ada@example.org")
    assert found.summary == "Größer rechnen"
    assert found.committed_datetime.utcoffset() == timedelta(0)
    assert found.trailers_dict == {"Reviewed-by": ["Bo"]}
    assert [parent.hexsha for parent in found.parents] == [head(folder, "HEAD~1")]


@pytest.mark.parametrize(
    "variable", ["GIT_DIR", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_WORK_TREE", "GIT_INDEX_FILE"]
)
def test_the_callers_environment_leads_nowhere_else(
    folder: Path, tmp_path: Path, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = make_repository(tmp_path / "elsewhere", {"other.py": "print(2)\n"})
    inside = {"GIT_OBJECT_DIRECTORY": ".git/objects", "GIT_INDEX_FILE": ".git/index", "GIT_WORK_TREE": "."}
    monkeypatch.setenv(variable, str(elsewhere / inside.get(variable, ".git")))
    commit(folder, {"app.py": "print(2)\n"}, "Second\n\nA: b\n")
    repository = Repository.open(folder)
    found = repository.commit("HEAD")
    assert (found.hexsha, found.summary, found.trailers_dict) == (head(folder), "Second", {"A": ["b"]})
    assert repository.objects.working_tree_dir == str(folder)
    assert not repository.objects.bare


def test_no_command_of_gitpython_goes_past_the_door(folder: Path) -> None:
    with pytest.raises(TypeError, match=r"repository\.git"):
        Repository.open(folder).objects.git.status()


def test_a_linked_work_tree_reads_its_own_head(folder: Path, tmp_path: Path) -> None:
    git(folder, "worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    commit(tmp_path / "side", {"app.py": "print(3)\n"}, "On the side")
    repository = Repository.open(tmp_path / "side")
    assert repository.commit("HEAD").summary == "On the side"
    assert repository.branch == "side"


def test_sha256_commits_are_refused_by_name(tmp_path: Path) -> None:
    folder = make_repository(tmp_path / "long", {"app.py": "print(1)\n"}, "--object-format=sha256")
    with pytest.raises(ObjectFormatError, match="SHA-256"):
        Repository.open(folder).commit("HEAD")
