"""What to look at, and what it means; what must be so at the end; and what to do next."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from freshboot.judge.checks import CheckResult
from freshboot.judge.verdict import Verdict
from freshboot.judge.words import short
from freshboot.tell.report.badge import Badge
from freshboot.tell.report.facts import Facts
from freshboot.tell.report.layers import LayerStory
from freshboot.tell.report.layers import State as LayerState
from freshboot.tell.report.record import Result
from freshboot.tell.report.secrets import clean

_MOST_BADGES, _MOST_FILES, _MOST_CHECKS = 3, 5, 10
_NO_EXCEPTION = "no exception"
_EVERY_TEST = "every test passes"


@dataclass(frozen=True)
class Case:
    """If this is what you see, then that is what it means."""

    see: str
    then: str


@dataclass(frozen=True)
class Verification:
    """One thing to look at: what to do, the command for it (or empty), what to expect, and the cases."""

    title: str
    do: str
    command: str
    expect: str
    badge: Badge | None
    cases: tuple[Case, ...]


class State(str, Enum):
    """Whether a criterion is met."""

    MET = "met"
    UNMET = "not met"
    UNKNOWN = "not known"


@dataclass(frozen=True)
class Criterion:
    """What must be so before anybody may say that it is done."""

    text: str
    state: State
    detail: str


def own(checks: Sequence[CheckResult]) -> tuple[CheckResult, ...]:
    """The checks of the configuration; that pages show no exception is checked by itself."""
    return tuple(one for one in checks if one.expected != _NO_EXCEPTION)


def quiet(checks: Sequence[CheckResult]) -> tuple[CheckResult, ...]:
    """The looks at pages for exceptions, one for each page that may show none; without any, none was made."""
    return tuple(one for one in checks if one.expected == _NO_EXCEPTION)


def is_of_tests(check: CheckResult) -> bool:
    """Whether a check ran the repository's own tests, in place of looking at a page."""
    return check.expected == _EVERY_TEST


def verification(
    result: Result | None, commit: str, shown: Badge | None, earlier: Sequence[Badge], facts: Facts
) -> tuple[Verification, ...]:
    """The steps, each with what may be seen: the badge, the process itself, each old file, each check."""
    url = facts.app or "https://your-app.streamlit.app"
    where = f"--url {shlex.quote(url)}"
    files = [one for one in dict.fromkeys(f.path for f in result.old) if one] if result else []
    return (
        _badge(shown, earlier, url, facts),
        _ask(commit, where),
        *(_file(path, where) for path in files[:_MOST_FILES]),
        *(_check(one) for one in own(result.checks if result else ())[:_MOST_CHECKS]),
    )


def _badge(shown: Badge | None, earlier: Sequence[Badge], url: str, facts: Facts) -> Verification:
    expect = (
        f"a {shown.colour} badge: {shown.text}" if shown else "no stamped badge: the release carries no stamp"
    )
    target = f"branch {facts.branch or 'of the configuration'}, {facts.entrypoint or 'this entrypoint'}"
    others = [one for one in dict.fromkeys(earlier) if one != shown][-_MOST_BADGES:]
    cases = [
        *(
            [Case(f"{shown.colour}: {shown.text}", "The entrypoint is new. Step 2 tells the rest.")]
            if shown
            else []
        ),
        *(
            Case(f"{one.colour}: {one.text}", "An earlier release still runs. Wait two minutes; then step 2.")
            for one in reversed(others)
        ),
        Case(
            "another badge, or “unstamped”", f"The host runs none of these releases: does it track {target}?"
        ),
        Case("no badge", "freshboot.badge() is not called, or the app raised before it: step 2 tells."),
    ]
    return Verification("The version badge", f"Open {url}", "", expect, shown, tuple(cases))


def _ask(commit: str, where: str) -> Verification:
    cases = (
        Case("proven (exit 0)", "Exactly this commit runs, in every layer asked for. Go on to the numbers."),
        Case("stale (exit 1)", "The files that are named are old. Go on with “Next steps”."),
        Case(
            "code (exit 4)",
            "Exactly this commit runs and a check fails: mend the code. No cache is to blame.",
        ),
        Case(
            "unproven (exit 3)",
            "Nobody gave a whole answer. The cause says why; nothing is known of the code.",
        ),
    )
    command = f"freshboot confirm {where}" + (f" --commit {short(commit)}" if commit else "")
    return Verification("The running process", "Ask it what it runs", command, "proven", None, cases)


def _file(path: str, where: str) -> Verification:
    name = clean(path)
    cases = (
        Case("yes (exit 0)", "The process holds the release's bytes of this file."),
        Case("no (exit 1)", "It is old; the answer names the layer and the commit that it comes from."),
        Case("unknown (exit 3)", "Nobody answered, or the answer was not whole: ask again."),
    )
    command = f"freshboot where {shlex.quote(name)} {where}"
    return Verification(f"The file {name}", "Ask whether it is deployed", command, "yes", None, cases)


