"""``pyproject.toml`` and ``Pipfile``: requirements as entries of tables, and the locks beside them."""

from __future__ import annotations

import json
import posixpath
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from freshboot.dependencies import project
from freshboot.dependencies.line import (
    Line,
    Read,
    Unreadable,
    constraint,
    content,
    normal,
    requirement,
    unclear,
)
from freshboot.dependencies.toml import tables

_PLACE = frozenset({"path", "editable", "develop"})
_REVISIONS = ("ref", "rev", "tag", "branch")
_KNOWN = frozenset(
    {"version", "extras", "markers", "git", "index", "source", "optional", "hashes", *_REVISIONS}
)


def pyproject(read: Read, file: str) -> Iterator[Line]:
    """``project.dependencies``, else poetry's. What uv takes from elsewhere is not clear."""
    whole = tables(content(read, file))
    standard, tools = whole.get("project", {}), whole.get("tool", {})
    elsewhere = {normal(name) for name in tools.get("uv", {}).get("sources", {})}
    if "dependencies" in standard.get("dynamic", ()):
        yield unclear(file, "dynamic dependencies")
    for text in standard.get("dependencies", ()):
        name = normal(re.split(r"[^\w.-]", text, maxsplit=1)[0])
        yield unclear(file, text) if name in elsewhere else requirement(file, text)
    if "dependencies" not in standard:
        for name, wanted in tools.get("poetry", {}).get("dependencies", {}).items():
            optional = isinstance(wanted, Mapping) and wanted.get("optional") is True
            if name != "python" and not optional:
                yield from _entry(read, file, name, wanted, poetry_specifier)
    yield from _poetry_lock(read, posixpath.join(posixpath.dirname(file), "poetry.lock"))


def pipfile(read: Read, file: str) -> Iterator[Line]:
    """``[packages]``, and all of them as they are locked; what only developers need is left out."""
    lock = f"{file}.lock"
    for name, wanted in tables(content(read, file)).get("packages", {}).items():
        yield from _entry(read, file, name, wanted, _pipenv_specifier)
    if read(lock) is not None:
        for name, wanted in json.loads(content(read, lock)).get("default", {}).items():
            yield from _entry(read, lock, name, wanted, _pipenv_specifier)


def _pipenv_specifier(version: str) -> str:
    return "" if version == "*" else version


def _poetry_lock(read: Read, file: str) -> Iterator[Line]:
    """Which of the locked packages are needed is not looked for: those that are there have their version."""
    packages: list[Any] = tables(content(read, file)).get("package", []) if read(file) is not None else []
    names = Counter(one["name"] for one in packages)
    for one in packages:
        source = one.get("source", {})
        # The settings themselves name what comes from a path.
        if source.get("type") not in ("directory", "file"):
            markers = one.get("markers")
            known = isinstance(markers, str) or (markers is None and names[one["name"]] == 1)
            text = f"{one['name']}{_pin(one, source)}" + (f" ; {markers}" if markers else "")
            yield constraint(file, text) if known else unclear(file, one["name"])


def _pin(package: Mapping[str, Any], source: Mapping[str, Any]) -> str:
    if source.get("type") == "git":
        inner = f"#subdirectory={source['subdirectory']}" if "subdirectory" in source else ""
        return f" @ git+{source['url']}@{source['resolved_reference']}{inner}"
    return f" @ {source['url']}" if source.get("type") == "url" else f"=={package['version']}"


def poetry_specifier(text: str) -> str:
    """Poetry's constraint as a specifier of PEP 440.

    :raises Unreadable: it has none, or none that is known here.
    """
    return ",".join(filter(None, (_bound(one.strip()) for one in text.split(","))))


def _entry(
    read: Read, file: str, name: str, wanted: object, specifier: Callable[[str], str]
) -> Iterator[Line]:
    table: Any = {"version": wanted} if isinstance(wanted, str) else wanted
    try:
        if "path" in table and table.keys() <= _PLACE:
            editable = table.get("editable", table.get("develop", False)) is True
            yield from project.lines(read, file, posixpath.join(".", table["path"]), editable=editable)
        else:
            yield requirement(file, _text(name, table, specifier))
    except (ValueError, TypeError, AttributeError):
        yield unclear(file, name)


def _text(name: str, table: Mapping[str, Any], specifier: Callable[[str], str]) -> str:
    revisions = [table[key] for key in _REVISIONS if key in table]
    if table.keys() - _KNOWN or len(revisions) > 1 or ("git" in table) == ("version" in table):
        raise Unreadable(name)
    whole = f"{name}[{','.join(table['extras'])}]" if table.get("extras") else name
    marker = f" ; {table['markers']}" if "markers" in table else ""
    if "git" in table:
        return f"{whole} @ git+{table['git']}{''.join(f'@{one}' for one in revisions)}{marker}"
    return whole + specifier(table["version"]) + marker


def _bound(bound: str) -> str:
    if bound == "*":
        return ""
    if re.fullmatch(r"(==|!=|>=|<=|~=|>|<)\s*[\w.*+!-]+", bound):
        return bound
    found = re.fullmatch(r"([\^~=]?)\s*(\d+(?:\.\d+)*)(\.\*)?", bound)
    if found is None or (found[1] in ("^", "~") and found[3]):
        raise Unreadable(bound)
    if found[1] not in ("^", "~"):
        return f"=={found[2]}{found[3] or ''}"
    numbers = [int(one) for one in found[2].split(".")]
    held = min(len(numbers), 2) if found[1] == "~" else _leading(numbers)
    upper = [*numbers[: held - 1], numbers[held - 1] + 1]
    return f">={found[2]},<{'.'.join(map(str, upper))}"


def _leading(numbers: list[int]) -> int:
    """How many numbers of a version a caret holds: those up to the first that is not 0."""
    return next((place for place, number in enumerate(numbers, 1) if number), len(numbers))
