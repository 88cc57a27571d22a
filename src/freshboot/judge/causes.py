"""The closed list of causes, each with the evidence that it takes, the one to mend first first."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from freshboot.judge.evidence import (
    Absence,
    Claim,
    Evidence,
    Expectation,
    FileFinding,
    FileState,
    Observation,
    Reading,
    Requirement,
    RequirementState,
    Target,
)
from freshboot.judge.log import LogEvidence
from freshboot.judge.pages import Raised
from freshboot.proof import Layer


class Cause(str, Enum):
    """Why the verdict is what it is."""

    PLATFORM_OUTAGE = "platform-outage"
    PRIVATE = "private"
    WRONG_TARGET = "wrong-target"  # another branch, entrypoint or repository, or no Streamlit app at all
    BUILD_FAILED = "build-failed"
    WRONG_DEPENDENCY_FILE = (
        "wrong-dependency-file"  # what is asked for stands in a file that the host ignores
    )
    ASLEEP = "asleep"
    DOWN = "down"
    HOT_RELOAD_RACE = "hot-reload-race"  # a session imported while another dropped modules; it passes
    MIXED_REPLICAS = "mixed-replicas"
    NOT_APPLIED = "not-applied"  # the push never arrived: the disk is exactly an earlier commit
    STALE_FILE = "stale-file"  # some files on disk are not the release's
    STALE_PACKAGES = "stale-packages"
    STALE_BYTECODE = "stale-bytecode"
    STALE_MODULES = "stale-modules"  # the disk is new, the process runs old code
    STALE_RESULTS = "stale-results"
    STALE_EDGE = "stale-edge"
    APP_RAISES = "app-raises"
    CHECK_FAILED = "check-failed"
    AGENT_TOO_OLD = "agent-too-old"
    AGENT_FAILED = "agent-failed"
    NO_AGENT = "no-agent"
    UNKNOWN_CODE = "unknown-code"
    UNRECORDED = "unrecorded"


# Hosts' own words that say that it was the build. Others say no more than that a deploy failed, of whatever:
# Render's update_failed, Railway's FAILED ("during the build or deploy process", as its documents have it).
_BUILD_TROUBLE = frozenset({"INSTALLER_ERROR", "USER_ERROR", "build_failed", "BUILD_ERROR"})
_PLATFORM_TROUBLE = "PLATFORM_ERROR"
# What CPython raises where one thread drops modules while another imports them (measured).
_RACE = re.compile(r"partially initialized module|not in sys\.modules")
_MODULE_NAME = re.compile(r"'([A-Za-z_][\w.]*)'\Z")
_NAMED = re.compile(r"No module named '(\w+)")
_NOT_FOUND = ("ModuleNotFoundError", "ImportError")


@dataclass(frozen=True)
class _View:
    """The evidence as causes look at it. ``live``: the latest observation of each process that answers."""

    evidence: Evidence
    live: tuple[Observation, ...]

    @property
    def readings(self) -> list[Reading]:
        return [one.reading for one in self.live if one.reading is not None]

    @property
    def absence(self) -> Absence | None:
        """Why the last question was not answered; what old answers said counts only where one was."""
        seen = self.evidence.observations
        return seen[-1].absence if seen and all(one.fresh for one in self.readings) else None

    @property
    def doubtful(self) -> bool:
        return any(not one.fresh for one in self.readings) or self.absence is not None

    @property
    def claim(self) -> Claim | None:
        """The commit that the host names, unless a process attests that the release's files lie there."""
        attested = any(
            not one.barriers and all(file.layer is not Layer.DISK for file in one.findings)
            for one in self.readings
        )
        return self.evidence.claim if self.doubtful and not attested else None

    def stale(self, layer: Layer) -> list[tuple[Reading, FileFinding]]:
        """What is shown beyond doubt in one layer; not what is old because the disk is."""
        return [
            (reading, one)
            for reading in self.readings
            for one in reading.stale
            if one.layer is layer and (layer is Layer.DISK or not _is_of_the_disk(reading, one))
        ]

    @property
    def edge(self) -> tuple[FileFinding, ...]:
        return self.evidence.looked.edge if self.evidence.looked else ()

    def states(self) -> set[FileState]:
        """Of results that are known to be old nobody asks what else they are."""
        found = [one for reading in self.readings for one in reading.findings]
        old_results = bool(self.stale(Layer.RESULTS))
        told = (one for one in found if not (old_results and one.layer is Layer.RESULTS))
        return {one.state for one in (*told, *self.edge)}

    @property
    def raised(self) -> list[Raised]:
        pages = self.evidence.looked.raised if self.evidence.looked else ()
        shown = [one.raised for one in pages]
        if self.absence is not None:
            shown += [one.raised for one in self.evidence.observations[-1:]]
        return [one for one in shown if one is not None]


