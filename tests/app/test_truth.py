"""Whatever is done to files and loaded modules: what is attested as fresh displays what is on disk."""

from __future__ import annotations

import contextlib
import importlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from freshboot.proof import Kind
from tests.app.process import blob, process_of

FILES = {
    "truth_calc.py": "def value(): return {n}\ndef only_{n}(): return {n}\n",
    "truth_views.py": "from truth_calc import value\nNUMBER = {n}\ndef show(): return (NUMBER, value())\n",
    "truth_pkg/__init__.py": "NUMBER = {n}\n",
    "truth_pkg/sub.py": "from . import NUMBER as PARENT\nimport truth_calc\n"
    "NUMBER = {n}\ndef show(): return (PARENT, NUMBER, truth_calc.value())\n",
}
NAMES = ("truth_calc", "truth_views", "truth_pkg", "truth_pkg.sub")
SCRIPT = """
import truth_calc, truth_views, truth_pkg
from truth_pkg import sub
only = sorted(name for name in vars(truth_calc) if name.startswith("only_"))
displayed = (only, truth_views.show(), sub.show(), getattr(truth_pkg, "NUMBER", "none"))
"""
BROKEN = "this is no Python\n"
# Longer than a file's number: the size does not change with it.
numbers = st.integers(10, 14)
files = st.sampled_from(sorted(FILES))
names = st.sampled_from(NAMES)


class Truth(RuleBasedStateMachine):
    """Sessions, changes of files, and all that apps do to modules against stale code."""

    def __init__(self) -> None:
        super().__init__()
        self.cleanup = contextlib.ExitStack()
        folder = Path(self.cleanup.enter_context(tempfile.TemporaryDirectory()))
        self.process = self.cleanup.enter_context(process_of(folder))
        self.disk: dict[str, int | None] = {}
        self.held: list[object] = []

    def teardown(self) -> None:
        self.cleanup.close()

    @initialize()
    def begin(self) -> None:
        for path in FILES:
            self.change(path, 10)

    @rule(path=files, number=numbers)
    def change(self, path: str, number: int) -> None:
        self.process.write(path, FILES[path].format(n=number))
        self.disk[path] = number

    @rule(path=files, number=numbers)
    def rewrite_with_the_same_size_and_time(self, path: str, number: int) -> None:
        file = self.process.root / path
        if self.disk[path] is not None:
            status = file.stat()
            file.write_text(FILES[path].format(n=number))
            os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
            self.disk[path] = number

    @rule(path=files)
    def touch(self, path: str) -> None:
        if self.disk[path] is not None:
            os.utime(self.process.root / path)

    @rule(path=files)
    def break_(self, path: str) -> None:
        self.process.write(path, BROKEN)
        self.disk[path] = None

    @rule(path=files)
    def delete(self, path: str) -> None:
        (self.process.root / path).unlink(missing_ok=True)
        self.disk[path] = None

    @rule()
    def visit(self) -> None:
        self.session()

    @rule()
    def visit_and_hold(self) -> None:
        """Keep old objects, as the state of an open tab does."""
        self.held += [sys.modules.get(name) for name in NAMES]
        self.session()

    @rule(name=names)
    def reload(self, name: str) -> None:
        if name in sys.modules:
            with contextlib.suppress(ImportError, SyntaxError, OSError):
                importlib.invalidate_caches()
                importlib.reload(sys.modules[name])

    @rule(name=names)
    def purge(self, name: str) -> None:
        sys.modules.pop(name, None)

    @rule(name=names)
    def load_past_the_hook(self, name: str) -> None:
        path = self.process.root / f"{name.replace('.', '/')}.py"
        spec = importlib.util.spec_from_file_location(name, path)
        if spec is None or spec.loader is None or not path.exists():
            return
        module = importlib.util.module_from_spec(spec)
        with contextlib.suppress(ImportError, SyntaxError):
            spec.loader.exec_module(module)
            sys.modules[name] = module

    @rule(number=numbers)
    def put_a_package_in_front(self, number: int) -> None:
        self.process.write("truth_calc/__init__.py", FILES["truth_calc.py"].format(n=number))

    @rule()
    def take_it_away(self) -> None:
        folder = self.process.root / "truth_calc"
        if folder.exists():
            shutil.rmtree(folder)

    @rule()
    def heal(self) -> None:
        self.process.boot()

    @rule(name=names)
    def heal_but_keep_one(self, name: str) -> None:
        self.process.boot(keep=[name])

    @precondition(lambda self: self.disk)
    @invariant()
    def nothing_is_fresh_that_displays_old_code(self) -> None:
        if self.is_told_to_be_fresh():
            assert self.session() == self.expected()

    @precondition(lambda self: self.disk)
    @invariant()
    def errors_are_none(self) -> None:
        assert self.process.state.errors == {}

    def is_told_to_be_fresh(self) -> bool:
        blobs = {
            (str(file.relative_to(self.process.root)), blob(file.read_text()))
            for file in self.process.root.rglob("*.py")
        }
        return all(
            fact.kind is Kind.MODULES and (fact.path, fact.content) in blobs
            for fact in self.process.memory().facts
        )

    def session(self) -> object:
        """What a new session would display now."""
        importlib.invalidate_caches()
        names: dict[str, object] = {}
        try:
            exec(SCRIPT, names)
        except (ImportError, SyntaxError):
            return None
        return names["displayed"]

    def expected(self) -> object:
        """What a new process would display now."""
        front = self.process.root / "truth_calc" / "__init__.py"
        calc = int(front.read_text()[-3:]) if front.exists() else self.disk["truth_calc.py"]
        views, parent, sub = (
            self.disk[path] for path in ("truth_views.py", "truth_pkg/__init__.py", "truth_pkg/sub.py")
        )
        if None in (calc, views, parent, sub):
            return None
        return ([f"only_{calc}"], (views, calc), (parent, sub, calc), parent)


TestTruth = Truth.TestCase
TestTruth.settings = settings(
    max_examples=30, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
