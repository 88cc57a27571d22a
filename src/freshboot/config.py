"""The configuration: one small file, every key optional, and the table of defaults."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from functools import partial
from pathlib import Path
from typing import Any

from freshboot.errors import ConfigurationError

CONFIG_FILE = ".github/freshboot.yml"
STAMP = "stamp"
LAYERS = ("disk", "bytecode", "memory", "packages", "results")
"""What must be proven where nothing else is asked for."""
WAYS = ("auto", "session", "route", "browser")
SAME_BRANCH, DEPLOY_BRANCH, PULL_REQUEST = "same-branch", "deploy-branch", "pull-request"
WAYS_TO_PUBLISH = (SAME_BRANCH, DEPLOY_BRANCH, "api", PULL_REQUEST)
AUTO = "auto"
MOVE = "move"
"""The one remedy that is applied by name alone and changes nothing that is live."""
RENAME = "rename"
"""The one that is applied to a file, by name alone."""
REMEDIES = ("witness", "heal", "wake", "nudge", "rebuild", "branch", "hand-over")
"""Smallest first."""
BY_NAME = frozenset({"branch"})
"""Those that only a person's word applies, never `auto`."""
ON_GITHUB = ("issue", "status", "deployment")
NAMES_OF_LAYERS = (*LAYERS, "edge")

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|)\Z")
_LONGEST_WHY = 300
_SECONDS = {"ms": 0.001, "s": 1.0, "": 1.0, "m": 60.0, "h": 3600.0}


@dataclass(frozen=True)
class Config:
    """What a repository says of its deployment, with the defaults. Durations are seconds.

    ``grace``: a push is normally live within two minutes (measured by several, medium confidence).
    ``timeout`` stays well below a job's limit, so that the last word is an explanation and not a kill.
    ``via`` is how the app is asked (see WAYS). ``pages``: whether every page is looked at for exceptions
    before anything is proven; ``checks`` are what else they must show. ``replicas`` None: one is assumed, and
    looked for others in a row of answers. ``publish`` is how a stamp reaches the remote (see
    WAYS_TO_PUBLISH), ``deploy_branch`` where to with ``deploy-branch``. ``github``: what GitHub is told of a
    verdict besides the run's own pages (see ON_GITHUB); ``environment`` names the deployment there.
    ``remedies`` may be applied when a rollout is not proven, each once; in all they take ``remedy_timeout``
    at most. ``ledger``: whether rollouts are recorded as git notes.
    """

    url: str | None = None
    entrypoint: str | None = None
    branch: str | None = None
    remote: str | None = None
    marks: tuple[str, ...] = ("requirements.txt", ".streamlit/config.toml", "DEPLOYMENT_VERSION")
    require: tuple[str, ...] = LAYERS
    replicas: int | None = None
    timeout: float = 600.0
    grace: float = 120.0
    settle: float = 10.0
    interval: float = 2.0
    wake: bool = True
    witness: bool = True
    via: str = "auto"
    pages: bool = True
    checks: tuple[object, ...] = ()
    publish: str = "same-branch"
    deploy_branch: str = "freshboot-live"
    github: tuple[str, ...] = ("issue", "status")
    environment: str = "live"
    remedies: tuple[str, ...] = ()
    remedy_timeout: float = 2400.0
    ledger: bool = True


def parse_duration(text: object) -> float:
    """Read a duration: ``90s``, ``10m``, ``1.5h``; a bare number is seconds.

    :raises ConfigurationError: it is none.
    """
    match = _DURATION.match(str(text).strip())
    if match is None or isinstance(text, bool):
        raise ConfigurationError(f"{text!r} is not a duration", "write it as 90s, 10m or 1h")
    return float(match[1]) * _SECONDS[match[2]]


def parse_require(words: object) -> tuple[str, ...]:
    """Read the layers that must be proven, a list or words with commas; ``stamp`` stands alone.

    :raises ConfigurationError: an unknown layer, none at all, or ``stamp`` beside another.
    """
    named = words.split(",") if isinstance(words, str) else words
    if not isinstance(named, (list, tuple)):
        raise ConfigurationError(
            "require is not a list", f"name layers out of {', '.join(NAMES_OF_LAYERS)}, or {STAMP}"
        )
    layers = tuple(dict.fromkeys(str(one).strip() for one in named))
    wrong = [one for one in layers if one not in (*NAMES_OF_LAYERS, STAMP)]
    if wrong or not layers:
        raise ConfigurationError(
            f"no such layer: {', '.join(wrong) or 'none'}", f"use {', '.join(NAMES_OF_LAYERS)} or {STAMP}"
        )
    if STAMP in layers and len(layers) > 1:
        raise ConfigurationError(
            "require: stamp stands alone", "a shown stamp proves no layer: name one or the other"
        )
    return layers


