"""The outcome as GitHub's Markdown: what a job's summary page shows, and what an issue begins with.

Every part is given a share of the bytes that are left, and cuts itself to it between two rows; so the whole
stays below its limit whatever an app or a repository says, and is well-formed at every length.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone

from freshboot.judge.evidence import FileFinding, Observation, Origin
from freshboot.judge.outcome import Outcome
from freshboot.judge.verdict import Judgement, Verdict
from freshboot.judge.words import describe_raised, explain, limits, next_steps, short
from freshboot.tell.badge import colour
from freshboot.tell.safe import markdown, mermaid

MOST_BYTES = 1_000_000
"""GitHub shows nothing at all of a step's summary above 1 MiB; other steps' words have files of their own."""
_MOST_EVENTS = 14
_MOST_NAMES = 10
_LONGEST_CELL = 200
_NOTHING = "–"

_SIGNS = {
    Verdict.PROVEN: ("✅", "The release is live."),
    Verdict.SUPERSEDED: ("✅", "A later commit of the branch is live."),
    Verdict.STALE: ("❌", "What is live is not the release."),
    Verdict.SEEN: ("⚠️", "The release shows, but nothing proves what runs."),
    Verdict.UNPROVEN: ("⚠️", "It is not known whether the release is live."),
    Verdict.CODE: ("❌", "The release is live, and the fault is in its code: no cache is to blame."),
}

_FOLDED = "\n</details>\n"
"""The end of what opens at a click; within it GitHub reads Markdown only after an empty line."""


@dataclass(frozen=True)
class _Part:
    """A part of the page: fixed lines, then rows that may be cut, then fixed lines.

    ``more`` is the row that tells how many were left out; without it they stand together or not at all.
    """

    rows: Sequence[str]
    before: str = ""
    after: str = ""
    more: str = "- … and {} more"

    def within(self, most: int) -> str:
        """The part in at most so many bytes of UTF-8; empty where not even its frame has room."""
        total = len(self.rows)
        left = most - _size("\n".join((self.before, self.more.format(total), self.after))) - 1
        sizes = itertools.accumulate(_size(row) + 1 for row in self.rows)
        kept = sum(1 for _ in itertools.takewhile(lambda size: size <= left, sizes))
        rest = [self.more.format(total - kept)] if kept < total else []
        told = "\n".join([self.before, *self.rows[:kept], *rest, self.after])
        fits = left >= 0 and (kept == total or bool(self.more))
        return f"{told}\n" if fits else ""


def summary(outcome: Outcome, *, commits: str = "", most: int = MOST_BYTES) -> str:
    """The outcome as Markdown in which nothing that came from the app has a meaning of its own.

    ``commits`` is the address in front of a commit's id (``https://github.com/owner/name/commit/``), which
    makes links of commits; ``most`` is the limit in bytes of UTF-8, at least 10,000.
    """
    told = [_head(outcome, commits)]
    left = most - _size(told[0])
    parts = [one for one in _parts(outcome, commits) if one.rows]
    for index, part in enumerate(parts):
        told.append(part.within(left // (len(parts) - index)))
        left -= _size(told[-1])
    return "".join(told)


def _parts(outcome: Outcome, commits: str) -> Iterator[_Part]:
    """The most important first: what one does not use of its share, those that follow may."""
    judgement, expected = outcome.judgement, outcome.expected
    yield _Part(_causes(outcome))
    yield _Part([f"1. {_text(one)}" for one in next_steps(judgement, expected)], "**What to do next**\n", "")
    yield _exceptions(judgement)
    yield _checks(judgement)
    yield _files(judgement, commits)
    yield _origins(judgement, commits)
    yield _requirements(judgement)
    yield _processes(judgement)
    yield _diagram(outcome.timeline)
    told = limits(judgement, expected, outcome.replicas)
    title = "<details><summary>What this does not speak of</summary>\n"
    yield _Part([f"- {_text(one)}" for one in told], title, _FOLDED)


def _head(outcome: Outcome, commits: str) -> str:
    judgement, expected = outcome.judgement, outcome.expected
    sign, meaning = _SIGNS[judgement.verdict]
    cause = f" ({judgement.cause.value})" if judgement.cause else ""
    shown = colour(expected.stamp)
    cells = [
        _commit(expected.commit, commits),
        _cell(expected.stamp or ""),
        f"**{shown}**" if shown else _NOTHING,
        _seconds(outcome.detected),
        _seconds(outcome.settled),
    ]
    return (
        f"### {sign} {judgement.verdict.value}{cause}: commit `{short(expected.commit)}`\n\n**{meaning}**\n\n"
        f"{_header('commit', 'stamp', 'badge to expect', 'first seen', 'settled')}\n{_row(cells)}\n\n"
    )


def _causes(outcome: Outcome) -> list[str]:
    """Each cause with its own sentence; where there is none, the verdict's."""
    judgement, expected = outcome.judgement, outcome.expected
    if len(judgement.causes) < 2 or judgement.verdict in (
        Verdict.PROVEN,
        Verdict.SUPERSEDED,
        Verdict.SEEN,
    ):
        return [_text(explain(judgement, expected))]
    alone = ((one, replace(judgement, causes=(one,))) for one in judgement.causes)
    return [f"- **{cause.value}**: {_text(explain(one, expected))}" for cause, one in alone]


