"""Versions that are valid both as SemVer and as PEP 440: ``X.Y.Z``, or ``X.Y.Z-rc.1`` before a release.

They are ordered as PEP 440 orders them (``-dev.1`` before ``-alpha.1``, ``-post.1`` after the release), since
that is how Python's tools compare them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

from packaging.version import Version

from freshboot.errors import FreshbootError
from freshboot.stamp.toml_values import parse_toml

FIRST_VERSION = "0.1.0"
Part = Literal["major", "minor", "patch", "none"]

_PARTS: tuple[Part, ...] = get_args(Part)
_PRE_WORDS = {"a": "alpha", "b": "beta", "rc": "rc"}


class VersionError(FreshbootError):
    """A version cannot be read, or cannot be written in both forms."""


def read_version(text: str) -> str:
    """Normalise a version: ``1.0`` to ``1.0.0``, ``1.0rc1`` to ``1.0.0-rc.1``, ``1.dev2`` to ``1.0.0-dev.2``.

    Read as PEP 440 reads it (``1.0.0-1`` is a post-release). A local part (``+...``) is dropped: that is the
    stamp's place.

    :raises VersionError: it is no version, or has what SemVer has no place for: an epoch, a fourth number.
    """
    try:
        version = Version(text)
    except (ValueError, TypeError):
        raise VersionError(f"{str(text)[:60]!r} is not a version", "write it as 1.2.3 or 1.2.3rc1") from None
    if version.epoch:
        raise VersionError(
            f"the version {text[:60]} has an epoch", "a stamp has no place for it: drop the N!"
        )
    if any(version.release[3:]):
        raise VersionError(f"the version {text[:60]} has more than three numbers", "write it as 1.2.3")
    words: list[str] = []
    if version.pre is not None:
        words += [_PRE_WORDS[version.pre[0]], str(version.pre[1])]
    if version.post is not None:
        words += ["post", str(version.post)]
    if version.dev is not None:
        words += ["dev", str(version.dev)]
    return "-".join(filter(None, (_join(*version.release[:3]), ".".join(words))))


def bump(version: str, part: Part) -> str:
    """Raise a version to the next release of its kind, the smallest one that is greater.

    So ``patch`` makes ``1.2.3-rc.1`` to ``1.2.3``, and ``1.2.3`` or ``1.2.3-post.1`` to ``1.2.4``.

    :raises VersionError: ``version`` cannot be read, or there is no such part.
    """
    if part not in _PARTS:
        raise VersionError(f"{part!r} is no part of a version", f"use one of {', '.join(_PARTS)}")
    if part == "none":
        return read_version(version)
    current = Version(read_version(version))
    kept = _PARTS.index(part)
    candidate = _join(*current.release[: kept + 1])
    if Version(candidate) > current:
        return candidate
    return _join(*current.release[:kept], current.release[kept] + 1)


def greatest(versions: Iterable[str]) -> str | None:
    """The greatest of normalised versions; None if there is none."""
    return max(versions, key=Version, default=None)


def project_version(pyproject: bytes) -> str | None:
    """The version that a ``pyproject.toml`` states, as it stands there; None if it states none, or dynamic.

    ``[project].version`` (PEP 621), else ``[tool.poetry].version``.

    :raises VersionError: the file is not valid TOML, or its version is not a text.
    """
    try:
        document = parse_toml(pyproject)
    except ValueError as error:
        raise VersionError(f"pyproject.toml is {error}", "mend the file") from None
    for table in (document.get("project"), _table(document.get("tool")).get("poetry")):
        version = _table(table).get("version")
        if version is not None and not isinstance(version, str):
            raise VersionError("the version in pyproject.toml is not a text", 'write version = "1.2.3"')
        if version is not None:
            return version
    return None


def _table(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _join(*numbers: int) -> str:
    return ".".join(str(number) for number in (*numbers, 0, 0)[:3])
