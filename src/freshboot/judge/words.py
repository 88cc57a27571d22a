"""Each verdict and cause in plain words: one sentence for a person, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence

from freshboot.judge.causes import Cause
from freshboot.judge.evidence import Expectation, FileFinding, FileState, Origin
from freshboot.judge.verdict import Judgement, Verdict
from freshboot.proof import ATTESTED, Layer

_SHOWN = 3

_SENTENCES = {
    Cause.NOT_APPLIED: "The push never arrived: the server's disk holds exactly {live}.",
    Cause.STALE_FILE: "The server's disk does not hold the release: {files}.",
    Cause.STALE_MODULES: "The server's files are new, but the process still runs old code: {files}.",
    Cause.MIXED_REPLICAS: "The processes that answer do not all run the same: {detail}{files}.",
    Cause.WRONG_TARGET: "What answers is not the app that was pushed: {detail}{files}.",
    Cause.ASLEEP: "The app is asleep, so nothing runs that could be asked.",
    Cause.DOWN: "The app does not answer: {detail}.",
    Cause.PRIVATE: "The app answers only to those who are signed in.",
    Cause.NO_AGENT: "The app runs, but nothing in it answers the question what it runs.",
    Cause.AGENT_FAILED: "The app's answer cannot be relied on: {detail}.",
    Cause.UNRECORDED: "Nobody can say which bytes these are: {files}.",
    Cause.UNKNOWN_CODE: "The server holds code that no commit holds: {files}.",
}

_NEXT = {
    Cause.NOT_APPLIED: (
        "Look whether the host tracks this branch and repository.",
        "Press Reboot in the host's menu: it clones afresh.",
    ),
    Cause.STALE_FILE: ("Press Reboot in the host's menu: it clones afresh.", "Then run confirm again."),
    Cause.STALE_MODULES: (
        "Call freshboot.boot() before every other import: it drops old modules by itself.",
        "Without it, Reboot restarts the process.",
    ),
    Cause.MIXED_REPLICAS: (
        "Set replicas in .github/freshboot.yml to the true number.",
        "Restart those that are old.",
    ),
    Cause.WRONG_TARGET: ("Compare url and entrypoint in .github/freshboot.yml with what the host runs.",),
    Cause.ASLEEP: ("Open the app in a browser and press the button that wakes it, or leave out --no-wake.",),
    Cause.DOWN: ("Read the host's log.", "Run confirm again when the app answers."),
    Cause.PRIVATE: ("Make the app public, or run confirm where it can be reached.",),
    Cause.NO_AGENT: (
        "Add `import freshboot; freshboot.boot()` before every other import, in entrypoint and pages.",
    ),
    Cause.AGENT_FAILED: ("Upgrade freshboot in the app's dependency file.", "If it stays, report the log."),
    Cause.UNRECORDED: (
        "Call freshboot.boot() before every other import.",
        "Press Reboot once, so that everything is loaded under its eyes.",
    ),
    Cause.UNKNOWN_CODE: (
        "Look for files that were edited or made on the server.",
        "Press Reboot: it clones afresh.",
    ),
}


def explain(judgement: Judgement, expected: Expectation) -> str:
    """One plain sentence that a person can act on."""
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
    if judgement.cause is None:
        return f"Not proven in time: {judgement.detail}."
    return _SENTENCES[judgement.cause].format(
        live=_origin(whole(judgement)),
        files=describe(_to_tell(judgement)),
        detail=_joined(judgement),
    )


def _to_tell(judgement: Judgement) -> tuple[FileFinding, ...]:
    """The findings that are the cause: a process that runs what lies on its disk is old for that reason."""
    if judgement.cause is Cause.STALE_FILE:
        return tuple(one for one in judgement.findings if one.layer is Layer.DISK)
    return judgement.findings


def next_steps(judgement: Judgement) -> tuple[str, ...]:
    """What to do about it, the first thing first; nothing where all is well."""
    if judgement.verdict in (Verdict.PROVEN, Verdict.SUPERSEDED) or judgement.cause is None:
        return ()
    return _NEXT[judgement.cause]


def limits(judgement: Judgement, expected: Expectation, replicas: int) -> tuple[str, ...]:
    """What the verdict does not speak of."""
    told = [
        f"{replicas} process{'es are' if replicas > 1 else ' is'} assumed to serve the app",
        "environment variables, secrets and sessions that were open before are not looked at",
        "what modules read or were given while they were loaded (data, old functions) is not looked at",
        "installed packages, bytecode and cached results are not looked at",
    ]
    if missing := [layer.value for layer in ATTESTED if layer not in expected.layers]:
        told.append(f"not asked for: {', '.join(missing)}")
    if expected.excluded:
        told.append(f"never hashed: {', '.join(expected.excluded)}")
    if any(one.healed or one.lingering for one in judgement.live):
        told.append("old modules were dropped; tabs or tasks that began before may still hold them")
    return tuple(told)


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


def _where(expected: Expectation) -> str:
    places = {Layer.DISK: "on disk", Layer.MEMORY: "in memory"}
    return ", " + " and ".join(places[layer] for layer in expected.layers)


def _file(finding: FileFinding) -> str:
    name = finding.path or "a file that no commit names"
    where = "on disk" if finding.layer is Layer.DISK else "in memory"
    if finding.origin is not None:
        return f"{name} {where} is from {_origin(finding.origin)}"
    if finding.layer is Layer.MEMORY and finding.state is FileState.MISSING:
        return f"{name} is not among what runs"
    return f"{name} {where} is {finding.state.value}"


def _origin(origin: Origin | None) -> str:
    if origin is None:
        return "an earlier commit"
    return f"commit {short(origin.commit)}, {origin.behind} commit{'s' if origin.behind != 1 else ''} behind"


def _live_commit(judgement: Judgement) -> str:
    return next((one.commit for one in judgement.live if one.commit), "")


def _joined(judgement: Judgement) -> str:
    """The detail, set apart from the files where both are told."""
    if not judgement.detail:
        return ""
    return judgement.detail + ("; " if judgement.findings else "")
