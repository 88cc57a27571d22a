"""A YAML file as values, with the lines where they stand."""

from __future__ import annotations

import yaml

from freshboot.config.kinds import shown
from freshboot.config.reading import At, Line
from freshboot.config.wrong import Fault
from freshboot.errors import ConfigurationError

_LONGEST_WHY = 300
_AGAIN: At = ("again",)


def parse(data: bytes, name: str) -> tuple[object, Line, tuple[Fault, ...]]:
    """What a file says, the line of each place in it, and the keys that stand there twice.

    :raises ConfigurationError: it is no YAML that can be read.
    """
    try:
        text = data.decode("utf-8")
        _refuse_aliases(text, name)
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
        lines: dict[At, int] = {}
        doubled = tuple(_index(node, (), lines)) if node else ()
        return (_values(loader, node, name) if node else None), _finder(lines), doubled
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _unreadable(error.problem or error.context, name, mark.line + 1 if mark else None) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # PyYAML's own faults, too
        raise _unreadable(error, name) from error


def _refuse_aliases(text: str, name: str) -> None:
    """A few lines of aliases can stand for gigabytes."""
    for event in yaml.parse(text, yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            line = event.start_mark.line + 1 if event.start_mark else None
            raise ConfigurationError.in_file(name, line, "an alias (*name)", "write out what it stands for")


def _index(node: yaml.Node, at: At, lines: dict[At, int]) -> list[Fault]:
    """Note the line of every place; what comes back are the keys that stand there twice."""
    lines.setdefault(at, node.start_mark.line + 1)
    doubled = []
    if isinstance(node, yaml.SequenceNode):
        for number, entry in enumerate(node.value):
            doubled += _index(entry, (*at, number), lines)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            place = (*at, str(key.value))
            if place in lines:
                words = f"{shown(key.value)} stands here twice, first in line {lines[place]}"
                doubled.append(Fault(words, "leave one of them out", place + _AGAIN))
                lines[place + _AGAIN] = key.start_mark.line + 1
            lines.setdefault(place, key.start_mark.line + 1)
            doubled += _index(value, place, lines)
    return doubled


def _finder(lines: dict[At, int]) -> Line:
    def line(at: At) -> int | None:
        """The line of a place, or of the nearest place around it."""
        while at and at not in lines:
            at = at[:-1]
        return lines.get(at)

    return line


def _values(loader: yaml.SafeLoader, node: yaml.Node, name: str) -> object:
    """Key by key, so that a value that PyYAML fails on has its line."""
    if not isinstance(node, yaml.MappingNode) or any(
        not isinstance(key, yaml.ScalarNode) for key, _ in node.value
    ):
        return loader.construct_document(node)
    return dict(_pair(loader, key, value, name) for key, value in node.value)


def _pair(loader: yaml.SafeLoader, key: yaml.Node, value: yaml.Node, name: str) -> tuple[object, object]:
    try:
        return loader.construct_object(key, deep=True), loader.construct_object(value, deep=True)
    except (ValueError, OverflowError) as error:
        raise _unreadable(error, name, key.start_mark.line + 1) from error


def _unreadable(error: object, name: str, line: int | None = None) -> ConfigurationError:
    why = " ".join(str(error).split())[:_LONGEST_WHY]
    return ConfigurationError.in_file(name, line, f"it is not valid YAML: {why}", "mend the file")
