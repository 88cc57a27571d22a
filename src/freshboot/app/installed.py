"""What is installed in this process's environment, as its ``*.dist-info`` folders tell it."""

from __future__ import annotations

import contextlib
import csv
import json
import os
import sys
import time
from collections.abc import Iterable
from email.parser import HeaderParser
from functools import cached_property, lru_cache
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from freshboot.app import process
from freshboot.app.files import SETTLED_NS
from freshboot.app.places import is_below
from freshboot.dependencies.line import normal

_CODE = (".py", ".pyc", ".so", ".pyd")
# Some distributions carry these by mistake: whoever has such a folder loads his own.
_INCIDENTAL = frozenset({"test", "tests", "docs", "doc", "examples", "scripts", "benchmarks"})
_TICKS_NS = 30_000_000  # the kernel counts a process's start, and a file's change, in ticks of up to 10 ms


def _start() -> int | None:
    seconds = process.age()
    return None if seconds is None else time.time_ns() - round(seconds * 1e9)


# Found out as early as may be: the clock can be set later.
_STARTED_NS = _start()


class Folder(NamedTuple):
    """A ``*.dist-info`` folder. ``changed`` is its ctime in nanoseconds, which every installation renews."""

    base: str
    name: str
    changed: int


def listing(paths: Iterable[str]) -> tuple[Folder, ...]:
    """All ``*.dist-info`` folders that an import would come by, in its order."""
    bases = dict.fromkeys(os.path.realpath(one or os.curdir) for one in paths)
    return tuple(folder for base in bases for folder in changes(base, ".dist-info"))


def changes(base: str, ending: str) -> list[Folder]:
    """What lies in a folder under such a name; nothing where it is none (a zip, or not there)."""
    found = []
    with contextlib.suppress(OSError), os.scandir(base) as entries:
        for one in entries:
            if one.name.endswith(ending):
                with contextlib.suppress(FileNotFoundError):
                    found.append(Folder(base, one.name, one.stat().st_ctime_ns))
    return sorted(found)


class Distribution:
    """One installed distribution. What its folder holds is read when it is asked for.

    :raises OSError: a file of the folder cannot be read.
    :raises ValueError: it holds something else than it should (or LookupError, or TypeError).
    """

    def __init__(self, folder: Folder) -> None:
        self.folder = folder

    @property
    def key(self) -> str:
        """The normalised name, as the folder's name has it."""
        return normal(self.folder.name.removesuffix(".dist-info").partition("-")[0])

    @property
    def version(self) -> str:
        """The version that its metadata tells.

        :raises ValueError: the metadata is another distribution's.
        """
        if normal(str(self._metadata["Name"])) != self.key or not self._metadata["Version"]:
            raise ValueError(f"not the metadata of {self.key}")
        return str(self._metadata["Version"])

    @property
    def requires(self) -> list[str]:
        """What it requires, with markers, as its metadata tells it."""
        return [str(one) for one in self._metadata.get_all("Requires-Dist", [])]

    @cached_property
    def direct(self) -> dict[str, Any] | None:
        """Where it was installed from, if not from an index (PEP 610)."""
        text = self._text("direct_url.json")
        if text is None:
            return None
        found = json.loads(text)
        return {**found, "url": str(found["url"])}

    @property
    def source(self) -> str | None:
        """The folder or archive on this machine that it was installed from, links resolved."""
        parts = urlsplit(str((self.direct or {}).get("url", "")))
        if parts.scheme != "file":
            return None
        inner = str((self.direct or {}).get("subdirectory") or "")
        return os.path.realpath(os.path.join(unquote(parts.path), inner))

    @cached_property
    def tells_its_source(self) -> bool:
        """Whether it was installed by something that writes ``direct_url.json`` where it applies."""
        return (self._text("INSTALLER") or "").strip() in ("pip", "uv")

    @cached_property
    def files(self) -> tuple[str, ...] | None:
        """The files that were installed, from its base; without the folder's own, and what lies elsewhere."""
        text = self._text("RECORD")
        if text is None:
            return None
        paths = (row[0] for row in csv.reader(text.splitlines()) if row)
        aside = (f"{self.folder.name}/", "../", "/")
        return tuple(one for one in paths if not one.startswith(aside) and "__pycache__/" not in one)

    @cached_property
    def modules(self) -> frozenset[str] | None:
        """The modules that stand for all of it: the outermost that belong to it alone. None: nobody knows."""
        if self.files is None:
            return None
        code = [one for one in self.files if one.endswith(_CODE)]
        packages = {one.rpartition("/")[0] for one in code if one.rpartition("/")[2].startswith("__init__.")}
        return frozenset(_outermost(one, packages) for one in code)

    def is_other_in_memory(self, loaded_ns: int | None = None) -> bool:
        """Whether what runs may be something else than what is installed here.

        An installation after the start of the process may follow the import, and what it replaced may have
        had other modules. And a module that was loaded from elsewhere is not this one. What was loaded before
        the installation may have tried to import it, in vain.

        :param loaded_ns: when the first of the app's modules was loaded, None if none is
        """
        loaded = [name for name in self.modules or () if name in sys.modules]
        if self.is_newer_than_this_process() and (
            loaded
            or self.modules is None
            or (loaded_ns is not None and is_newer(self.folder.changed, loaded_ns))
            or self._outlives_its_file()
        ):
            return True
        return any(self._is_elsewhere(name) for name in loaded if name not in _INCIDENTAL)

    def is_newer_than_this_process(self) -> bool:
        """Whether it was installed after the process's start; where that is not known, it may have been."""
        return is_new(self.folder.changed)

    def _outlives_its_file(self) -> bool:
        """Whether some module is loaded whose file lay here and is gone."""
        files = filter(None, map(_file, list(sys.modules)))
        return any(is_below(one, self.folder.base) and not os.path.exists(one) for one in files)

    def _is_elsewhere(self, name: str) -> bool:
        file = _file(name)
        return file is not None and not is_below(file, self.folder.base)

    @cached_property
    def _metadata(self) -> Any:
        text = self._text("METADATA")
        if text is None:
            raise ValueError("no metadata")
        return HeaderParser().parsestr(text.partition("\n\n")[0])

    def _text(self, name: str) -> str | None:
        try:
            path = os.path.join(self.folder.base, self.folder.name, name)
            with open(path, encoding="utf-8", errors="surrogateescape") as file:
                return file.read()
        except FileNotFoundError:
            return None


