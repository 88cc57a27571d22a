"""What is remembered outlives freshboot's own modules, and a fault of ours stays ours."""

from __future__ import annotations

import importlib
import logging
import os
import subprocess
import sys
from datetime import datetime, timezone

import pytest

import freshboot
from freshboot.app.process import started
from freshboot.app.state import State, state
from tests.app.process import Process, blob


def test_is_one_for_the_process(process: Process) -> None:
    assert state() is process.state


def test_outlives_the_eviction_of_freshboot_itself(process: Process) -> None:
    process.write("prices.py", "VALUE = 1\n")
    process.load("prices")
    for name in [one for one in sys.modules if one.partition(".")[0] == "freshboot"]:
        del sys.modules[name]
    fresh_state = importlib.import_module("freshboot.app.state")
    hook = importlib.import_module("freshboot.app.hook")
    survey = importlib.import_module("freshboot.app.modules").survey
    assert fresh_state.state() is process.state
    assert hook.install() is False
    found = survey(process.state, process.places).modules
    assert [(one.path, one.blob) for one in found] == [("prices.py", blob("VALUE = 1\n"))]


def test_another_layout_begins_anew_but_is_the_same_process(process: Process) -> None:
    process.state.layout = 0
    assert state() is not process.state
    assert state().boot_id == process.state.boot_id


def test_a_fork_is_another_process(process: Process) -> None:
    ours = process.state.boot_id
    process.state.lock.acquire()  # as if another thread held it at the time
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        theirs = state()
        with theirs.lock:
            os.write(write, theirs.boot_id.encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    process.state.lock.release()
    assert len(answer) == len(ours)
    assert answer != ours
    assert state().boot_id == ours


def test_a_fault_is_logged_once_and_told_without_details(caplog: pytest.LogCaptureFixture) -> None:
    remembered = State()
    with caplog.at_level(logging.WARNING, "freshboot"):
        for _ in range(3):
            with remembered.guard("disk"):
                raise PermissionError("/home/ada/secret")
    assert remembered.errors == {"disk": "disk: PermissionError"}
    assert len(caplog.records) == 1


def test_a_fault_that_is_over_is_not_told() -> None:
    remembered = State()
    with remembered.guard("disk"):
        raise PermissionError
    with remembered.guard("disk"):
        pass
    assert remembered.errors == {}


def test_what_is_no_fault_passes() -> None:
    class StopException(BaseException):
        """As Streamlit ends a run."""

    with pytest.raises(StopException), State().guard("boot"):
        raise StopException


def test_the_start_is_that_of_the_process() -> None:
    line = "from freshboot.app.process import started; import time; time.sleep(1.5); print(started())"
    before = datetime.now(timezone.utc).replace(microsecond=0)
    told = subprocess.run([sys.executable, "-c", line], capture_output=True, text=True, check=True).stdout
    began = datetime.strptime(told.strip(), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    assert 0 <= (began - before).total_seconds() <= 1
    assert started() <= told


def test_an_import_loads_nothing_of_weight() -> None:
    line = "import sys, freshboot; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", line], capture_output=True, text=True, check=True).stdout
    loaded = set(told.split())
    assert {one for one in loaded if one.startswith("freshboot")} == {"freshboot"}
    assert not loaded & {
        "typing",
        "dataclasses",
        "hashlib",
        "json",
        "logging",
        "importlib.metadata",
        "asyncio",
    }


def test_exports_what_an_app_needs() -> None:
    assert freshboot.__all__ == [
        "__version__",
        "badge",
        "boot",
        "cache_key",
        "diagnostics",
        "panel",
        "repair_environment",
        "route",
    ]
    assert all(hasattr(freshboot, name) for name in freshboot.__all__)
    with pytest.raises(AttributeError):
        _ = freshboot.nothing  # type: ignore[attr-defined]
