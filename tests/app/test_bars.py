"""What the agent must tell though nothing looks wrong: each test has one reason for doubt, and no other."""

from __future__ import annotations

import importlib.util
import os
import py_compile
import sys
import types
import weakref
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from freshboot.app import (
    attest,
    caches,
    compiled,
    disk,
    packages,
    reading,
    results,
    running,
    scripts,
    standing,
    threads,
)
from freshboot.app.attest import Look
from freshboot.app.compiled import Comparisons
from freshboot.app.disk import DiskScan, scan
from freshboot.app.files import FileHashes
from freshboot.app.memory import Memory, memory
from freshboot.app.results import Straggling
from freshboot.app.scripts import Script
from freshboot.app.stacks import Frame, Stacks
from freshboot.app.state import Loss
from freshboot.proof import Kind, new_nonce
from tests.app.process import Process, blob
from tests.app.test_modules import load_plainly
from tests.gitrepo import git

OLD, NEW = "VALUE = 1\n", "VALUE = 2\n"


@pytest.mark.parametrize("part", ["st_dev", "st_ino", "st_ctime_ns", "st_mtime_ns", "st_size"])
def test_each_part_of_a_file_s_state_tells_it_from_another(tmp_path: Path, part: str) -> None:
    status = tmp_path.stat()
    parts = {one: getattr(status, one) for one in dir(status) if one.startswith("st_")}
    other: Any = SimpleNamespace(**{**parts, part: parts[part] + 1})
    assert reading.signature(other) != reading.signature(status)


def test_a_file_that_is_written_over_while_it_is_read_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new bytes are as many as the old ones: only the file's state tells."""
    file, read = tmp_path / "prices.py", os.read
    file.write_text(OLD)

    def read_and_write(descriptor: int, size: int) -> bytes:
        data = read(descriptor, size)
        if data == OLD.encode():
            file.write_text(NEW)
            os.utime(file, ns=(0, 0))
        return data

    monkeypatch.setattr(os, "read", read_and_write)
    assert FileHashes().blob(str(file)) == blob(NEW)


def skipped(found: DiskScan) -> int:
    """How many the answer counts."""
    return disk.answer(found, new_nonce()).count(Kind.SKIPPED)


def failing(real: Callable[..., Any], name: str) -> Callable[..., Any]:
    """The same function, which may not look at what has this name."""

    def call(path: str, *more: Any) -> Any:
        if str(path).endswith(name):
            raise PermissionError(path)
        return real(path, *more)

    return call


def test_a_folder_that_cannot_be_looked_into_is_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "closed").mkdir()
    (tmp_path / "closed/json.py").write_text(OLD)
    monkeypatch.setattr(os, "open", failing(os.open, "/closed"))
    found = scan(str(tmp_path), FileHashes())
    assert (found.skipped, skipped(found)) == ({"closed"}, 1)


def test_a_root_that_cannot_be_looked_into_is_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "open", failing(os.open, str(tmp_path)))
    assert skipped(scan(str(tmp_path), FileHashes())) == 1


def test_a_link_that_cannot_be_read_is_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "json.py").symlink_to("elsewhere.py")
    monkeypatch.setattr(os, "readlink", failing(os.readlink, "/json.py"))
    found = scan(str(tmp_path), FileHashes())
    assert (found.skipped, skipped(found)) == ({"json.py"}, 1)


