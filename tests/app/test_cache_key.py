"""The key changes with the code that runs or lies on disk, with the release, and with nothing else."""

from __future__ import annotations

import functools
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import freshboot
from freshboot.app import cache_key as module
from freshboot.app import reading
from tests.app.apps import running
from tests.app.process import Process
from tests.gitrepo import commit, git

OLD, NEW = "VALUE = 'old'\ndef show():\n    return VALUE\n", "VALUE = 'new'\ndef show():\n    return VALUE\n"
KEY_OF_A_PROCESS = "import freshboot, helpers; print(freshboot.cache_key(), freshboot.cache_key(helpers))"


@pytest.fixture
def app(process: Process) -> Process:
    """A repository with a commit: two modules, one of them loaded, and data."""
    git(process.root, "init", "--quiet")
    commit(process.root, {"helpers.py": OLD, "later.py": OLD, "data.csv": "1\n"}, "first")
    process.load("helpers")
    return process


def helpers() -> ModuleType:
    return sys.modules["helpers"]


def test_stays_the_same_while_nothing_changes(app: Process) -> None:
    assert freshboot.cache_key() == freshboot.cache_key()
    assert len(freshboot.cache_key()) == 32


def test_a_module_that_is_loaded_later_does_not_change_it(app: Process) -> None:
    before = freshboot.cache_key()
    app.load("later")
    assert freshboot.cache_key() == before


@pytest.mark.parametrize("path", ["helpers.py", "later.py"])
def test_changed_code_on_disk_changes_it_whether_it_is_loaded_or_not(app: Process, path: str) -> None:
    before = freshboot.cache_key()
    app.write(path, NEW)
    assert freshboot.cache_key() != before


def test_what_is_computed_by_old_code_never_shares_a_key_with_the_new(app: Process) -> None:
    before = freshboot.cache_key(), freshboot.cache_key(helpers())
    app.write("helpers.py", NEW)
    between = freshboot.cache_key(), freshboot.cache_key(helpers())
    assert app.boot() == 1
    app.load("helpers")
    after = freshboot.cache_key(), freshboot.cache_key(helpers())
    for three in zip(before, between, after, strict=True):
        assert len(set(three)) == 3


def test_another_commit_changes_it_even_with_the_same_code(app: Process) -> None:
    before, of_module = freshboot.cache_key(), freshboot.cache_key(helpers())
    commit(app.root, {"data.csv": "2\n"}, "data")
    assert freshboot.cache_key() != before
    assert freshboot.cache_key(helpers()) == of_module


def test_what_git_does_not_know_counts_once_it_is_loaded(app: Process) -> None:
    app.write("generated.py", OLD)
    app.load("generated")
    before = freshboot.cache_key()
    app.write("generated.py", NEW)
    app.boot()
    app.load("generated")
    assert freshboot.cache_key() != before


