"""Environments made once and kept: one for each content of the dependency files and each Python."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

from freshboot.errors import ConfigurationError
from freshboot.judge.log import read_log
from freshboot.lab.guard import Guard
from freshboot.rehearsal.errors import BuildFailed, CannotRehearse
from freshboot.rehearsal.installer import Installer, Source
from freshboot.rehearsal.programs import run
from freshboot.repository.git import redact

UNUSED_FOR = 30 * 86_400.0
"""Seconds after which an environment that nobody used is removed."""

_POLL_S = 0.2
_MOST_LINES = 8
# What a machine without a network says, which is no fault of the commit's: uv, pip, git, conda.
_OFFLINE = re.compile(
    r"dns error|client error \(Connect\)|failed to lookup address|NewConnectionError|NameResolutionError"
    r"|Name or service not known|Temporary failure in name resolution|Network is unreachable"
    r"|Could not resolve host|CondaHTTPError|ConnectTimeoutError|ProxyError"
)
_FAILED = "installer returned a non-zero exit code"
_IDENTITY = "import platform, sys; print(platform.python_version(), sys.base_prefix)"
_STREAMLIT = "from importlib.metadata import version; print(version('streamlit'))"


@dataclass(frozen=True)
class Python:
    """An interpreter, by its path; ``version`` is such as ``3.11.9``, ``prefix`` where it is installed."""

    path: str
    version: str
    prefix: str


@dataclass(frozen=True)
class Environment:
    """An environment that is ready. ``made`` is when, in seconds since 1970; ``kept``: not just now.

    ``added``: the dependency file does not ask for Streamlit, whose newest version was installed.
    """

    folder: Path
    streamlit: str
    made: float
    kept: bool
    added: bool

    @property
    def python(self) -> str:
        """Its interpreter."""
        return _interpreter(self.folder)


@dataclass(frozen=True)
class Place:
    """Where one environment is kept: its folder, its installer's log, and what says that it is ready."""

    cache: Path
    key: str

    @property
    def folder(self) -> Path:
        """The environment itself."""
        return self.cache / self.key / "venv"

    @property
    def log(self) -> Path:
        """What the installer said."""
        return self.cache / self.key / "install.log"

    @property
    def ready(self) -> Path:
        """Written last."""
        return self.cache / self.key / "ready.json"

    def kept(self) -> Environment | None:
        """The environment, if it is ready and its Python is there yet."""
        try:
            told = json.loads(self.ready.read_text("utf-8"))
            known = Environment(self.folder, told["streamlit"], told["made"], True, told["added"])
        except (OSError, ValueError, KeyError):
            return None
        return known if os.access(known.python, os.X_OK) else None


def python_of(path: str) -> Python:
    """The interpreter that was named.

    :raises ConfigurationError: there is none, or it does not run.
    """
    found = shutil.which(path)
    if found is None:
        raise ConfigurationError(f"there is no program {path}", "give --python the path of a Python")
    command = [found, "-I", "-c", _IDENTITY]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    version, _, prefix = told.stdout.strip().partition(" ")
    if told.returncode or not prefix:
        raise ConfigurationError(f"{path} does not run as a Python", "give --python the path of a Python")
    return Python(os.path.abspath(found), version, prefix)


