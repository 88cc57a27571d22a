"""Healing drops old code, all of it, and tears no import."""

from __future__ import annotations

import gc
import gettext
import importlib
import os
import struct
import sys
import threading
import time
from collections.abc import Callable

import pytest

from freshboot.app import gate, heal, staleness
from freshboot.proof import Kind
from tests.app.process import Process, blob
from tests.app.test_modules import load_plainly

OLD, NEW = "VALUE = 1\n", "VALUE = 2\n"


@pytest.fixture
def shop(process: Process) -> Process:
    """A package of which everything is loaded."""
    process.write("shop/__init__.py", OLD)
    process.write("shop/tax.py", OLD)
    process.write("shop/prices.py", "from shop.tax import VALUE\ndef total(): return VALUE\n")
    process.load("shop.prices")
    return process


def test_nothing_is_dropped_where_nothing_changed(shop: Process) -> None:
    assert shop.boot() == 0


def test_translations_are_read_anew(shop: Process) -> None:
    folder = shop.root / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    for said in ("alt", "neu"):
        # One text, "" is the head: magic, version, number, where originals and translations lie, no hashes.
        head = struct.pack("<7I", 0x950412DE, 0, 1, 28, 36, 0, 0)
        texts = b"hi\0" + said.encode() + b"\0"
        (folder / "shop.mo").write_bytes(head + struct.pack("<4I", 2, 44, 3, 47) + texts)
        assert gettext.translation("shop", shop.root, ["de"]).gettext("hi") == said
        shop.boot(pulled=True)


def test_a_touch_changes_nothing(shop: Process) -> None:
    os.utime(shop.root / "shop/tax.py")
    assert shop.boot() == 0


def test_all_modules_go_when_one_changed(shop: Process) -> None:
    shop.write("shop/tax.py", NEW)
    assert shop.boot() == 3
    assert not [name for name in sys.modules if name.startswith("shop")]
    assert shop.load("shop.prices").total() == 2


def test_a_change_that_keeps_size_and_time_is_seen(shop: Process) -> None:
    file = shop.root / "shop/tax.py"
    status = file.stat()
    file.write_text(NEW)
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert shop.boot() == 3
    assert shop.load("shop.prices").total() == 2


def test_a_module_whose_file_is_gone_goes(shop: Process) -> None:
    (shop.root / "shop/tax.py").unlink()
    assert shop.boot() == 3
    with pytest.raises(ModuleNotFoundError):
        shop.load("shop.prices")


def test_deleted_and_written_anew_with_the_same_content_is_the_same(shop: Process) -> None:
    (shop.root / "shop/tax.py").unlink()
    shop.write("shop/tax.py", OLD)
    assert shop.boot() == 0


def test_what_was_imported_before_the_hook_is_dropped_once(process: Process) -> None:
    load_plainly("prices", process.write("prices.py", OLD))
    assert process.boot(hooked=True) == 1
    process.load("prices")
    assert process.told(Kind.MODULES) == {("prices.py", blob(OLD))}


def test_what_goes_past_the_hook_again_and_again_is_not_dropped_each_time(process: Process) -> None:
    load_plainly("plugin", process.write("plugin.py", OLD))
    assert process.boot() == 0


def test_a_dropped_module_that_nobody_recorded_is_told_while_it_lives(process: Process) -> None:
    module = load_plainly("prices", process.write("prices.py", OLD))
    process.boot(hooked=True)
    assert process.told(Kind.UNRECORDED) == {("prices.py", "unrecorded")}
    del module
    gc.collect()
    assert not process.told(Kind.UNRECORDED)


def test_a_file_in_front_of_another_is_found(shop: Process) -> None:
    shop.write("shop/tax/__init__.py", NEW)
    assert ("shop/tax.py", "unrecorded") in shop.told(Kind.UNRECORDED)
    assert shop.boot() == 3
    assert shop.load("shop.prices").total() == 2