def _file(name: str) -> str | None:
    """The file that a module was loaded from, the links of its folder resolved; without waking a lazy one."""
    try:
        file = object.__getattribute__(sys.modules[name], "__dict__").get("__file__")
    except (KeyError, AttributeError):
        return None
    if not isinstance(file, str):
        return None
    folder, name = os.path.split(file)
    return os.path.join(_real(folder), name)


@lru_cache(maxsize=4096)
def _real(folder: str) -> str:
    return os.path.realpath(folder)


def _outermost(path: str, packages: set[str]) -> str:
    folders = path.split("/")[:-1]
    for depth in range(1, len(folders) + 1):
        if "/".join(folders[:depth]) in packages:
            return ".".join(folders[:depth])
    return ".".join([*folders, path.rpartition("/")[2].partition(".")[0]])


def is_new(changed: int) -> bool:
    """Whether something with this ctime may have come after the process's start."""
    return _STARTED_NS is None or is_newer(changed, _STARTED_NS)


def is_newer(changed: int, than: int) -> bool:
    """Whether something with this ctime may have come after this time."""
    margin = _TICKS_NS if changed % 1_000_000_000 else SETTLED_NS
    return changed + margin > than


class Installed:
    """The distributions of a listing, by normalised name in the order of ``sys.path``."""

    def __init__(self, folders: Iterable[Folder]) -> None:
        self.all = [Distribution(folder) for folder in folders]
        self._named: dict[str, list[Distribution]] = {}
        for one in self.all:
            self._named.setdefault(one.key, []).append(one)

    def named(self, name: str) -> list[Distribution]:
        """The distributions of this name that an import could come by first.

        More than one: two lie in the same folder, and nobody knows whose files are there.
        """
        found = self._named.get(normal(name), [])
        return [one for one in found if one.folder.base == found[0].folder.base]

    def from_source(self, path: str) -> list[Distribution]:
        """The distributions that were installed from this folder or archive.

        :raises ValueError: a ``direct_url.json`` cannot be read.
        """
        return [one for one in self.all if one.source == path]
