"""Each verdict and cause in plain words: one sentence for a person, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone

from freshboot.judge.causes import Cause
from freshboot.judge.checks import CheckResult
from freshboot.judge.evidence import (
    Expectation,
    FileFinding,
    FileState,
    Origin,
    Requirement,
    RequirementState,
)
from freshboot.judge.pages import PageLook
from freshboot.judge.sentences import (
    CLAIMED,
    DRIFT_NEXT,
    ENTER_THE_MISSING,
    NEXT,
    REBOOT,
    SENTENCES,
    UNATTESTED,
    UNATTESTED_NEXT,
    UNCLEAR_LINES_NEXT,
)
from freshboot.judge.verdict import Judgement, Verdict
from freshboot.proof import Layer

_SHOWN = 3
_YEAR_10000 = 253_402_300_800


def explain(judgement: Judgement, expected: Expectation) -> str:
    """One plain sentence that a person can act on; a second cause is told after the first."""
    match judgement.verdict:
        case Verdict.PROVEN:
            return (
                f"Every process that answers holds exactly commit {short(expected.commit)}{_where(expected)}."
            )
        case Verdict.SUPERSEDED:
            later = short(_live_commit(judgement))
            return f"Every process holds exactly {later}, a later commit of the branch{_where(expected)}."
        case Verdict.SEEN:
            return "The page shows the release's stamp; what else runs is not known."
    if not judgement.causes:
        return f"Not proven in time: {judgement.detail}."
    return " ".join(dict.fromkeys(_sentence(cause, judgement, expected) for cause in judgement.causes))


def _sentence(cause: Cause, judgement: Judgement, expected: Expectation) -> str:
    template = _template(cause, judgement)
    findings = tuple(one for one in judgement.findings if _is_told(one, cause))
    detail = judgement.notes.get(cause, judgement.detail)
    return template.format(
        commit=f"commit {short(_live_commit(judgement) or expected.commit)}",
        live=_origin(whole(judgement)),
        files=describe(findings),
        mixed=_mixed(judgement),
        detail=detail + ("; " if detail and (findings or _idle(judgement)) else ""),
        idle=_some([f"{one.line} ({one.file})" for one in _idle(judgement)]),
        requirements=describe_requirements(judgement.requirements),
        unrecorded="; ".join(
            filter(None, (describe(findings), describe_requirements(_unrecorded(judgement))))
        ),
        raised="; ".join(map(describe_raised, judgement.raised[:_SHOWN])),
        checks="; ".join(map(describe_check, judgement.looked.failed[:_SHOWN])),
    )


def _template(cause: Cause, judgement: Judgement) -> str:
    if cause is Cause.APP_RAISES and judgement.verdict is not Verdict.CODE:
        return UNATTESTED
    is_claimed = cause is Cause.NOT_APPLIED and cause in judgement.notes and whole(judgement) is None
    return CLAIMED if is_claimed else SENTENCES[cause]


_TELLS: dict[Cause, tuple[Layer, ...]] = {
    Cause.STALE_FILE: (Layer.DISK,),
    Cause.STALE_BYTECODE: (Layer.BYTECODE,),
    Cause.STALE_MODULES: (Layer.MEMORY,),
    Cause.STALE_RESULTS: (Layer.RESULTS,),
    Cause.STALE_EDGE: (Layer.EDGE,),
}


def _is_told(finding: FileFinding, cause: Cause) -> bool:
    """Whether a finding belongs to a cause: what runs from an old disk is told with the disk alone."""
    if cause is Cause.UNKNOWN_CODE:
        return finding.state is FileState.UNKNOWN
    if cause is Cause.UNRECORDED:
        return finding.state in (FileState.UNRECORDED, FileState.SKIPPED, FileState.POINTER)
    return cause not in _TELLS or finding.layer in _TELLS[cause]


def _mixed(judgement: Judgement) -> str:
    commits = len(judgement.table)
    return f"; the files come from {commits} different commits" if commits > 1 else ""


def _unrecorded(judgement: Judgement) -> tuple[Requirement, ...]:
    return tuple(one for one in judgement.requirements if one.state is RequirementState.UNRECORDED)


def _idle(judgement: Judgement) -> tuple[Requirement, ...]:
    return tuple(dict.fromkeys(one for seen in judgement.live if seen.reading for one in seen.reading.idle))


def next_steps(judgement: Judgement, expected: Expectation) -> tuple[str, ...]:
    """What to do about it, the first thing first; nothing where all is well."""
    if judgement.verdict in (Verdict.PROVEN, Verdict.SUPERSEDED):
        return ()
    steps = (step for cause in judgement.causes for step in _steps(cause, judgement, expected))
    there = (one for step in steps for one in _at_the_host(step, judgement.reboot))
    return tuple(dict.fromkeys(there))


def _at_the_host(step: str, reboot: Sequence[str]) -> Sequence[str]:
    """A step in the host's own words, where it has some."""
    if not reboot or REBOOT not in step:
        return (step,)
    return reboot if step == REBOOT else (step.replace(REBOOT, " ".join(reboot)),)


