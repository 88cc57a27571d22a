"""Child processes that began before code was lost, or changed on disk, bar; others do not."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from freshboot.app import children, family, second, threads
from freshboot.app.children import Child
from freshboot.app.process import TICK_SECONDS, since_boot
from freshboot.proof import Kind
from tests.app.process import Process, blob

OLD, NEW = "VALUE = 1\n", "VALUE = 2\n"
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of all children")


def later() -> None:
    """Until whatever begins now is known to begin after what was done before."""
    end = time.monotonic() + 3 * TICK_SECONDS
    while time.monotonic() < end:
        time.sleep(TICK_SECONDS)


@contextlib.contextmanager
def running(*command: str, cwd: Path | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """A process that runs until the block ends."""
    with subprocess.Popen(command, cwd=cwd, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield process
        finally:
            assert process.stdin is not None
            process.stdin.close()


@pytest.fixture
def app(process: Process) -> Process:
    """An app that has loaded a module, a moment ago."""
    process.write("prices.py", OLD)
    process.load("prices")
    visit(process)
    later()
    return process


def visit(process: Process) -> None:
    """What boot() does at its end."""
    threads.mark(process.state, next(process.state.serials))


def change(process: Process) -> None:
    process.write("prices.py", NEW)
    process.boot()
    process.load("prices")
    visit(process)


@LINUX
def test_a_forked_worker_that_has_old_modules_is_told(app: Process) -> None:
    with ProcessPoolExecutor(1, multiprocessing.get_context("fork")) as pool:
        pool.submit(os.getpid).result()
        assert not app.told(Kind.KEPT) | app.told(Kind.UNRECORDED)
        change(app)
        assert app.told(Kind.KEPT) == {("prices.py", blob(OLD))}
    assert not app.told(Kind.KEPT) | app.told(Kind.UNRECORDED)


@LINUX
def test_a_worker_that_was_forked_after_the_change_is_not(app: Process) -> None:
    with ProcessPoolExecutor(1, multiprocessing.get_context("fork")) as held:
        held.submit(os.getpid).result()  # what was lost is remembered for somebody else
        change(app)
    app.memory()
    later()
    with ProcessPoolExecutor(1, multiprocessing.get_context("fork")) as pool:
        pool.submit(os.getpid).result()
        assert not app.told(Kind.KEPT) | app.told(Kind.UNRECORDED)


@LINUX
def test_a_worker_that_an_old_run_forks_after_the_change_is_told(app: Process) -> None:
    """The run has the old modules in its names still."""
    app.write("run.py", "def run(boot, go_on):\n    boot()\n    go_on.wait(5)\n")
    booted, go_on = threading.Event(), threading.Event()

    def boot() -> None:
        visit(app)
        booted.set()

    old_run = threading.Thread(target=app.load("run").run, args=(boot, go_on))
    old_run.start()
    assert booted.wait(5)
    change(app)
    later()
    with ProcessPoolExecutor(1, multiprocessing.get_context("fork")) as pool:
        pool.submit(os.getpid).result()
        go_on.set()
        old_run.join()
        del old_run
        assert app.told(Kind.KEPT) == {("prices.py", blob(OLD))}


@LINUX
def test_a_python_of_its_own_that_only_it_has_loaded_something_is_told(app: Process) -> None:
    app.write("worker.py", OLD)
    later()
    with running(sys.executable, "-c", "print(flush=True); input()"):
        assert not app.told(Kind.UNRECORDED)
        app.write("worker.py", NEW)
        assert app.told(Kind.UNRECORDED) == {("worker.py", "unrecorded")}
    assert not app.told(Kind.UNRECORDED)


@LINUX
def test_a_python_that_a_shell_started_is_told(app: Process) -> None:
    with running("sh", "-c", f"{sys.executable} -c 'print(flush=True); input()'; true"):
        app.write("worker.py", NEW)
        assert app.told(Kind.UNRECORDED) == {("worker.py", "unrecorded")}


@LINUX
@pytest.mark.parametrize("named", ["work.sh", "./work.sh", "{root}/work.sh"])
def test_a_script_that_another_program_was_given_is_told(app: Process, named: str) -> None:
    app.write("work.sh", "echo; cat\n")
    app.write("other.sh", "")
    later()
    with running("sh", named.format(root=app.root), cwd=app.root):
        assert not app.told(Kind.UNRECORDED)
        app.write("other.sh", "true")
        assert not app.told(Kind.UNRECORDED)
        app.write("work.sh", "true")
        assert app.told(Kind.UNRECORDED) == {("work.sh", "unrecorded")}
    assert not app.told(Kind.UNRECORDED)


ORPHAN = """\
import os, sys
if os.fork() == 0:
    if len(sys.argv) > 1: os.setsid()
    print(flush=True)
    input()
"""


@LINUX
@pytest.mark.parametrize("own", [[], ["own"]])
def test_a_python_whose_parent_has_ended_is_told(app: Process, own: list[str]) -> None:
    """Also with a session of its own, for its command line names a file of the app's."""
    app.write("orphan.py", ORPHAN)
    later()
    with running(sys.executable, str(app.root / "orphan.py"), *own) as parent:
        parent.wait()
        app.write("worker.py", NEW)
        assert app.told(Kind.UNRECORDED) == {("worker.py", "unrecorded")}
    for _ in range(1000):  # it has been told to end
        if not app.told(Kind.UNRECORDED):
            break
        later()
    assert not app.told(Kind.UNRECORDED)


@LINUX
def test_other_programs_are_not(app: Process) -> None:
    with running("sh", "-c", "echo; cat"):
        change(app)
        assert not app.told(Kind.KEPT) | app.told(Kind.UNRECORDED)


@LINUX
def test_the_resource_tracker_of_multiprocessing_is_not(app: Process) -> None:
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()
    for _ in range(1000):  # it is a copy of this process for a moment
        if not children.children():
            break
        later()
    assert children.children() == []


@LINUX
def test_the_second_reader_is_not(app: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second, "_processors", lambda: 2)
    with contextlib.closing(second.SecondReader("sha1")) as reader:
        reader.start()
        for _ in range(1000):  # it is a copy of this process for a moment
            if not children.children():
                break
            later()
        assert family.family(app.places)
        assert children.children() == []


def test_where_the_system_does_not_tell_those_of_multiprocessing_count(
    app: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        pid = pool.submit(os.getpid).result()
        monkeypatch.setattr(sys, "platform", "darwin")
        assert children.children() == [Child(pid, 0.0)]
        assert children.oldest_child(app.state, children.children()) == -1
    monkeypatch.undo()


def test_packages_of_an_environment_are_not_looked_at(app: Process) -> None:
    began = [Child(1, since_boot())]
    app.write(".venv/pyvenv.cfg", "")
    app.write(".venv/lib/python3/site-packages/library.py", "")
    app.write("__pycache__/prices.cpython-311.pyc", "")
    app.write("data.csv", "")
    app.write("package/module.py", "")
    assert children.may_miss(app.places, began) == [str(Path("package/module.py"))]
