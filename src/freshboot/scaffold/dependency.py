"""freshboot in the dependency file that wins: one line, or none where that cannot be done safely."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from typing import Any

from freshboot.dependencies import Sense, lines
from freshboot.dependencies.line import Line, normal
from freshboot.scaffold.code import LFS
from freshboot.scaffold.errors import ScaffoldRefused
from freshboot.scaffold.lines import insert, note, split
from freshboot.scaffold.wanted import Wanted
from freshboot.stamp.mark import Read
from freshboot.stamp.requirements import requirement_lines
from freshboot.stamp.toml_values import comparable, document_values, parse_toml

WHY = note("for the lines in the app")
WHY_LIST = note("a list for the lines in the app")
_NAMED = re.compile(
    r"(?:-e )?freshboot\s*(?:$|[\[(<>=!~;@])|.*/freshboot(?:\.git)?(?:[@#]|$)|.*/freshboot-\d"
)
_OWN_INDEX = re.compile(r"(?:-i|--index-url|--no-index)\b")
_HASHED = re.compile(r"--(?:hash|require-hashes)\b")
_ARRAY = re.compile(rb"[ \t]*dependencies[ \t]*=[ \t]*\[")
_HEADER = re.compile(rb"[ \t]*\[[ \t]*([\w.-]+)[ \t]*\][ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n)?\Z")
_ITEM = re.compile(rb"( *)- ")
_PINS = ("Pipfile.lock", "poetry.lock")  # they stand beside the file that asks
_POETRY = "tool.poetry.dependencies"


def lists_freshboot(read: Read, file: str) -> bool:
    """Whether a dependency file asks for freshboot already, itself or through what it includes."""
    return any(is_freshboot(read, line) for line in lines(read, file))


def with_freshboot(read: Read, file: str, wanted: Wanted) -> bytes:
    """The file with one line more, by which an installer gets freshboot.

    :raises ScaffoldRefused: that cannot be said in this file, or not without changing something else in it.
    """
    before = read(file) or b""
    if before.startswith(LFS):
        raise refused(file, "Git LFS keeps its contents elsewhere", "run git lfs pull, then run this again")
    if b"\0" in before:
        raise refused(file, "it is no plain text", "save it as UTF-8, then run this again")
    add = _ADDERS.get(posixpath.basename(file), _to_requirements)
    try:
        after = add(read, file, wanted)
    except StopIteration:
        raise refused(file, "its dependencies are written in a form that is not known") from None
    except (ValueError, TypeError, AttributeError, LookupError) as error:
        raise refused(file, f"it cannot be read: {error}") from None
    changed: Read = lambda path: after if path == file else read(path)  # noqa: E731
    there, now = set(lines(read, file)), set(lines(changed, file))
    if after == before or not there <= now or not lists_freshboot(changed, file):
        raise refused(file, "a line put there would say something else")
    return after


def refused(file: str, why: str, remedy: str = "") -> ScaffoldRefused:
    """Why the app is not touched."""
    return ScaffoldRefused(
        f"{file}: freshboot cannot be added: {why}; without it the app would not start: nothing is written",
        remedy or f"add freshboot to {file} by hand, then run this again",
    )


def is_freshboot(read: Read, line: Line) -> bool:
    """Whether a line of a dependency file asks for freshboot."""
    is_pin = posixpath.basename(line.file) in _PINS
    if is_pin or line.sense in (Sense.OPTION, Sense.CONSTRAINT):
        return False
    if _NAMED.match(line.asked):
        return True
    folder = line.text.removeprefix("-e ").partition("[")[0]
    return line.sense is Sense.LOCAL and _project(read, folder) == "freshboot"


def _project(read: Read, folder: str) -> str:
    """The name of a project in the repository."""
    data = read(posixpath.normpath(posixpath.join(folder, "pyproject.toml")))
    try:
        return normal(str(parse_toml(data or b"").get("project", {}).get("name", "")))
    except (ValueError, AttributeError):
        return ""


def _to_requirements(read: Read, file: str, wanted: Wanted) -> bytes:
    data = read(file) or b""
    read_files = {file, *(line.file for line in lines(read, file))}
    texts = [text for path in sorted(read_files) for text in requirement_lines(read(path) or b"")]
    if any(_HASHED.search(text) for text in texts):
        raise refused(file, "it asks for hashes of all that it lists", "list freshboot there with its hash")
    asks_elsewhere = any(_OWN_INDEX.match(text) for text in texts)
    line = (wanted.without_index() if asks_elsewhere else wanted).text.encode() + WHY
    bare = [one.strip() for one in split(data)]
    first = next((number for number, one in enumerate(bare) if one and not one.startswith(b"#")), len(bare))
    after = insert(data, first, line)
    left = list(requirement_lines(after))
    left.remove(line[: -len(WHY)].decode())
    if tuple(left) != requirement_lines(data):
        raise refused(file, "a line put there would change another")
    return after


def _to_pyproject(read: Read, file: str, wanted: Wanted) -> bytes:
    data = read(file) or b""
    document = parse_toml(data)
    project = document.get("project", {})
    if "dependencies" in project.get("dynamic", ()):
        raise refused(file, "its dependencies are dynamic")
    if "dependencies" in project or not _has_poetry(document):
        _refuse_direct(file, document, wanted)
        after = _in_array(data, wanted) if "dependencies" in project else _new_array(data, wanted)
    else:
        after = _in_table(data, _POETRY, wanted.table("rev"))
    return _checked(file, data, after)


def _to_pipfile(read: Read, file: str, wanted: Wanted) -> bytes:
    data = read(file) or b""
    return _checked(file, data, _in_table(data, "packages", wanted.table("ref")))


def _has_poetry(document: Mapping[str, Any]) -> bool:
    return "dependencies" in document.get("tool", {}).get("poetry", {})


def _refuse_direct(file: str, document: Mapping[str, Any], wanted: Wanted) -> None:
    """Hatchling builds no project that asks for something by its URL, unless it is told to."""
    built_by = str(document.get("build-system", {}).get("build-backend", ""))
    allowed = document.get("tool", {}).get("hatch", {}).get("metadata", {}).get("allow-direct-references")
    if wanted.is_direct and built_by.startswith("hatchling") and not allowed:
        raise refused(
            file,
            "its build backend refuses a requirement with a URL",
            "write allow-direct-references = true under [tool.hatch.metadata], then run this again",
        )


def _in_table(data: bytes, name: str, entry: str) -> bytes:
    number = _header(data, name)
    return insert(data, number + 1, entry.encode() + WHY)


def _header(data: bytes, name: str) -> int:
    found = (_HEADER.match(line) for line in split(data))
    names = [one and one[1].decode("ascii", "replace") for one in found]
    if names.count(name) != 1:
        raise ValueError(f"it has no one table [{name}]")
    return names.index(name)


def _in_array(data: bytes, wanted: Wanted) -> bytes:
    """A line of its own where each entry has one; else before the first entry, on the same line."""
    every, start = split(data), _header(data, "project")
    number = next(number for number in range(start, len(every)) if _ARRAY.match(every[number]))
    line = every[number]
    at = line.index(b"[") + 1
    rest = line[at:].strip()
    if not rest or rest.startswith(b"#"):
        following = every[number + 1]
        indentation = following[: len(following) - len(following.lstrip())].strip(b"\r\n")
        entry = b'"%s",' % wanted.text.encode()
        return insert(data, number + 1, (indentation or b"    ") + entry + WHY)
    entry = b'"%s"%s' % (wanted.text.encode(), b"" if rest.startswith(b"]") else b", ")
    bare = line.rstrip(b"\r\n")
    changed = bare[:at] + entry + bare[at:] + WHY + line[len(bare) :]
    return data.replace(b"".join(every), b"".join([*every[:number], changed, *every[number + 1 :]]))


def _new_array(data: bytes, wanted: Wanted) -> bytes:
    return insert(
        data, _header(data, "project") + 1, b'dependencies = ["%s"]%s' % (wanted.text.encode(), WHY_LIST)
    )


def _checked(file: str, before: bytes, after: bytes) -> bytes:
    """The new file, if it says the same but for freshboot."""
    if document_values(before) != _without_freshboot(before, after):
        raise refused(file, "a line put there would say something else")
    return after


def _without_freshboot(before: bytes, after: bytes) -> object:
    old, new = parse_toml(before), parse_toml(after)
    for table in (new.get("packages", {}), new.get("tool", {}).get("poetry", {}).get("dependencies", {})):
        table.pop("freshboot", None)
    if "dependencies" in new.get("project", {}):
        new["project"]["dependencies"].pop(0)
        if "dependencies" not in old["project"]:
            del new["project"]["dependencies"]
    return comparable(new)


def _to_environment(read: Read, file: str, wanted: Wanted) -> bytes:
    """An entry for pip, in the list that is there or in a new one."""
    data = read(file) or b""
    every = split(data)
    start = next(
        number for number, line in enumerate(every) if line.split(b"#")[0].rstrip() == b"dependencies:"
    )
    items = [(number, _ITEM.match(every[number])) for number in range(start + 1, len(every))]
    indentation = next(found[1] for _, found in items if found)
    own = [
        every[number].split(b"#")[0].strip() for number, found in items if found and found[1] == indentation
    ]
    entry = b"- " + wanted.text.encode() + WHY
    if b"- pip:" in own:
        number = next(n for n, _ in items if every[n].split(b"#")[0].strip() == b"- pip:")
        deeper = _ITEM.match(every[number + 1])
        return insert(data, number + 1, (deeper[1] if deeper else indentation + b"  ") + entry)
    after = insert(data, start + 1, indentation + b"  " + entry)
    after = insert(after, start + 1, indentation + b"- pip:" + WHY)
    asked = any(re.match(rb"- [\"']?pip\b", line) for line in own)
    return after if asked else insert(after, start + 1, indentation + b"- pip" + WHY)


_ADDERS: dict[str, Callable[[Read, str, Wanted], bytes]] = {
    "Pipfile": _to_pipfile,
    "pyproject.toml": _to_pyproject,
    "environment.yml": _to_environment,
}
