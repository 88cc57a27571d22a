"""Tests in a work tree that are the release's, and those that are not, in a real repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from freshboot.judge.evidence import Expectation
from freshboot.repository.repository import Repository
from freshboot.rollout.expectation import Releases
from freshboot.rollout.released_tests import difference
from tests.gitrepo import commit, git, make_repository, write
from tests.stamp.samples import NEW, OLD

TEST = "tests/live/test_app.py"
FILES = {
    "app.py": "STAMP = 1\n",
    "tests/conftest.py": "",
    "tests/test_other.py": "",
    TEST: "def test_a(): pass\n",
    "tests/live/expected.csv": "1\n",
    "README.md": "",
    "requirements.txt": f"streamlit\n# freshboot: {OLD}\n",
    ".gitignore": "__pycache__/\n*.log\n",
}
NOT = "the tests are not the release's: the work tree has another "


@pytest.fixture
def folder(tmp_path: Path, isolated: None) -> Path:
    return make_repository(tmp_path / "repository", FILES)


def told(folder: Path, path: str = "tests/live", commit_id: str = "HEAD") -> str:
    repository = Repository.open(folder)
    expected = Expectation(
        repository.resolve(commit_id), None, {}, "app.py", neutral=frozenset({"README.md"})
    )
    return difference(Releases(repository, "main", expected, ("requirements.txt",)), path)


def test_says_nothing_of_tests_as_they_were_released(folder: Path) -> None:
    """Nor of what lies elsewhere, what tests leave behind, or what is staged beside the same files."""
    write(folder, {"app.py": "STAMP = 2\n", "tests/test_other.py": "new", "tests/test_new.py": ""})
    write(folder, {"tests/live/shown.png": "new", "tests/live/__pycache__/x.py": "", "tests/live/a.log": ""})
    (folder / TEST).chmod(0o755)
    git(folder, "rm", "-q", "--cached", "tests/live/expected.csv")
    for path in ("tests/live", "./tests/live/", TEST, f"{TEST}::test_a"):
        assert told(folder, path) == ""


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({TEST: "def test_a(): fail\n"}, TEST),
        ({TEST: None}, TEST),
        ({"tests/live/test_new.py": ""}, "tests/live/test_new.py"),
        ({"tests/live/expected.csv": "2\n"}, "tests/live/expected.csv"),
        ({"tests/conftest.py": "changed"}, "tests/conftest.py"),
        ({"conftest.py": "new"}, "conftest.py"),
    ],
)
def test_names_what_is_not_as_released(
    folder: Path, changed: dict[str, str | bytes | None], named: str
) -> None:
    """Of the same length, and told to git as unchanged, or staged."""
    git(folder, "update-index", "--assume-unchanged", TEST)
    write(folder, changed)
    git(folder, "add", "conftest.py", check=False)
    assert told(folder).startswith(f"{NOT}{named};")


def test_counts_what_it_does_not_name(folder: Path) -> None:
    write(folder, {TEST: "", "tests/conftest.py": "changed"})
    assert told(folder).startswith(f"{NOT}tests/conftest.py and 1 more;")


def test_a_stamp_makes_no_difference(folder: Path) -> None:
    write(folder, {"requirements.txt": f"streamlit\n# freshboot: {NEW}\n", "README.md": "changed"})
    assert told(folder, ".") == ""
    write(folder, {"app.py": "STAMP = 2\n"})
    assert told(folder, ".").startswith(f"{NOT}app.py;")


def test_tests_that_only_the_work_tree_has_are_not_the_release_s(folder: Path) -> None:
    write(folder, {".gitignore": "mine/\n", "mine/test_a.py": ""})
    assert told(folder, "mine") == "the release has no mine"


def test_a_file_that_git_checks_out_with_other_line_ends_is_the_same(folder: Path) -> None:
    commit(folder, {".gitattributes": "*.py text eol=crlf\n"})
    write(folder, {TEST: FILES[TEST].replace("\n", "\r\n")})
    assert told(folder) == ""


def test_a_later_commit_of_the_tests_is_not_the_release_s(folder: Path) -> None:
    commit(folder, {TEST: "def test_b(): pass\n"})
    assert told(folder, commit_id="HEAD~1").startswith(f"{NOT}{TEST};")
    assert told(folder) == ""
