"""Whether what is installed meets one requirement: its version, its extras, the place it came from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from freshboot.app import conda
from freshboot.app.installed import Distribution, Folder, Installed
from freshboot.dependencies import Line, Sense
from freshboot.dependencies.fixed import COMMIT, RELEASE, is_one_release, with_revision
from freshboot.dependencies.line import is_url, normal, without_user
from freshboot.proof import Kind

Requirement = Any
"""packaging.requirements.Requirement, which is imported only where it is needed."""

ODD = (ValueError, LookupError, TypeError, AttributeError, OSError, RecursionError)
"""What metadata of another form leads to, and what packaging raises."""

# What attests is no part of what the app shows: its version is enough, wherever it was installed from.
_OWN = "freshboot"
_FROM_BAD_TO_GOOD = (Kind.MISSING, Kind.WRONG, Kind.UNRECORDED, Kind.SATISFIED)


class Judgement(NamedTuple):
    """How a line stands, and whose files have to be the ones in memory for it to hold."""

    kind: Kind
    used: frozenset[Distribution] = frozenset()


def worst(judgements: Iterable[Judgement]) -> Judgement:
    """All of them together."""
    every = list(judgements)
    kind = min((one.kind for one in every), key=_FROM_BAD_TO_GOOD.index, default=Kind.SATISFIED)
    return Judgement(kind, frozenset().union(*(one.used for one in every)))


def worse(one: Kind, other: Kind) -> Kind:
    """Of two words on the same line, the one that bars more."""
    return min(one, other, key=_FROM_BAD_TO_GOOD.index)


class Judge:
    """Holds the lines of one dependency file against an environment.

    :param records: what conda installed
    :param direct: normalised names of what these lines ask for by place: only that may be installed otherwise
        than from an index
    """

    def __init__(self, installed: Installed, records: tuple[Folder, ...], direct: frozenset[str]) -> None:
        self._installed = installed
        self._records = records
        self._direct = direct

    def line(self, line: Line) -> Judgement:
        """How the line stands; what cannot be judged is unrecorded. Lines of paths are not for here."""
        try:
            if line.sense is Sense.OPTION:
                return Judgement(Kind.SATISFIED)
            if line.sense is Sense.CONDA:
                return Judgement(conda.judge(line.asked, self._records))
            if line.sense in (Sense.REQUIREMENT, Sense.CONSTRAINT):
                return self._top(parsed(line.asked), binds=line.sense is Sense.REQUIREMENT)
        except ODD:
            pass
        return Judgement(Kind.UNRECORDED)

    def _top(self, wanted: Requirement, *, binds: bool) -> Judgement:
        if wanted.marker is not None:
            if re.search(r"\bextra\b", str(wanted.marker)):
                return Judgement(Kind.UNRECORDED)
            if not wanted.marker.evaluate():
                return Judgement(Kind.SATISFIED)
        return self._met(wanted, binds, frozenset())

    def _met(self, wanted: Requirement, binds: bool, above: frozenset[str]) -> Judgement:
        found = self._installed.named(wanted.name)
        if not found:
            known = is_known_otherwise(wanted.name)
            absent = Kind.MISSING if binds else Kind.SATISFIED
            return Judgement(Kind.UNRECORDED if known else absent)
        if len(found) > 1:
            return Judgement(Kind.UNRECORDED)
        own = Judgement(self._one(wanted, found[0]), frozenset(found))
        key = f"{found[0].key}[{','.join(sorted(wanted.extras))}]"
        if key in above:
            return own
        further = (self._met(one, True, above | {key}) for one in _of_extras(found[0], wanted.extras))
        return worst([own, *further])

    def _one(self, wanted: Requirement, found: Distribution) -> Kind:
        from packaging.version import Version

        if wanted.url:
            return _from(wanted.url, found)
        if found.direct is not None and found.key not in (*self._direct, _OWN):
            return Kind.UNRECORDED
        Version(found.version)  # what is none is no version to compare with
        fits = wanted.specifier.contains(found.version, prereleases=True)
        return Kind.SATISFIED if fits else Kind.WRONG


@lru_cache(maxsize=4096)
def parsed(text: str) -> Requirement:
    """The requirement of a text, also of a URL alone that tells a name.

    :raises ValueError: it is none.
    """
    from packaging import requirements

    if is_url(text):
        parts = urlsplit(text.partition(" ;")[0])
        egg = parse_qs(parts.fragment).get("egg", [])
        wheel = re.search(r"/([\w.]+)-[^/]+\.whl\Z", parts.path)
        name = egg[0] if egg else wheel[1] if wheel else ""
        text = f"{name} @ {text}"
    return requirements.Requirement(text)


def is_known_otherwise(name: str) -> bool:
    """Whether some other form of distribution has this name: an egg, a zip, what a finder makes up."""
    from importlib import metadata

    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _of_extras(found: Distribution, extras: Iterable[str]) -> Iterator[Requirement]:
    """What a distribution requires only for the sake of these extras."""
    names = {form for extra in extras for form in (extra, normal(extra))}
    for text in found.requires if names else ():
        wanted = parsed(text)
        if wanted.marker is None or wanted.marker.evaluate({"extra": ""}):
            continue
        if any(wanted.marker.evaluate({"extra": name}) for name in names):
            yield wanted


def _from(url: str, found: Distribution) -> Kind:
    """Whether a distribution was installed from there."""
    scheme = urlsplit(url).scheme
    direct = found.direct
    if scheme not in ("http", "https") and not scheme.startswith("git+"):
        return Kind.UNRECORDED
    if direct is None:
        return Kind.WRONG if found.tells_its_source else Kind.UNRECORDED
    options = {key: some[0] for key, some in parse_qs(urlsplit(url).fragment).items()}
    if options.get("subdirectory", "").strip("/") != str(direct.get("subdirectory") or "").strip("/"):
        return Kind.WRONG
    bare = url.partition("#")[0]
    if scheme.startswith("git+"):
        return _from_git(bare.removeprefix("git+"), direct["url"], direct.get("vcs_info"))
    return _from_archive(bare, options, direct["url"], direct.get("archive_info"))


def _from_git(url: str, installed: str, told: object) -> Kind:
    place, revision = with_revision(url)
    if not isinstance(told, dict) or path_of(installed) != path_of(place):
        return Kind.WRONG
    commit, requested = str(told.get("commit_id", "")), str(told.get("requested_revision") or "")
    if COMMIT.fullmatch(revision):
        return Kind.SATISFIED if commit.startswith(revision) else Kind.WRONG
    if requested and requested != revision and not COMMIT.fullmatch(requested):
        return Kind.WRONG
    certain = requested == revision and RELEASE.fullmatch(revision)
    return Kind.SATISFIED if certain else Kind.UNRECORDED


def path_of(url: str) -> str:
    """A repository's host and path, in one of the forms that mean the same."""
    host, slash, path = without_user(url).partition("://")[2].partition("/")
    return host.lower() + slash + path.rstrip("/").removesuffix(".git")


def _from_archive(url: str, options: dict[str, str], installed: str, told: object) -> Kind:
    if not isinstance(told, dict) or without_user(installed).partition("#")[0] != without_user(url):
        return Kind.WRONG
    expected, got = options.get("sha256"), sha256_of(told)
    if expected and got:
        return Kind.SATISFIED if expected.lower() == got.lower() else Kind.WRONG
    return Kind.SATISFIED if is_one_release(url) else Kind.UNRECORDED


def sha256_of(told: dict[str, object]) -> str | None:
    """The SHA-256 of the archive that was installed, out of ``archive_info``."""
    hashes = told.get("hashes")
    if isinstance(hashes, dict) and isinstance(hashes.get("sha256"), str):
        return str(hashes["sha256"])
    algorithm, _, digest = str(told.get("hash") or "").partition("=")
    return digest if algorithm == "sha256" else None
