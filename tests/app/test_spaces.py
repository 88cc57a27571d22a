"""Old code that lives on after its module was dropped is told, unless only an open session holds it."""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
import types
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from freshboot.app import holders, sessions, spaces, threads
from freshboot.proof import Kind
from tests.app.process import Process, blob

OLD = """
import abc, dataclasses, enum, functools, typing
VALUE = "old"
def show(): return VALUE
def numbers(): yield VALUE
async def wait(): return VALUE
class Shop(abc.ABC):
    def show(self): return super().__class__, VALUE
@dataclasses.dataclass
class Item:
    shop: typing.Optional[Shop] = None
    price: int = dataclasses.field(default_factory=lambda: 1)
class Color(enum.Enum):
    RED = VALUE
@functools.lru_cache
def cached(): return Item(Shop())
cached()
"""
NEW = OLD.replace("old", "new")
KEPT = {("prices.py", blob(OLD))}


class SessionState:
    """As Streamlit's: somebody's values."""

    def __init__(self) -> None:
        self.values: list[object] = []


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> SessionState:
    """The state of the only open session."""
    found = SessionState()
    monkeypatch.setattr(sessions, "states", lambda: [found])
    return found


@pytest.fixture
def library() -> Iterator[Any]:
    """A module that is none of the app's, with a registry."""
    module: Any = types.ModuleType("some_library")
    module.__file__ = str(Path(threading.__file__).with_name("some_library.py"))
    module.registry = []
    sys.modules["some_library"] = module
    yield module
    del sys.modules["some_library"]


def loaded(process: Process) -> Any:
    process.write("prices.py", OLD)
    return process.load("prices")


def change(process: Process) -> None:
    """What a push and the next visitor do."""
    process.write("prices.py", NEW)
    assert process.boot() >= 1
    process.load("prices")


HOLDS: dict[str, Callable[[Any], object]] = {
    "function": lambda prices: prices.show,
    "class": lambda prices: prices.Shop,
    "instance": lambda prices: prices.Shop(),
    "bound method": lambda prices: prices.Shop().show,
    "partial": lambda prices: partial(prices.show),
    "closure": lambda prices: (lambda show: lambda: show())(prices.show),
    "generator": lambda prices: prices.numbers(),
    "the module": lambda prices: prices,
    "its names": vars,
    "cached result": lambda prices: prices.cached(),
    "nested": lambda prices: {"a": [({"b": prices.show},)]},
}


@pytest.mark.parametrize("what", HOLDS)
def test_what_a_library_holds_is_told(process: Process, library: Any, what: str) -> None:
    library.registry.append(HOLDS[what](loaded(process)))
    assert not process.told(Kind.KEPT)
    change(process)
    assert process.told(Kind.KEPT) == KEPT
    library.registry.clear()
    assert not process.told(Kind.KEPT)


def test_what_an_unchanged_module_computed_from_old_data_is_told(process: Process, library: Any) -> None:
    old = loaded(process)
    library.registry.append(old.show)
    del old
    assert process.boot(pulled=True) == 1
    process.load("prices")
    assert process.told(Kind.KEPT) == KEPT
    assert process.boot() == 0
    library.registry.clear()
    assert not process.told(Kind.KEPT)


@pytest.mark.parametrize("what", sorted(HOLDS))
def test_what_only_a_session_s_state_holds_is_not(process: Process, state: SessionState, what: str) -> None:
    state.values.append(HOLDS[what](loaded(process)))
    change(process)
    assert not process.told(Kind.KEPT)
    assert process.memory().lingering == 1


@pytest.mark.parametrize("what", HOLDS)
def test_what_a_session_s_state_and_a_library_hold_is_told(
    process: Process, state: SessionState, library: Any, what: str
) -> None:
    state.values.append(HOLDS[what](loaded(process)))
    library.registry.append(state.values[0])
    change(process)
    assert process.told(Kind.KEPT) == KEPT


def test_what_a_library_s_class_was_given_is_told(process: Process, library: Any) -> None:
    library.Frame = type("Frame", (), {"__module__": "some_library"})
    library.Frame.show = loaded(process).show
    change(process)
    assert process.told(Kind.KEPT) == KEPT


def test_a_kept_module_s_registry_is_told(process: Process) -> None:
    process.write("registry.py", "callbacks = []\n")
    registry = process.load("registry")
    registry.callbacks.append(loaded(process).show)
    process.write("prices.py", NEW)
    process.boot(keep=["registry"])
    assert process.told(Kind.KEPT, keep=["registry"]) == KEPT


def test_garbage_that_nobody_collected_is_not_told(process: Process) -> None:
    gc.disable()
    try:
        ring: list[object] = [loaded(process).Shop()]
        ring.append(ring)
        del ring
        change(process)
        assert not process.told(Kind.KEPT)
    finally:
        gc.enable()


def test_an_unchanged_module_that_may_hold_something_of_a_lost_one_is_told(
    process: Process, library: Any
) -> None:
    """Its own bytes are fresh; the number that it took from the other is not."""
    process.write("prices.py", OLD)
    process.write("views.py", "from prices import VALUE\ndef show(): return VALUE\n")
    library.registry.append(process.load("views").show)
    change(process)
    assert library.registry[0]() == "old"
    assert process.told(Kind.KEPT) == KEPT


def test_a_module_that_nobody_recorded_is_told_while_its_functions_live(
    process: Process, library: Any
) -> None:
    from tests.app.test_modules import load_plainly

    library.registry.append(load_plainly("prices", process.write("prices.py", OLD)).show)
    process.boot(hooked=True)
    process.load("prices")
    assert process.told(Kind.UNRECORDED) == {("prices.py", "unrecorded")}
    library.registry.clear()
    assert not process.told(Kind.UNRECORDED)


