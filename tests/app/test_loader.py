"""The loader runs the bytes that it hashed, and says so only when they ran."""

from __future__ import annotations

import importlib
import importlib.util
import linecache
import os
import py_compile
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from freshboot.app.loader import RecordingLoader
from freshboot.proof import Kind
from tests.app.process import Process, blob

OLD, NEW = "VALUE = 1\n", "VALUE = 2\n"


def loader_of(name: str) -> RecordingLoader:
    spec = sys.modules[name].__spec__
    assert spec is not None
    assert isinstance(spec.loader, RecordingLoader)
    return spec.loader


def rewrite(file: Path, text: str) -> None:
    """Change a file and keep its size and its time."""
    status = file.stat()
    file.write_text(text)
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))


def test_records_the_blob_id_of_what_it_ran(process: Process) -> None:
    process.write("shop/prices.py", OLD)
    process.load("shop.prices")
    assert loader_of("shop.prices").record == ("shop/prices.py", blob(OLD))


def test_the_record_stays_when_the_file_changes(process: Process) -> None:
    process.write("prices.py", OLD)
    process.load("prices")
    process.write("prices.py", NEW)
    assert process.told(Kind.MODULES) == {("prices.py", blob(OLD))}


def test_a_stale_timestamp_cache_is_not_run(process: Process) -> None:
    file = process.write("prices.py", OLD)
    py_compile.compile(str(file), invalidation_mode=py_compile.PycInvalidationMode.TIMESTAMP)
    rewrite(file, NEW)
    assert process.load("prices").VALUE == 2