@pytest.fixture
def app(process: Process, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Process:
    """An app at a commit, whose caches were cleared a moment ago."""
    monkeypatch.setenv("HOME", str(tmp_path))
    process.write("prices.py", OLD)
    git(process.root, "init", "--quiet")
    git(process.root, "add", "prices.py")
    standing.begin(process.state, process.places)
    results.begin(process.state, process.places, None, clears=True)
    process.state.straggling = None
    return process


def unrecorded(app: Process) -> frozenset[str]:
    """Of which files nothing can be said, with ``.`` for all."""
    return results.told(app.state, None, results.take(app.state, app.places)).unrecorded


def test_without_any_of_what_follows_the_results_are_fresh(app: Process) -> None:
    told = results.told(app.state, None, results.take(app.state, app.places))
    assert (told.stale, told.unrecorded) == ({}, frozenset())


def not_cleared(app: Process, _: pytest.MonkeyPatch) -> None:
    app.state.clear_due = True


def not_known_to_be_alone(app: Process, _: pytest.MonkeyPatch) -> None:
    app.state.straggling = Straggling(1, 0.0, 1.0)


def kept_where_clearing_does_not_reach(_: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caches, "outlive_clearing", lambda _: True)


def standing_where_an_old_script_put_it(_: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standing, "is_old", lambda *_: True)


def never_seen_before(app: Process, _: pytest.MonkeyPatch) -> None:
    app.state.basis = None


def no_index(app: Process, _: pytest.MonkeyPatch) -> None:
    (app.root / ".git/index").unlink()


@pytest.mark.parametrize(
    "doubt",
    [
        not_cleared,
        not_known_to_be_alone,
        kept_where_clearing_does_not_reach,
        standing_where_an_old_script_put_it,
        never_seen_before,
        no_index,
    ],
)
def test_results_are_in_doubt_as_a_whole(
    app: Process, monkeypatch: pytest.MonkeyPatch, doubt: Callable[[Process, pytest.MonkeyPatch], None]
) -> None:
    doubt(app, monkeypatch)
    assert unrecorded(app) == {"."}


def test_results_are_in_doubt_where_a_tracked_file_was_not_hashed(
    app: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.state.tree.folders.clear()
    monkeypatch.setattr(reading, "MAX_FILE_BYTES", 1)
    assert unrecorded(app) == {"prices.py"}


def test_results_are_in_doubt_where_a_tracked_file_was_another_in_between(app: Process) -> None:
    app.write("prices.py", NEW)
    app.write("prices.py", OLD)
    os.utime(app.root / "prices.py", ns=(0, 0))
    assert unrecorded(app) == {"prices.py"}


def test_where_the_index_cannot_be_read_any_doubt_is_about_everything(app: Process) -> None:
    (app.root / ".git/index").write_bytes(b"no index")
    assert unrecorded(app) == frozenset()
    app.write("prices.py", OLD)
    os.utime(app.root / "prices.py", ns=(0, 0))
    assert unrecorded(app) == {"."}


def test_a_cache_file_that_cannot_be_read_is_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "prices.py"
    source.write_text(OLD)
    py_compile.compile(str(source))
    monkeypatch.setattr(compiled, "_read", failing(compiled._read, ".pyc"))
    assert Comparisons().compare([str(tmp_path)], ["prices.py"]).skipped == {"prices.py"}


def test_a_page_of_which_nobody_knows_the_bytes_is_unrecorded(process: Process) -> None:
    page = Script(str(process.root / "pages/one.py"), "pages/one.py")
    seen = memory(process.state, process.places, process.survey(), [page], ())
    assert {(one.kind, one.path) for one in seen.facts} == {(Kind.UNRECORDED, "pages/one.py")}


NOBODY: dict[int, list[Frame]] = {}
WAITS = {-1: [Frame("/usr/lib/python3/threading.py", "wait")]}


@pytest.mark.parametrize(
    ("seen", "is_old"),
    [
        (Stacks(NOBODY, True, frozenset()), False),
        (Stacks(WAITS, True, frozenset()), False),
        (Stacks(NOBODY, False, frozenset()), True),
        (Stacks(WAITS, True, frozenset(WAITS)), True),
    ],
    ids=["nobody", "of a library", "more than can be seen", "deeper than can be seen"],
)
def test_a_thread_that_cannot_be_seen_may_run_old_code(
    process: Process, monkeypatch: pytest.MonkeyPatch, seen: Stacks, is_old: bool
) -> None:
    process.write("prices.py", OLD)
    process.load("prices")
    monkeypatch.setattr(threads, "stacks", lambda: seen)
    process.write("prices.py", NEW)
    assert process.boot() == 1
    assert process.told(Kind.KEPT) == ({("prices.py", blob(OLD))} if is_old else set())


def test_a_script_whose_place_another_took_is_told_while_a_thread_may_run_it(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = str(process.write("app.py", NEW))
    process.state.lost_scripts[Loss("", file, "app.py", blob(OLD))] = next(process.state.serials)
    monkeypatch.setattr(threads, "stacks", lambda: Stacks(NOBODY, True, frozenset()))
    assert not process.told(Kind.KEPT)
    process.state.lost_scripts[Loss("", file, "app.py", blob(OLD))] = next(process.state.serials)
    monkeypatch.setattr(threads, "stacks", lambda: Stacks(NOBODY, False, frozenset()))
    assert process.told(Kind.KEPT) == {("app.py", blob(OLD))}


def test_what_an_import_would_find_elsewhere_by_now_is_told_while_others_hold_it(process: Process) -> None:
    process.write("prices.py", OLD)
    process.write("shop.py", "from prices import VALUE\n")
    process.load("shop")
    process.survey()
    del sys.modules["prices"]
    assert not process.told(Kind.KEPT)
    process.write("prices/__init__.py", NEW)
    importlib.invalidate_caches()
    assert process.told(Kind.KEPT) == {("prices.py", blob(OLD))}


def test_what_nobody_recorded_is_told_while_others_hold_it_though_its_file_is_gone(process: Process) -> None:
    file = process.write("prices.py", OLD)
    load_plainly("prices", file)
    process.write("shop.py", "from prices import VALUE\n")
    process.load("shop")
    process.survey()
    file.unlink()
    del sys.modules["prices"]
    assert process.told(Kind.UNRECORDED) == {("prices.py", "unrecorded")}


def test_a_module_of_the_app_that_takes_a_library_s_name_is_not_passed_over(process: Process) -> None:
    library = types.ModuleType("some_library")
    library.__file__ = types.__file__
    sys.modules["some_library"] = library
    assert not process.memory().facts
    load_plainly("some_library", process.write("other.py", OLD))
    assert process.told(Kind.UNRECORDED) == {("other.py", "unrecorded")}


def test_modules_from_elsewhere_are_counted_in_the_answer() -> None:
    assert Memory(frozenset(), untagged=2, lingering=0).answer(new_nonce()).counts["untagged"] == 2


def test_code_at_the_address_of_code_that_is_gone_is_not_taken_for_it(process: Process) -> None:
    file = str(process.write("app.py", NEW))
    gone, code = running.compile_plainly(NEW, file), running.compile_plainly(OLD, file)
    (before,) = scripts.note(process.state, [gone])
    assert before.blob == blob(NEW)
    process.state.scripts[id(code)] = (weakref.ref(gone), before)
    (after,) = scripts.note(process.state, [code])
    assert after.blob is None


def test_results_that_were_cached_before_the_first_look_are_in_doubt(
    app: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.state.basis = None
    monkeypatch.setattr(caches, "are_empty", lambda: False)
    results.begin(app.state, app.places, None, clears=False)
    assert unrecorded(app) == {"."}
    monkeypatch.setattr(caches, "are_empty", lambda: True)
    results.begin(app.state, app.places, None, clears=False)
    assert unrecorded(app) == frozenset()


def test_a_source_that_leads_to_a_secret_is_skipped(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text(OLD)
    source = tmp_path / "prices.py"
    source.symlink_to("key.pem")
    cached = Path(importlib.util.cache_from_source(str(source)))
    cached.parent.mkdir()
    cached.write_bytes(b"")
    assert Comparisons().compare([str(tmp_path)], ["prices.py"]).skipped == {"prices.py"}


def test_a_distribution_that_cannot_be_read_may_be_another_in_memory() -> None:
    def fail(_: int | None) -> bool:
        raise ValueError

    unreadable: Any = SimpleNamespace(is_other_in_memory=fail)
    assert packages._is_other(unreadable, None)


def test_a_layer_that_could_not_be_looked_at_is_not_in_the_answer(app: Process) -> None:
    nobody: Any = SimpleNamespace()
    answer = attest.attest(app.state, nobody, new_nonce(), Look(), heals=True)
    assert answer.layers == {}
    assert "packages: AttributeError" in answer.errors
