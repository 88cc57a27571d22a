"""What is ruled out: every cause of the closed list, held against the evidence of the last answer.

A cause is ruled out only by something that was attested or seen; that nothing points to it is not enough.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from freshboot.judge.causes import Cause
from freshboot.judge.evidence import FileState
from freshboot.judge.log import LogEvidence
from freshboot.proof import Layer
from freshboot.tell.report.record import Result
from freshboot.tell.report.steps import is_of_tests, own, quiet
from freshboot.tell.report.words import NAMES, counted


class State(str, Enum):
    """What the evidence says of a cause."""

    FOUND = "found"
    EXCLUDED = "ruled out"
    OPEN = "not ruled out"


@dataclass(frozen=True)
class Ruling:
    """A cause, what people call it, and why it is ruled out or not."""

    cause: Cause
    name: str
    state: State
    why: str


@dataclass(frozen=True)
class _View:
    result: Result
    log: LogEvidence

    @property
    def everybody(self) -> str:
        number = len(self.result.processes)
        return (
            "the one process that answers" if number == 1 else f"each of the {number} processes that answer"
        )

    def fresh(self, *layers: Layer) -> bool:
        return all(self.result.is_fresh(layer) for layer in layers)


_Why = Callable[[_View], str]
"""Why a cause is ruled out; empty where nothing rules it out."""


def rulings(result: Result | None, log: LogEvidence) -> tuple[Ruling, ...]:
    """Every cause, in the order in which they are to be mended; all are open where nothing ended."""
    if result is None:
        return tuple(Ruling(one, NAMES[one], State.OPEN, "no answer is on record") for one in Cause)
    view = _View(result, log)
    return tuple(_ruling(one, view) for one in Cause)


def _ruling(cause: Cause, view: _View) -> Ruling:
    if cause in view.result.causes:
        alone = len(view.result.causes) == 1 and view.result.explanation
        return Ruling(cause, NAMES[cause], State.FOUND, alone or "the evidence shows it")
    why = _EXCLUDED[cause](view)
    state = State.EXCLUDED if why else State.OPEN
    return Ruling(cause, NAMES[cause], state, why or _open(cause, view))


def _open(cause: Cause, view: _View) -> str:
    if cause in _OPEN:
        return _OPEN[cause]
    if not view.result.is_attested:
        return "nobody told what runs"
    return "the answers do not tell it beyond doubt"


_OPEN = {
    Cause.STALE_EDGE: (
        "static files were not asked for, or not told (--require …,edge asks); what checks read comes from "
        "the process itself, past every such cache"
    ),
    Cause.CHECK_FAILED: "no check of the configuration is on record, or not every one passed",
    Cause.APP_RAISES: "no look at the pages is on record in which each showed no exception",
    Cause.HOT_RELOAD_RACE: "no look at the pages is on record in which each showed no exception",
    Cause.WRONG_TARGET: "compare repository, branch and entrypoint at the host with the configuration",
    Cause.BUILD_FAILED: "the host's log would tell: freshboot report --log FILE",
    Cause.WRONG_DEPENDENCY_FILE: "the host's log would tell: freshboot report --log FILE",
}


def _answered(view: _View) -> str:
    """Somebody answered, and the last word was no silence."""
    counts = view.result.counts
    told = f"the app answered {counts['answered']} of {counts['asked']} questions" if _counted(view) else ""
    return (told or "the app answered") if view.result.is_attested and view.result.is_definite else ""


def _counted(view: _View) -> bool:
    return {"answered", "asked"} <= view.result.counts.keys()


def _whole(view: _View) -> str:
    return "the answer held every layer that was asked for" if view.result.is_definite else ""


def _attested(layer: Layer, words: str) -> _Why:
    return lambda view: f"{view.everybody} attested {words}" if view.fresh(layer) else ""


def _target(view: _View) -> str:
    if view.fresh(Layer.DISK, Layer.MEMORY):
        return "the server's folder holds exactly the release, and its entrypoint is what runs"
    return ""


def _not_applied(view: _View) -> str:
    if view.fresh(Layer.DISK):
        return "the server's folder holds exactly the release: the push arrived"
    if view.result.is_definite and Cause.STALE_FILE in view.result.causes:
        return "the server's folder is no earlier commit: some of its files are new"
    return ""


def _built(view: _View) -> str:
    if view.fresh(Layer.DISK, Layer.PACKAGES):
        return "the release's files are there, and what its dependency file asks for is installed"
    if view.log != LogEvidence() and not view.log.build_failed:
        return "the host's log tells of no failed build"
    return ""


def _dependencies(view: _View) -> str:
    return "what the dependency file that wins asks for is installed" if view.fresh(Layer.PACKAGES) else ""


def _all_alike(view: _View) -> str:
    alike = {one.verdict for one in view.result.processes}
    if not (view.result.is_definite and len(alike) == 1):
        return ""
    number = len(view.result.processes)
    return f"{counted(number, 'process answers', 'processes answer')}, and nothing showed another"


def _pages(view: _View) -> str:
    """Pages were looked at to their end, and none raises; where exceptions are allowed, nobody looked."""
    result, looked = view.result, quiet(view.result.checks)
    if not (looked and all(one.passed for one in looked) and result.is_exact and not result.raised):
        return ""
    if len(looked) == 1:
        return "the one page that was looked at shows no exception"
    return f"{len(looked)} pages were looked at, and none of them shows an exception"


def _checks(view: _View) -> str:
    """What passed, by what it looked at: the tests of a repository need not look at a page."""
    checks = own(view.result.checks)
    if not (checks and all(one.passed for one in checks) and view.result.is_exact):
        return ""
    tests = sum(map(is_of_tests, checks))
    pages = len(checks) - tests
    told = [
        f"{counted(pages, 'check')} of what the pages show" if pages else "",
        f"{counted(tests, 'run')} of the repository's own tests" if tests else "",
    ]
    return f"{' and '.join(filter(None, told))} passed"


def _explained(state: FileState, words: str) -> _Why:
    def why(view: _View) -> str:
        none = all(one.state is not state for one in view.result.files)
        return words if view.result.is_definite and none and view.fresh(Layer.DISK, Layer.MEMORY) else ""

    return why


_EXCLUDED: dict[Cause, _Why] = {
    Cause.PLATFORM_OUTAGE: _answered,
    Cause.PRIVATE: _answered,
    Cause.WRONG_TARGET: _target,
    Cause.BUILD_FAILED: _built,
    Cause.WRONG_DEPENDENCY_FILE: _dependencies,
    Cause.ASLEEP: _answered,
    Cause.DOWN: _answered,
    Cause.HOT_RELOAD_RACE: _pages,
    Cause.MIXED_REPLICAS: _all_alike,
    Cause.NOT_APPLIED: _not_applied,
    Cause.STALE_FILE: _attested(Layer.DISK, "the release's bytes of every file in the server's folder"),
    Cause.STALE_PACKAGES: _attested(Layer.PACKAGES, "that every requirement line is met"),
    Cause.STALE_BYTECODE: _attested(Layer.BYTECODE, "that no compiled file is older than its source"),
    Cause.STALE_MODULES: _attested(
        Layer.MEMORY, "that it runs the release's bytes of every module and script"
    ),
    Cause.STALE_RESULTS: _attested(Layer.RESULTS, "that its caches hold nothing from before the release"),
    Cause.STALE_EDGE: lambda view: (
        "static files were fetched as a browser does, and are the release's" if view.fresh(Layer.EDGE) else ""
    ),
    Cause.APP_RAISES: _pages,
    Cause.CHECK_FAILED: _checks,
    Cause.AGENT_TOO_OLD: _whole,
    Cause.AGENT_FAILED: _whole,
    Cause.NO_AGENT: lambda view: "freshboot in the app answered" if view.result.is_attested else "",
    Cause.UNKNOWN_CODE: _explained(
        FileState.UNKNOWN, "a commit explains every file and module of the answer"
    ),
    Cause.UNRECORDED: _explained(FileState.UNRECORDED, "of every module it was seen which bytes were loaded"),
}
