"""Records for the tests of reports: attempts whose results are the documents of real outcomes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

from freshboot.judge.causes import Cause
from freshboot.judge.checks import CheckResult
from freshboot.judge.evidence import (
    Expectation,
    FileFinding,
    FileState,
    Looked,
    Observation,
    Origin,
    Reading,
)
from freshboot.judge.outcome import Outcome, Tally
from freshboot.judge.verdict import EXIT_CODES, Judgement, Verdict
from freshboot.ledger.attempt import Attempt, written
from freshboot.proof import Layer
from freshboot.tell.document import document
from freshboot.tell.report.facts import Facts
from freshboot.tell.report.story import Story, tell

MADE = datetime(2026, 1, 17, 18, 0, tzinfo=timezone.utc)
FIRST = datetime(2026, 1, 17, 10, 0, tzinfo=timezone.utc)
APP = "https://budget.streamlit.app"
COLOURS = ("teal", "red", "navy", "purple", "green", "brown")
CAUSES = {Verdict.STALE: Cause.STALE_MODULES, Verdict.CODE: Cause.CHECK_FAILED, Verdict.UNPROVEN: Cause.DOWN}
RIGHT, WRONG = "£23,399,235", "£17,590,625"
FAILING = CheckResult("metric Revenue is £23,399,235 ± 1000", False, f"{RIGHT} ± 1000", WRONG)
QUIET = CheckResult("no exception", True, "no exception", "")


def commit(number: int) -> str:
    """The release of an attempt."""
    return f"{number:x}".rjust(2, "b") * 20


def stamp(number: int) -> str:
    """The stamp of an attempt."""
    return f"1.0.{number}+20260117T1{number % 10}0000Z.g{commit(number)[:7]}.{COLOURS[number % len(COLOURS)]}"


def old(
    path: str, layer: Layer = Layer.MEMORY, state: FileState = FileState.STALE, number: int = 1
) -> FileFinding:
    """A file that is not the release's, from the release of another attempt."""
    return FileFinding(path, layer, state, Origin(commit(number), 2))


def outcome(
    number: int,
    verdict: Verdict,
    files: Sequence[FileFinding] = (),
    checks: Sequence[CheckResult] = (),
    **facts: Any,
) -> Outcome:
    """How an attempt ended: whatever is not named is the release's, and one process answers."""
    expected = Expectation(commit(number), stamp(number), {"streamlit_app.py": "0" * 40}, "streamlit_app.py")
    reading = Reading(tuple(files))
    seen = Observation(
        2.0, f"boot{number}", reading, commit(number), started=written(FIRST), stamp=stamp(number)
    )
    cause = facts.pop("cause", CAUSES.get(verdict))
    live = () if verdict is Verdict.UNPROVEN else (seen,)
    judgement = Judgement(
        verdict,
        () if cause is None else (cause,),
        final=True,
        live=live,
        fresh_at=None if files else 4.0,
        exit_code=EXIT_CODES[verdict],
        looked=Looked(tuple(checks)),
        detail="no route to it",
    )
    fresh = verdict in (Verdict.PROVEN, Verdict.SUPERSEDED)
    return Outcome(
        replace(judgement, **facts),
        expected,
        ((0.5, "process boot attests otherwise"), (30.0, f"verdict: {verdict.value}")),
        1,
        4.0 if fresh else None,
        14.0 if fresh else None,
        Tally(asked=20, answered=len(live) * 20, processes=len(live)),
    )


def asking(made: Outcome, *layers: Layer, **expected: Any) -> Outcome:
    """The outcome, had these layers been asked for."""
    return replace(made, expected=replace(made.expected, layers=layers, **expected))


def attempt(number: int, ended: Outcome | None, *changed: str, **facts: Any) -> Attempt:
    """An attempt: pushed on the hour of its number, and over a minute later."""
    at = FIRST + timedelta(hours=number - 1)
    told = Attempt(
        id=str(number),
        rollout=str(number),
        number=1,
        commit=commit(number),
        source=commit(number),
        stamp=stamp(number),
        branch="main",
        changed=changed,
        pushed=written(at),
        began=written(at + timedelta(seconds=2)),
        ended=written(at + timedelta(seconds=62)) if ended else None,
        app=APP,
        result=document(ended) if ended else None,
    )
    return replace(told, **facts)


def story(*attempts: Attempt, facts: Facts | None = None, **others: Any) -> Story:
    """Their story, with what git says."""
    told = facts or Facts(repository="acme/budget", branch="main", entrypoint="streamlit_app.py")
    return tell(attempts, told, MADE, **others)


def founding() -> tuple[Attempt, ...]:
    """The incident that the code was to blame for: four pushes, and the first one told it."""
    ended = [outcome(number, Verdict.CODE, checks=(QUIET, FAILING)) for number in range(1, 5)]
    return (
        attempt(1, ended[0], "calculations.py", "streamlit_app.py"),
        attempt(2, ended[1], "streamlit_app.py"),
        attempt(3, ended[2], "calculations.py", "streamlit_app.py"),
        attempt(4, ended[3], "streamlit_app.py", remedy="rebuild", does="stamp requirements.txt"),
    )


def selective() -> tuple[Attempt, ...]:
    """An incident with a module that is really old, and its cure."""
    module = old("calculations.py")
    return (
        attempt(2, outcome(2, Verdict.STALE, (module,)), "calculations.py", "streamlit_app.py"),
        attempt(3, outcome(3, Verdict.STALE, (module,)), "streamlit_app.py", "marketing.py"),
        attempt(4, outcome(4, Verdict.PROVEN, checks=(QUIET, replace(FAILING, passed=True, found=RIGHT)))),
    )


def odd(value: Any) -> Any:
    """A document in which every text that is no name of ours ends in what cannot be encoded."""
    if isinstance(value, dict):
        return {**{key: odd(one) for key, one in value.items()}, "\ud800": "\ud800"}
    if isinstance(value, (list, tuple)):
        return [odd(one) for one in value]
    is_name = not isinstance(value, str) or re.fullmatch(r"[a-z0-9-]+", value)
    return value if is_name else f"{value}\ud800"