def parse_remedies(words: object) -> tuple[str, ...]:
    """Read which remedies may be applied: a list or words with commas.

    ``auto`` stands for all but those that only a person's word applies.

    :raises ConfigurationError: an unknown one.
    """
    named = [one.strip() for one in words.split(",")] if isinstance(words, str) else words
    if named == [AUTO]:
        return tuple(one for one in REMEDIES if one not in BY_NAME)
    return _some_of(REMEDIES, "remedies", named)


def load(root: Path, file: Path | None = None) -> Config:
    """Read the configuration of the repository at ``root``; without a file the defaults.

    :raises ConfigurationError: the file named is absent, is no YAML, or has a wrong key or value.
    """
    path = file or root / CONFIG_FILE
    if not path.is_file():
        if file is not None:
            raise ConfigurationError(
                f"there is no configuration file {file}", "name an existing file, or leave the option out"
            )
        return Config()
    import yaml  # only where there is a file: it costs start-up time

    try:
        text = path.read_text("utf-8")
        # A few lines of aliases can stand for gigabytes.
        has_aliases = any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text))
        raw = None if has_aliases else yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError, OSError) as error:  # PyYAML's own faults, too
        where = str(error).replace("\n", " ")[:_LONGEST_WHY]
        raise ConfigurationError(f"{path.name} is not valid YAML: {where}", "mend the file") from error
    if has_aliases:
        raise ConfigurationError(f"{path.name} has aliases (*name)", "write out what they stand for")
    return from_mapping(raw or {}, path.name)


def checked(config: Config) -> Config:
    """The configuration, if its values go together.

    :raises ConfigurationError: the wait is too short for anything to settle in it.
    """
    if config.settle >= config.timeout:
        raise ConfigurationError(
            f"settle ({config.settle:g} s) is not shorter than timeout ({config.timeout:g} s)",
            "nothing could be proven: wait longer, or settle sooner",
        )
    return config


def from_mapping(raw: object, source: str) -> Config:
    """Make a configuration from what a file says; ``source`` names it in errors.

    :raises ConfigurationError: a key or a value is wrong.
    """
    if not isinstance(raw, Mapping):
        raise ConfigurationError(f"{source} is not a mapping", "write it as key: value, one a line")
    known = [one.name for one in fields(Config)]
    for key in raw:
        if key not in known:
            near = difflib.get_close_matches(str(key), known, 1)
            raise ConfigurationError(
                f"{source} has no key {key!r}",
                f"did you mean {near[0]}?" if near else f"known keys: {', '.join(known)}",
            )
    values = {key: _READERS[key](key, value) for key, value in raw.items() if value is not None}
    return replace(Config(), **values)


def _text(key: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ConfigurationError(f"{key} is not a text", f"write {key}: something")
    return value.strip()


def _texts(key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(one, str) and one for one in value):
        raise ConfigurationError(f"{key} is not a list of texts", f"write {key}: [one, two]")
    return tuple(value)


def _one_of(words: tuple[str, ...], key: str, value: object) -> str:
    if value not in words:
        raise ConfigurationError(f"{key} cannot be {value!r}", f"use {', '.join(words)}")
    return str(value)


def _some_of(words: tuple[str, ...], key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ConfigurationError(f"{key} is not a list", f"write {key}: [{', '.join(words)}], or some of it")
    return tuple(dict.fromkeys(_one_of(words, key, one) for one in value))


def _list(key: str, value: object) -> tuple[object, ...]:
    """The entries are read by whoever knows what they mean."""
    if not isinstance(value, list):
        raise ConfigurationError(f"{key} is not a list", f"write one entry a line under {key}:")
    return tuple(value)


def _count(key: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ConfigurationError(f"{key} is not a whole number of at least 1", f"write {key}: 1")
    return value


def _switch(key: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise ConfigurationError(f"{key} is neither true nor false", f"write {key}: true")
    return value


def _duration(key: str, value: object) -> float:
    try:
        return parse_duration(value)
    except ConfigurationError as error:
        raise ConfigurationError(f"{key}: {error.message}", error.remedy) from None


_READERS: Mapping[str, Callable[[str, object], Any]] = {
    **dict.fromkeys(("url", "entrypoint", "branch", "remote", "deploy_branch", "environment"), _text),
    **dict.fromkeys(("timeout", "grace", "settle", "interval", "remedy_timeout"), _duration),
    **dict.fromkeys(("wake", "witness", "pages", "ledger"), _switch),
    "marks": _texts,
    "require": lambda _key, value: parse_require(value),
    "replicas": _count,
    "remedies": lambda _key, value: parse_remedies(value),
    "checks": _list,
    "via": partial(_one_of, WAYS),
    "publish": partial(_one_of, WAYS_TO_PUBLISH),
    "github": partial(_some_of, ON_GITHUB),
}
