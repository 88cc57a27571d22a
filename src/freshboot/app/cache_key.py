"""``freshboot.cache_key()``: a key for cached results that changes with the code they are computed by.

In place of a file's time, which a fresh clone sets anew and a pull may leave as it was.
"""

from __future__ import annotations

import functools
import hashlib
import inspect
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from types import FrameType, ModuleType
from typing import Any

from freshboot.app import running, scripts
from freshboot.app.codes import fingerprint
from freshboot.app.files import signature
from freshboot.app.loader import RecordingLoader, is_recording
from freshboot.app.places import Places
from freshboot.app.root import find_root
from freshboot.app.sources import below, sources
from freshboot.app.spaces import namespace_of
from freshboot.app.state import State, state

_BYTES = 16

Part = ModuleType | Callable[..., Any] | os.PathLike[str]


def cache_key(*parts: Part) -> str:
    """A word that is the same as long as the code is: ``load(freshboot.cache_key())``.

    Pass it in the call. Streamlit makes a result's key from the arguments that are passed: not from a
    parameter's default, and not from one whose name begins with an underscore.

    Without arguments it stands for the release: the commit that is checked out (all its files, data as well),
    each file with code as it lies on disk, and what is loaded where that is something else. With arguments
    only for those: a module's file (a package with all that lies in it), the file that a function or a class
    is written in, a data file given as a ``pathlib.Path``. What those import is not followed.

    In every process of one release it is the same, once that has loaded what lies on disk. Where nothing is
    recorded of what is loaded (without ``boot()`` before), it tells of the disk alone. Where it cannot be
    found out, it is another one in each process; the log says why.

    :param parts: modules, functions, classes, paths of files
    """
    remembered = state()
    facts: list[str] = [remembered.boot_id, str(remembered.changes)]
    with remembered.guard("cache_key"):
        facts = sorted(_facts(remembered, parts, sys._getframe(1)))
    return hashlib.blake2b(repr(facts).encode("utf-8", "surrogatepass"), digest_size=_BYTES).hexdigest()


def _facts(state: State, parts: Iterable[Part], caller: FrameType) -> Iterator[str]:
    places = state.places or _places(_script(caller))
    runs: dict[str, set[str]] = {}
    for name, blob in (*_recorded(state), *_scripts(state, places, running.script_frames(caller))):
        runs.setdefault(name, set()).add(blob)
    if parts:
        files = set()
        for name, file, what in (found for part in parts for found in _part(places, part)):
            files.add((name, file))
            runs.setdefault(name, set()).update(what)
    else:
        yield f"commit {state.heads.now(places.root).commit}"
        # What is loaded counts though git does not know it: it may have changed and been loaded again.
        named = {*sources(places, state.files.object_format), *runs}
        files = {(name, os.path.join(places.real_root, name)) for name in named}
    for name, file in files:
        on_disk = state.files.blob(file) or _unread(file)
        yield f"{name} {on_disk}"
        yield from (f"{name} runs {one}" for one in runs.get(name, ()) if one != on_disk)


def _unread(file: str) -> str:
    """What is known of a file that is not hashed, too large or unreadable: its times, if it is there."""
    try:
        return repr(signature(os.stat(file)))
    except OSError:
        return "absent"


def _recorded(state: State) -> Iterator[tuple[str, str]]:
    """What ran in the namespaces of the modules that are loaded, by path from the root."""
    for loader in state.loaders:
        current = _loader(namespace_of(sys.modules.get(loader.name)))
        if loader is current or state.replaced.get(loader.name) is loader:
            yield from _ran(loader)


def _ran(loader: RecordingLoader) -> Iterator[tuple[str, str]]:
    yield from (record for record in (*loader.earlier, loader.ran) if record is not None)


def _scripts(state: State, places: Places, frames: Iterable[FrameType]) -> Iterator[tuple[str, str]]:
    """What runs of the entrypoint and the page: their own lines are not imported."""
    codes = [frame.f_code for frame in frames]
    for code, script in zip(codes, scripts.note(state, codes), strict=True):
        name = places.relative(os.path.abspath(script.file))
        if name is not None:
            yield name, script.blob or repr(fingerprint(code))


def _part(places: Places, part: object) -> Iterator[tuple[str, str, list[str]]]:
    """The files of one argument: name, absolute path, and what is known to have run of it.

    :raises TypeError: nobody knows what file it is from.
    :raises IsADirectoryError: it is a folder, which has no content.
    """
    if isinstance(part, os.PathLike):
        file = os.path.abspath(os.fspath(part))
        if os.path.isdir(file):
            raise IsADirectoryError(file)
        yield _named(places, file), file, []
        return
    namespace = namespace_of(part) if isinstance(part, ModuleType) else _namespace(part)
    folders = list(namespace.get("__path__") or ()) if isinstance(part, ModuleType) else []
    own = [os.path.abspath(namespace["__file__"])] if namespace.get("__file__") else []
    if not own and not folders:
        raise TypeError(type(part).__name__)
    for one in {*own, *(inner for folder in folders for inner in below(places, folder))}:
        yield _named(places, one), one, []
    loader = _loader(namespace)
    for name, blob in _ran(loader) if is_recording(loader) else ():
        yield name, os.path.join(places.real_root, name), [blob]


def _namespace(part: Any) -> dict[str, Any]:
    """The names around a function or a class: of the module, or of the script, that it is written in."""
    while isinstance(part, functools.partial):
        part = part.func
    part = inspect.unwrap(part)
    part = getattr(part, "__func__", part)
    found = getattr(part, "__globals__", None)
    module = part if isinstance(part, type) else type(part)
    return found if isinstance(found, dict) else namespace_of(sys.modules.get(module.__module__))


def _loader(namespace: dict[str, Any]) -> Any:
    return getattr(namespace.get("__spec__"), "loader", None)


def _named(places: Places, file: str) -> str:
    """The same on every machine: its path from the root, or its bare name."""
    return places.relative(file) or os.path.basename(file)


def _script(caller: FrameType) -> str:
    frames = running.script_frames(caller)
    return frames[-1].f_code.co_filename if frames else caller.f_code.co_filename


@functools.lru_cache(maxsize=16)
def _places(script: str) -> Places:
    """Without boot(): the repository around the script, or else its folder."""
    return Places(find_root(script) or os.path.dirname(os.path.abspath(script)))