def test_two_processes_of_one_release_agree_also_in_two_places(app: Process, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere" / "clone"
    git(tmp_path, "clone", "--quiet", str(app.root), str(other))

    def told(folder: Path) -> bytes:
        return subprocess.run(
            [sys.executable, "-c", KEY_OF_A_PROCESS], cwd=folder, check=True, capture_output=True
        ).stdout

    assert told(app.root) == told(other)
    assert told(app.root).decode().split()[1] == freshboot.cache_key(helpers())


def test_without_git_every_file_with_code_counts(process: Process) -> None:
    process.write("package/inner.py", OLD)
    before = freshboot.cache_key()
    process.write("notes.txt", "x")
    assert freshboot.cache_key() == before
    process.write("package/inner.py", NEW)
    changed = freshboot.cache_key()
    process.write("package/another.py", OLD)
    assert len({before, changed, freshboot.cache_key()}) == 3


def test_a_function_or_a_class_stands_for_the_file_that_it_is_written_in(app: Process) -> None:
    app.write("made.py", "class Made:\n    def of(self): pass\nmade = Made()\n")
    made = app.load("made")
    of_module = freshboot.cache_key(made)
    for one in (made.Made, made.Made.of, made.made.of, functools.partial(made.Made.of), made.made):
        assert freshboot.cache_key(one) == of_module
    assert freshboot.cache_key(helpers().show) == freshboot.cache_key(
        functools.wraps(helpers().show)(lambda: None)
    )
    assert freshboot.cache_key(helpers().show) != of_module


def test_a_function_that_outlives_its_module_is_told_by_what_it_runs(app: Process) -> None:
    old = helpers().show
    app.write("helpers.py", NEW)
    app.boot()
    new = app.load("helpers").show
    assert freshboot.cache_key(old) != freshboot.cache_key(new)


def test_a_package_stands_for_all_that_lies_in_it(app: Process) -> None:
    app.write("shop/__init__.py", "")
    app.write("shop/tax.py", OLD)
    before = freshboot.cache_key(app.load("shop"))
    app.write("shop/tax.py", NEW)
    changed = freshboot.cache_key(app.load("shop"))
    app.write("shop/new.py", OLD)
    assert len({before, changed, freshboot.cache_key(app.load("shop"))}) == 3


def test_files_of_the_same_name_are_told_apart(app: Process) -> None:
    first, second = app.write("a/x.csv", "1"), app.write("b/x.csv", "1")
    before = freshboot.cache_key(first, second)
    for path in ("a/x.csv", "b/x.csv"):
        app.write(path, "2")
        now = freshboot.cache_key(first, second)
        assert now != before
        before = now


def test_a_file_that_is_too_large_to_hash_is_told_by_its_times(
    app: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MAX_FILE_BYTES", 3)
    large = app.write("large.csv", "old text")
    before = freshboot.cache_key(large)
    assert freshboot.cache_key(large) == before
    app.write("large.csv", "new text")
    changed = freshboot.cache_key(large)
    large.unlink()
    assert len({before, changed, freshboot.cache_key(large)}) == 3


@pytest.mark.parametrize("part", [len, "helpers", 3])
def test_what_has_no_file_gets_a_key_of_this_process_alone(app: Process, part: object) -> None:
    odd = freshboot.cache_key(part)  # type: ignore[arg-type]
    assert odd == freshboot.cache_key(part)  # type: ignore[arg-type]
    assert app.state.errors["cache_key"] == "cache_key: TypeError"
    app.state.boot_id = "another"
    assert freshboot.cache_key(part) != odd  # type: ignore[arg-type]


def test_a_folder_gets_no_key_that_would_hide_its_changes(app: Process) -> None:
    freshboot.cache_key(app.root)
    assert app.state.errors["cache_key"] == "cache_key: IsADirectoryError"


def test_the_list_of_files_is_read_once_for_each_index(app: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[str] = []
    tracked = freshboot.app.sources.tracked
    monkeypatch.setattr("freshboot.app.sources.tracked", lambda *a: reads.append("") or tracked(*a))
    for _ in range(3):
        freshboot.cache_key()
    assert len(reads) <= 1
    commit(app.root, {"new.py": OLD}, "second")
    before = freshboot.cache_key()
    app.write("new.py", NEW)
    assert freshboot.cache_key() != before


def test_the_function_is_what_the_package_gives() -> None:
    assert freshboot.cache_key is module.cache_key


APP = (
    "import freshboot; freshboot.boot(clear=False)\nimport streamlit as st\nimport helpers\n"
    "FACTOR = {n}\n"
    "@st.cache_data\ndef load(key):\n    return helpers.VALUE, FACTOR\n"
    "def plain(): pass\n"
    "st.text(f'{{load(freshboot.cache_key(helpers, plain))}}')\n"
)


def test_cached_results_follow_the_code_of_a_module_and_of_the_script(tmp_path: Path) -> None:
    """Nothing is cleared here: the key alone does it."""
    files = {"streamlit_app.py": APP.format(n=1), "helpers.py": "VALUE = 1\n"}
    with running(tmp_path / "repository", files, "--server.fileWatcherType=none") as app:
        assert app.shows() == ("(1, 1)",)
        app.write("helpers.py", "VALUE = 2\n")
        assert app.shows() == ("(2, 1)",)
        app.write("streamlit_app.py", APP.format(n=2))
        assert app.shows() == ("(2, 2)",)
        assert app.challenge().errors == ()
