"""``uv.lock``: the packages that the root package needs, each with the markers on the ways to it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from freshboot.dependencies.line import Line, Read, Unreadable, content, inside, local, requirement, unclear
from freshboot.dependencies.toml import tables

_MOST_WAYS = 50
_MOST_STEPS = 100_000

_Node = tuple[int, str]  # a package by its number, alone ("") or with one of its extras
_Way = frozenset[str]  # the markers that must hold together; the empty one always does


def lines(read: Read, file: str) -> Iterator[Line]:
    """What the root package needs, without its groups.

    The root package itself is the app: what runs of it is attested as the app's files are.
    """
    packages: list[Any] = tables(content(read, file)).get("package", [])
    (root,) = (number for number, one in enumerate(packages) if _is_root(one))
    for (number, extra), ways in sorted(_reached(packages, root).items()):
        if number != root and not extra:
            yield from _locked(file, packages[number], ways)


def _is_root(package: Any) -> bool:
    return "." in (package["source"].get(kind) for kind in ("virtual", "editable", "directory"))


def _reached(packages: list[Any], root: int) -> dict[_Node, set[_Way]]:
    """All nodes that are needed, each with the ways to it, of which one is enough."""
    reached: dict[_Node, set[_Way]] = {}
    due: list[tuple[_Node, _Way]] = [((root, ""), frozenset())]
    for _ in range(_MOST_STEPS):
        if not due:
            return reached
        node, way = due.pop()
        known = reached.setdefault(node, set())
        if any(other <= way for other in known):
            continue
        known -= {other for other in known if way < other}
        known.add(way)
        if len(known) > _MOST_WAYS:
            break
        due += [(one, way | marker) for one, marker in _edges(packages, node)]
    raise Unreadable("too many ways lead through the lock")


def _edges(packages: list[Any], node: _Node) -> Iterator[tuple[_Node, _Way]]:
    number, extra = node
    package = packages[number]
    asked = package["optional-dependencies"][extra] if extra else package.get("dependencies", ())
    for one in asked:
        marker = frozenset({one["marker"]} if "marker" in one else ())
        target = _target(packages, one)
        yield from (((target, wanted), marker) for wanted in ("", *one.get("extra", ())))


def _target(packages: list[Any], asked: Any) -> int:
    told = [key for key in ("name", "version", "source") if key in asked]
    (found,) = (
        number
        for number, package in enumerate(packages)
        if all(package.get(key) == asked[key] for key in told)
    )
    return found


def _locked(file: str, package: Any, ways: set[_Way]) -> Iterator[Line]:
    name, source = package["name"], package["source"]
    together = sorted(" and ".join(f"({one})" for one in sorted(way)) for way in ways)
    marker = "" if frozenset() in ways else f" ; {' or '.join(together)}"
    folder = next((source[kind] for kind in ("editable", "directory", "path") if kind in source), None)
    path = inside(posixpath.dirname(file), folder) if folder else None
    if "registry" in source:
        yield requirement(file, f"{name}=={package['version']}{marker}")
    elif "git" in source or "url" in source:
        yield requirement(file, f"{name} @ {_url(source)}{marker}")
    elif path is not None and not marker:
        yield local(file, path, editable="editable" in source)
    elif "virtual" not in source:
        yield unclear(file, name)


def _url(source: Mapping[str, str]) -> str:
    if "url" in source:
        inner = source.get("subdirectory")
        return source["url"] + (f"#subdirectory={inner}" if inner else "")
    parts = urlsplit(source["git"])
    folders = parse_qs(parts.query).get("subdirectory", [])
    url = f"git+{parts.scheme}://{parts.netloc}{parts.path}@{parts.fragment}"
    return url + "".join(f"#subdirectory={one}" for one in folders)
