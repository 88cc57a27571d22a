"""A module under a new name: files in, changed files and what could not be judged out. Pure."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import replace

from freshboot.renaming import settings
from freshboot.renaming.layout import layout
from freshboot.renaming.others import mentions
from freshboot.renaming.packages import package_of
from freshboot.renaming.python import Found, rewrite
from freshboot.renaming.texts import Subject
from freshboot.renaming.values import CannotRename, Renaming, Use, refuse_names, renamed

_WORD = re.compile(rb"[A-Za-z_]\w*")
_IMPORTS_BY_TEXT = re.compile(rb"\b(?:import_module|__import__|run_module|import_string|resolve_name)\b")
_PYTHON = (".py", ".pyi")


def rename(
    files: Mapping[str, bytes | None], path: str, name: str, entrypoint: str, *, back: bool = False
) -> Renaming:
    """The renaming of one module, with every use of it in the repository.

    ``files`` are all of them by path; None stands for the bytes of one that is not looked into. ``back``: the
    module had this name before, so that what its package binds to the name was bound to it then.

    :raises CannotRename: there is no such file, it is the entrypoint or a package's own file, or the name
        cannot be given to it.
    """
    source = files.get(path)
    if source is None:
        raise CannotRename(
            f"there is no file {path}", "name one of the repository, with its path from the root"
        )
    refuse_names(path, name, entrypoint)
    new = renamed(path, name)
    _refuse_taken(files, path, new)
    subject = _subject(files, path, new, entrypoint)
    found = {one: _found(subject, one, data) for one, data in files.items() if data is not None}
    changed = {one: there.data for one, there in found.items() if there.data != files[one]}
    changed[new] = changed.pop(path, source)
    renaming = Renaming(
        old=path,
        new=new,
        files=changed,
        uses=tuple(use for there in found.values() for use in there.uses),
        unresolved=(*_beside(files, path), *(use for there in found.values() for use in there.unresolved)),
    )
    if not back:
        _refuse_shadowed(renamed_files(files, renaming), renaming, entrypoint)
    return renaming


def renamed_files(files: Mapping[str, bytes | None], renaming: Renaming) -> dict[str, bytes | None]:
    """All files as they are afterwards."""
    kept = {path: data for path, data in files.items() if path != renaming.old}
    return {**kept, **renaming.files}


def _refuse_taken(files: Mapping[str, bytes | None], path: str, new: str) -> None:
    folder = new.removesuffix(".py")
    taken = next((one for one in files if one == new or one.startswith((f"{folder}/", f"{folder}."))), None)
    if taken is not None:
        raise CannotRename(f"{path} cannot become {new}: {taken} is there", "give another name")


def _refuse_shadowed(after: Mapping[str, bytes | None], renaming: Renaming, entrypoint: str) -> None:
    """See to it that the new name means nothing else where it is looked for.

    :raises CannotRename: it does.
    """
    subject = _subject(after, renaming.new, renaming.old, entrypoint)
    at_root = posixpath.dirname(renaming.new) in subject.layout.roots
    if at_root and subject.stem.lower() in subject.layout.required:
        raise CannotRename(f"{subject.stem} is the name of a package that the app needs", "give another name")
    if words := [one for one in subject.shadowed if f" {subject.stem} " in one]:
        raise CannotRename(words[0], "give another name")


def _subject(files: Mapping[str, bytes | None], path: str, new: str, entrypoint: str) -> Subject:
    words = frozenset(word.decode() for word in _WORD.findall(files[path] or b""))
    subject = Subject(path, new, layout(files, entrypoint), words, entrypoint)
    package = package_of(subject.layout, path, subject.stem, subject.package_file, files.get)
    return replace(subject, shadowed=package.shadowed, package_is_listed=package.listed)


def _found(subject: Subject, path: str, data: bytes) -> Found:
    """What one file has of the module."""
    name = posixpath.basename(path)
    if path.endswith(_PYTHON):
        return rewrite(subject, path, data) if _may_use(subject, data) else Found(data)
    if subject.stem.encode() not in data:
        return Found(data)
    if name == "pyproject.toml":
        return settings.rewrite_toml(subject, path, data)
    if name == "setup.cfg":
        return settings.rewrite_cfg(subject, path, data)
    return Found(data, unresolved=tuple(mentions(subject, path, data)))


def _may_use(subject: Subject, data: bytes) -> bool:
    """Whether a source must be parsed: it has the name, imports by texts, or binds one of its packages."""
    if subject.stem.encode() in data or _IMPORTS_BY_TEXT.search(data):
        return True
    return subject.goes_by_package(data)


def _beside(files: Mapping[str, bytes | None], path: str) -> tuple[Use, ...]:
    """What lies beside the file under its name: a stub, an extension, a package."""
    stem = path.removesuffix(".py")
    names = [one for one in files if one.startswith((f"{stem}.", f"{stem}/")) and one != path]
    python = [
        one for one in names if one.endswith((".pyi", ".so", ".pyd", ".pyx")) or one.startswith(f"{stem}/")
    ]
    return tuple(Use(one, 1, f"lies beside {path} under its name") for one in python)
