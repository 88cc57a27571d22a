"""``environment.yml``, of which only the plainest form is read: every reader of YAML agrees on that."""

from __future__ import annotations

import re
from collections.abc import Iterator

from freshboot.dependencies import requirements
from freshboot.dependencies.line import Line, Read, Sense, Unreadable, content, spaced
from freshboot.pip_lines import without_comment

_KEY = re.compile(r"([A-Za-z_]+):(?: +([\w./~-][^'\"#]*))?")
_ITEM = re.compile(r"( *)- (\S.*)")
_PAIR = re.compile(r" +[A-Za-z_]\w*: [\w./-]+")
_TEXT = re.compile(
    r"""'[^'\\]*'|"[^"\\]*"|[A-Za-z0-9_./][^'"&!|{}%`#]*|--?[A-Za-z][^'"&!|{}%`#]*""",
)


def lines(read: Read, file: str) -> Iterator[Line]:
    """What conda and, below it, pip are to install."""
    depth = inner = None
    in_pip = False
    for indent, item in _items(content(read, file).decode()):
        depth = indent if depth is None else depth
        if indent == depth:
            in_pip, inner = item == "pip:", None
            if not in_pip:
                yield Line(file, Sense.CONDA.value + spaced(_plain(item)))
        elif in_pip and indent >= depth + 2 and inner in (None, indent):
            inner = indent
            yield from requirements.line(read, file, _plain(item))
        else:
            raise Unreadable(item)


def _items(text: str) -> Iterator[tuple[int, str]]:
    """The items under ``dependencies``, with how far each is indented.

    :raises Unreadable: there is something that this does not know for certain.
    """
    section: str | None = None
    shape: tuple[int, bool] | None = None
    seen: set[str] = set()
    for line in re.split(r"\r?\n", text):
        bare = without_comment(line).rstrip(" ")
        if not bare or (bare == "---" and not seen):
            continue
        key, item = _KEY.fullmatch(bare), _ITEM.fullmatch(bare)
        if not bare.isprintable() or (key and key[1] in seen):
            raise Unreadable(bare)
        if key:
            section, shape = (None if key[2] else key[1]), None
            seen.add(key[1])
        elif item and section == "dependencies":
            yield len(item[1]), item[2]
        else:
            shape = _other(section, bare, item, shape)
    if "dependencies" not in seen:
        raise Unreadable("no dependencies")


def _other(
    section: str | None, bare: str, item: re.Match[str] | None, shape: tuple[int, bool] | None
) -> tuple[int, bool]:
    """What stands in another section: how far it is indented, and whether it is an item or a pair."""
    found = (len(bare) - len(bare.lstrip(" ")), item is not None)
    known = (item is not None and _plain(item[2])) or _PAIR.fullmatch(bare)
    if section in (None, "dependencies") or shape not in (None, found) or not known:
        raise Unreadable(bare)
    return found


def _plain(item: str) -> str:
    if _TEXT.fullmatch(item) is None or ": " in item or item.endswith(":"):
        raise Unreadable(item)
    return item[1:-1] if item[0] in "'\"" else item
