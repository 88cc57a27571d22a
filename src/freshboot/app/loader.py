"""The loader that knows which bytes each of the app's modules runs.

It reads a source file once, runs code compiled from those very bytes, and keeps their git blob id on itself.
It hangs on ``module.__spec__.loader``: the record lives and dies with the module, and stays right when a
module is purged, reloaded or imported twice, without a table to keep in step.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from importlib.machinery import SourceFileLoader
from types import CodeType, ModuleType
from typing import NamedTuple, TypeGuard

from freshboot.app import bytecode, late, spaces
from freshboot.app.content import content_and_place
from freshboot.app.state import LAYOUT, Loss, State, state
from freshboot.proof import blob_id

_HISTORY = "__freshboot_ran__"
_SINCE = "__freshboot_since__"


class Record(NamedTuple):
    """Bytes that were run: the file's path from the root, and the blob id of what was read from it."""

    path: str
    blob: str


class RecordingLoader(SourceFileLoader):
    """Loads one module from source.

    ``record`` is set once the module's code has run to its end; ``ran`` as soon as it begins. ``earlier`` are
    the records of what ran in the same namespace before (a reload leaves old functions behind), with None
    for code that nobody saw. ``began_ns`` is the time of day when it began. ``serial`` orders the loads of
    this process; ``since`` is that of the first load into the same namespace.
    """

    freshboot_layout = LAYOUT
    record: Record | None = None
    ran: Record | None = None
    earlier: tuple[Record | None, ...] = ()
    began_ns = 0
    serial = 0
    since = 0
    executing = False

    def exec_module(self, module: ModuleType) -> None:
        """Run the module's code, as the import system asks for it."""
        remembered = state()
        self.record, self.executing, self.serial = None, True, next(remembered.serials)
        self.began_ns = time.time_ns()
        remembered.loaders.add(self)
        try:
            data, real = content_and_place(self.path)
            code = self._code(data, getattr(module.__spec__, "cached", None))
            self._begin(remembered, module, data, real)
            exec(code, module.__dict__)  # noqa: S102
            self.record = self.ran
        finally:
            self.executing = False
        if remembered.children:
            late.after_import(remembered.children, module)
        if sys.modules.get(self.name) is not module:
            remembered.replaced[self.name] = self

    def get_code(self, fullname: str) -> CodeType:
        """The code of the file as it is now; whoever asks for it without running it changes no record."""
        path = self.get_filename(fullname)
        return self._code(content_and_place(path)[0], bytecode.cache_path(path))

    def loss(self) -> Loss:
        """What is lost when this module leaves ``sys.modules``."""
        return Loss(self.name, self.path, *(self.ran or (self.path, None)))

    def _begin(self, remembered: State, module: ModuleType, data: bytes, real: str) -> None:
        namespace = module.__dict__
        # exec() leaves __builtins__ behind: where it lies and no history, another loader ran code here.
        unseen: tuple[Record | None, ...] = (None,) if "__builtins__" in namespace else ()
        before = history(namespace) or unseen
        self.earlier = tuple(dict.fromkeys(before)) if before else ()
        self.since = namespace.setdefault(_SINCE, 0 if self.earlier == (None,) else self.serial)
        self.ran = self._record(remembered, data, real)
        namespace[_HISTORY] = (*self.earlier, self.ran)
        spaces.begin(remembered, namespace, self.since)
        remembered.loads[self.serial] = self.loss()
        if remembered.passed.pop(self.name, None) is not None:
            remembered.identities = []  # a reload finds the app's where it did not before

    def _record(self, remembered: State, data: bytes, real: str) -> Record | None:
        """What is about to run; None if it cannot be named, which must not keep it from running."""
        try:
            path = remembered.places.named(real) if remembered.places else None
            return Record(path, blob_id(data, remembered.files.object_format)) if path else None
        except Exception as error:  # noqa: BLE001  # an import of the app's
            remembered.failed("loader", error)
            return None

    def _code(self, data: bytes, cached: str | None) -> CodeType:
        code = bytecode.read(cached, data, self.path) if cached else None
        if code is None:
            code = self.source_to_code(data, self.path)
            if cached and not sys.dont_write_bytecode:
                self.set_data(cached, bytecode.dump(code, data), _mode=bytecode.mode_for(self.path))
        return code


def history(namespace: Mapping[str, object]) -> tuple[Record | None, ...]:
    """Everything that recording loaders ran in a module's namespace, oldest first."""
    return namespace.get(_HISTORY, ())  # type: ignore[return-value]


def is_recording(loader: object) -> TypeGuard[RecordingLoader]:
    """Tell our loaders from others, also those made before freshboot was evicted and imported anew."""
    return getattr(type(loader), "freshboot_layout", None) == LAYOUT
