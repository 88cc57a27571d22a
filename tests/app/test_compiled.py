"""Cache files of Python's are held against what their sources compile to."""

from __future__ import annotations

import importlib.util
import os
import py_compile
import subprocess
import sys
from pathlib import Path
from py_compile import PycInvalidationMode

import pytest

from freshboot.app import bytecode, compiled
from freshboot.app.compiled import Compared, Comparisons
from freshboot.proof import Kind, Layer, tag
from tests.app.process import Process

OLD, NEW = "VALUE = 'old'\n", "VALUE = 'new'\n"
LATER = 10**18 * 3  # so far in the future that every file has settled


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A source with the cache file that Python made of it."""
    source = tmp_path / "prices.py"
    source.write_text(OLD)
    cache(source)
    return source


def cache(source: Path, mode: PycInvalidationMode = PycInvalidationMode.TIMESTAMP) -> None:
    py_compile.compile(str(source), invalidation_mode=mode)


def replace_unseen(source: Path, text: str = NEW) -> None:
    """Change the source, and keep its size and time."""
    status = source.stat()
    source.write_text(text)
    os.utime(source, ns=(status.st_atime_ns, status.st_mtime_ns))


def look(source: Path, comparisons: Comparisons | None = None) -> Compared:
    """The comparison of one source."""
    return (comparisons or Comparisons()).compare([str(source.parent)], [source.name])


def python_runs(source: Path) -> str:
    """The value that plain Python sees: the truth."""
    script = f"import {source.stem}; print({source.stem}.VALUE)"
    ran = subprocess.run([sys.executable, "-c", script], cwd=source.parent, capture_output=True, text=True)
    return ran.stdout.strip()


def test_a_cache_of_the_source_is_fresh(file: Path) -> None:
    found = look(file)
    assert (found.checked, found.stale, found.skipped) == (1, {}, set())


def test_the_same_time_and_size_but_other_code_is_stale(file: Path) -> None:
    replace_unseen(file)
    assert python_runs(file) == "old"
    assert look(file).stale.keys() == {"prices.py"}


def test_a_cache_that_python_would_not_take_is_not_looked_at(file: Path) -> None:
    file.write_text("VALUE = 'longer'\n")
    assert python_runs(file) == "longer"
    cache_file = Path(importlib.util.cache_from_source(str(file)))
    cache_file.write_bytes(cache_file.read_bytes()[:10])
    found = look(file)
    assert (found.checked, found.stale, found.skipped) == (0, {}, set())


@pytest.mark.parametrize(
    ("mode", "shown"),
    [(PycInvalidationMode.UNCHECKED_HASH, "old"), (PycInvalidationMode.CHECKED_HASH, "new")],
)
def test_hash_based_caches_are_judged_as_python_does(
    file: Path, mode: PycInvalidationMode, shown: str
) -> None:
    cache(file, mode)
    file.write_text(NEW)
    assert bool(look(file).stale) == (python_runs(file) == "old") == (shown == "old")


def test_a_checked_cache_with_the_right_hash_and_other_code_is_stale(file: Path) -> None:
    data = bytecode.dump(compile(OLD, str(file), "exec"), NEW.encode())
    file.write_text(NEW)
    Path(importlib.util.cache_from_source(str(file))).write_bytes(data)
    assert python_runs(file) == "old"
    assert look(file).stale.keys() == {"prices.py"}


def test_what_cannot_be_read_as_code_is_stale(file: Path) -> None:
    cache_file = Path(importlib.util.cache_from_source(str(file)))
    cache_file.write_bytes(cache_file.read_bytes()[:20])
    assert python_runs(file) == ""
    assert look(file).stale.keys() == {"prices.py"}


def test_a_source_that_does_not_compile_is_skipped(file: Path) -> None:
    replace_unseen(file, "VALUE = 'old\n\n")
    assert look(file).skipped == {"prices.py"}


def test_our_own_cache_is_no_alarm(process: Process) -> None:
    text = (
        "import os\nX = (1.0, -0.0, frozenset({'b', 'a'}), b'', ...)\n"
        "class A:\n    def f(self, x=[y for y in X]):\n"
        "        try:\n            return lambda: (yield)\n        finally:\n            del x\n"
    )
    source = process.write("prices.py", text)
    process.load("prices")
    found = look(source)
    assert (found.checked, found.stale, found.skipped) == (1, {}, set())


def test_sources_without_a_cache_cost_nothing(tmp_path: Path) -> None:
    (tmp_path / "prices.py").write_text(OLD)
    assert look(tmp_path / "prices.py").checked == 0


class TestBudget:
    @pytest.fixture
    def sources(self, tmp_path: Path) -> list[str]:
        names = [f"part{number}.py" for number in range(4)]
        for name in names:
            (tmp_path / name).write_text(OLD)
            cache(tmp_path / name, PycInvalidationMode.CHECKED_HASH)
        return names

    def test_what_does_not_fit_is_skipped_and_the_next_look_gets_further(
        self, tmp_path: Path, sources: list[str]
    ) -> None:
        ticks = iter(range(1000))
        comparisons = Comparisons(lambda: float(next(ticks)), lambda: LATER)
        checked = [len(sources) - len(comparisons.compare([str(tmp_path)], sources).skipped) for _ in sources]
        assert checked == [1, 2, 3, 4]

    def test_what_gets_stale_most_easily_comes_first(self, tmp_path: Path, sources: list[str]) -> None:
        cache(tmp_path / "part3.py")
        replace_unseen(tmp_path / "part3.py")
        ticks = iter(range(1000))
        found = Comparisons(lambda: float(next(ticks))).compare([str(tmp_path)], sources)
        assert found.stale.keys() == {"part3.py"}


class TestMemory:
    def counted(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        compiled_files: list[str] = []
        original = compiled.compile_plainly

        def compile_and_count(text: object, path: str) -> object:
            compiled_files.append(path)
            return original(text, path)

        monkeypatch.setattr(compiled, "compile_plainly", compile_and_count)
        return compiled_files

    def test_compares_again_only_what_changed(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        counted = self.counted(monkeypatch)
        comparisons = Comparisons(now=lambda: LATER)
        assert [look(file, comparisons).checked for _ in range(3)] == [1, 1, 1]
        assert len(counted) == 1
        replace_unseen(file)
        assert look(file, comparisons).stale
        assert look(file, comparisons).stale
        assert len(counted) == 2

    def test_what_changed_a_moment_ago_is_compared_again(
        self, file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        counted = self.counted(monkeypatch)
        comparisons = Comparisons()
        look(file, comparisons)
        look(file, comparisons)
        assert len(counted) == 2


class TestRemoval:
    def test_lets_python_run_the_new_code(self, file: Path) -> None:
        replace_unseen(file)
        assert compiled.remove(look(file)) == 1
        assert python_runs(file) == "new"
        assert not look(file).stale

    def test_leaves_what_was_written_anew(self, file: Path) -> None:
        replace_unseen(file)
        found = look(file)
        cache(file)
        compiled.remove(found)
        assert Path(importlib.util.cache_from_source(str(file))).exists()


def test_the_answer_names_sources_by_tag(file: Path) -> None:
    replace_unseen(file)
    nonce = "00" * 16
    answer = look(file).answer(nonce)
    assert answer.of(Kind.STALE) == (tag(nonce, Layer.BYTECODE, "prices.py", "stale"),)
    assert answer.of(Kind.SKIPPED) == ()
    assert answer.counts["checked"] == 1
