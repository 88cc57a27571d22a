"""The packages layer: what is installed is not yet what runs."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from freshboot.app import installed
from freshboot.proof import Kind
from tests.app.installing import Environment


def test_what_was_installed_after_it_was_loaded_is_unrecorded(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = environment.install("lib", "1.0", files={"lib_pkg/__init__.py": ""})
    environment.load("lib_pkg")
    assert environment.kind("lib==1.0") is Kind.SATISFIED
    monkeypatch.setattr(installed, "_STARTED_NS", old.stat().st_ctime_ns - 10**9)
    assert environment.kind("lib==1.0") is Kind.UNRECORDED
    assert environment.kind("lib==2.0") is Kind.UNRECORDED
    del sys.modules["lib_pkg"]
    assert environment.kind("lib==1.0") is Kind.SATISFIED


def test_what_was_installed_after_the_app_was_loaded_may_have_been_asked_for_in_vain(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed_ns = environment.install("lib", "1.0", files={"lib_pkg.py": ""}).stat().st_ctime_ns
    environment.write("requirements.txt", "lib==1.0")
    monkeypatch.setattr(installed, "_STARTED_NS", 0)
    for loaded_ns, kind in [
        (None, Kind.SATISFIED),
        (installed_ns - 1, Kind.UNRECORDED),
        (installed_ns + 10**10, Kind.SATISFIED),
    ]:
        told = environment.packages.kinds(str(environment.root), "app.py", loaded_ns)
        assert [*told.values()] == [kind]


def test_the_modules_of_what_was_replaced_may_have_had_other_names(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment.write("../site/old_name.py", "")
    environment.load("old_name")
    environment.install("lib", "2", files={"new_name.py": ""})
    monkeypatch.setattr(installed, "_STARTED_NS", 0)
    assert environment.kind("lib==2") is Kind.SATISFIED
    (environment.site / "old_name.py").unlink()
    assert environment.kind("lib==2") is Kind.UNRECORDED


def test_what_an_extra_needs_must_be_in_memory_as_well(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment.install("lib", "1", "Requires-Dist: helper; extra == 'x'")
    environment.install("helper", files={"helper_pkg.py": ""})
    environment.load("helper_pkg")
    monkeypatch.setattr(installed, "_STARTED_NS", 0)
    assert environment.kind("lib") is Kind.SATISFIED
    assert environment.kind("lib[x]") is Kind.UNRECORDED


@pytest.mark.parametrize("started", [0, None])
def test_files_that_nobody_recorded_may_be_loaded(
    environment: Environment, monkeypatch: pytest.MonkeyPatch, started: int | None
) -> None:
    (environment.install("lib") / "RECORD").unlink()
    assert environment.kind("lib") is Kind.SATISFIED
    monkeypatch.setattr(installed, "_STARTED_NS", started)
    assert environment.kind("lib") is Kind.UNRECORDED


def test_a_module_from_elsewhere_is_not_what_is_installed(environment: Environment) -> None:
    environment.install("lib", files={"lib_pkg/__init__.py": "", "lib_space/inner/__init__.py": ""})
    environment.write("lib_space/inner/__init__.py", "")
    sys.path.insert(0, str(environment.root))
    environment.load("lib_pkg")
    assert environment.kind("lib") is Kind.SATISFIED
    environment.load("lib_space.inner")
    assert environment.kind("lib") is Kind.UNRECORDED


def test_the_one_that_import_would_use_is_judged(environment: Environment, tmp_path: Path) -> None:
    sys.path.insert(0, str(tmp_path / "first"))
    environment.install("lib", "1")
    environment.install("lib", "2", site=tmp_path / "first")
    assert environment.kind("lib==1") is Kind.WRONG
    assert environment.kind("lib==2") is Kind.SATISFIED


def test_two_in_one_folder_are_unrecorded(environment: Environment) -> None:
    environment.install("lib", "1")
    environment.install("lib", "2")
    for version in "12":
        assert environment.kind(f"lib=={version}") is Kind.UNRECORDED


def test_a_process_knows_when_it_started() -> None:
    code = "from freshboot.app import installed; print(installed._STARTED_NS)"
    before = time.time_ns()
    told = int(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)
    assert before - installed._TICKS_NS <= told <= time.time_ns()