def _exceptions(judgement: Judgement) -> _Part:
    shown = [one for one in judgement.raised if one.raised is not None]
    return _Part([f"- {_text(describe_raised(one))}" for one in shown], "**The app's own exception**\n")


def _checks(judgement: Judgement) -> _Part:
    checks = sorted(judgement.looked.checks, key=lambda one: one.passed)
    signs = {True: "✅", False: "❌"}
    rows = [
        _row(
            [
                "⚠️ not seen" if one.unseen else signs[one.passed],
                *map(_cell, (one.name, one.expected, one.found)),
            ]
        )
        for one in checks
    ]
    failed = sum(not one.passed for one in checks)
    title = (
        f"Checks: {failed} of {len(checks)} did not pass" if failed else f"Checks: all {len(checks)} passed"
    )
    return _table(title, ("", "check", "expected", "found"), rows, is_open=bool(failed))


def _files(judgement: Judgement, commits: str) -> _Part:
    found = judgement.findings
    rows = [_row([*_place(one), *_since(one.origin, commits)]) for one in found]
    names = ("file", "layer", "state", "from commit", "behind", "since")
    return _table(f"Files that are not the release's: {len(found)}", names, rows, is_open=True)


def _place(one: FileFinding) -> list[str]:
    renamed = f" (then {one.origin.path})" if one.origin and one.origin.path else ""
    name = _cell((one.path or "no commit names it") + renamed)
    return [name, one.layer.value, one.state.value]


def _since(origin: Origin | None, commits: str) -> list[str]:
    if origin is None:
        return [_NOTHING] * 3
    return [_commit(origin.commit, commits), str(origin.behind), _day(origin.time)]


def _origins(judgement: Judgement, commits: str) -> _Part:
    """The table commit × file, where the files are of more than one commit."""
    table = judgement.table if len(judgement.table) > 1 else {}
    rows = [_row([*_since(origin, commits), _names(paths)]) for origin, paths in table.items()]
    names = ("commit", "behind", "of", "files")
    return _table(f"Where they come from: {len(rows)} commits", names, rows)


def _names(paths: Sequence[str]) -> str:
    rest = len(paths) - _MOST_NAMES
    told = [_cell(one) for one in paths[:_MOST_NAMES]]
    return ", ".join([*told, *([f"… and {rest} more"] if rest > 0 else [])])


def _requirements(judgement: Judgement) -> _Part:
    found = judgement.requirements
    rows = [_row([_cell(one.line), _cell(one.file), one.state.value]) for one in found]
    return _table(f"Requirements that are not met: {len(found)}", ("line", "file", "installed"), rows)


def _processes(judgement: Judgement) -> _Part:
    rows = [_row(_process(one)) for one in judgement.live]
    names = ("process", "started", "stamp", "holds", "healed", "still held")
    return _table(f"Processes that answer: {len(rows)}", names, rows)


def _process(one: Observation) -> list[str]:
    is_certain = one.reading is not None and one.reading.is_certain
    holds = "the release" if one.fresh else "something else" if is_certain else "not known"
    told = [_cell(text or "") for text in (one.boot_id, one.started, one.stamp)]
    return [*told, holds, str(one.healed), str(one.lingering)]


def _diagram(events: Sequence[tuple[float, str]]) -> _Part:
    """The first and the last events; all of them stand in the log."""
    rows = [f"  {at:.1f} s : {mermaid(words) or 'event'}" for at, words in events]
    if (rest := len(rows) - _MOST_EVENTS) > 0:
        rows[_MOST_EVENTS // 2 : -_MOST_EVENTS // 2] = [f"  … : {rest} more events"]
    whole = ["\n".join(rows)] if rows else []
    return _Part(whole, "```mermaid\ntimeline", "```\n", more="")


def _table(title: str, names: Sequence[str], rows: Sequence[str], *, is_open: bool = False) -> _Part:
    """A folded table; ``title`` and ``names`` are ours, ``rows`` whole lines."""
    more = _row(["… and {} more", *[""] * (len(names) - 1)])
    start = f"<details{' open' if is_open else ''}><summary>{title}</summary>\n\n"
    return _Part(rows, start + _header(*names), _FOLDED, more)


def _header(*names: str) -> str:
    return f"{_row(names)}\n{_row(['---'] * len(names))}"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _text(words: str) -> str:
    return markdown(words) or _NOTHING


def _cell(words: str) -> str:
    return markdown(words, _LONGEST_CELL) or _NOTHING


def _commit(commit: str, commits: str) -> str:
    """A commit of this repository's git: nothing but hexadecimal digits."""
    return f"[`{short(commit)}`]({commits}{commit})" if commits else f"`{short(commit)}`"


def _seconds(seconds: float | None) -> str:
    return _NOTHING if seconds is None else f"{seconds:.1f} s"


def _day(seconds: int) -> str:
    """A commit may claim any time; one that no calendar has is none."""
    try:
        return f"{datetime.fromtimestamp(seconds, timezone.utc):%Y-%m-%d %H:%M} UTC" if seconds else _NOTHING
    except (ValueError, OverflowError, OSError):
        return _NOTHING


def _size(text: str) -> int:
    return len(text.encode())
