"""Ledgers to show: what a team's app goes through in some months, written as notes of a real repository."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from freshboot.judge.causes import Cause
from freshboot.judge.evidence import FileFinding, FileState, Origin
from freshboot.judge.verdict import Verdict
from freshboot.ledger.attempt import Attempt, written
from freshboot.proof import Layer
from freshboot.tell.document import document
from tests.gitrepo import git, make_repository
from tests.tell.report.records import APP, COLOURS, FAILING, FIRST, QUIET, attempt, outcome

FILES = ("streamlit_app.py", "calculations.py", "pages/by_territory.py", "formatting.py", "territories.py")
REASONS = ("", "", "Revenue by territory", "Round to whole pounds", "Rates of 2027")
_WELL, _STALE, _CODE = Verdict.PROVEN, Verdict.STALE, Verdict.CODE


def ledger(folder: Path, attempts: Sequence[Attempt]) -> Path:
    """A new repository whose notes hold these attempts."""
    repository = make_repository(folder, {"streamlit_app.py": "import streamlit\n", "README.md": "An app\n"})
    record(repository, [one.to_json() for one in attempts])
    return repository


def record(folder: Path, lines: Sequence[str]) -> None:
    """Write a ledger of these lines in one go, in the place of one that is there."""
    notes: dict[str, list[str]] = {}
    for at, one in enumerate(lines):
        notes.setdefault(f"{at % 250:02x}/{at:038x}", []).append(one)
    parts = ["commit refs/notes/freshboot\ncommitter Ada <ada@example.org> 0 +0000\ndata 0\n\ndeleteall\n"]
    for name, told in notes.items():
        text = "".join(f"{line}\n" for line in sorted(told))
        parts.append(f"M 100644 inline {name}\ndata {len(text.encode())}\n{text}\n")
    git(folder, "fast-import", "--quiet", "--force", input="".join(parts).encode())


def months(releases: int, app: str = APP, seed: int = 1) -> list[Attempt]:
    """What so many releases went through, each on another part of a day; most are well at once."""
    chance = random.Random(seed)
    return [one for number in range(1, releases + 1) for one in _release(number, chance, app)]


def _release(number: int, chance: random.Random, app: str) -> Iterator[Attempt]:
    minutes = 7 * 60 * number + chance.randrange(300)
    changed = tuple(sorted(chance.sample(FILES, chance.choice((1, 1, 2, 3)))))
    ends = chance.choices(
        (
            ((_WELL, None),),
            ((_STALE, Cause.STALE_MODULES), (_WELL, None)),
            ((_STALE, Cause.STALE_FILE), (_STALE, Cause.STALE_FILE), (_WELL, None)),
            ((_CODE, Cause.CHECK_FAILED),),
            ((Verdict.UNPROVEN, Cause.ASLEEP),),
            ((Verdict.SUPERSEDED, None),),
            ((None, None),),
        ),
        (78, 8, 4, 4, 3, 2, 1),
    )[0]
    took = chance.lognormvariate(3.9, 0.5)
    for at, (verdict, cause) in enumerate(ends, 1):
        yield _attempt(number, at, minutes, took, changed, verdict, cause, chance, app)
        minutes += 4


def _attempt(
    number: int,
    at: int,
    minutes: int,
    took: float,
    changed: tuple[str, ...],
    verdict: Verdict | None,
    cause: Cause | None,
    chance: random.Random,
    app: str,
) -> Attempt:
    old = FileFinding(changed[0], Layer.MEMORY if cause is Cause.STALE_MODULES else Layer.DISK, _state())
    files = (replace(old, origin=_origin(number)),) if verdict is _STALE else ()
    checks = (QUIET, FAILING) if verdict is _CODE else (QUIET,)
    ended = outcome(number, verdict, files, checks, cause=cause) if verdict else None
    pushed = FIRST + timedelta(minutes=minutes)
    began = pushed + timedelta(seconds=2)
    commit = f"{number * 7919 + 0xA1B2C3:07x}"[-7:] + f"{number:033x}"
    stamp = f"1.{number // 40}.{number % 40}+{pushed:%Y%m%dT%H%M%SZ}.g{commit[:7]}.{COLOURS[number % 6]}"
    told = attempt(number, ended, *changed)
    result = document(ended) if ended else None
    if result:
        result["expected"].update(commit=commit, stamp=stamp)
        result["live"].update(stamp=stamp)
        result["explanation"] = result["explanation"].replace(told.commit[:7], commit[:7])
    return replace(
        told,
        id=f"{number}.{at}",
        rollout=f"rollout-{number}",
        number=at,
        commit=commit,
        source=commit,
        stamp=stamp,
        remedy=(None, "nudge", "rebuild")[at - 1],
        does=("", "change DEPLOYMENT_VERSION", "stamp requirements.txt")[at - 1],
        pushed=written(pushed),
        began=written(began),
        ended=written(began + timedelta(seconds=took + 10)) if ended else None,
        trigger="push",
        reason=chance.choice(REASONS),
        app=app,
        result=result,
    )


def _state() -> FileState:
    return FileState.STALE


def _origin(number: int) -> Origin:
    return Origin(f"{(number - 1) * 7919 + 0xA1B2C3:07x}"[-7:] + f"{number - 1:033x}", 1)
