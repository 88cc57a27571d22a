"""The uses of a module in ``pyproject.toml`` and ``setup.cfg``: entry points, modules to package, paths."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from freshboot.dependencies.toml import tables
from freshboot.renaming.python import Found
from freshboot.renaming.texts import Rewritten, Role, Subject, Unclear
from freshboot.renaming.values import Kind, Use

_MODULES = re.compile(
    r"(project|tool/poetry)/(scripts|gui-scripts|plugins|entry-points)/.*|tool/setuptools/py-modules"
    r"|tool/mypy/overrides/module|tool/mypy/(packages|modules)|tool/coverage/run/source(_pkgs)?"
)
_TEXTS = re.compile(
    r"project/(name|description|keywords|classifiers|authors|maintainers|dependencies|optional-dependencies|urls|readme"
    r"|version|license)(/.*)?|tool/poetry/(name|description|keywords|dependencies|group)(/.*)?|build-system/.*"
    r"|dependency-groups/.*|tool/setuptools/packages.*"
)
_LITERAL = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'")
_SECTION = re.compile(r"\s*\[([^\]]+)\]")
_LINE = re.compile(
    r"(?P<before>\s*(?:[\w.-]+\s*=\s*)?)(?P<name>[\w.]+)(?P<after>(?::[\w.]+)?\s*(?:\[[^\]]*\])?\s*)\Z"
)


def rewrite_toml(subject: Subject, path: str, data: bytes) -> Found:
    """Rewrite what names the module in a TOML file: never more than that, as reading it again must show."""
    try:
        before = tables(data)
    except (ValueError, TypeError, LookupError):
        return Found(data, unresolved=(Use(path, 1, "cannot be read as TOML"),))
    leaves = list(_leaves(before))
    wanted: list[str] = []
    unresolved: list[Use] = []
    for where, text in leaves:
        found = _judge(subject, path, where, text)
        wanted.append(found.text if isinstance(found, Rewritten) else text)
        if isinstance(found, Unclear):
            unresolved.append(Use(path, _line_of(data, text), f"{text} ({found.words})"))
    after = _replaced(data, [text for _, text in leaves], wanted)
    if [text for _, text in _leaves(tables(after))] != wanted:
        unresolved.append(Use(path, 1, "cannot be changed for sure"))
    changed = (text for (_, text), other in zip(leaves, wanted, strict=True) if text != other)
    uses = tuple(Use(path, _line_of(data, text), text, Kind.SETTING) for text in changed)
    return Found(after, uses, tuple(unresolved))


def _replaced(data: bytes, texts: list[str], wanted: list[str]) -> bytes:
    """The file with each literal replaced that is a wanted one, as reading it again shows."""
    changes = {text: other for text, other in zip(texts, wanted, strict=True) if text != other}
    after = data.decode()
    for found in reversed(list(_LITERAL.finditer(after))):
        text = found[0][1:-1]
        if text in changes:
            candidate = f"{after[: found.start() + 1]}{changes[text]}{after[found.end() - 1 :]}"
            now = [one for _, one in _leaves(tables(candidate.encode()))]
            if all(one in pair for one, *pair in zip(now, texts, wanted, strict=True)):
                after = candidate
    return after.encode()


def _judge(subject: Subject, path: str, where: str, text: str) -> Rewritten | Unclear | None:
    if _TEXTS.fullmatch(where):
        return None
    return subject.judge(path, text, Role.REFERENCE if _MODULES.fullmatch(where) else Role.OTHER)


def _leaves(value: Any, where: str = "") -> Iterator[tuple[str, str]]:
    """Every text with the way to it; keys are texts, too."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            below = f"{where}/{key}" if where else key
            if "." in key:
                yield below, key
            yield from _leaves(inner, below)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, where)


def _line_of(data: bytes, text: str) -> int:
    place = data.find(text.encode())
    return data[: max(place, 0)].count(b"\n") + 1


def rewrite_cfg(subject: Subject, path: str, data: bytes) -> Found:
    """Rewrite the entry points and modules of a ``setup.cfg``."""
    uses: list[Use] = []
    unresolved: list[Use] = []
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    section = ""
    for number, line in enumerate(lines):
        if header := _SECTION.match(line):
            section = header[1].strip()
        elif subject.stem in line and section != "metadata" and not line.lstrip().startswith(("#", ";")):
            found = _judge_line(subject, path, section, line)
            if isinstance(found, Rewritten):
                uses.append(Use(path, number + 1, line.strip(), Kind.SETTING))
                lines[number] = found.text
            elif found is not None:
                unresolved.append(Use(path, number + 1, f"{line.strip()} ({found.words})"))
    after = "\n".join(lines).encode("utf-8", "surrogateescape")
    return Found(after, tuple(uses), tuple(unresolved))


def _judge_line(subject: Subject, path: str, section: str, line: str) -> Rewritten | Unclear | None:
    plain = line.rstrip("\r")
    named = _LINE.match(plain)
    if named and section.startswith("options"):
        found = subject.judge(path, named["name"], Role.REFERENCE)
        if isinstance(found, Rewritten):
            return Rewritten(
                f"{named['before']}{found.text}{named['after']}{line[len(plain) :]}", Kind.SETTING
            )
        return found
    return subject.mention(path, plain) or (Unclear("a setting") if _is_word(subject.stem, plain) else None)


def _is_word(stem: str, text: str) -> bool:
    return re.search(rf"(?<![\w.-]){re.escape(stem)}(?![\w.-])", text) is not None
