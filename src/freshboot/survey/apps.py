"""The apps of a repository: which files a host would run."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
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
    """The files that most speaks for; several of equal standing are as many apps."""
    own = [path for path in scripts.python if not (_FOREIGN.search(path) or is_test(path) or _in_pages(path))]
    runs = started(scripts.paths, read), told(scripts.paths, read)
    for files in _parted(own):
        for found in (_named(files, *runs), _usual(scripts, files), _showing(scripts, files)):
            if best := set(found):
                pages = {page for path in best for page in scripts.pages_of(path) if page != path}
                return tuple(sorted(best - pages))
    return ()


def _parted(paths: Iterable[str]) -> tuple[list[str], list[str]]:
    """What is deployed, and what is only shown to readers."""
    aside = [path for path in paths if _ASIDE.search(path)]
    return [path for path in paths if not _ASIDE.search(path)], aside


def _in_pages(path: str) -> bool:
    return posixpath.basename(posixpath.dirname(path)) == "pages"


def _named(files: Iterable[str], starts: Collection[str], tells: Collection[str]) -> Iterator[str]:
    """``streamlit_app.py``, and what is said to be run; in each folder the one that is said for surest."""
    ranks: dict[str, dict[str, int]] = defaultdict(dict)
    for path in files:
        folder, name = posixpath.split(path)
        said = (name == DEFAULT_ENTRYPOINT, path in starts, path in tells)
        if any(said):
            ranks[folder][path] = said.index(True)
    for here in ranks.values():
        yield from (path for path, rank in here.items() if rank == min(here.values()))


def _usual(scripts: Scripts, files: Iterable[str]) -> Iterator[str]:
    """Those of the usual names that use Streamlit, by themselves or through what they import."""
    for path in (one for one in files if posixpath.basename(one) in USUAL):
        uses = any(scripts.script(one).streamlit for one in scripts.reached(path))
        if uses and not any(scripts.importers(path)):
            yield path


def _showing(scripts: Scripts, files: Iterable[str]) -> Iterator[str]:
    """Those that show something by themselves, and that nobody imports."""
    for path in files:
        if b"streamlit" in scripts.bytes_of(path):
            script = scripts.script(path)
            if script.streamlit and script.shows and not any(scripts.importers(path)):
                yield path
