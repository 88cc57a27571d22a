"""The apps of a repository: which files a host would run."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from freshboot.dependencies import winning
from freshboot.judge.hidden import is_test
from freshboot.stamp.entrypoint import DEFAULT_ENTRYPOINT, USUAL, EntrypointError
from freshboot.stamp.files import normal_path
from freshboot.stamp.mark import Read
from freshboot.survey.commands import started, told
from freshboot.survey.scripts import Scripts

# What is no part of the repository's own work.
_FOREIGN = re.compile(
    r"(?:^|/)(?:\.[^/]*|node_modules|site-packages|v?env|__pycache__|build|dist|__pypackages__)/"
)
# An app there is shown to readers; it is deployed only where there is no other.
_ASIDE = re.compile(r"(?:^|/)(?:examples?|samples?|demos?|templates?|tutorials?)/")

# How much says that a file is an entrypoint. Within a folder the most counts; between folders all that is
# said for sure stands alike.
_ANY, _USUAL, _TOLD, _STARTED, _DEFAULT = range(5)


@dataclass(frozen=True)
class App:
    """An app that a host can run. Paths are from the root.

    :param pages: the files of ``pages/`` beside the entrypoint, and those that ``st.Page(...)`` names
    :param dependency_file: the one that wins on Community Cloud; None where there is none
    :param folder: the entrypoint's; empty for the root
    """

    entrypoint: str
    pages: tuple[str, ...]
    dependency_file: str | None
    folder: str


@dataclass(frozen=True)
class Survey:
    """The apps that a repository holds: several where it does not say which one is meant."""

    apps: tuple[App, ...]


def survey(paths: Collection[str], read: Read, entrypoint: str | None = None) -> Survey:
    """Find the apps among a repository's files.

    :param paths: all of its files, from the root
    :param entrypoint: the one that is meant, where that is known
    :raises EntrypointError: the one given is not there.
    :raises PathRefused: the one given leads out of the root.
    """
    scripts = Scripts(paths, read)
    chosen = _entrypoints(scripts, read) if entrypoint is None else (_given(scripts, entrypoint),)
    return Survey(tuple(_app(scripts, one) for one in chosen))


def is_page(path: str, folder: str = "") -> bool:
    """Whether Streamlit makes a page of a file because it lies in ``pages/`` of the entrypoint's folder."""
    where, name = posixpath.split(path)
    in_pages = where == posixpath.join(folder, "pages")
    return in_pages and name.endswith(".py") and name != "__init__.py" and not name.startswith(".")


def _given(scripts: Scripts, entrypoint: str) -> str:
    path = normal_path(entrypoint)
    if path not in scripts.paths:
        raise EntrypointError(f"there is no entrypoint {path}", "name the file that the host runs")
    return path


def _app(scripts: Scripts, entrypoint: str) -> App:
    folder = posixpath.dirname(entrypoint)
    beside = (path for path in scripts.python if is_page(path, folder))
    pages = {*beside, *scripts.pages_of(entrypoint)} - {entrypoint}
    file = winning(scripts.paths.__contains__, entrypoint)
    return App(entrypoint, tuple(sorted(pages)), file, folder)


def _entrypoints(scripts: Scripts, read: Read) -> tuple[str, ...]:
    ranks = dict(_ranked(scripts, started(scripts.paths, read), told(scripts.paths, read)))
    deployed = {path: rank for path, rank in ranks.items() if not _ASIDE.search(path)}
    best = _best(deployed or ranks)
    pages = {page for path in best for page in scripts.pages_of(path) if page != path}
    return tuple(sorted(best - pages))


def _best(ranks: Mapping[str, int]) -> set[str]:
    """In each folder those of the greatest rank, and of these those that stand as high as any."""
    highest: dict[str, int] = defaultdict(int)
    for path, rank in ranks.items():
        highest[posixpath.dirname(path)] = max(rank, highest[posixpath.dirname(path)])
    first = {path: rank for path, rank in ranks.items() if rank == highest[posixpath.dirname(path)]}
    most = min(max(first.values(), default=_ANY), _TOLD)
    return {path for path, rank in first.items() if rank >= most}


def _ranked(scripts: Scripts, starts: Collection[str], tells: Collection[str]) -> Iterator[tuple[str, int]]:
    """The files that may be entrypoints, each with how much says so."""
    for path in scripts.python:
        folder, name = posixpath.split(path)
        if _FOREIGN.search(path) or is_test(path) or posixpath.basename(folder) == "pages":
            continue
        if name == DEFAULT_ENTRYPOINT:
            yield path, _DEFAULT
        elif path in starts:
            yield path, _STARTED
        elif path in tells:
            yield path, _TOLD
        elif name in USUAL and _uses_streamlit(scripts, path):
            yield path, _USUAL
        elif _is_script(scripts, path):
            yield path, _ANY


def _uses_streamlit(scripts: Scripts, path: str) -> bool:
    return any(scripts.script(one).streamlit for one in scripts.reached(path)) and not any(
        scripts.importers(path)
    )


def _is_script(scripts: Scripts, path: str) -> bool:
    """Whether the file shows something by itself, and nobody imports it."""
    if b"streamlit" not in scripts.bytes_of(path):
        return False
    script = scripts.script(path)
    return script.streamlit and script.shows and not any(scripts.importers(path))
