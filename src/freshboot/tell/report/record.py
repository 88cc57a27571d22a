"""A ``confirm-v1`` document, read. Anybody may have written it: what is not understood counts as a doubt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from freshboot.judge.causes import Cause
from freshboot.judge.checks import CheckResult
from freshboot.judge.evidence import FileFinding, FileState, Origin, Requirement, RequirementState
from freshboot.judge.verdict import Verdict
from freshboot.proof import Layer, is_excluded
from freshboot.tell.report.secrets import clean

SCHEMA = "confirm-v1"
_CUT = "the ledger has "
_NOT_ASKED = "not asked for: "
_MOST = 5_000
"""Entries of one list that are read."""
_DIGITS = 12
"""Of a process's id so many tell it from others; all of them would look like a credential."""
_COMMIT = re.compile(r"[0-9a-f]{7,64}")
_BROKEN_ANSWER = frozenset({Cause.AGENT_FAILED, Cause.AGENT_TOO_OLD, Cause.NO_AGENT})
_DEFINITE = frozenset({Verdict.PROVEN, Verdict.SUPERSEDED, Verdict.STALE, Verdict.CODE})
_EXACT = frozenset({Verdict.PROVEN, Verdict.SUPERSEDED, Verdict.CODE})


@dataclass(frozen=True)
class Process:
    """One process that answered, and what its answer came to (``proven``, ``stale`` or ``unproven``)."""

    boot_id: str
    started: str
    verdict: str


@dataclass(frozen=True)
class Row:
    """One row of the table commit × file of a mixed state."""

    commit: str
    behind: int
    time: str
    files: tuple[str, ...]


@dataclass(frozen=True)
class Result:
    """What a wait came to. Texts are clean, but for the paths in ``files``, by which git is asked.

    ``asked`` are the layers that it had to be proven in. Times are seconds since the wait began.
    """

    verdict: Verdict
    causes: tuple[Cause, ...]
    commit: str
    stamp: str
    live_commit: str
    live_stamp: str
    behind: int | None
    processes: tuple[Process, ...]
    files: tuple[FileFinding, ...]
    requirements: tuple[Requirement, ...]
    checks: tuple[CheckResult, ...]
    asked: frozenset[Layer]
    explanation: str
    next: tuple[str, ...]
    limits: tuple[str, ...]
    events: tuple[tuple[float, str], ...]
    rows: tuple[Row, ...]
    raised: tuple[str, ...]
    detected: float | None
    settled: float | None
    counts: Mapping[str, int]

    @property
    def cause(self) -> Cause | None:
        """The cause to mend first."""
        return self.causes[0] if self.causes else None

    @property
    def is_attested(self) -> bool:
        """Whether some process said what it runs."""
        return bool(self.processes)

    @property
    def is_definite(self) -> bool:
        """Whether what the answers do not name is the release's: they were whole, and the verdict stands."""
        is_broken = self.is_cut or bool(_BROKEN_ANSWER & set(self.causes))
        is_named = all(one.path is not None for one in self.files)
        return self.is_attested and self.verdict in _DEFINITE and is_named and not is_broken

    @property
    def is_cut(self) -> bool:
        """Whether the ledger has left out entries of this document: then what is not named may be old."""
        return any(one.startswith(_CUT) for one in self.limits)

    @property
    def is_exact(self) -> bool:
        """Whether every process attested exactly the release (or, ``superseded``, a later commit)."""
        return self.is_definite and self.verdict in _EXACT

    @property
    def is_well(self) -> bool:
        """Whether nothing is left to do."""
        return self.verdict in (Verdict.PROVEN, Verdict.SUPERSEDED)

    @property
    def failed(self) -> tuple[CheckResult, ...]:
        """The checks that did not pass on pages that were seen."""
        return tuple(one for one in self.checks if not one.passed and not one.unseen)

    @property
    def old(self) -> tuple[FileFinding, ...]:
        """The files that show other code than the release's, beyond doubt."""
        return tuple(one for one in self.files if one.is_certain)

    def tells_of(self, layer: Layer) -> bool:
        """Whether what is not named is the release's here; the edge is looked at when all else is fresh."""
        return layer in self.asked and (self.is_exact if layer is Layer.EDGE else self.is_definite)

    def is_fresh(self, layer: Layer) -> bool:
        """Whether exactly the release was attested here."""
        is_named = any(one.layer is layer for one in self.files)
        is_unmet = layer is Layer.PACKAGES and bool(self.requirements)
        return self.tells_of(layer) and not is_named and not is_unmet

    def holds(self, path: str, layers: Iterable[Layer] = (Layer.DISK,)) -> bool:
        """Whether the release's bytes of a file are live in these layers; only the disk tells of every file.

        Files of secrets are never hashed, by either side.
        """
        is_named = any(one.path == path for one in self.files)
        return all(map(self.tells_of, layers)) and not is_named and not is_excluded(path)


