"""Twenty threads import while files change and old modules are dropped: nobody sees half an import."""

from __future__ import annotations

import random
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from freshboot.app import gate
from tests.app.process import Process

THREADS = 20
SECONDS = 4.0
FILES = {
    "shop/__init__.py": "NUMBER = {n}\n",
    "shop/prices.py": "from shop.tax import rate\nNUMBER = {n}\ndef price(): return rate()\n",
    "shop/tax.py": "from . import consts\nNUMBER = {n}\n"
    "def rate():\n    from .late import bonus\n    return consts.BASE + bonus()\n",
    "shop/consts.py": "BASE = 1\nNUMBER = {n}\n",
    "shop/late.py": "NUMBER = {n}\ndef bonus():\n    import helpers\n    return helpers.one()\n",
    "shop/deep/__init__.py": "from .inner import thing\nNUMBER = {n}\n",
    "shop/deep/inner.py": "from ..consts import BASE\nfrom .. import consts\nNUMBER = {n}\n"
    "def thing(): return BASE\n",
    "helpers.py": "NUMBER = {n}\nSUM = sum(range(2000))\ndef one(): return 1\n",
    "plain/a.py": "NUMBER = {n}\ndef one(): return 1\n",
    "plain/b.py": "import plain.a\nNUMBER = {n}\ndef one(): return plain.a.one()\n",
}
SCRIPT = """
import shop.prices
import shop.deep
assert shop.prices.price() == 2
import shop.tax
assert shop.prices.price() == 2 and shop.deep.thing() == 1
from shop import prices, consts
from shop.deep.inner import thing
import plain.a
import plain.b
assert plain.a.one() == plain.b.one() == thing() == 1
import shop.late as late
assert late.bonus() == 1 and prices.price() == 2
import helpers
assert helpers.one() == 1
"""
CHILD_FIRST = (
    "from shop.deep.inner import thing\nimport shop.deep\nassert shop.deep.thing() == thing() == 1\n"
)


@pytest.fixture
def shop(process: Process) -> Process:
    for path in FILES:
        change(process, path, 0)
    return process


def change(process: Process, path: str, number: int) -> None:
    process.write(path, FILES[path].format(n=number))


def visit(process: Process, script: str, *, gated: bool = True) -> int:
    """One session: boot(), then the script's own imports. How many modules were dropped for it."""
    with process.state.lock:
        dropped = process.boot()
        if dropped and gated:
            gate.hold(process.state)
    if gated:
        gate.wait(process.state)
    exec(script, {"__name__": "__main__"})
    return dropped


def failure_of(work: Callable[[], object]) -> str | None:
    """The traceback of what went wrong."""
    try:
        work()
    except Exception:  # noqa: BLE001  # whatever it is, it is told
        return traceback.format_exc()
    return None


def together(*work: Callable[[], None]) -> None:
    """Run each in a thread, to the end."""
    threads = [threading.Thread(target=one) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS + 60)
        assert not thread.is_alive(), "a deadlock"


@pytest.fixture
def switching() -> Iterator[None]:
    """Threads that take turns five hundred times as often as usual."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("switching")
def test_no_import_is_torn_while_files_change_and_modules_are_dropped(shop: Process) -> None:
    """Without the gate: so is a session that was under way when the others came."""
    dropped: list[int] = []
    failures: list[str] = []
    ends = time.monotonic() + SECONDS

    def sessions() -> None:
        while time.monotonic() < ends and not failures:
            told = failure_of(lambda: dropped.append(visit(shop, SCRIPT, gated=False)))
            # Two threads that import a package and its child at once are more than CPython can do.
            if told and "_DeadlockError" not in told and "Postponed" not in told:
                failures.append(told)

    def pulls() -> None:
        while time.monotonic() < ends:
            change(shop, random.choice(sorted(FILES)), random.randrange(1000))
            time.sleep(random.choice((0, 0.001, 0.01)))

    together(*[sessions] * THREADS, pulls)
    assert failures == []
    assert sum(some > 0 for some in dropped) > 20, "it would show nothing if nothing was dropped"


@pytest.mark.usefixtures("switching")
def test_sessions_that_come_together_do_not_lock_each_other_out(shop: Process) -> None:
    """Without the gate, CPython fails one such import in nine (see freshboot.app.gate)."""
    failures: list[str] = []
    barrier = threading.Barrier(THREADS)

    def sessions(script: str) -> None:
        for number in range(10):
            if barrier.wait() == 0:
                change(shop, "shop/deep/inner.py", number + 1)
            barrier.wait()
            failures.extend(filter(None, [failure_of(lambda: visit(shop, script))]))

    together(*[partial(sessions, script) for script in (SCRIPT, CHILD_FIRST) * (THREADS // 2)])
    assert failures == []
