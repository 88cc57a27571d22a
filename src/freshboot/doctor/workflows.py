"""Workflow files, as far as they use freshboot: which jobs, by which trigger, with which permissions."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import yaml

_FILES = re.compile(r"\.github/workflows/[^/]+\.ya?ml\Z")
_LARGEST_BYTES = 256 * 1024
_REUSABLE = re.compile(r"(?:^|/)freshboot/\.github/workflows/(rollout|watch)\.ya?ml(?:@|\Z)")
_ACTION = re.compile(r"(?:^|/)freshboot/freshboot(?:@|\Z)")
_CHECKOUT = re.compile(r"actions/checkout(?:@|\Z)")

Plain = dict[str, Any]


@dataclass(frozen=True)
class Use:
    """One use of freshboot in a job.

    :param kind: ``rollout`` or ``watch`` for the workflows that others call; ``action``
    :param with_: its inputs, texts all of them
    """

    job: str
    line: int
    kind: str
    with_: Mapping[str, str]


@dataclass(frozen=True)
class Workflow:
    """A workflow: its plain content (texts, lists, mappings), and the lines that its keys stand in."""

    path: str
    content: Plain
    lines: Mapping[tuple[str, ...], int]

    @property
    def jobs(self) -> Mapping[str, Plain]:
        """The jobs that are mappings."""
        jobs = self.content.get("jobs")
        found = jobs.items() if isinstance(jobs, dict) else ()
        return {name: job for name, job in found if isinstance(job, dict)}

    @cached_property
    def uses(self) -> tuple[Use, ...]:
        """Every use of freshboot."""
        return tuple(use for name, job in self.jobs.items() for use in self._uses(name, job))

    def steps(self, job: str) -> list[tuple[Plain, int]]:
        """A job's steps, each with its line."""
        steps = self.jobs[job].get("steps")
        numbered = enumerate(steps) if isinstance(steps, list) else ()
        return [
            (one, self.line("jobs", job, "steps", str(at))) for at, one in numbered if isinstance(one, dict)
        ]

    def checkouts(self, job: str) -> list[tuple[Plain, int]]:
        """Its steps that check out the repository."""
        return [(step, line) for step, line in self.steps(job) if _CHECKOUT.match(_text(step.get("uses")))]

    def permissions(self, job: str) -> Mapping[str, str] | str | None:
        """What the job's token may; None where nothing says it, a word for all of them."""
        for told in (self.jobs[job].get("permissions"), self.content.get("permissions")):
            if told is not None:
                return (
                    {str(key): _text(value) for key, value in told.items()}
                    if isinstance(told, dict)
                    else _text(told)
                )
        return None

    def line(self, *keys: str) -> int:
        """Where a key stands; the nearest above it where it has no line."""
        for end in range(len(keys), 0, -1):
            if keys[:end] in self.lines:
                return self.lines[keys[:end]]
        return 1

    def _uses(self, name: str, job: Plain) -> Iterator[Use]:
        called = _REUSABLE.search(_text(job.get("uses")))
        if called:
            yield Use(name, self.line("jobs", name), called[1], _texts(job.get("with")))
        for step, line in self.steps(name):
            if _ACTION.search(_text(step.get("uses"))):
                yield Use(name, line, "action", _texts(step.get("with")))


def read_workflows(paths: Collection[str], read: Callable[[str], bytes | None]) -> Iterator[Workflow]:
    """The workflows that can be read. One with aliases cannot: a few lines may stand for gigabytes."""
    for path in sorted(filter(_FILES.match, paths)):
        data = read(path) or b""
        if b"freshboot" in data and len(data) <= _LARGEST_BYTES:
            found = _parsed(path, data)
            if found is not None:
                yield found


def _parsed(path: str, data: bytes) -> Workflow | None:
    try:
        text = data.decode("utf-8")
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text)):
            return None
        root = yaml.compose(text, yaml.SafeLoader)
        lines: dict[tuple[str, ...], int] = {}
        content = _plain(root, (), lines)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    return Workflow(path, content, lines) if isinstance(content, dict) else None


def _plain(node: yaml.Node | None, at: tuple[str, ...], lines: dict[tuple[str, ...], int]) -> Any:
    """Texts as they are written: YAML 1.1 would take the key ``on`` for a truth value."""
    if isinstance(node, yaml.MappingNode):
        content: Plain = {}
        for key, value in node.value:
            name = str(key.value)
            here = (*at, name)
            lines[here] = key.start_mark.line + 1
            content[name] = _plain(value, here, lines)
        return content
    if isinstance(node, yaml.SequenceNode):
        found = []
        for place, one in enumerate(node.value):
            here = (*at, str(place))
            lines[here] = one.start_mark.line + 1
            found.append(_plain(one, here, lines))
        return found
    return node.value if isinstance(node, yaml.ScalarNode) else ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: object) -> Mapping[str, str]:
    return {str(key): _text(one) for key, one in value.items()} if isinstance(value, dict) else {}