def test_an_unchecked_cache_is_not_run(process: Process) -> None:
    file = process.write("prices.py", OLD)
    py_compile.compile(str(file), invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    rewrite(file, NEW)
    assert process.load("prices").VALUE == 2


def test_its_own_cache_is_checked_by_content(process: Process) -> None:
    file = process.write("prices.py", OLD)
    process.load("prices")
    rewrite(file, NEW)
    del sys.modules["prices"]
    assert process.load("prices").VALUE == 2


def test_plain_python_reads_the_cache_that_it_writes(process: Process) -> None:
    file = process.write("prices.py", OLD)
    process.load("prices")
    verbose = subprocess.run(
        [sys.executable, "-v", "-c", "import prices"],
        cwd=process.root,
        env={**os.environ, "PYTHONPATH": str(process.root), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=True,
    ).stderr
    assert f"code object from '{importlib.util.cache_from_source(str(file))}'" in verbose


def test_a_cache_from_another_place_is_not_run(process: Process) -> None:
    process.write("prices.py", "def where():\n    raise ValueError\n")
    process.load("prices")
    (process.root / "moved").mkdir()
    shutil.copy(process.root / "prices.py", process.root / "moved")
    shutil.copytree(process.root / "__pycache__", process.root / "moved" / "__pycache__")
    assert process.load("moved.prices").where.__code__.co_filename == str(
        process.root / "moved" / "prices.py"
    )


def test_a_damaged_cache_is_made_anew(process: Process) -> None:
    file = process.write("prices.py", OLD)
    process.load("prices")
    cached = Path(importlib.util.cache_from_source(str(file)))
    cached.write_bytes(cached.read_bytes()[:20])
    del sys.modules["prices"]
    assert process.load("prices").VALUE == 1


def test_writes_no_cache_where_none_is_wanted(process: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    process.write("prices.py", OLD)
    process.load("prices")
    assert not (process.root / "__pycache__").exists()


def test_does_without_a_cache_where_none_can_be_written(process: Process) -> None:
    process.write("__pycache__", "a file where the folder would be\n")
    process.write("prices.py", OLD)
    assert process.load("prices").VALUE == 1


def test_the_cache_is_no_more_readable_than_its_source(process: Process) -> None:
    file = process.write("prices.py", OLD)
    file.chmod(0o600)
    process.load("prices")
    assert Path(importlib.util.cache_from_source(str(file))).stat().st_mode & 0o777 == 0o600


def test_who_asks_for_the_code_changes_no_record(process: Process) -> None:
    file = process.write("prices.py", OLD)
    process.load("prices")
    loader = loader_of("prices")
    process.write("prices.py", NEW)
    assert loader.get_code("prices") is not None
    assert linecache.getline(str(file), 1, vars(sys.modules["prices"])) != ""
    assert loader.record == ("prices.py", blob(OLD))


def test_a_module_whose_reload_failed_is_unrecorded(process: Process) -> None:
    process.write("prices.py", OLD)
    module = process.load("prices")
    process.write("prices.py", "VALUE = 3\n1 / 0\n")
    with pytest.raises(ZeroDivisionError):
        importlib.reload(module)
    assert ("prices.py", "unrecorded") in process.told(Kind.UNRECORDED)
    assert ("prices.py", blob(OLD)) in process.told(Kind.KEPT)


def test_a_module_whose_code_raises_again_is_unrecorded(process: Process) -> None:
    process.write("prices.py", "import sys\nif hasattr(sys, 'again'): 1 / 0\n")
    module = process.load("prices")
    sys.again = True  # type: ignore[attr-defined]
    try:
        with pytest.raises(ZeroDivisionError):
            loader_of("prices").exec_module(module)
    finally:
        del sys.again  # type: ignore[attr-defined]
    assert ("prices.py", "unrecorded") in process.told(Kind.UNRECORDED)


def test_a_reload_leaves_the_old_code_told(process: Process) -> None:
    process.write("prices.py", OLD + "def old(): pass\n")
    module = process.load("prices")
    process.write("prices.py", NEW)
    importlib.reload(module)
    assert hasattr(module, "old")
    assert process.told(Kind.MODULES) == {("prices.py", blob(NEW))}
    assert process.told(Kind.KEPT) == {("prices.py", blob(OLD + "def old(): pass\n"))}


def test_a_reload_of_the_same_bytes_leaves_nothing(process: Process) -> None:
    process.write("prices.py", OLD)
    importlib.reload(process.load("prices"))
    assert not process.told(Kind.KEPT)
    assert process.boot() == 0


def test_two_names_for_one_file_are_told_each(process: Process) -> None:
    process.write("shop/prices.py", OLD)
    process.load("shop.prices")
    process.write("shop/prices.py", NEW)
    sys.path.insert(0, str(process.root / "shop"))
    process.load("prices")
    assert process.told(Kind.MODULES) == {("shop/prices.py", blob(OLD)), ("shop/prices.py", blob(NEW))}


def test_a_link_is_told_by_where_it_leads(process: Process) -> None:
    process.write("real/prices.py", OLD)
    (process.root / "linked").symlink_to("real")
    (process.root / "prices.py").symlink_to("real/prices.py")
    process.load("linked.prices")
    process.load("prices")
    assert process.told(Kind.MODULES) == {("real/prices.py", blob(OLD))}


def test_a_source_that_comes_in_pieces_is_read_to_its_end(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    process.write("prices.py", OLD)
    read = os.read
    monkeypatch.setattr(os, "read", lambda descriptor, size: read(descriptor, min(size, 3)))
    assert process.load("prices").VALUE == 1
    assert loader_of("prices").record == ("prices.py", blob(OLD))


def test_a_link_that_leads_out_is_unrecorded(process: Process, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.py").write_text(OLD)
    (process.root / "prices.py").symlink_to(tmp_path / "elsewhere.py")
    process.load("prices")
    assert len(process.told(Kind.UNRECORDED)) == 1
    assert process.boot() == 1
    process.load("prices")
    assert process.boot() == 0, "what dropping does not mend is dropped once"


def test_a_module_that_puts_an_object_in_its_place_is_recorded(process: Process) -> None:
    process.write("prices.py", "import sys\nclass Prices: VALUE = 1\nsys.modules[__name__] = Prices()\n")
    process.load("prices")
    assert {path for path, _ in process.told(Kind.MODULES)} == {"prices.py"}
    process.write("prices.py", NEW)
    assert process.boot() == 1
    assert process.load("prices").VALUE == 2


def test_a_lazy_module_is_not_woken(process: Process) -> None:
    process.write("prices.py", OLD)
    spec = importlib.util.find_spec("prices")
    assert spec is not None
    assert spec.loader is not None
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules["prices"] = module
    spec.loader.exec_module(module)
    process.memory()
    assert type(module).__name__ == "_LazyModule"
    assert module.VALUE == 1
    assert process.told(Kind.MODULES) == {("prices.py", blob(OLD))}


@pytest.mark.parametrize("folder", ["site-packages", "dist-packages", "venv"])
def test_environments_in_the_repository_are_left_alone(process: Process, folder: str) -> None:
    process.write("venv/pyvenv.cfg", "")
    process.write(f"{folder}/library.py", OLD)
    sys.path.insert(0, str(process.root / folder))
    process.load("library")
    assert not isinstance(sys.modules["library"].__spec__.loader, RecordingLoader)  # type: ignore[union-attr]
    assert process.memory().facts == frozenset()


def test_an_import_goes_on_when_it_cannot_be_recorded(process: Process) -> None:
    process.write("prices.py", OLD)
    process.state.files.object_format = "no such hash"
    assert process.load("prices").VALUE == 1
    process.state.files.object_format = "sha1"
    assert process.told(Kind.UNRECORDED) == {("prices.py", "unrecorded")}
    assert process.state.errors == {"loader": "loader: ValueError"}


def test_source_in_another_encoding_and_with_crlf(process: Process) -> None:
    data = "# -*- coding: latin-1 -*-\r\nVALUE = 'é'\r\n".encode("latin-1")
    (process.root / "prices.py").write_bytes(data)
    assert process.load("prices").VALUE == "é"
    assert loader_of("prices").record is not None