def causes_of(evidence: Evidence, live: Sequence[Observation]) -> tuple[Cause, ...]:
    """Every cause that the evidence shows, the one to mend first first."""
    view = _View(evidence, tuple(live))
    found = [cause for cause in Cause if _HOLDS[cause](view)]
    if {Cause.WRONG_TARGET, Cause.BUILD_FAILED} & set(found) and Cause.NOT_APPLIED in found:
        found.remove(Cause.NOT_APPLIED)  # that is their consequence
    if Cause.STALE_RESULTS in found and _only_kept(view):
        found.sort(key=lambda cause: cause is Cause.STALE_MODULES)
    return tuple(found)


def _only_kept(view: _View) -> bool:
    """Whether old code is in memory only because something cached holds it: clearing lets go of it."""
    return all(one.state is FileState.KEPT for _, one in view.stale(Layer.MEMORY))


def notes(evidence: Evidence) -> Mapping[Cause, str]:
    """What the host says of a cause, in words, where it says something."""
    log, target, expected = evidence.log, evidence.deploys, evidence.expected
    told = {}
    if log.failing_lines or evidence.trouble in _BUILD_TROUBLE:
        told[Cause.BUILD_FAILED] = "; ".join(log.failing_lines[-3:]) or f"it says {evidence.trouble}"
    if target is not None and expected.target is not None and is_elsewhere(target, expected.target):
        where = f"{target.repository or 'a repository'}, branch {target.branch}, {target.entrypoint}"
        told[Cause.WRONG_TARGET] = f"the host deploys {where}"
    if claim := evidence.claim:
        cause = Cause.WRONG_TARGET if claim.behind is None else Cause.NOT_APPLIED
        says = f"; it says {evidence.trouble}" if evidence.trouble else ""
        told.setdefault(cause, _words(claim) + says)
    if log.dependency_file is not None and log.dependency_file != expected.dependency_file:
        told[Cause.WRONG_DEPENDENCY_FILE] = (
            f"it took {log.dependency_file}, the release has {expected.dependency_file}"
        )
    return told


def _words(claim: Claim) -> str:
    if claim.behind is None:
        return f"the host says that it runs commit {claim.commit[:7]}, which is on {claim.branch}"
    behind = f"{claim.behind} commit{'s' if claim.behind != 1 else ''} behind"
    return f"the host itself says that it runs commit {claim.commit[:7]}, {behind}"


def causes_of_log(log: LogEvidence, expected: Expectation) -> tuple[Cause, ...]:
    """The causes that a log shows by itself, of an app that nobody has asked."""
    alone = Evidence(expected, (Observation(0.0, absence=Absence.DOWN),), log=log)
    shown = (Cause.WRONG_TARGET, Cause.BUILD_FAILED, Cause.WRONG_DEPENDENCY_FILE)
    return tuple(one for one in causes_of(alone, ()) if one in shown)


def is_race(raised: Raised, files: Collection[str]) -> bool:
    """Whether an exception is what hot reload leaves where one session imports and another drops modules.

    A bare KeyError is one only for the name of a module of the release.
    """
    if raised.type.endswith("KeyError"):
        name = _MODULE_NAME.match(raised.message)
        ends = tuple(f"/{name[1].replace('.', '/')}{end}" for end in (".py", "/__init__.py")) if name else ()
        return any(f"/{path}".endswith(ends) for path in files)
    return raised.type.endswith("ImportError") and _RACE.search(raised.message) is not None


def is_elsewhere(target: Target, expected: Target) -> bool:
    """Whether a host deploys something else; what is not known of either side says nothing."""
    pairs = (
        _comparable(target.repository.lower(), expected.repository.lower()),
        (target.branch, expected.branch),
        (target.entrypoint, expected.entrypoint),
    )
    return any(one and other and one != other for one, other in pairs)


def _comparable(one: str, other: str) -> tuple[str, str]:
    """Two names of repositories; where one is told without its owner, both are."""
    if "/" in one and "/" in other:
        return one, other
    return one.rpartition("/")[2], other.rpartition("/")[2]


def _is_of_the_disk(reading: Reading, finding: FileFinding) -> bool:
    return any(one.layer is Layer.DISK and one.path == finding.path for one in reading.stale)


def _absent(*absences: Absence) -> Callable[[_View], bool]:
    return lambda view: view.absence in absences


def _stale(layer: Layer) -> Callable[[_View], bool]:
    return lambda view: bool(view.stale(layer))


