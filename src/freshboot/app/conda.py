"""What conda installed, as its own records tell it, and whether that meets a line of environment.yml."""

from __future__ import annotations

import os
import re
import sys

from freshboot.app.installed import Folder, changes, is_new
from freshboot.proof import Kind

_LINE = re.compile(r"(?:[\w-]+(?:/[\w-]+)?::)?(?P<name>[\w.-]+?)\s*(?P<bounds>[=<>!~].*)?")
_FUZZY = re.compile(r"=\s*(\d+(?:\.\d+)*)(?:\.\*)?")


def records() -> tuple[Folder, ...]:
    """The records of this environment, ``name-version-build.json``; none where it is not conda's."""
    return tuple(changes(os.path.join(sys.prefix, "conda-meta"), ".json"))


def judge(asked: str, records: tuple[Folder, ...]) -> Kind:
    """How a line stands; a build string, and all odd forms, are not judged.

    :raises ValueError: the line's bounds are none that are known here.
    """
    from packaging.specifiers import SpecifierSet

    wanted = _LINE.fullmatch(asked)
    if wanted is None or not records:
        return Kind.UNRECORDED
    known = [(one.name.removesuffix(".json").rsplit("-", 2), one.changed) for one in records]
    found = [(stem, changed) for stem, changed in known if stem[0].lower() == wanted["name"].lower()]
    if len(found) != 1:
        return Kind.UNRECORDED if found else Kind.MISSING
    (_, version, _), changed = found[0]
    if is_new(changed):
        return Kind.UNRECORDED
    fuzzy = _FUZZY.fullmatch(wanted["bounds"] or "")
    bounds = SpecifierSet(f"=={fuzzy[1]}.*" if fuzzy else wanted["bounds"] or "")
    return Kind.SATISFIED if bounds.contains(version, prereleases=True) else Kind.WRONG
