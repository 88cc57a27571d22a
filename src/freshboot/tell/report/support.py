"""A request to the host's support, ready to send; where the host is not to blame, one to the code's owner.

It holds no credentials, no query of an address, and no name of a person or a machine's folder.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from freshboot.judge.causes import Cause
from freshboot.judge.verdict import Verdict
from freshboot.judge.words import short
from freshboot.proof import ATTESTED
from freshboot.tell.report.facts import Facts
from freshboot.tell.report.impact import Impact, wrong
from freshboot.tell.report.record import Result
from freshboot.tell.report.ruling import Ruling, State
from freshboot.tell.report.secrets import clean
from freshboot.tell.report.words import counted, duration

FORUM = "https://discuss.streamlit.io"
_CLOUD = ".streamlit.app"
_MOST_FILES, _MOST_TRIED = 20, 20

_ASKED = {
    Cause.NOT_APPLIED: (
        "Please look why pushes to this repository are not applied: its webhook, or a deployment that is "
        "stuck. Then start the app from a fresh clone."
    ),
    Cause.STALE_FILE: (
        "Please look why the app's folder keeps old bytes of these files, and start the app from a fresh "
        "clone, without any cached layer."
    ),
    Cause.STALE_PACKAGES: "Please look why a changed dependency file did not make the host install anew.",
    Cause.STALE_BYTECODE: "Please start the app from a fresh clone, without compiled files of old commits.",
    Cause.STALE_MODULES: "Please start the app's process anew: the files are new, and it runs the old ones.",
    Cause.STALE_RESULTS: "Please start the app's process anew: its caches hold results of earlier code.",
    Cause.STALE_EDGE: "Please purge what stands before the app: it hands out old static files.",
    Cause.MIXED_REPLICAS: "Please restart the processes that still run an earlier commit.",
    Cause.PLATFORM_OUTAGE: "Please look at the app's container: the platform itself reports the error.",
    Cause.DOWN: "Please look why the app does not answer.",
    Cause.BUILD_FAILED: "Please look why this build fails.",
}
_REASONS = {
    Cause.WRONG_TARGET: "The host deploys something else than the configuration says: that is a setting.",
    Cause.WRONG_DEPENDENCY_FILE: "Which dependency file wins is documented: the repository decides it.",
    Cause.ASLEEP: "The app is asleep, and a visit wakes it.",
    Cause.PRIVATE: "The app is private: that is a setting.",
    Cause.HOT_RELOAD_RACE: "It goes away by itself.",
    Cause.APP_RAISES: "The app's own code raises.",
}


_OURS = (Cause.AGENT_TOO_OLD, Cause.AGENT_FAILED, Cause.NO_AGENT)
"""What no host has to do with."""
_OF_THE_OWNER = "Please mend the code (or the check) and push: the app runs exactly the commit above."
_NOTHING = "Nothing of the host."


@dataclass(frozen=True)
class Support:
    """A text to send. ``to_host``: whether it is for the host; ``advice`` says so, and why."""

    to_host: bool
    advice: str
    link: str
    subject: str
    text: str


def support(
    result: Result | None,
    tried: Sequence[str],
    told: Impact,
    rulings: Sequence[Ruling],
    facts: Facts,
) -> Support:
    """The request. ``tried`` is a line for each attempt, the first one first."""
    asked = _asked(result)
    parts = (
        (*_where(facts), *(_release(result) if result else ())),
        ("What happens", *_events(result, facts), *_since(told)),
        ("What was tried", *(f"- {one}" for one in tried[-_MOST_TRIED:])),
        ("What is ruled out", *_ruled_out(rulings)),
        ("How it was measured", _method(result)),
        ("What we ask for", asked or (_OF_THE_OWNER if _is_code(result) else _NOTHING)),
    )
    return Support(
        to_host=bool(asked),
        advice=_advice(result, bool(asked)),
        link=FORUM if asked and _is_cloud(facts.app) else "",
        subject=_subject(result, facts),
        text="\n\n".join("\n".join(lines) for lines in parts),
    )


def _asked(result: Result | None) -> str:
    """What the host can do; empty where that is nothing."""
    if result is None or result.cause is None or _is_code(result):
        return ""
    return _ASKED.get(result.cause, "")


def _is_code(result: Result | None) -> bool:
    return result is not None and result.verdict is Verdict.CODE


def _events(result: Result | None, facts: Facts) -> Iterator[str]:
    if result is None:
        yield "The rollout ended without an answer."
        return
    yield result.explanation
    yield from _files(result, facts)
    yield from (f"- {one.name}: {wrong(one)}" for one in result.failed)


def _ruled_out(rulings: Sequence[Ruling]) -> Iterator[str]:
    told = (one for one in rulings if one.state is State.EXCLUDED and one.cause not in _OURS)
    return (f"- {one.name}: {one.why}" for one in told)


def _method(result: Result | None) -> str:
    """How it is known what runs."""
    if result is None:
        return "No answer is on record."
    if not result.is_attested:
        return "The app was asked what it runs, with a random challenge, and no process of it told."
    asked = ", ".join(one.value for one in ATTESTED if one in result.asked)
    return (
        "The running process answered a fresh random challenge with keyed tags of all that it holds"
        f"{f' ({asked})' if asked else ''}; the tags were compared with the git objects of the commit."
    )


def _advice(result: Result | None, to_host: bool) -> str:
    if to_host:
        return "Ready to send, once the next steps have been tried."
    if _is_code(result):
        return "Not for the host, which serves exactly what was committed: it is for whoever owns the code."
    if result is not None and result.is_well:
        return "Nothing is to be asked for: all is well. The text tells how it was."
    cause = result.cause if result else None
    return f"Nothing to ask of the host yet. {_REASONS.get(cause, '') if cause else ''}".strip()


def _subject(result: Result | None, facts: Facts) -> str:
    name = (urlsplit(facts.app).hostname or "the app") if facts.app else "the app"
    if result is None:
        return f"{name}: a rollout without an answer"
    what = {
        Verdict.STALE: "does not run what was pushed",
        Verdict.CODE: "runs exactly what was pushed, and its code is wrong",
        Verdict.PROVEN: "runs what was pushed",
        Verdict.SUPERSEDED: "runs a later commit",
        Verdict.SEEN: "shows the pushed stamp",
        Verdict.UNPROVEN: "does not tell what it runs",
    }[result.verdict]
    cause = f" ({result.cause.value})" if result.cause else ""
    return clean(f"{name} {what}{cause}")


def _where(facts: Facts) -> Iterator[str]:
    yield f"App: {facts.app or 'not on record'}"
    parts = [facts.repository, f"branch {facts.branch}" if facts.branch else "", facts.entrypoint]
    yield f"Repository: {', '.join(filter(None, parts)) or 'not on record'}"


def _release(result: Result) -> Iterator[str]:
    stamp = f", stamp {result.stamp}" if result.stamp else ""
    yield f"Release: commit {short(result.commit) or 'not on record'}{stamp}"
    live = f"commit {short(result.live_commit)}" if result.live_commit else "no single commit"
    yield f"Live: {live}" if result.is_attested else "Live: nobody told"


def _files(result: Result, facts: Facts) -> Iterator[str]:
    for one in result.old[:_MOST_FILES]:
        git = facts.blobs.get((result.commit, one.path or ""))
        live = facts.blobs.get((one.origin.commit, one.path or ""), "") if one.origin else ""
        has = (
            f"git has blob {short(git)}" if git else "git has other bytes" if git is None else "git has none"
        )
        origin = f" of commit {short(one.origin.commit)}, {one.origin.behind} behind" if one.origin else ""
        holds = f"{f'blob {short(live)}' if live else one.state.value}{origin}"
        name = clean(one.path or "a file that no commit names")
        yield f"- {name}: {has}, the app holds {holds} ({one.layer.value})"
    if len(result.old) > _MOST_FILES:
        yield f"- and {len(result.old) - _MOST_FILES} more"


def _since(told: Impact) -> Iterator[str]:
    if told.first is not None:
        since = f"{told.first:%Y-%m-%d %H:%M} UTC"
        lasted = f", for {duration(told.seconds)}" if told.seconds is not None else ""
        yield f"Since {since}{lasted}, over {counted(told.attempts, 'attempt')}."


def _is_cloud(app: str) -> bool:
    return (urlsplit(app).hostname or "").endswith(_CLOUD)
