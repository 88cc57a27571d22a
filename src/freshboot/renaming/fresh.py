"""A renaming tried out before anybody gets it: in a clean checkout, by a fresh process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from freshboot.renaming.commits import files_of
from freshboot.renaming.layout import layout
from freshboot.renaming.values import CannotRename, Kind, Renaming, refuse_unresolved
from freshboot.renaming.verify import refuse_changed_imports
from freshboot.repository.apart import apart
from freshboot.repository.git import printable
from freshboot.repository.repository import Repository
from freshboot.repository.tree import FILE_MODES

_SECONDS = 60.0
# What an import may need of this process; no token and no password goes along.
_KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "TMPDIR", "TZ", "VIRTUAL_ENV")
_REMEDY = "rename by hand, and report this to freshboot"
_IMPORT = """\
import importlib, json, sys

report, name, *roots = sys.argv[1:]
sys.path[:1] = roots
told = {}
try:
    importlib.import_module(name)
except BaseException as error:
    missing = error.name if isinstance(error, ModuleNotFoundError) else None
    told = {"type": type(error).__name__, "message": str(error), "missing": missing}
with open(report, "w", encoding="utf-8", errors="replace") as file:
    json.dump(told, file)
"""


@dataclass(frozen=True)
class _Failure:
    """How an import failed. ``missing`` is the module that was not found, where that is why."""

    words: str
    missing: str | None = None


def check(
    repository: Repository,
    commit: str,
    renaming: Renaming,
    entrypoint: str,
    *,
    unchecked: bool = False,
    python: str = sys.executable,
    seconds: float = _SECONDS,
) -> None:
    """See to it that a renaming of a commit's file changes nothing but names.

    Every use is known, every changed source compiles, every import of the repository means the file that it
    meant, and the renamed module can be imported: in a clean checkout, by a fresh ``python`` within
    ``seconds``. ``unchecked`` accepts that it cannot be imported here, if it could not be before either.

    :raises CannotRename: one of these is not so.
    :raises RemoteError: a partial clone could not fetch what has to be read.
    """
    refuse_unresolved(renaming)
    files = files_of(repository, repository.tree(commit))
    refuse_changed_imports(files, renaming, entrypoint)
    where = layout(files, entrypoint)
    root = next((one for one in where.roots if f"{renaming.new}/".startswith(f"{one}/" if one else "")), "")
    name = renaming.new[len(root) :].removeprefix("/").removesuffix(".py").replace("/", ".")
    if not _is_imported(renaming, name):
        return
    trial = _Trial(repository, commit, where.roots, python, seconds)
    failure = trial.import_(name, renaming)
    if failure is None:
        return
    if failure.missing is not None and not where.targets(renaming.new, failure.missing)[0]:
        why = f"{renaming.new} needs {failure.missing}, which is not installed here"
    else:
        why = _same_before(trial, renaming, name, failure)
    if not unchecked:
        raise CannotRename(
            f"{why}: it cannot be tried out before it is pushed",
            "run this where the app's dependencies are installed, or accept it with --unchecked",
        )


def _is_imported(renaming: Renaming, name: str) -> bool:
    """Whether anybody imports it; a page that is run by its path has been compiled, and that is all."""
    by_path_only = all(use.kind is Kind.PATH for use in renaming.uses)
    return not by_path_only and all(part.isidentifier() for part in name.split("."))


def _same_before(trial: _Trial, renaming: Renaming, name: str, failure: _Failure) -> str:
    """What to say of an import that failed before the renaming just as it does now.

    :raises CannotRename: it did not fail, or otherwise.
    """
    old, new = (os.path.basename(path).removesuffix(".py") for path in (renaming.old, renaming.new))
    before = trial.import_(f"{name[: len(name) - len(new)]}{old}")
    if before is None or before.words.replace(old, new) != failure.words.replace(old, new):
        raise CannotRename(f"{renaming.new} could not be imported: {failure.words}", _REMEDY)
    return f"{renaming.old} cannot be imported here as it is ({before.words})"


@dataclass(frozen=True)
class _Trial:
    repository: Repository
    commit: str
    roots: Sequence[str]
    python: str
    seconds: float

    def import_(self, name: str, renaming: Renaming | None = None) -> _Failure | None:
        """Import a module of the commit in a fresh process; None where that went well."""
        with _checkout(self.repository, self.commit) as (folder, room):
            if renaming is not None:
                _apply(folder, renaming)
            report = os.path.join(room, "report.json")
            roots = [os.path.join(folder, root) if root else folder for root in self.roots]
            command = [self.python, "-B", "-c", _IMPORT, report, name, *roots]
            if not _run(command, folder, room, self.seconds):
                return _Failure(f"it took longer than {self.seconds:g} seconds")
            try:
                with open(report, encoding="utf-8") as file:
                    told = json.load(file)
            except (OSError, ValueError):
                return _Failure("the process ended before it was done")
        if not told:
            return None
        return _Failure(printable(f"{told['type']}: {told['message']}", 200), told["missing"])


@contextmanager
def _checkout(repository: Repository, commit: str) -> Iterator[tuple[str, str]]:
    """A folder with the commit's files, and a room beside it; both are gone afterwards."""
    entries = repository.tree(commit)
    repository.obtain(one.blob_id for one in entries.values() if one.mode in FILE_MODES)
    with tempfile.TemporaryDirectory(prefix="freshboot-") as room, apart(repository, commit) as git:
        folder = os.path.join(room, "checkout")
        os.mkdir(folder)
        git.run("checkout-index", "--quiet", "--all", f"--prefix={folder}/")
        yield folder, room


def _apply(folder: str, renaming: Renaming) -> None:
    os.unlink(os.path.join(folder, renaming.old))
    for path, data in renaming.files.items():
        with open(os.path.join(folder, path), "wb") as file:
            file.write(data)


def _run(command: Sequence[str], folder: str, home: str, seconds: float) -> bool:
    """Run it with nothing of this process but what it may need; False where it took too long."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**kept, "HOME": home, "PYTHONDONTWRITEBYTECODE": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # whatever the import has started, too
        process.wait()
    return True
