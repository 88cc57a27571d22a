"""What is loaded: every module in ``sys.modules`` classed, and the app's own ones described."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Iterable
from enum import Enum
from importlib.machinery import (
    BuiltinImporter,
    ExtensionFileLoader,
    FrozenImporter,
    ModuleSpec,
    PathFinder,
    SourceFileLoader,
)
from types import ModuleType
from typing import Any, NamedTuple

from freshboot.app import own, projects, spaces
from freshboot.app.loader import Record, RecordingLoader, history, is_recording
from freshboot.app.places import Place, Places
from freshboot.app.spaces import namespace_of
from freshboot.app.state import State

_MAIN = ("__main__", "__mp_main__")
_MADE_BY_CYTHON = re.compile(r"cython_runtime\Z|_cython_\d")


class Sort(Enum):
    """What is known of a module of the app."""

    RECORDED = "recorded"  # our loader loaded it (or tried to: a failed one has no record)
    OWN = "own"  # freshboot's, lying under the root; or a copy of the app's in an environment
    SOURCE = "source"  # loaded from source, past our loader: importing it again would record it
    EXTENSION = "extension"  # compiled code; it cannot be loaded twice
    NAMESPACE = "namespace"  # a package without a file
    OTHER = "other"  # from a zip, from bytecode, by a finder of somebody's own, or made by a program


class Module(NamedTuple):
    """A module of the app. ``file`` is where it was loaded from, ``path`` the same from the root.

    ``blob`` is what is known to run, None for a module that nobody recorded. ``earlier`` is what else was run
    in its namespace before. ``held`` tells that it must stay in ``sys.modules``: others than the app's
    modules hang on it, or an import would not bring it back.
    """

    name: str
    sort: Sort
    file: str = ""
    path: str = ""
    blob: str | None = None
    loader: RecordingLoader | None = None
    earlier: tuple[Record | None, ...] = ()
    held: bool = False


class Survey(NamedTuple):
    """The app's modules, and how many others were loaded from neither an environment nor the repository."""

    modules: tuple[Module, ...]
    untagged: int


def survey(state: State, places: Places) -> Survey:
    """Class everything that is loaded; where nothing came or went, only the app's modules are looked at.

    What is none of the app's can become so only by a reload, which our loader then tells.
    """
    loaded = sys.modules.copy()
    for name in _MAIN:
        loaded.pop(name, None)
    # Names too: another module may get the place and the address of one of the app's that is gone.
    identities: list[object] = [*loaded, *map(id, loaded.values())]
    if identities != state.identities:
        state.candidates = _sift(state, places, loaded)
        state.identities = identities
    found = [_describe(state, places, name, loaded[name]) for name in state.candidates]
    return Survey(tuple([one for one in found if isinstance(one, Module)]), state.untagged)


def _sift(state: State, places: Places, loaded: dict[str, ModuleType]) -> list[str]:
    """Pass over what is none of the app's; the names of the rest."""
    projects.refresh(state, places)
    state.made.clear()
    candidates = []
    folders = set()
    untagged = 0
    passed = state.passed
    for name in passed.keys() - loaded.keys():
        del passed[name]
    for name, module in loaded.items():
        known = passed.get(name)
        if known is not None and known[0] is module:
            untagged += known[1]
            continue
        one = _describe(state, places, name, module)
        if isinstance(one, Module):
            passed.pop(name, None)
            candidates.append(name)
            folders.add(os.path.dirname(one.file))
        else:
            passed[name] = (module, one or 0)
            untagged += one or 0
    state.untagged = untagged
    state.source_folders = folders - {""}
    return candidates


