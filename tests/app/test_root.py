"""The root is where git has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from freshboot.app.root import NoRepository, find_root, object_format, settle
from freshboot.app.state import State
from tests.gitrepo import commit, git, make_repository


@pytest.fixture
def script(tmp_path: Path) -> Path:
    folder = tmp_path / "repository" / "apps" / "shop"
    folder.mkdir(parents=True)
    return folder / "app.py"


def test_is_the_nearest_folder_with_git_in_it(script: Path, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "repository" / ".git").mkdir()
    assert find_root(str(script)) == str(tmp_path / "repository")


def test_a_worktree_has_a_file_there(tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "repository", None, "--object-format=sha256")
    commit(repository, {"app.py": ""}, "Begin")
    git(repository, "worktree", "add", "--quiet", str(tmp_path / "tree"))
    assert find_root(str(tmp_path / "tree" / "app.py")) == str(tmp_path / "tree")
    assert object_format(str(tmp_path / "tree")) == "sha256"


def test_a_linked_script_is_followed_where_its_own_folder_has_none(script: Path, tmp_path: Path) -> None:
    (tmp_path / "repository" / ".git").mkdir()
    script.write_text("")
    link = tmp_path / "app.py"
    link.symlink_to(script)
    assert find_root(str(link)) == str(tmp_path / "repository")


@pytest.mark.parametrize("options", [(), ("--object-format=sha256",)])
def test_knows_how_the_repository_names_its_objects(tmp_path: Path, options: tuple[str, ...]) -> None:
    repository = make_repository(tmp_path / "repository", None, *options)
    assert object_format(str(repository)) == ("sha256" if options else "sha1")


@pytest.mark.parametrize(
    "config", [None, "", "[core]\n objectformat = sha256\n", "[extensions]\nobjectformat = md5\n"]
)
def test_else_it_is_sha1(tmp_path: Path, config: str | None) -> None:
    (tmp_path / ".git").mkdir()
    if config is not None:
        (tmp_path / ".git" / "config").write_text(config)
    assert object_format(str(tmp_path)) == "sha1"


def test_reads_git_s_spelling(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text('[Extensions]\n\tobjectFormat = "SHA256" # why not\n')
    assert object_format(str(tmp_path)) == "sha256"


def test_without_git_nothing_can_be_attested(tmp_path: Path) -> None:
    if find_root(str(tmp_path / "app.py")) is not None:
        pytest.skip("the temporary folder lies in a repository")
    with pytest.raises(NoRepository):
        settle(State(), str(tmp_path / "app.py"), None)


def test_a_wish_is_relative_to_the_script(script: Path, tmp_path: Path) -> None:
    state = State()
    settle(state, str(script), "../..")
    assert state.places is not None
    assert state.places.root == str(tmp_path / "repository")


def test_is_found_once(script: Path, tmp_path: Path) -> None:
    state = State()
    settle(state, str(script), str(tmp_path))
    places = state.places
    settle(state, "/elsewhere/app.py", None)
    assert state.places is places


def test_a_link_that_was_switched_is_another_root(tmp_path: Path) -> None:
    for release in ("1", "2"):
        (tmp_path / release).mkdir()
    (tmp_path / "current").symlink_to("1")
    state = State()
    settle(state, str(tmp_path / "current" / "app.py"), ".")
    (tmp_path / "current").unlink()
    (tmp_path / "current").symlink_to("2")
    settle(state, str(tmp_path / "current" / "app.py"), None)
    assert state.places is not None
    assert state.places.real_root == str(tmp_path / "2")