def _platform_outage(view: _View) -> bool:
    return view.absence is Absence.PLATFORM or (view.evidence.trouble == _PLATFORM_TROUBLE and view.doubtful)


def _wrong_target(view: _View) -> bool:
    target, expected = view.evidence.deploys, view.evidence.expected.target
    if target is not None and expected is not None and view.doubtful and is_elsewhere(target, expected):
        return True
    if view.claim is not None and view.claim.behind is None:
        return True
    nothing_old = not any(one.is_certain or one.barriers for one in view.readings)
    no_entrypoint = any(
        one.layer is Layer.MEMORY and one.state is FileState.MISSING
        for reading in view.readings
        for one in reading.findings
    )
    return view.absence is Absence.NOT_STREAMLIT or (nothing_old and no_entrypoint)


def _not_applied(view: _View) -> bool:
    claimed = view.claim is not None and view.claim.behind is not None
    return claimed or any(one.live for one, _ in view.stale(Layer.DISK))


def _build_failed(view: _View) -> bool:
    said = view.evidence.trouble in _BUILD_TROUBLE or view.evidence.log.build_failed
    return said and view.doubtful


def _wrong_dependency_file(view: _View) -> bool:
    expected, named = view.evidence.expected.dependency_file, view.evidence.log.dependency_file
    if named is not None and expected is not None and named != expected and view.doubtful:
        return True
    lacking = [one for one in view.raised if one.type.endswith(_NOT_FOUND)]
    idle = [one for reading in view.readings for one in reading.idle]
    return any(_asks_for(line, raised) for line in idle for raised in lacking)


def _asks_for(line: Requirement, raised: Raised) -> bool:
    """Whether a line may bring what is missing; of a file that no host looks at only its name can tell."""
    if line.state is not RequirementState.UNRECORDED:
        return True
    name = _NAMED.search(raised.message)
    return name is not None and name[1].lower().replace("_", "-") in line.line.lower().replace("_", "-")


def _mixed(view: _View) -> bool:
    fresh = {one.fresh for one in view.readings}
    disks = {tuple(one for one in reading.findings if one.layer is Layer.DISK) for reading in view.readings}
    return any(one.is_certain for one in view.readings) and (len(fresh) > 1 or len(disks) > 1)


def _race_shows(view: _View) -> bool:
    return any(is_race(one, view.evidence.expected.files) for one in view.raised)


def _app_raises(view: _View) -> bool:
    return any(not is_race(one, view.evidence.expected.files) for one in view.raised)


def _agent_failed(view: _View) -> bool:
    broken = any(one.barriers and not one.too_old for one in view.readings)
    return broken or view.absence is Absence.NO_ATTESTATION


_HOLDS: dict[Cause, Callable[[_View], bool]] = {
    Cause.PLATFORM_OUTAGE: _platform_outage,
    Cause.PRIVATE: _absent(Absence.PRIVATE),
    Cause.WRONG_TARGET: _wrong_target,
    Cause.BUILD_FAILED: _build_failed,
    Cause.WRONG_DEPENDENCY_FILE: _wrong_dependency_file,
    Cause.ASLEEP: _absent(Absence.ASLEEP),
    Cause.DOWN: _absent(Absence.DOWN, Absence.STARTING, Absence.TIMEOUT, Absence.TLS),
    Cause.HOT_RELOAD_RACE: _race_shows,
    Cause.MIXED_REPLICAS: _mixed,
    Cause.NOT_APPLIED: _not_applied,
    Cause.STALE_FILE: lambda view: any(one.live is None for one, _ in view.stale(Layer.DISK)),
    Cause.STALE_PACKAGES: lambda view: any(one.unmet for one in view.readings),
    Cause.STALE_BYTECODE: _stale(Layer.BYTECODE),
    Cause.STALE_MODULES: _stale(Layer.MEMORY),
    Cause.STALE_RESULTS: _stale(Layer.RESULTS),
    Cause.STALE_EDGE: lambda view: any(one.is_certain for one in view.edge),
    Cause.APP_RAISES: _app_raises,
    Cause.CHECK_FAILED: lambda view: bool(view.evidence.looked and view.evidence.looked.failed),
    Cause.AGENT_TOO_OLD: lambda view: any(one.too_old for one in view.readings),
    Cause.AGENT_FAILED: _agent_failed,
    Cause.NO_AGENT: _absent(Absence.NO_AGENT),
    Cause.UNKNOWN_CODE: lambda view: FileState.UNKNOWN in view.states(),
    Cause.UNRECORDED: lambda view: (
        bool(view.states() & {FileState.UNRECORDED, FileState.SKIPPED, FileState.POINTER})
        or any(reading.requirements and not reading.unmet for reading in view.readings)
    ),
}