def _describe(state: State, places: Places, name: str, module: object) -> Module | int | None:
    """The module, if it is the app's; else whether it counts as untagged."""
    namespace = namespace_of(module)
    spec = namespace.get("__spec__")
    loader = getattr(spec, "loader", None) or namespace.get("__loader__")
    recording = loader if is_recording(loader) else state.replaced.get(name)
    if recording is not None:
        return _recorded(places, name, recording)
    file = _file(spec, namespace)
    if file is None:
        return _fileless(state, places, name, module, namespace)
    place = places.of(os.path.dirname(file))
    if place is Place.INSTALLED and (copy := state.copies.get(file)) is not None:
        blob = own.blob(state, name, module, file, copied=True) if copy.known else None
        return Module(name, Sort.OWN, file, copy.path, blob)
    if place is not Place.ROOT:
        return int(place is Place.ELSEWHERE and not own.is_own(name))
    path = places.relative(file) or file
    if own.is_own(name):
        return Module(name, Sort.OWN, file, path, own.blob(state, name, module, file))
    if namespace:
        spaces.begin(state, namespace, 0)
    return Module(name, _sort(loader), file, path, earlier=history(namespace))


def _recorded(places: Places, name: str, loader: RecordingLoader) -> Module:
    sort = Sort.OWN if own.is_own(name) else Sort.RECORDED
    record = loader.record
    earlier = tuple([one for one in loader.earlier if one != record]) if loader.earlier else ()
    path, blob = record or (places.relative(loader.path) or loader.path, None)
    return Module(name, sort, loader.path, path, blob, loader, earlier)


def _file(spec: Any, namespace: dict[str, Any]) -> str | None:
    origin = getattr(spec, "origin", None) if getattr(spec, "has_location", False) else None
    file = origin or namespace.get("__file__")
    if not isinstance(file, str) or not file:
        return None
    if os.path.isabs(file):
        return file
    # Some libraries give modules that they make the name of a file which is nowhere.
    return os.path.abspath(file) if os.path.exists(file) else None


def _fileless(
    state: State, places: Places, name: str, module: object, namespace: dict[str, Any]
) -> Module | None:
    """A namespace package with a portion in the repository, or what a program made that is the app's.

    What is built in, frozen, or made by a library is none of the app's.
    """
    portions = _portions(namespace.get("__path__"))
    in_root = [places.of(os.path.abspath(one)) is Place.ROOT for one in portions]
    if any(in_root):
        return Module(name, Sort.NAMESPACE, earlier=history(namespace), held=not all(in_root))
    if portions or module is None:
        return None
    if name not in state.made:
        if _is_cffis(module, namespace) or _is_a_librarys(places, name):
            return None
        state.made.add(name)
    return Module(name, Sort.OTHER, path=name, held=True)  # nobody knows how to make it again


def _is_cffis(module: object, namespace: dict[str, Any]) -> bool:
    """Whether it is compiled code alone, as cffi hands it out: cryptography's ``_openssl``, say.

    A compiled file of the app's own that makes such a module is a module itself.
    """
    held = [value for key, value in namespace.items() if not key.startswith("__")]
    own = isinstance(module, ModuleType) and held
    return all(type(one).__module__ == "_cffi_backend" for one in (held if own else [module]))


def _is_a_librarys(places: Places, name: str) -> bool:
    """Whether the module, or the package that its name puts it in, can be imported from elsewhere than here.

    Cython keeps what its modules share in modules of its own making.
    """
    top = name.partition(".")[0]
    if _MADE_BY_CYTHON.match(top):
        return True
    loaded = namespace_of(sys.modules.get(top))
    for spec in (loaded.get("__spec__"), _found(top)):
        if getattr(spec, "origin", None) in ("built-in", "frozen"):
            return True
        file = _file(spec, {})
        if file is not None:
            return places.of(os.path.dirname(file)) is not Place.ROOT
    return False


def _found(name: str) -> ModuleSpec | None:
    """What an import of the name would find. Whatever a finder of somebody's raises, it has found nothing."""
    for finder in (BuiltinImporter, FrozenImporter, PathFinder):
        with contextlib.suppress(Exception):
            if (spec := finder.find_spec(name)) is not None:
                return spec
    return None


def _portions(path: Iterable[object] | None) -> list[str]:
    try:
        return [one for one in path or () if isinstance(one, str)]
    except (KeyError, TypeError):  # the path of a package whose parent was dropped
        return []


def _sort(loader: object) -> Sort:
    if isinstance(loader, ExtensionFileLoader):
        return Sort.EXTENSION
    return Sort.SOURCE if isinstance(loader, SourceFileLoader) else Sort.OTHER
