"""``environment.yml``, of which only the plainest form is read: every reader of YAML agrees on that."""

from __future__ import annotations

import re
from collections.abc import Iterator

from freshboot.dependencies import requirements
from freshboot.dependencies.line import Line, Read, Sense, Unreadable, content, spaced

_COMMENT = re.compile(r"(^|\s+)#.*$")
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
    section = ""
    seen: set[str] = set()
    for line in re.split(r"\r?\n", text):
        bare = _COMMENT.sub("", line).rstrip(" ")
        if not bare or (bare == "---" and not seen):
            continue
        key, item = _KEY.fullmatch(bare), _ITEM.fullmatch(bare)
        if not bare.isprintable() or (key and (key[1] in seen or (key[1] == "dependencies" and key[2]))):
            raise Unreadable(bare)
        if key:
            section = key[1]
            seen.add(section)
        elif item and section == "dependencies":
            yield len(item[1]), item[2]
        elif section in ("", "dependencies") or not (_PAIR.fullmatch(bare) or (item and _plain(item[2]))):
            raise Unreadable(bare)


def _plain(item: str) -> str:
    if _TEXT.fullmatch(item) is None or ": " in item or item.endswith(":"):
        raise Unreadable(item)
    return item[1:-1] if item[0] in "'\"" else item
