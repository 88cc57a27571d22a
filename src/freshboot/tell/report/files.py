"""Git has, live has: for each file what the release's commit holds, and what the app holds."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from freshboot.judge.evidence import FileFinding
from freshboot.judge.verdict import Verdict
from freshboot.proof import is_excluded
from freshboot.tell.report.facts import Facts
from freshboot.tell.report.record import Result
from freshboot.tell.report.secrets import clean, without_secrets

MOST = 20
_MOST_LINES = 16
_LONGEST_LINE = 2_000
_DIGITS = 10


class State(str, Enum):
    """Whether what is live is what git has."""

    SAME = "the same"
    DIFFERENT = "different"
    UNKNOWN = "not known"


@dataclass(frozen=True)
class Pair:
    """One file on both sides.

    ``git`` and ``live`` are blob ids, cut; empty where there is none, or nobody knows. ``live_commit`` is
    where the live bytes come from, ``behind`` how many commits ago. ``layers`` are those where it is old,
    with its state there. ``lines`` are what differs: ``-`` before what is live, ``+`` before what git has.
    """

    path: str
    state: State
    git: str
    live: str
    live_commit: str
    behind: int | None
    layers: tuple[str, ...]
    lines: tuple[str, ...]


def pairs(result: Result | None, facts: Facts, pushed: Iterable[str]) -> tuple[Pair, ...]:
    """The files that are old or in doubt, then the pushed ones, each once."""
    found = [one for one in (result.files if result else ()) if one.path]
    paths = dict.fromkeys([*(one.path for one in found if one.path), *sorted(set(pushed))])
    told = [_pair(path, [one for one in found if one.path == path], result, facts) for path in paths]
    order = {State.DIFFERENT: 0, State.UNKNOWN: 1, State.SAME: 2}
    return tuple(sorted(told, key=lambda one: order[one.state]))


def proof_of(commit: str, told: Sequence[Pair]) -> str:
    """The command that shows what git has of the first of the files; empty where there is none."""
    shown = next((one.path for one in told if one.git), None)
    return f"git show {commit[:7]}:{shlex.quote(shown)}" if shown and commit else ""


def _pair(path: str, found: Sequence[FileFinding], result: Result | None, facts: Facts) -> Pair:
    commit = result.commit if result else ""
    git = facts.blobs.get((commit, path), "")
    old = next((one for one in found if one.is_certain), None)
    origin = old.origin if old else None
    is_same = result is not None and result.holds(path) and result.verdict is not Verdict.SUPERSEDED
    live_commit = origin.commit if origin else commit if is_same else ""
    shown = old is not None and not is_excluded(path)
    lines = facts.differences.get((path, live_commit, commit), ()) if shown else ()
    return Pair(
        path=clean(path),
        state=State.DIFFERENT if old else State.SAME if is_same else State.UNKNOWN,
        git=git[:_DIGITS],
        live=(facts.blobs.get((live_commit, path), "") if live_commit else "")[:_DIGITS],
        live_commit=live_commit,
        behind=origin.behind if origin else 0 if is_same else None,
        layers=tuple(dict.fromkeys(f"{one.layer.value}: {one.state.value}" for one in found)),
        lines=tuple(map(code_line, lines[:_MOST_LINES])),
    )


def code_line(text: str) -> str:
    """A line of code without credentials; what stands at its start stays."""
    text = text[:_LONGEST_LINE]
    body = text[1:].lstrip(" \t")
    indent = text[1 : len(text) - len(body)].replace("\t", "    ")
    return text[:1] + indent[:40] + clean(without_secrets(body), 160)