def _check(one: CheckResult) -> Verification:
    cases = [Case(one.expected, "This criterion is met.")]
    if not one.passed and not one.unseen:
        told = "If step 2 says code or proven, the code gives this: mend it. If it says stale, old code may."
        cases.append(Case(one.found, told))
    cases.append(Case("anything else", "Compare it with the code of exactly the commit that step 2 names."))
    do = "Run these tests against the live app" if is_of_tests(one) else "Look at the page"
    return Verification(one.name, do, "", one.expected, None, tuple(cases))


def criteria(result: Result | None, shown: Badge | None, told: Sequence[LayerStory]) -> tuple[Criterion, ...]:
    """Everything that must be so, with its state now."""
    return (
        *_stamp(result, shown),
        *(_layer(one) for one in told if one.state is not LayerState.NOT_ASKED),
        _pages(result),
        *(_criterion(one) for one in own(result.checks if result else ())),
        _settled(result),
    )


def _stamp(result: Result | None, shown: Badge | None) -> Iterator[Criterion]:
    if shown is None:
        return
    text = f"The badge is {shown.colour} and shows {shown.text}"
    if result is None or not result.live_stamp:
        yield Criterion(text, State.UNKNOWN, "no process told its stamp")
        return
    is_met = result.live_stamp == result.stamp
    yield Criterion(text, State.MET if is_met else State.UNMET, f"the process says {result.live_stamp}")


def _layer(one: LayerStory) -> Criterion:
    states = {LayerState.FRESH: State.MET, LayerState.STALE: State.UNMET}
    return Criterion(
        f"{one.name}: exactly the release ({one.meaning})", states.get(one.state, State.UNKNOWN), one.words
    )


def _pages(result: Result | None) -> Criterion:
    text = "No page shows an exception"
    if result is not None and result.raised:
        return Criterion(text, State.UNMET, result.raised[0])
    looked = quiet(result.checks) if result else ()
    if looked and all(one.passed for one in looked):
        return Criterion(text, State.MET, f"{len(looked)} looked at")
    return Criterion(text, State.UNKNOWN, "the pages were not all looked at")


def _criterion(one: CheckResult) -> Criterion:
    state = State.MET if one.passed else State.UNKNOWN if one.unseen else State.UNMET
    return Criterion(one.name, state, f"expected {one.expected}, found {one.found}" if one.found else "")


def _settled(result: Result | None) -> Criterion:
    text = "All of it held for the whole settle window, in every process: proven"
    if result is None:
        return Criterion(text, State.UNKNOWN, "no answer is on record")
    is_met = result.is_well
    is_known = is_met or result.verdict in (Verdict.STALE, Verdict.CODE)
    state = State.MET if is_met else State.UNMET if is_known else State.UNKNOWN
    return Criterion(text, state, f"the verdict is {result.verdict.value}")


def next_steps(result: Result | None, tried: Sequence[str], facts: Facts) -> tuple[str, ...]:
    """What to do, the first thing first: what the evidence says, then what is left where it does not help."""
    if result is None:
        return ("Run freshboot confirm: it tells what is live now.",)
    steps = list(result.next)
    if result.verdict is Verdict.CODE:
        steps.append("Push the correction with freshboot rollout: the same checks say whether it is one.")
    if result.verdict in (Verdict.STALE, Verdict.UNPROVEN):
        steps += _escalation(result, tried, facts)
    return tuple(dict.fromkeys(steps))


def _escalation(result: Result, tried: Sequence[str], facts: Facts) -> Iterator[str]:
    if not tried:
        yield "freshboot rollout --remedy auto applies the smallest remedy that the evidence is for."
    if not result.old:
        return
    yield from _anew(facts)
    yield "If that does not help: send the support request below."
    yield (
        "As the last way out, another host, where a deployment is a new process: Google Cloud Run, Heroku, "
        "AWS Elastic Beanstalk, Azure App Service, Render, Fly.io, Hugging Face Spaces."
    )


def _anew(facts: Facts) -> Iterator[str]:
    """How the app is deployed anew."""
    if facts.redeploy:
        yield "If it stays, deploy it anew:"
        yield from facts.redeploy
        return
    yield (
        "If it stays: copy the app's secrets, delete the app, wait five minutes, and deploy it again"
        + (" with the link below." if facts.deploy_link else ".")
    )


def useless(result: Result | None) -> tuple[str, ...]:
    """What need not be tried, since the evidence shows that it changes nothing."""
    if result is None or result.verdict is not Verdict.CODE:
        return ()
    return (
        (
            "Reboot, Clear cache, importlib.reload, a version bump, a comment, a renamed file, a new branch, "
            "deleting and deploying again, another host: each brings the very bytes that already run."
        ),
        "A ticket to the host: it serves exactly what was committed.",
    )
