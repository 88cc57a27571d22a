"""What is left in a work tree is told first, removed on demand, and nothing else is touched."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from freshboot.cli import main
from freshboot.repository.leftovers import Leftover, NotRemovedError, leftovers, remove
from freshboot.repository.repository import Repository
from tests.gitrepo import commit, git, make_repository, write

GONE = ("__pycache__/a.cpython-311.pyc", "shop/__pycache__/tax.pyc", ".streamlit/cache/x/value.memo")
STAYS = (
    "streamlit_app.py",
    ".streamlit/config.toml",
    "data/cache/x",
    "cache/x",
    ".venv/lib/__pycache__/b.pyc",
    ".venv/pyvenv.cfg",
    "env/lib/site-packages/lib/__pycache__/c.pyc",
    "nested/__pycache__/d.pyc",
    "loose.pyc",
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = make_repository(tmp_path / "r", {"streamlit_app.py": ""})
    for path in (*GONE, *STAYS):
        write(root, {path: "x"})
    make_repository(root / "nested" / "inner")
    (root / "nested" / ".git").write_text("gitdir: inner/.git\n")
    return root


def files(root: Path) -> set[str]:
    found = (path for path in root.rglob("*") if path.is_file() or path.is_symlink())
    return {str(path.relative_to(root)) for path in found if "/.git/" not in f"/{path.relative_to(root)}"}


def found(root: Path) -> tuple[Leftover, ...]:
    return leftovers(Repository.open(root))


def test_tells_what_would_be_removed_and_removes_nothing(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = files(root)
    assert main(["clean", "--repo", str(root)]) == 0
    told = capsys.readouterr()
    assert files(root) == before
    assert told.out == ""
    assert "shop/__pycache__: 1 files, 1 bytes" in told.err
    assert "freshboot clean --yes" in told.err


def test_removes_it_with_its_folders_and_nothing_else(root: Path) -> None:
    before = files(root)
    assert main(["clean", "--yes", "--repo", str(root / "shop")]) == 0
    assert before - files(root) == set(GONE)
    assert not (root / "shop/__pycache__").exists()
    assert not (root / ".streamlit/cache").exists()
    assert main(["clean", "--yes", "--repo", str(root)]) == 0


def test_json_alone_goes_to_standard_output(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commit(root, {"shop/__pycache__/kept.pyc": "xy"})
    main(["clean", "--json", "--repo", str(root)])
    told = json.loads(capsys.readouterr().out)
    assert told["schema"] == "clean-v1"
    assert (told["removed"], told["files"], told["bytes"]) == (False, 3, 3)
    assert [one["path"] for one in told["folders"]] == [".streamlit/cache", "__pycache__", "shop/__pycache__"]
    assert told["kept"] == ["shop/__pycache__/kept.pyc"]


def test_what_git_tracks_stays(root: Path) -> None:
    git(root, "add", "--force", "shop/__pycache__/tax.pyc")
    remove(str(root), found(root))
    assert (root / "shop/__pycache__/tax.pyc").exists()
    assert not (root / "__pycache__").exists()


def test_no_link_is_followed_or_removed(root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    write(outside, {"__pycache__/a.pyc": "x", "x": "x"})
    (root / "linked").symlink_to(outside)
    (root / "shop/__pycache__/folder").symlink_to(outside)
    (root / "shop/__pycache__/file").symlink_to(outside / "x")
    (root / "docs").mkdir()
    (root / "docs/__pycache__").symlink_to(outside / "__pycache__")
    remove(str(root), found(root))
    assert files(outside) == {"__pycache__/a.pyc", "x"}
    assert (root / "shop/__pycache__/folder").is_symlink()
    assert (root / "shop/__pycache__/file").is_symlink()
    assert (root / "docs/__pycache__").is_symlink()


def test_a_link_that_comes_in_between_leads_nowhere(root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    write(outside, {"tax.pyc": "precious"})
    told = found(root)
    (root / "shop/__pycache__/tax.pyc").unlink()
    (root / "shop/__pycache__").rmdir()
    (root / "shop/__pycache__").symlink_to(outside)
    with pytest.raises(NotRemovedError, match=r"shop/__pycache__/tax\.pyc"):
        remove(str(root), told)
    assert (outside / "tax.pyc").read_text() == "precious"
    assert not (root / "__pycache__").exists(), "the others are removed all the same"


def test_what_is_gone_already_does_not_count(root: Path) -> None:
    told = found(root)
    (root / "shop/__pycache__/tax.pyc").unlink()
    assert remove(str(root), told) == len(GONE) - 1


def test_names_without_an_encoding_are_removed_too(root: Path) -> None:
    name = os.fsencode(root / "__pycache__") + b"/\xff.pyc"
    with open(name, "wb"):
        pass
    assert main(["clean", "--yes", "--repo", str(root)]) == 0
    assert not os.path.lexists(name)


def test_outside_of_a_repository_it_is_a_wrong_call(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["clean", "--repo", str(tmp_path)]) == 2
    assert "do: " in capsys.readouterr().err
