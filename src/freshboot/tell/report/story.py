"""The story of an incident, told from the record: attempts and what git says become one value.

Every text in a story is one visible line without credentials; the renderers make it harmless where they
show it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone

from freshboot.judge.causes import Cause
from freshboot.judge.log import LogEvidence
from freshboot.judge.verdict import Verdict
from freshboot.judge.words import short
from freshboot.ledger.attempt import Attempt, moment
from freshboot.tell.report import files as file_story
from freshboot.tell.report import known as known_story
from freshboot.tell.report.addresses import is_form, public
from freshboot.tell.report.badge import Badge, badge
from freshboot.tell.report.facts import Facts
from freshboot.tell.report.grid import Grid, Tried, grid
from freshboot.tell.report.impact import Impact, Told, impact, wrong
from freshboot.tell.report.layers import LayerStory, layers
from freshboot.tell.report.pictures import Picture
from freshboot.tell.report.record import Result, commit_id, read
from freshboot.tell.report.ruling import Ruling, rulings
from freshboot.tell.report.secrets import clean
from freshboot.tell.report.steps import (
    Criterion,
    Verification,
    criteria,
    next_steps,
    own,
    useless,
    verification,
)
from freshboot.tell.report.support import Support, support
from freshboot.tell.report.words import CONCLUSIONS, RECORDED, SIGNS, UNFINISHED, when

_MOST_ATTEMPTS = 100
_MOST_CHANGED = 12


@dataclass(frozen=True)
class Step:
    """One attempt as the timeline tells it: without a verdict where it never ended, unstamped without badge.

    ``change`` is the first line of the message of the commit that was stamped; ``changed`` are the first of
    the paths that the release changes, ``more`` how many there are besides. ``seconds``: how long it took.
    """

    number: int
    commit: str
    badge: Badge | None
    remedy: str
    does: str
    change: str
    changed: tuple[str, ...]
    more: int
    reason: str
    trigger: str
    run_url: str
    pushed: datetime | None
    began: datetime | None
    ended: datetime | None
    seconds: float | None
    verdict: Verdict | None
    cause: Cause | None
    evidence: str

    @property
    def at(self) -> datetime | None:
        """When it happened: the push, else the beginning of the wait."""
        return self.pushed or self.began


@dataclass(frozen=True)
class Story:
    """All that a report tells. ``result`` is the last attempt's; None where it never ended.

    ``recorded`` is when that was found: None where it is told at the end of the very run, and where nobody
    knows.     What earlier attempts came to says nothing of what is live since: it stands in the timeline.
    """

    made: datetime
    recorded: datetime | None
    facts: Facts
    result: Result | None
    commit: str
    badge: Badge | None
    sign: str
    verdict: str
    cause: str
    conclusion: str
    sentence: str
    status: str
    effect: str
    steps: tuple[Step, ...]
    earlier: int
    files: tuple[file_story.Pair, ...]
    more_files: int
    claims: tuple[known_story.Claim, ...]
    known: tuple[str, ...]
    grid: Grid
    layers: tuple[LayerStory, ...]
    rulings: tuple[Ruling, ...]
    verification: tuple[Verification, ...]
    criteria: tuple[Criterion, ...]
    impact: Impact
    next: tuple[str, ...]
    useless: tuple[str, ...]
    lessons: tuple[str, ...]
    support: Support
    log: tuple[str, ...]
    limits: tuple[str, ...]
    pictures: tuple[Picture, ...]


def tell(
    attempts: Sequence[Attempt],
    facts: Facts,
    made: datetime,
    log: LogEvidence | None = None,
    pictures: Sequence[Picture] = (),
    *,
    just_now: bool = False,
) -> Story:
    """The story of these attempts, which stand in the order of time; there is at least one.

    ``facts`` is what git says of their commits, ``log`` what a log of the host's says. ``just_now``: the run
    that found it tells it, so that what it says of is; else it is a record, and says what was.
    """
    facts = _cleaned(facts, attempts[-1].app)
    results = [read(one.result) for one in attempts]
    last, result = attempts[-1], results[-1]
    log = log or LogEvidence()
    release = result.commit if result and result.commit else commit_id(last.commit)
    shown = badge(result.stamp if result else last.stamp)
    answered = list(zip(attempts, results, strict=True))
    told = impact([_told(*pair) for pair in answered])
    steps = tuple(_step(number, *pair, facts) for number, pair in enumerate(answered, 1))
    ruled, by_layer = rulings(result, log), layers(result)
    pairs = file_story.pairs(result, facts, [path for one in attempts for path in one.changed])
    claims = known_story.claims([facts.base, *(one.commit for one in attempts)], facts)
    return Story(
        made=made.astimezone(timezone.utc).replace(microsecond=0),
        recorded=None if just_now else _time(last.ended or last.began),
        facts=facts,
        result=result,
        commit=release,
        badge=shown,
        sign=SIGNS[result.verdict] if result else "❔",
        verdict=result.verdict.value if result else "unfinished",
        cause=result.cause.value if result and result.cause else "",
        conclusion=(CONCLUSIONS if just_now else RECORDED)[result.verdict] if result else UNFINISHED,
        sentence=result.explanation if result else _before(steps),
        status=_status(result, told),
        effect=_effect(result),
        steps=steps[-_MOST_ATTEMPTS:],
        earlier=max(len(steps) - _MOST_ATTEMPTS, 0),
        files=pairs[: file_story.MOST],
        more_files=max(len(pairs) - file_story.MOST, 0),
        claims=claims,
        known=known_story.known(results, [one.remedy or "" for one in attempts], claims),
        grid=grid([_tried(number, *pair) for number, pair in enumerate(answered, 1)]),
        layers=by_layer,
        rulings=ruled,
        verification=verification(result, release, shown, [one.badge for one in steps if one.badge], facts),
        criteria=criteria(result, shown, by_layer),
        impact=told,
        next=next_steps(result, told.remedies, facts),
        useless=useless(result),
        lessons=known_story.lessons(results, claims),
        support=support(result, [_line(one) for one in steps], told, ruled, facts),
        log=_log(log),
        limits=result.limits if result else (),
        pictures=tuple(pictures),
    )


def _cleaned(facts: Facts, app: str) -> Facts:
    """The facts that are shown as they are; paths and commits by which others are found stay."""
    return replace(
        facts,
        repository=clean(facts.repository),
        branch=clean(facts.branch),
        entrypoint=clean(facts.entrypoint),
        app=public(facts.app or app),
        deploy_link=facts.deploy_link if is_form(facts.deploy_link) else "",
    )


def _step(number: int, one: Attempt, result: Result | None, facts: Facts) -> Step:
    began, ended = _time(one.began), _time(one.ended)
    return Step(
        number=number,
        commit=commit_id(one.commit),
        badge=badge(one.stamp),
        remedy=clean(one.remedy or ""),
        does=clean(one.does),
        change=clean(facts.subjects.get(one.source) or facts.subjects.get(one.commit) or ""),
        changed=tuple(map(clean, one.changed[:_MOST_CHANGED])),
        more=max(len(one.changed) - _MOST_CHANGED, 0),
        reason=clean(one.reason),
        trigger=clean(one.trigger),
        run_url=public(one.run_url),
        pushed=_time(one.pushed),
        began=began,
        ended=ended,
        seconds=max((ended - began).total_seconds(), 0.0) if began and ended else None,
        verdict=result.verdict if result else None,
        cause=result.cause if result else None,
        evidence=result.explanation if result else "It began and never ended.",
    )


def _tried(number: int, one: Attempt, result: Result | None) -> Tried:
    return Tried(number, commit_id(one.commit), one.stamp, one.changed, result)


def _told(one: Attempt, result: Result | None) -> Told:
    return Told(
        one.commit,
        one.changed,
        clean(one.remedy or ""),
        _time(one.pushed),
        _time(one.began),
        _time(one.ended),
        result,
    )


def _before(steps: Sequence[Step]) -> str:
    """What the last attempt that ended came to, where a later one never did; empty where none ended."""
    one = next((one for one in reversed(steps) if one.verdict), None)
    if one is None or one.verdict is None:
        return ""
    told = f"{one.verdict.value}{f' ({one.cause.value})' if one.cause else ''}"
    return clean(f"The last answer is that of attempt {one.number}, commit {short(one.commit)}: {told}.")


def _status(result: Result | None, told: Impact) -> str:
    """Whether the incident is over."""
    if result is None or not result.is_well:
        return "open"
    return f"closed by the proof of {when(told.proven)}" if told.proven else "closed by a proof"


def _effect(result: Result | None) -> str:
    """What people meet who use the app."""
    if result is None or not result.is_attested:
        return "not known"
    old = list(dict.fromkeys(clean(one.path) for one in result.old if one.path))
    failed = own(result.failed)
    if failed:
        return wrong(failed[0]).removeprefix("it showed ")
    if result.raised:
        return f"the app raises {result.raised[0]}"
    if old:
        return f"old code or data: {', '.join(old[:_MOST_CHANGED])}"
    return "none is on record" if result.is_well else "not known"


def _line(one: Step) -> str:
    """An attempt in a line of a request."""
    what = f"remedy {one.remedy}" if one.remedy else "push"
    at = f"{one.at:%Y-%m-%d %H:%M} UTC, " if one.at else ""
    verdict = one.verdict.value if one.verdict else "it never ended"
    cause = f" ({one.cause.value})" if one.cause else ""
    change = f", “{one.change}”" if one.change else ""
    return clean(f"{at}{what} of commit {short(one.commit)}{change}: {verdict}{cause}")


def _log(log: LogEvidence) -> tuple[str, ...]:
    """What a log of the host's says, in sentences."""
    if log == LogEvidence():
        return ()
    told = [
        "The build failed." if log.build_failed else "It tells of no failed build.",
        f"Dependencies came from {log.dependency_file}." if log.dependency_file else "",
        f"It deploys {log.repository}, branch {log.branch}, {log.entrypoint}." if log.repository else "",
        "Changes were pulled." if log.pulls else "It tells of no pull.",
        "The process was restarted." if log.restarted else "",
        *log.failing_lines,
    ]
    return tuple(clean(one) for one in told if one)


def _time(text: str | None) -> datetime | None:
    try:
        return moment(text) if text else None
    except (ValueError, OverflowError):
        return None
