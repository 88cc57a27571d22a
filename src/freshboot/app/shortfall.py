"""What the environment falls short of, and what of that an installer may be asked for from within the app.

Only names and versions are ever asked for, from wherever the environment itself installs. What a file says of
places is neither followed nor ignored: where it names another index, a name could mean a stranger's package
on the usual one, so nothing of that file is installed.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from freshboot.app.requirement import ODD, parsed
from freshboot.dependencies import Line, Read, Sense, lines, winning
from freshboot.proof import Kind

_FILE = "requirements.txt"
_PLACES = ("--index-url", "--extra-index-url", "--find-links", "--no-index", "--trusted-host")
_HASHES = "--require-hashes"


class Shortfall(NamedTuple):
    """The lines of the winning ``file`` that are missing or wrong.

    ``lines`` are those that can be installed, ``asked`` the same as an installer takes them; ``bounds`` is
    what it must leave as it is. ``left``: what else falls short. ``refused`` says why nothing is installed.
    """

    file: str = ""
    lines: tuple[Line, ...] = ()
    asked: tuple[str, ...] = ()
    bounds: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    refused: str = ""


def shortfall(
    read: Read, exists: Callable[[str], bool], entrypoint: str, kinds: Mapping[Line, Kind]
) -> Shortfall:
    """What falls short in the file that the host takes; all empty where nothing does.

    :param exists: tells of a path from the root
    :param kinds: how each line stands, as the attestation tells it
    """
    file = winning(exists, entrypoint)
    every = lines(read, file) if file is not None else ()
    short = [one for one in every if kinds.get(one) in (Kind.MISSING, Kind.WRONG)]
    if file is None or not short:
        return Shortfall(file or "")
    refused = _refusal(read, file, every)
    plain = [one for one in short if not refused and _plain(one) is not None]
    return Shortfall(
        file,
        tuple(plain),
        tuple(str(_plain(one)) for one in plain),
        tuple(dict.fromkeys(_bounds(one for one in every if one not in short))),
        tuple(one.text for one in short if one not in plain),
        refused,
    )


def _refusal(read: Read, file: str, every: Iterable[Line]) -> str:
    if posixpath.basename(file) != _FILE:
        return f"{file} has a tool of its own, which knows more than names and versions"
    options = {one.text.partition(" ")[0] for one in every if one.sense is Sense.OPTION}
    if named := sorted(options.intersection(_PLACES)):
        return f"{file} says where to install from ({', '.join(named)})"
    files = {file, *(one.file for one in every)}
    if _HASHES in options or any(b"--hash" in (read(one) or b"") for one in files):
        return f"{file} tells hashes"
    return ""


def _plain(line: Line) -> Any:
    """The requirement of a line that asks by name and version; None for any other."""
    try:
        wanted = parsed(line.asked) if line.sense in (Sense.REQUIREMENT, Sense.CONSTRAINT) else None
    except ODD:
        return None
    return wanted if wanted is not None and not wanted.url else None


def _bounds(others: Iterable[Line]) -> Iterator[str]:
    for wanted in filter(None, map(_plain, others)):
        if wanted.specifier:
            yield f"{wanted.name}{wanted.specifier}" + (f"; {wanted.marker}" if wanted.marker else "")