def cache_folder(given: str | None) -> Path:
    """Where environments are kept: as given, else as the system's own place for caches."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(given or os.path.join(base, "freshboot", "environments")).absolute()


def place_of(cache: Path, source: Source, python: Python, tool: str) -> Place:
    """The place of the environment that this tool makes of these files for this Python."""
    digest = hashlib.sha256("\0".join((platform.platform(), python.version, python.prefix, tool)).encode())
    for path, data in sorted(source.contents.items()):
        digest.update(b"\0" + os.fsencode(path) + b"\0" + hashlib.sha256(data or b"").digest())
        digest.update(b"-" if data is None else b"+")
    for path, blob_id in sorted(source.deciding.items()):
        digest.update(b"\0" + os.fsencode(path) + b"\0" + blob_id.encode())
    return Place(cache, digest.hexdigest()[:32])


@contextlib.asynccontextmanager
async def alone(place: Place, waiting: Callable[[], None]) -> AsyncIterator[None]:
    """Keep other rehearsals away from this environment; ``waiting`` is called once if one is there."""
    place.cache.mkdir(parents=True, exist_ok=True, mode=0o700)
    told = False
    with (place.cache / f"{place.key}.lock").open("w") as lock:
        while not _taken(lock.fileno()):
            if not told:
                waiting()
                told = True
            await asyncio.sleep(_POLL_S)
        yield


async def make(
    place: Place, installer: Installer, python: Python, clone: Path, guard: Guard, now: Callable[[], float]
) -> Environment:
    """Make the environment anew from the files in ``clone``.

    :raises BuildFailed: the installer fails.
    :raises CannotRehearse: it cannot reach a server.
    """
    shutil.rmtree(place.folder.parent, ignore_errors=True)
    place.folder.parent.mkdir(parents=True, mode=0o700)
    if not installer.makes:
        bare = () if installer.tool == "pip" else ("--without-pip",)
        venv = (python.path, "-I", "-m", "venv", *bare, str(place.folder))
        await _step(venv, clone, place, guard, f"no environment can be made with {python.path}")
    await install(place, installer, clone, guard)
    version = _streamlit(place.folder)
    added = version is None
    if version is None:
        await _step(installer.streamlit, clone, place, guard, "Streamlit cannot be installed")
        version = _streamlit(place.folder) or ""
    made = Environment(place.folder, version, now(), False, added)
    told = {"streamlit": made.streamlit, "made": made.made, "added": added, "tool": installer.tool}
    place.ready.write_text(json.dumps(told), "utf-8")
    return made


async def install(place: Place, installer: Installer, clone: Path, guard: Guard) -> None:
    """Install the dependency file of a clone; what is there already is quick.

    :raises BuildFailed: the installer fails.
    :raises CannotRehearse: it cannot reach a server.
    """
    if installer.command:
        folder = clone / installer.folder
        await _step(
            installer.command, folder, place, guard, "the dependencies cannot be installed", installer
        )


async def _step(
    command: tuple[str, ...],
    folder: Path,
    place: Place,
    guard: Guard,
    words: str,
    installer: Installer | None = None,
) -> None:
    begin = place.log.stat().st_size if place.log.exists() else 0
    try:
        status = await run(command, folder, place.log, guard, installer.variables if installer else None)
    except OSError as error:
        raise BuildFailed(f"{words}: {error.strerror}", "see whether the tool runs") from error
    if status:
        with place.log.open("rb") as log:
            log.seek(begin)
            said = redact(log.read().decode("utf-8", "replace"))
        if _OFFLINE.search(said):
            words = f"not rehearsed: {words}, since a server cannot be reached from here"
            raise CannotRehearse(words, f"see to the network; the whole log: {place.log}")
        raise BuildFailed(words, f"mend the dependency file; the whole log: {place.log}", why(said))


def why(said: str) -> tuple[str, ...]:
    """The lines in which an installer says why it failed, else its last ones."""
    told = tuple(one for one in read_log(f"{said}\n{_FAILED}").failing_lines if one != _FAILED)
    return (told or tuple(one.strip() for one in said.splitlines() if one.strip()))[-_MOST_LINES:]


def remove_unused(cache: Path, now: float) -> None:
    """Remove the environments that nobody used for :data:`UNUSED_FOR`, and that nobody uses now."""
    for ready in cache.glob("*/ready.json"):
        with contextlib.suppress(OSError):
            if now - ready.stat().st_mtime > UNUSED_FOR:
                _remove(cache, ready.parent)


def used(place: Place, now: float | None = None) -> None:
    """Note that the environment is in use."""
    os.utime(place.ready, None if now is None else (now, now))


def _remove(cache: Path, folder: Path) -> None:
    with (cache / f"{folder.name}.lock").open("w") as lock:
        if _taken(lock.fileno()):
            shutil.rmtree(folder, ignore_errors=True)


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _interpreter(folder: Path) -> str:
    return str(folder / "bin" / "python")


def _streamlit(folder: Path) -> str | None:
    """The version of Streamlit in an environment; None where there is none."""
    command = [_interpreter(folder), "-I", "-c", _STREAMLIT]
    try:
        asked = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except OSError:
        return None
    return asked.stdout.strip() or None


def since(made: float, now: float) -> str:
    """How long ago, in one word or two."""
    seconds = max(now - made, 0.0)
    for name, unit in (("day", 86_400.0), ("hour", 3_600.0), ("minute", 60.0)):
        count = int(seconds // unit)
        if count:
            return f"{count} {name}{'s' if count > 1 else ''} ago"
    return "just now"


def clock() -> float:
    """Seconds since 1970."""
    return time.time()
