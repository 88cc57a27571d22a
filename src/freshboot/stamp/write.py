"""The one module of the stamp that writes: all files or none, each replaced in one step."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path

from freshboot.errors import FreshbootError
from freshboot.stamp.files import PathRefused, locate
from freshboot.stamp.plan import Edit


class WriteFailed(FreshbootError):
    """The files could not be written; all are as they were, but for those that the message names."""

    def __init__(self, path: str, reason: str, lost: Iterable[str] = ()) -> None:
        names = ", ".join(lost)
        state = f"{names} could not be put back" if names else "nothing was changed"
        remedy = f"restore {names} with git" if names else "make sure that the folder can be written to"
        super().__init__(f"cannot write {path}: {reason}; {state}", remedy)


Replace = Callable[[str, str], None]


def write(root: str | Path, edits: Iterable[Edit], *, replace: Replace = os.replace) -> None:
    """Put the edits' bytes into the work tree's files; their modes are kept, and symbolic links stay links.

    ``replace`` moves a file over another one in one step.

    :raises WriteFailed: a file could not be written, or is not what it was when the edit was planned.
    :raises PathRefused: a path leads out of the root, or to something that is no file.
    """
    files = [_File(edit, locate(root, edit.path)) for edit in edits]
    _refuse_conflicts(files)
    with ExitStack() as tidy:
        current = ""
        try:
            for file in files:
                current = file.edit.path
                file.stage(tidy)
            for file in files:
                current = file.edit.path
                replace(file.new, file.target)
        except BaseException as error:
            lost = [file.edit.path for file in files if not file.put_back()]
            if isinstance(error, OSError):
                raise WriteFailed(current, error.strerror or str(error), lost) from error
            raise


class _File:
    """One file on its way: the new bytes, and the old ones, lie beside it until all are in place."""

    def __init__(self, edit: Edit, target: str) -> None:
        self.edit = edit
        self.target = target
        folder, name = os.path.split(target)
        self._folder = folder
        unique = os.path.join(folder, f".{name}.{secrets.token_hex(6)}")
        self.new, self._old = f"{unique}.new", f"{unique}.old"

    def stage(self, tidy: ExitStack) -> None:
        """Write everything that is needed, so that replacing and putting back are but moves."""
        if _read(self.target) != self.edit.before:
            raise WriteFailed(self.edit.path, "it has changed in the meantime")
        _make_folder(self._folder, tidy)
        mode = None if self.edit.before is None else stat.S_IMODE(os.stat(self.target).st_mode)
        _create(self.new, self.edit.after, mode, tidy)
        if self.edit.before is not None:
            _create(self._old, self.edit.before, mode, tidy)

    def put_back(self) -> bool:
        """Undo the replacement if it has taken place; tell whether that worked."""
        try:
            if _read(self.target) != self.edit.after:
                return True  # not ours: not yet replaced, or written by somebody else
            if self.edit.before is None:
                os.unlink(self.target)
            else:
                os.replace(self._old, self.target)
        except OSError:
            return False
        return True


def _refuse_conflicts(files: Iterable[_File]) -> None:
    planned: dict[str, _File] = {}
    for file in files:
        first = planned.setdefault(file.target, file)
        if first.edit.after != file.edit.after:
            raise PathRefused(
                file.edit.path, f"is the same file as {first.edit.path}", "name only one of them"
            )


def _read(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


def _make_folder(path: str, tidy: ExitStack) -> None:
    """Make a folder and those above it; what is still empty in the end is removed."""
    if os.path.isdir(path):
        return
    _make_folder(os.path.dirname(path), tidy)
    os.mkdir(path)
    tidy.callback(_quietly, os.rmdir, path)


def _create(path: str, data: bytes, mode: int | None, tidy: ExitStack) -> None:
    """Write a new file, to be removed in the end if it still lies there; without a mode it gets the usual."""
    tidy.callback(_quietly, os.unlink, path)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "wb") as file:
        file.write(data)
        if mode is not None:
            os.fchmod(file.fileno(), mode)


def _quietly(remove: Callable[[str], None], path: str) -> None:
    with contextlib.suppress(OSError):
        remove(path)
