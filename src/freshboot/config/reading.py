"""Documents read: every fault that a document has, told at once, each with its line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from freshboot.config.keys import KEYS, Config
from freshboot.config.kinds import layers_of, remedies_of, seconds_of, shown
from freshboot.config.words import CONFIG_FILE
from freshboot.config.wrong import Fault, Wrong, right_words
from freshboot.errors import ConfigurationError

T = TypeVar("T")
At = tuple[str | int, ...]
Line = Callable[[At], "int | None"]
"""The line of a place in a document, counted from 1; None where nobody knows."""


@dataclass(frozen=True)
class Document:
    """What a file says. ``lines``: where each key that it sets stands, counted from 1."""

    config: Config = field(default_factory=Config)
    file: str | None = None
    lines: Mapping[str, int] = field(default_factory=dict)


def load(root: Path, file: Path | None = None) -> Config:
    """Read the configuration of the repository at ``root``; without a file the defaults.

    :raises ConfigurationError: the file named is absent, is no YAML, or has a wrong key or value.
    """
    return read(root, file).config


def read(root: Path, file: Path | None = None) -> Document:
    """Read the configuration with the lines where it stands.

    :raises ConfigurationError: as :func:`load`.
    """
    path, name = (file, str(file)) if file else (root / CONFIG_FILE, CONFIG_FILE)
    if not path.is_file():
        if file is not None:
            raise ConfigurationError(
                f"there is no configuration file {file}", "name an existing file, or leave the option out"
            )
        return Document()
    try:
        data = path.read_bytes()
    except OSError as error:
        why = f"it cannot be read: {error.strerror}"
        raise ConfigurationError.in_file(name, None, why, "see to the file") from error
    return from_bytes(data, name)


def from_bytes(data: bytes, name: str) -> Document:
    """Read the bytes of a configuration file; ``name`` names it in errors.

    :raises ConfigurationError: it is no YAML, or has a wrong key or value.
    """
    from freshboot.config.document import parse  # only where there is a file: it costs start-up time

    raw, line, doubled = parse(data, name)
    config = _config_of(raw, name, line, doubled)
    lines = {key: line((key,)) or 1 for key in KEYS if isinstance(raw, Mapping) and raw.get(key) is not None}
    return Document(config, name, lines)


def from_mapping(raw: object, source: str) -> Config:
    """Make a configuration from what a document says; ``source`` names it in errors.

    :raises ConfigurationError: a key or a value is wrong; it holds all that is.
    """
    return _config_of({} if raw is None else raw, source, lambda _at: None)


def faults_of(raw: object) -> tuple[Fault, ...]:
    """Everything that is wrong with a document."""
    return _read(raw)[1]


def checked(config: Config) -> Config:
    """The configuration, if its values go together.

    :raises ConfigurationError: the wait is too short for anything to settle in it.
    """
    for one in _apart(config):
        raise ConfigurationError(one.message, one.remedy)
    return config


def parse_duration(text: object) -> float:
    """Read a duration: ``90s``, ``10m``, ``1.5h``; a bare number is seconds.

    :raises ConfigurationError: it is none.
    """
    return _given(seconds_of, text.strip() if isinstance(text, str) else text)


def parse_require(words: object) -> tuple[str, ...]:
    """Read the layers that must be proven, a list or words with commas; ``stamp`` stands alone.

    :raises ConfigurationError: an unknown layer, none at all, or ``stamp`` beside another.
    """
    return _given(layers_of, words, "require: ")


def parse_remedies(words: object) -> tuple[str, ...]:
    """Read which remedies may be applied: a list or words with commas.

    ``auto`` stands for all but those that only a person's word applies.

    :raises ConfigurationError: an unknown one.
    """
    return _given(remedies_of, words, "remedies: ")


def _given(read: Callable[[object], T], value: object, before: str = "") -> T:
    """A value that stands in no document."""
    try:
        return read(value)
    except Wrong as error:
        first = error.faults[0]
        raise ConfigurationError(before + first.message, first.remedy) from None


def _config_of(raw: object, source: str, line: Line, doubled: tuple[Fault, ...] = ()) -> Config:
    values, faults = _read(raw)
    found = (*doubled, *faults)
    if found:
        placed = sorted(((line(one.at), one) for one in found), key=lambda one: one[0] or 0)
        errors = [ConfigurationError.in_file(source, at, one.message, one.remedy) for at, one in placed]
        errors[0].others = tuple(errors[1:])
        raise errors[0]
    return replace(Config(), **values)


def _apart(config: Config) -> tuple[Fault, ...]:
    """What does not go together."""
    if config.settle < config.timeout:
        return ()
    words = f"settle ({config.settle:g} s) is not shorter than timeout ({config.timeout:g} s)"
    return (Fault(words, "nothing could be proven: wait longer, or settle sooner", ("settle",)),)


def _read(raw: object) -> tuple[dict[str, Any], tuple[Fault, ...]]:
    """The values of all keys that can be read, and what is wrong with the others."""
    if raw is None:
        return {}, ()
    if not isinstance(raw, Mapping):
        return {}, (Fault("it is not a mapping", "write it as key: value, one a line"),)
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, value in raw.items():
        if name not in KEYS:
            known = right_words([name], KEYS, "known keys")
            faults.append(Fault(f"there is no key {shown(name)}", known, (str(name),)))
        elif value is not None:
            try:
                values[name] = KEYS[name].kind.read(value)
            except Wrong as error:
                faults += [
                    Fault(f"{name}: {one.message}", one.remedy, (name, *one.at)) for one in error.faults
                ]
    return values, tuple(faults) or _apart(replace(Config(), **values))