def test_a_copy_of_its_names_is_another_namespace(process: Process, library: Any) -> None:
    library.registry.append(loaded(process).show)
    names = dict(vars(sys.modules["prices"]))
    change(process)
    spaces.begin(process.state, names, next(process.state.serials))
    assert process.told(Kind.KEPT) == KEPT


def test_who_holds_a_session_holds_not_what_is_in_its_state(
    process: Process, state: SessionState, library: Any
) -> None:
    library.registry.append([state])
    state.values += [loaded(process).show, library.registry[0]]
    change(process)
    assert not process.told(Kind.KEPT)


def test_what_nobody_changed_may_be_held(process: Process, library: Any) -> None:
    library.registry.append(loaded(process).show)
    del sys.modules["prices"]
    process.load("prices")
    assert not process.told(Kind.KEPT)


def test_too_much_to_look_at_is_told(
    process: Process, state: SessionState, monkeypatch: pytest.MonkeyPatch
) -> None:
    state.values.append(loaded(process).Shop())
    change(process)
    monkeypatch.setattr(holders, "MOST_OBJECTS", 5)
    assert process.told(Kind.KEPT) == KEPT


def test_where_references_cannot_be_counted_it_is_told(
    process: Process, state: SessionState, monkeypatch: pytest.MonkeyPatch
) -> None:
    state.values.append(loaded(process).Shop())
    change(process)
    monkeypatch.setattr(sys, "_is_gil_enabled", lambda: False, raising=False)
    assert process.told(Kind.KEPT) == KEPT


class TestLater:
    """Nothing of it runs yet, and no stack shows it."""

    def test_a_timer(self, process: Process) -> None:
        timer = threading.Timer(60, loaded(process).show)
        timer.start()
        change(process)
        assert process.told(Kind.KEPT) == KEPT
        timer.cancel()
        timer.join()
        del timer
        assert not process.told(Kind.KEPT)

    def test_a_thread_that_waits_in_the_standard_library(self, process: Process) -> None:
        done = threading.Event()
        wait = partial(lambda then: done.wait(5) and then(), loaded(process).show)
        thread = threading.Thread(target=wait)
        thread.start()
        del wait
        change(process)
        assert process.told(Kind.KEPT) == KEPT
        done.set()
        thread.join()
        del thread
        assert not process.told(Kind.KEPT)

    def test_work_in_a_queue_and_none_for_an_idle_worker(self, process: Process) -> None:
        done = threading.Event()
        with ThreadPoolExecutor(1) as pool:
            pool.submit(loaded(process).show).result()
            pool.submit(done.wait, 5)
            waiting = pool.submit(sys.modules["prices"].show)
            change(process)
            assert process.told(Kind.KEPT) == KEPT
            done.set()
            assert waiting.result() == "old"
            pool.submit(int).result()
            assert not process.told(Kind.KEPT)

    def test_a_task_and_a_callback_of_a_loop(self, process: Process) -> None:
        prices = loaded(process)
        loop = asyncio.new_event_loop()
        task = loop.create_task(prices.wait())
        del prices
        change(process)
        assert process.told(Kind.KEPT) == KEPT
        loop.run_until_complete(task)
        del task
        assert not process.told(Kind.KEPT)
        loop.close()

    def test_a_callback_of_a_loop(self, process: Process) -> None:
        loop = asyncio.new_event_loop()
        handle = loop.call_later(60, loaded(process).show)
        change(process)
        assert process.told(Kind.KEPT) == KEPT
        handle.cancel()
        del handle
        loop.close()


class TestScripts:
    def run(self, process: Process, source: str) -> None:
        """As Streamlit runs a script: in names of its own, with boot() at its top."""
        names = {"__name__": "__main__", "boot": partial(threads.mark, process.state)}
        serial = next(process.state.serials)
        code = compile(f"boot({serial})\n{source}", str(process.root / "app.py"), "exec")
        thread = threading.Thread(target=exec, args=(code, names))
        thread.start()
        thread.join()

    def test_a_function_of_an_old_run_that_holds_a_dropped_module(
        self, process: Process, library: Any
    ) -> None:
        process.write("prices.py", OLD)
        source = "import prices, some_library\nsome_library.registry.append(lambda: prices.show())\n"
        self.run(process, source)
        assert not process.told(Kind.KEPT)
        change(process)
        assert process.told(Kind.KEPT) == KEPT
        library.registry.clear()
        assert not process.told(Kind.KEPT)

    def test_a_function_of_an_old_run_that_holds_what_a_dropped_module_said(
        self, process: Process, library: Any
    ) -> None:
        process.write("prices.py", OLD)
        source = "from prices import VALUE\nimport some_library\n"
        self.run(process, f"{source}some_library.registry.append(lambda: VALUE)\n")
        change(process)
        assert library.registry[0]() == "old"
        assert process.told(Kind.KEPT) == KEPT

    def test_a_function_of_a_run_after_it_is_new(self, process: Process, library: Any) -> None:
        loaded(process)
        change(process)
        self.run(process, "import prices, some_library\nsome_library.registry.append(prices.show)\n")
        assert not process.told(Kind.KEPT)


def test_what_lives_on_is_looked_at_in_time(process: Process, state: SessionState) -> None:
    """Fifty modules of fifty functions, all held by one open session."""
    import time

    body = "".join(f"def f{n}(a, b=1): return {n}\n" for n in range(50))
    for n in range(50):
        process.write(f"part_{n}.py", f"{body}class Shop:\n    def show(self): return {n}\n")
        state.values.append(process.load(f"part_{n}").Shop())
    process.write("part_0.py", NEW)
    process.boot()
    began = time.perf_counter()
    assert not process.told(Kind.KEPT)
    assert time.perf_counter() - began < 1
