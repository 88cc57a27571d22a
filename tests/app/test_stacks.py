"""All stacks at one instant, as faulthandler writes them."""

from __future__ import annotations

import sys
import threading

from freshboot.app.stacks import Frame, parse, stacks


def in_a_thread(source: str, file: str) -> tuple[threading.Thread, threading.Event]:
    """A thread that waits within this source's function ``run``, until the event is set."""
    started, done = threading.Event(), threading.Event()
    names: dict[str, object] = {"started": started, "done": done}
    exec(compile(source, file, "exec"), names)
    thread = threading.Thread(target=names["run"])  # type: ignore[arg-type]
    thread.start()
    assert started.wait(5)
    return thread, done


def test_sees_every_thread_by_its_identifier() -> None:
    thread, done = in_a_thread("def run():\n    started.set()\n    done.wait(5)\n", "/app/worker.py")
    seen = stacks()
    done.set()
    thread.join()
    assert seen.whole
    assert Frame("/app/worker.py", "run") in seen.threads[thread.ident]  # type: ignore[index]
    assert any(
        frame.function == "test_sees_every_thread_by_its_identifier"
        for frame in seen.threads[threading.get_ident()]
    )


def test_reads_paths_in_any_script() -> None:
    thread, done = in_a_thread("def run():\n    started.set()\n    done.wait(5)\n", "/äpp/каталог/𝔣.py")
    seen = stacks()
    done.set()
    thread.join()
    assert Frame("/äpp/каталог/𝔣.py", "run") in seen.threads[thread.ident]  # type: ignore[index]


def test_tells_of_stacks_that_are_too_deep_to_see() -> None:
    source = "def run(n=150):\n    if n: return run(n - 1)\n    started.set()\n    done.wait(5)\n"
    thread, done = in_a_thread(source, "/app/worker.py")
    seen = stacks()
    done.set()
    thread.join()
    assert thread.ident in seen.deep


def test_tells_of_threads_that_are_too_many_to_see() -> None:
    done = threading.Event()
    threads = [threading.Thread(target=done.wait, args=(5,)) for _ in range(110)]
    for thread in threads:
        thread.start()
    seen = stacks()
    done.set()
    for thread in threads:
        thread.join()
    assert not seen.whole


def test_reads_what_later_versions_write() -> None:
    dump = (
        "Current thread 0x00007f0c951b7b80 [MainThread] (most recent call first):\n"
        '  File "/app/a b.py", line 3 in <module>\n  File "<frozen importlib._bootstrap>", line ??? in cb\n\n'
        "Thread 0x1f (most recent call first):\n  <no Python frame>\n"
    )
    assert parse(dump).threads == {
        0x7F0C951B7B80: [Frame("/app/a b.py", "<module>"), Frame("<frozen importlib._bootstrap>", "cb")],
        0x1F: [],
    }


def test_thousands_of_looks_do_no_harm_to_threads_that_run() -> None:
    """Walking frames in Python did: CPython 3.11 crashed."""
    done = threading.Event()

    def run(depth: int = 0) -> int:
        return run(depth + 1) if depth < 20 else depth

    def work() -> None:
        while not done.is_set():
            run()

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    try:
        names = {
            frame.function for _ in range(300) for frames in stacks().threads.values() for frame in frames
        }
    finally:
        done.set()
        sys.setswitchinterval(interval)
        for thread in threads:
            thread.join()
    assert "run" in names
