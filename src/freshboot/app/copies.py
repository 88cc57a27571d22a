"""What was installed from a folder or an archive of the repository: whether it is still the same as there."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from freshboot.app.files import FileHashes
from freshboot.app.installed import Distribution, Installed
from freshboot.app.places import is_below
from freshboot.app.requirement import ODD, Judgement, sha256_of
from freshboot.dependencies import Line
from freshboot.dependencies.toml import tables
from freshboot.proof import Kind

_PATH = re.compile(r"(?:-e )?(?P<path>[^\[\]]+)(?:\[[^\]]*\])?")
_LAYOUTS = ("", "src", "lib")
_MOST_FILES = 20_000


def sources(root: str, line: Line) -> str:
    """The folder or archive that the line names, links resolved.

    :raises ValueError: it names none within the root.
    """
    found = _PATH.fullmatch(line.asked)
    path = os.path.realpath(os.path.join(root, found["path"])) if found else ""
    if not is_below(path, os.path.realpath(root)):
        raise ValueError("not in the repository")
    return path


def judge(root: str, line: Line, installed: Installed, files: FileHashes) -> Judgement:
    """How the line of a path stands. Looked at anew each time: a pull changes what lies there."""
    try:
        source = sources(root, line)
        found = installed.from_source(source)
        if len(found) != 1 or installed.named(found[0].key) != found:
            return Judgement(Kind.UNRECORDED)
        return Judgement(_same(found[0], source, files), frozenset(found))
    except ODD:
        return Judgement(Kind.UNRECORDED)


def _same(found: Distribution, source: str, files: FileHashes) -> Kind:
    direct = found.direct or {}
    if os.path.isfile(source):
        return _same_archive(source, direct.get("archive_info"))
    told = direct.get("dir_info")
    if not isinstance(told, Mapping):
        return Kind.UNRECORDED
    if told.get("editable") is True:
        return Kind.UNRECORDED if _runs_from_elsewhere(found, source) else Kind.SATISFIED
    return _same_files(found, source, files)


def _same_archive(path: str, told: Any) -> Kind:
    expected = sha256_of(told) if isinstance(told, dict) else None
    if expected is None:
        return Kind.UNRECORDED
    with open(path, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    return Kind.SATISFIED if digest == expected.lower() else Kind.WRONG


def _runs_from_elsewhere(found: Distribution, source: str) -> bool:
    """Whether a module of an editable project was loaded from another folder: a copy that was left behind.

    From the project's own folder, its files are attested as the app's are.
    """
    names = {found.key.replace("-", "_")}
    for layout in _LAYOUTS:
        folder = os.path.join(source, layout)
        inside = os.listdir(folder) if os.path.isdir(folder) else []
        names |= {one for one in inside if os.path.isfile(os.path.join(folder, one, "__init__.py"))}
    files = (getattr(sys.modules.get(name), "__file__", None) for name in names)
    return any(isinstance(one, str) and not is_below(os.path.realpath(one), source) for one in files)


def _same_files(found: Distribution, source: str, files: FileHashes) -> Kind:
    """Whether every installed file is what its source is now, and every module there was installed."""
    if not found.files or len(found.files) > _MOST_FILES:
        return Kind.UNRECORDED
    forced = _forced(source)
    kinds = {_same_file(found, source, one, forced, files) for one in found.files}
    if Kind.WRONG in kinds:
        return Kind.WRONG
    recorded = set(found.files)
    complete = all(path in recorded for path in _modules_of(source, found.files))
    return Kind.SATISFIED if complete and Kind.UNRECORDED not in kinds else Kind.UNRECORDED


def _same_file(
    found: Distribution, source: str, path: str, forced: Mapping[str, str], files: FileHashes
) -> Kind:
    if path.endswith(".pyc"):
        return Kind.SATISFIED
    there = [one for one in _origins(source, path, forced) if os.path.isfile(one)]
    if len(there) != 1:
        return Kind.UNRECORDED
    here, blob = files.blob(os.path.join(found.folder.base, path)), files.blob(there[0])
    if here is None or blob is None:
        return Kind.UNRECORDED
    return Kind.SATISFIED if here == blob else Kind.WRONG


def _origins(source: str, path: str, forced: Mapping[str, str]) -> Iterator[str]:
    for target, origin in forced.items():
        if is_below(path, target):
            yield os.path.join(source, origin) + path[len(target) :]
            return
    yield from (os.path.join(source, layout, path) for layout in _LAYOUTS)


def _modules_of(source: str, installed: tuple[str, ...]) -> Iterator[str]:
    """Every Python file of the project's packages, as it would be installed."""
    tops = {one.partition("/")[0] for one in installed if "/" in one}
    for layout in _LAYOUTS:
        folder = os.path.join(source, layout)
        here = _folders(folder)
        # Where the sources have a folder of their own, whatever lies in it is meant to be installed.
        inside = here if layout and here & tops else here & tops
        for top in inside:
            for where, _, names in os.walk(os.path.join(folder, top)):
                yield from (
                    os.path.relpath(os.path.join(where, one), folder) for one in names if one.endswith(".py")
                )


def _folders(folder: str) -> set[str]:
    inside = os.listdir(folder) if os.path.isdir(folder) else []
    return {one for one in inside if os.path.isdir(os.path.join(folder, one))}


def _forced(source: str) -> dict[str, str]:
    """What hatchling is told to put elsewhere: its place in the repository, by that in the wheel."""
    try:
        with open(os.path.join(source, "pyproject.toml"), "rb") as file:
            wheel = tables(file.read())["tool"]["hatch"]["build"]["targets"]["wheel"]
        return {str(target).strip("/"): str(origin) for origin, target in wheel["force-include"].items()}
    except ODD:
        return {}