def _steps(cause: Cause, judgement: Judgement, expected: Expectation) -> Sequence[str]:
    if cause is Cause.APP_RAISES:
        return _steps_after_an_exception(judgement, expected)
    if cause is Cause.UNRECORDED:
        files = any(_is_told(one, cause) for one in judgement.findings)
        lines = _unrecorded(judgement) or not files
        return (*(NEXT[cause] if files else ()), *(UNCLEAR_LINES_NEXT if lines else ()))
    return NEXT[cause]


def _steps_after_an_exception(judgement: Judgement, expected: Expectation) -> Sequence[str]:
    raised = [look.raised for look in judgement.raised if look.raised is not None]
    if any(one.type.endswith("SecretNotFoundError") or "st.secrets has no" in one.message for one in raised):
        return (ENTER_THE_MISSING,)
    if judgement.verdict is not Verdict.CODE:
        return UNATTESTED_NEXT
    loose = [text for _, text in expected.requirements if "==" not in text and "@" not in text]
    return (*NEXT[Cause.APP_RAISES], *([DRIFT_NEXT.format(lines=_some(loose))] if loose else []))


def limits(judgement: Judgement, expected: Expectation, replicas: int) -> tuple[str, ...]:
    """What the verdict does not speak of."""
    told = [
        f"{replicas} process{'es are' if replicas > 1 else ' is'} assumed to serve the app",
        "environment variables, secrets and sessions that were open before are not looked at",
    ]
    if missing := [layer.value for layer in Layer if layer not in expected.layers]:
        told.append(f"not asked for: {', '.join(missing)}")
    if expected.excluded:
        told.append(f"never hashed: {', '.join(expected.excluded)}")
    if expected.unresolved:
        told.append(
            f"files that run past every import hook, nobody can say which: {_some(expected.unresolved)}"
        )
    if expected.gap:
        told.append(f"earlier commits cannot all be named: {expected.gap}")
    if expected.retired:
        told.append(f"left out, since a file was renamed from there: {_some(sorted(expected.retired))}")
    if any(one.changes for one in judgement.live):
        told.append(
            "this process has run earlier code or data: what that left in libraries, in other processes "
            "or in untracked files is not looked at"
        )
    if any(one.healed or one.lingering for one in judgement.live):
        told.append("old modules were dropped; tabs or tasks that began before may still hold them")
    return tuple(told)


def _some(words: Sequence[str]) -> str:
    rest = len(words) - _SHOWN
    return "; ".join(words[:_SHOWN]) + (f"; and {rest} more" if rest > 0 else "")


def describe_raised(look: PageLook) -> str:
    """An exception of the app's in a line: its type, its message, and the deepest place of the app's own."""
    return f"{look.raised}" + (f" on page {look.page}" if look.page else "")


def describe_check(check: CheckResult) -> str:
    """A failed check in a line."""
    return f"{check.name}: expected {check.expected}, found {check.found}"


def describe_requirements(requirements: Sequence[Requirement]) -> str:
    """The lines that are not met, the rest counted."""
    return _some([f"{one.line} ({one.file}) is {one.state.value}" for one in requirements])


def describe(findings: Sequence[FileFinding]) -> str:
    """The files in a line, each with the commit that it comes from; the rest counted."""
    told = [_file(one) for one in findings[:_SHOWN]]
    rest = len(findings) - len(told)
    return "; ".join(told) + (f"; and {rest} more" if rest else "")


def whole(judgement: Judgement) -> Origin | None:
    """The one commit that the disk of every live process holds exactly, where there is one."""
    origins = {one.reading.live for one in judgement.live if one.reading is not None}
    return origins.pop() if len(origins) == 1 else None


def short(commit: str) -> str:
    """A commit id as people write it."""
    return commit[:7]


_PLACES = {
    Layer.DISK: "on disk",
    Layer.BYTECODE: "in bytecode",
    Layer.MEMORY: "in memory",
    Layer.PACKAGES: "in its packages",
    Layer.RESULTS: "in cached results",
    Layer.EDGE: "at the edge",
}


def _where(expected: Expectation) -> str:
    places = [_PLACES[layer] for layer in expected.layers]
    return ", " + ", ".join(places[:-1]) + (" and " if places[1:] else "") + places[-1]


def _file(finding: FileFinding) -> str:
    name = finding.path or "a file that no commit names"
    where = _PLACES[finding.layer]
    if finding.origin is not None:
        was = f" (then {finding.origin.path})" if finding.origin.path else ""
        return f"{name} {where} is from {_origin(finding.origin)}{was}"
    if finding.layer is Layer.MEMORY and finding.state is FileState.MISSING:
        return f"{name} is not among what runs"
    return f"{name} {where} is {finding.state.value}"


def _origin(origin: Origin | None) -> str:
    if origin is None:
        return "an earlier commit"
    since = f" of {_day(origin.time)}" if origin.time else ""
    behind = f"{origin.behind} commit{'s' if origin.behind != 1 else ''} behind"
    return f"commit {short(origin.commit)}{since}, {behind}"


def _day(seconds: int) -> str:
    """A commit may claim any time."""
    if not 0 < seconds < _YEAR_10000:
        return "an odd time"
    return f"{datetime.fromtimestamp(seconds, timezone.utc):%Y-%m-%d %H:%M} UTC"


def _live_commit(judgement: Judgement) -> str:
    return next((one.commit for one in judgement.live if one.commit), "")
