"""What the options of a command line give: the repository, the configuration, a commit, a log."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from freshboot.config import KEYS, Config, Document, parse_remedies, parse_require, read
from freshboot.errors import ConfigurationError

if TYPE_CHECKING:
    from freshboot.judge.log import LogEvidence
    from freshboot.repository.repository import Repository
    from freshboot.rollout.publish import Request

Options = dict[str, Any]

_LONGEST_LOG_BYTES = 16 * 1024 * 1024


def open_repository(options: Options) -> tuple[Repository, Config]:
    """The repository, and its file's configuration with what was given on the command line in its place."""
    from freshboot.repository.repository import Repository

    repository = Repository.open(options["repo"])
    config = replace(document_of(repository, options).config, **given(options))
    return replace(repository, remote=config.remote), config


def document_of(repository: Repository, options: Options) -> Document:
    """What the repository's configuration file says, or the one that was named."""
    file = options["config"]
    return read(Path(repository.root), Path(file) if file else None)


def given(options: Mapping[str, Any]) -> Options:
    """The configuration's keys that were given on the command line, or in the environment."""
    found = {name: value for name, value in options.items() if name in KEYS and value is not None}
    for name, parse in (("require", parse_require), ("remedies", parse_remedies)):
        if name in found:
            found[name] = parse(found[name])
    return found


def path_in(repository: Repository, file: str) -> str:
    """A file as the repository names it: relative to here if it lies there, else to the root."""
    folder, name = os.path.split(os.path.abspath(file))
    here = os.path.relpath(os.path.join(os.path.realpath(folder), name), os.path.realpath(repository.root))
    inside = os.path.exists(file) and not here.startswith("..")
    return Path(here if inside else file).as_posix()


def time_of(options: Options) -> datetime:
    from freshboot.stamp.when import parse_time

    given = options["at"] or os.environ.get("SOURCE_DATE_EPOCH")
    return parse_time(given) if given else datetime.now(timezone.utc)


def request_of(options: Options) -> Request:
    from freshboot.rollout.publish import Request

    made = Request(lambda: time_of(options), options["bump"], options["reason"], options["force"])
    return replace(made, environment=os.environ)


def log_of(file: str | None) -> LogEvidence | None:
    """What a host's log says; ``-`` is standard input.

    :raises ConfigurationError: there is no such file.
    """
    from freshboot.judge.log import read_log

    if file is None:
        return None
    try:
        data = _end(sys.stdin.buffer) if file == "-" else _end_of(Path(file))
    except OSError as error:
        raise ConfigurationError(
            f"the log {file} cannot be read: {error.strerror}", "name a file, or - for standard input"
        ) from error
    return read_log(data.decode("utf-8", "replace"))


def _end_of(path: Path) -> bytes:
    if not path.is_file():
        raise OSError(0, "it is no regular file")
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - _LONGEST_LOG_BYTES, 0))
        return file.read(_LONGEST_LOG_BYTES)


def _end(stream: IO[bytes]) -> bytes:
    """The last part of a stream, however long it is."""
    kept = b""
    while chunk := stream.read(_LONGEST_LOG_BYTES):
        kept = (kept + chunk)[-_LONGEST_LOG_BYTES:]
    return kept
