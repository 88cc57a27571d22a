"""The Actions runner's own rules for what a step prints, as its published source has them.

From ``OutputManager``, ``ActionCommandManager`` and ``ActionCommand`` of github.com/actions/runner: lines as
.NET reads them, both spellings of a command, properties and data unescaped, and ``stop-commands``. Stricter
in one thing: every name is taken for one that the runner knows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_LINE_END = re.compile(r"\r\n|\r|\n")
# What .NET trims: not the separators \x1c to \x1f, which Python counts among white space.
_SPACE = "".join(chr(one) for one in range(0x3001) if chr(one).isspace() and not 0x1C <= one <= 0x1F)
_PROPERTY = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))
_DATA = (("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))
_OLD = (("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%25", "%"))


@dataclass(frozen=True)
class Command:
    """A command that the runner has obeyed."""

    name: str
    properties: dict[str, str] = field(default_factory=dict)
    data: str = ""


def commands(output: str) -> list[Command]:
    """Every command that the runner finds in a step's output, those that stop and resume included."""
    found: list[Command] = []
    token = None
    for line in _LINE_END.split(output):
        command = _new(line) or _old(line)
        if command is None or (token is not None and command.name.lower() != token):
            continue
        found.append(command)
        token = command.data.lower() if token is None and command.name.lower() == "stop-commands" else None
    return found


def _new(line: str) -> Command | None:
    text = line.lstrip(_SPACE)
    end = text.find("::", 2) if text.startswith("::") else -1
    if end < 0:
        return None
    name, _, properties = text[2:end].partition(" ")
    return Command(name, _properties(properties.strip(), ",", _PROPERTY), _unescaped(text[end + 2 :], _DATA))


def _old(line: str) -> Command | None:
    start = line.find("##[")
    end = line.find("]", start) if start >= 0 else -1
    if end < 0:
        return None
    name, _, properties = line[start + 3 : end].partition(" ")
    return Command(name, _properties(properties, ";", _OLD), _unescaped(line[end + 1 :], _OLD))


def _properties(text: str, separator: str, escapes: tuple[tuple[str, str], ...]) -> dict[str, str]:
    pairs = [one.partition("=") for one in text.split(separator)]
    return {name: _unescaped(value, escapes) for name, _, value in pairs if name and value}


def _unescaped(text: str, escapes: tuple[tuple[str, str], ...]) -> str:
    for escape, character in escapes:
        text = text.replace(escape, character)
    return text