def read(document: object) -> Result | None:
    """What a ``confirm-v1`` document says; None if it is none, or names no verdict."""
    if not isinstance(document, Mapping) or document.get("schema") != SCHEMA:
        return None
    if not all(
        isinstance(document.get(name), list) for name in ("files", "requirements", "checks", "causes")
    ):
        return None
    try:
        verdict = Verdict(document.get("verdict"))
    except ValueError:
        return None
    expected, live, timing = (_mapping(document.get(name)) for name in ("expected", "live", "timing"))
    limits = _texts(document.get("limits"))
    causes = tuple(filter(None, map(_cause, _list(document.get("causes")))))
    return Result(
        verdict=verdict,
        causes=causes,
        commit=commit_id(expected.get("commit")),
        stamp=_text(expected.get("stamp")),
        live_commit=commit_id(live.get("commit")),
        live_stamp=_text(live.get("stamp")),
        behind=_count(live.get("behind")),
        processes=tuple(map(_process, _mappings(live.get("replicas")))),
        files=_files(document["files"]),
        requirements=tuple(map(_requirement, _mappings(document.get("requirements")))),
        checks=tuple(_check(one, causes) for one in _mappings(document.get("checks"))),
        asked=_asked(limits),
        explanation=_text(document.get("explanation"), 1500),
        next=_texts(document.get("next")),
        limits=limits,
        events=tuple(_event(one) for one in _mappings(document.get("timeline"))),
        rows=tuple(map(_row, _mappings(document.get("commits")))),
        raised=tuple(map(_raised, _mappings(document.get("raised")))),
        detected=_seconds(timing.get("detected_s")),
        settled=_seconds(timing.get("settled_s")),
        counts={
            str(name): one for name, one in _mapping(document.get("counts")).items() if _count(one) == one
        },
    )


def commit_id(value: object) -> str:
    """A commit's id, or at least its first seven digits; empty for anything else."""
    return value if isinstance(value, str) and _COMMIT.fullmatch(value) else ""


def _asked(limits: tuple[str, ...]) -> frozenset[Layer]:
    """Every document says which layers were not asked for; one that says no limits is not relied on."""
    told = next((one.removeprefix(_NOT_ASKED) for one in limits if one.startswith(_NOT_ASKED)), "")
    missing = set(told.split(", "))
    return frozenset(one for one in Layer if one.value not in missing) if limits else frozenset()


def _files(raw: list[Any]) -> tuple[FileFinding, ...]:
    """The findings; where there are more than are read, one of a file that nobody names stands for them."""
    more = [FileFinding(None, Layer.DISK, FileState.UNRECORDED)] if len(raw) > _MOST else []
    return (*(_file(_mapping(one)) for one in raw[:_MOST]), *more)


def _file(raw: Mapping[str, Any]) -> FileFinding:
    """What is not understood is a doubt: were it left out, the file would count as fresh."""
    path, commit = raw.get("path"), commit_id(raw.get("live_commit"))
    try:
        layer, state = Layer(raw.get("layer")), FileState(raw.get("state"))
    except ValueError:
        layer, state = Layer.DISK, FileState.UNRECORDED
    origin = Origin(commit, _count(raw.get("behind")) or 0) if commit else None
    return FileFinding(path if isinstance(path, str) else None, layer, state, origin)


def _requirement(raw: Mapping[str, Any]) -> Requirement:
    try:
        state = RequirementState(raw.get("state"))
    except ValueError:
        state = RequirementState.UNRECORDED
    return Requirement(_text(raw.get("file")), _text(raw.get("line")), state)


def _check(raw: Mapping[str, Any], causes: tuple[Cause, ...]) -> CheckResult:
    """A check; one that did not pass, where the verdict tells of none that failed, could not be seen."""
    passed = raw.get("passed") is True
    unseen = not passed and (raw.get("unseen") is True or Cause.CHECK_FAILED not in causes)
    return CheckResult(
        name=_text(raw.get("name")),
        passed=passed,
        expected=_text(raw.get("expected")),
        found=_text(raw.get("found")),
        unseen=unseen,
    )


def _process(raw: Mapping[str, Any]) -> Process:
    boot_id = str(raw.get("boot_id") or "")[:_DIGITS]
    return Process(_text(boot_id), _text(raw.get("started")), _text(raw.get("verdict")))


def _row(raw: Mapping[str, Any]) -> Row:
    return Row(
        commit_id(raw.get("commit")),
        _count(raw.get("behind")) or 0,
        _text(raw.get("time")),
        _texts(raw.get("files")),
    )


def _event(raw: Mapping[str, Any]) -> tuple[float, str]:
    return _seconds(raw.get("t")) or 0.0, _text(raw.get("event"))


def _raised(raw: Mapping[str, Any]) -> str:
    place, page = _mapping(raw.get("frame")), _text(raw.get("page"))
    what = ": ".join(filter(None, (_text(raw.get("type")) or "an exception", _text(raw.get("message")))))
    where = f" ({_text(place.get('path'))}, line {_count(place.get('line'))})" if place else ""
    return what + where + (f" on page {page}" if page else "")


def _cause(value: object) -> Cause | None:
    try:
        return Cause(value)
    except ValueError:
        return None


def _text(value: object, longest: int = 500) -> str:
    return clean(value, longest) if isinstance(value, str) else ""


def _texts(value: object) -> tuple[str, ...]:
    return tuple(_text(one) for one in _list(value) if isinstance(one, str))


def _list(value: object) -> list[Any]:
    return value[:_MOST] if isinstance(value, list) else []


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _mappings(value: object) -> list[Mapping[str, Any]]:
    return [one for one in _list(value) if isinstance(one, Mapping)]


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9 else None


def _seconds(value: object) -> float | None:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if is_number and 0 <= value < 10**9 else None  # type: ignore[operator,arg-type]