def test_a_file_in_front_is_found_though_the_folders_times_stay(
    shop: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    just_now = time.time_ns() + 3600 * 10**9
    monkeypatch.setattr(staleness, "signature", lambda _: (0, 0, just_now, 0, 0))
    assert shop.boot() == 0
    shop.write("shop/tax/__init__.py", NEW)
    assert shop.boot() == 3


def test_a_folder_that_rests_is_not_listed_again(shop: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staleness, "signature", lambda _: (0, 0, 0, 0, 0))
    assert shop.boot() == 0
    monkeypatch.setattr(os, "listdir", lambda _: pytest.fail("listed again"))
    assert shop.boot() == 0


def test_a_package_that_got_a_file_is_loaded_anew(process: Process) -> None:
    process.write("shop/tax.py", OLD)
    process.load("shop.tax")
    process.write("shop/__init__.py", NEW)
    assert process.boot() == 2
    assert process.load("shop").VALUE == 2


def test_an_extension_keeps_its_place_in_a_package_that_is_loaded_anew(process: Process) -> None:
    process.write("shop/__init__.py", OLD)
    package = process.load("shop")
    package.speed = sys.modules["shop.speed"] = sys.modules["math"]
    process.write("shop/__init__.py", NEW)
    assert process.boot() == 1
    assert process.load("shop").speed is sys.modules["math"]


@pytest.mark.parametrize("init", [OLD, None])
def test_a_script_that_was_under_way_finds_what_it_imported_before(
    process: Process, init: str | None
) -> None:
    if init is not None:
        process.write("shop/__init__.py", init)
    process.write("shop/tax.py", OLD)
    process.write("shop/prices.py", OLD)
    names: dict[str, object] = {}
    exec("import shop.tax", names)
    process.write("shop/tax.py", NEW)
    process.boot()
    exec("import shop.prices\nfound = shop.tax.VALUE", names)
    assert names["found"] == 2
    exec("missing = hasattr(shop, 'other')", names)
    assert names["missing"] is False


def test_a_sub_module_that_was_taken_away_is_missing_as_any_name(shop: Process) -> None:
    shop.write("shop/prices.py", "VALUE = 1\n")
    (shop.root / "shop/tax.py").unlink()
    shop.boot()
    assert not hasattr(shop.load("shop"), "tax")


class TestKeep:
    def test_keeps_the_module_and_its_packages(self, shop: Process) -> None:
        shop.write("shop/prices.py", "def total(): return 5\n")
        shop.write("shop/tax.py", NEW)
        assert shop.boot(keep=["shop.tax"]) == 1
        assert {name for name in sys.modules if name.startswith("shop")} == {"shop", "shop.tax"}

    def test_tells_the_kept_module_by_its_old_bytes(self, shop: Process) -> None:
        shop.write("shop/tax.py", NEW)
        shop.boot(keep=["shop.tax"])
        assert shop.told(Kind.KEPT, keep=["shop", "shop.tax"]) == {("shop/tax.py", blob(OLD))}

    def test_a_kept_package_does_not_hold_on_to_its_children(self, shop: Process) -> None:
        shop.write("shop/tax.py", NEW)
        shop.boot(keep=["shop"])
        namespace: dict[str, object] = {}
        exec("from shop import tax", namespace)
        assert vars(namespace["tax"])["VALUE"] == 2

    def test_tells_what_a_kept_module_may_still_hold(self, shop: Process) -> None:
        shop.write("shop/tax.py", NEW)
        shop.boot(keep=["shop.prices"])
        shop.load("shop.tax")
        assert sys.modules["shop.prices"].total() == 1
        assert ("shop/tax.py", blob(OLD)) in shop.told(Kind.KEPT, keep=["shop", "shop.prices"])


class TestLosses:
    """What others dropped: Streamlit's watcher, which knows not all modules, or the app itself."""

    def test_a_module_that_was_loaded_before_is_dropped_too(self, shop: Process) -> None:
        shop.write("shop/tax.py", NEW)
        shop.survey()
        del sys.modules["shop.tax"]
        gc.collect()
        assert sys.modules["shop.prices"].total() == 1
        assert ("shop/tax.py", blob(OLD)) in shop.told(Kind.KEPT)
        assert shop.boot() == 2
        assert shop.load("shop.prices").total() == 2
        assert not shop.told(Kind.KEPT)

    def test_all_of_them_lost_leave_nothing(self, shop: Process) -> None:
        shop.write("shop/tax.py", NEW)
        shop.survey()
        for name in ("shop", "shop.tax", "shop.prices"):
            del sys.modules[name]
        assert shop.boot() == 0
        assert shop.memory().facts == frozenset()

    def test_lost_and_loaded_anew_without_a_change_is_nothing(self, shop: Process) -> None:
        del sys.modules["shop.tax"]
        shop.load("shop.tax")
        assert shop.boot() == 0
        assert not shop.told(Kind.KEPT)


class TestThreads:
    def run_while_it_runs(self, process: Process, source: str, check: Callable[[], None]) -> None:
        """Check while a thread of the app's is in the middle of a module's function."""
        process.write("worker.py", source)
        worker = process.load("worker")
        thread = threading.Thread(target=worker.run)
        thread.start()
        try:
            assert worker.started.wait(5)
            check()
        finally:
            worker.done.set()
            thread.join()

    def test_a_thread_that_runs_dropped_code_is_told(self, process: Process) -> None:
        waiting = (
            "import threading\nstarted, done = threading.Event(), threading.Event()\n"
            "def run():\n    started.set()\n    done.wait(5)\n"
        )

        def check() -> None:
            process.write("worker.py", NEW)
            assert process.boot() == 1
            assert process.told(Kind.KEPT) == {("worker.py", blob(waiting))}

        self.run_while_it_runs(process, waiting, check)
        assert not process.told(Kind.KEPT)

    def test_a_thread_that_may_call_dropped_code_is_told(self, process: Process) -> None:
        process.write("prices.py", OLD)
        calling = (
            "import threading\nfrom prices import VALUE\n"
            "started, done = threading.Event(), threading.Event()\n"
            "def run():\n    started.set()\n    done.wait(5)\n    print(VALUE)\n"
        )

        def check() -> None:
            process.write("prices.py", NEW)
            assert process.boot() == 2
            assert process.told(Kind.KEPT) == {("prices.py", blob(OLD))}

        self.run_while_it_runs(process, calling, check)
        assert not process.told(Kind.KEPT)


class TestImports:
    def test_waits_for_an_import_that_is_under_way(self, shop: Process) -> None:
        shop.write("slow.py", "import sys\nsys.begun.set()\nsys.go_on.wait(5)\nimport shop.tax\n")
        sys.begun, sys.go_on = threading.Event(), threading.Event()  # type: ignore[attr-defined]
        thread = threading.Thread(target=shop.load, args=("slow",))
        thread.start()
        assert sys.begun.wait(5)  # type: ignore[attr-defined]
        waits: list[float] = []

        def sleep(seconds: float) -> None:
            waits.append(seconds)
            if len(waits) == 3:
                sys.go_on.set()  # type: ignore[attr-defined]
                thread.join()

        with shop.state.lock:
            assert heal.heal(shop.state, shop.places, frozenset(), sleep) == 4
        assert len(waits) == 3

    def test_is_put_off_when_the_import_does_not_end(self, shop: Process) -> None:
        shop.write("slow.py", "import sys\nsys.begun.set()\nsys.go_on.wait(5)\n")
        sys.begun, sys.go_on = threading.Event(), threading.Event()  # type: ignore[attr-defined]
        thread = threading.Thread(target=shop.load, args=("slow",))
        thread.start()
        assert sys.begun.wait(5)  # type: ignore[attr-defined]
        with pytest.raises(heal.Postponed):
            heal.heal(shop.state, shop.places, frozenset(), lambda _: None)
        assert "shop.tax" in sys.modules
        sys.go_on.set()  # type: ignore[attr-defined]
        thread.join()

    def test_an_import_that_calls_it_puts_it_off_at_once(self, shop: Process) -> None:
        sys.shop = shop  # type: ignore[attr-defined]
        shop.write(
            "caller.py",
            "import sys\nfrom freshboot.app import heal\nheal.heal(sys.shop.state, sys.shop.places, ())\n",
        )
        with pytest.raises(heal.Postponed):
            shop.load("caller")

    def test_a_library_that_is_being_imported_does_not_matter(self, shop: Process) -> None:
        shop.load("json")
        shop.survey()
        locked, free = threading.Event(), threading.Event()

        def import_for_long() -> None:
            with importlib._bootstrap._ModuleLockManager("json"):  # type: ignore[attr-defined]
                locked.set()
                free.wait(5)

        thread = threading.Thread(target=import_for_long)
        thread.start()
        assert locked.wait(5)
        shop.write("shop/tax.py", NEW)
        assert shop.boot() == 3
        free.set()
        thread.join()

    def test_what_was_dropped_is_freed_only_afterwards(self, process: Process) -> None:
        """A destructor may import; within the import lock, that could wait forever."""
        process.write(
            "prices.py", "class Last:\n    def __del__(self):\n        import json.tool\nlast = Last()\n"
        )
        process.load("prices")
        process.write("prices.py", NEW)
        assert process.boot() == 1


class TestGate:
    def test_others_wait_until_the_first_has_imported(self, process: Process) -> None:
        process.write("slow.py", "import sys, time\nsys.begun.set()\ntime.sleep(0.1)\nsys.ended = True\n")
        sys.begun, sys.ended = threading.Event(), False  # type: ignore[attr-defined]

        def first() -> None:
            gate.hold(process.state)
            exec("import slow", {"__name__": "__main__"})

        thread = threading.Thread(target=first)
        thread.start()
        assert sys.begun.wait(5)  # type: ignore[attr-defined]
        gate.wait(process.state)
        assert sys.ended  # type: ignore[attr-defined]
        thread.join()

    def test_nobody_waits_for_a_session_that_is_gone(self, process: Process) -> None:
        thread = threading.Thread(target=gate.hold, args=(process.state,))
        thread.start()
        thread.join()
        gate.wait(process.state, sleep=pytest.fail)
        assert process.state.first_to_import is None

    def test_nobody_waits_for_itself(self, process: Process) -> None:
        gate.hold(process.state)
        gate.wait(process.state, sleep=pytest.fail)

    def test_nobody_waits_for_long(self, process: Process) -> None:
        process.write("slow.py", "import sys\nsys.begun.set()\nsys.go_on.wait(5)\n")
        sys.begun, sys.go_on = threading.Event(), threading.Event()  # type: ignore[attr-defined]

        def first() -> None:
            gate.hold(process.state, clock=lambda: 0.0)
            exec("import slow", {"__name__": "__main__"})

        thread = threading.Thread(target=first)
        thread.start()
        assert sys.begun.wait(5)  # type: ignore[attr-defined]
        gate.wait(process.state, clock=iter(range(100)).__next__, sleep=lambda _: None)
        sys.go_on.set()  # type: ignore[attr-defined]
        thread.join()
