"""The outcome as GitHub's Markdown: what a job's summary page shows, and what an issue begins with.

Every part is given a share of the bytes that are left, and cuts itself to it between two rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timezone

from freshboot.judge.checks import CheckResult
from freshboot.judge.evidence import Expectation, FileFinding, Observation, Origin, Requirement
from freshboot.judge.outcome import Applied, Outcome, Tally
from freshboot.judge.verdict import Judgement, Verdict
from freshboot.judge.words import describe_raised, explain, limits, next_steps, short
from freshboot.tell.badge import colour
from freshboot.tell.page import Part, folded, header, listed, row, size, table, within
from freshboot.tell.safe import markdown, mermaid

MOST_BYTES = 1_000_000
"""GitHub shows nothing at all of a step's summary above 1 MiB; other steps' words have files of their own."""
_MOST_EVENTS = 14
_MOST_NAMES = 10
_LONGEST_CELL = 200
_NOTHING = "–"

_WITHOUT_CAUSES = (Verdict.PROVEN, Verdict.SUPERSEDED, Verdict.SEEN)
_SIGNS = {
    Verdict.PROVEN: ("✅", "The release is live."),
    Verdict.SUPERSEDED: ("✅", "A later commit of the branch is live."),
    Verdict.STALE: ("❌", "What is live is not the release."),
    Verdict.SEEN: ("❔", "The release shows, but nothing proves what runs."),
    Verdict.UNPROVEN: ("❔", "It is not known whether the release is live."),
    Verdict.CODE: ("❌", "The release is live, and the fault is in its code: no cache is to blame."),
}

_GANTT = """```mermaid
gantt
  dateFormat x
  axisFormat %s s
  todayMarker off"""
"""Times are in milliseconds since 1970, which the axis shows in seconds: the same in every time zone."""


def summary(outcome: Outcome, *, commits: str = "", most: int = MOST_BYTES) -> str:
    """The outcome as Markdown in which nothing that came from outside has a meaning of its own.

    ``commits`` is the address in front of a commit's id (``https://github.com/owner/name/commit/``), which
    makes links of commits; ``most`` is the limit in bytes of UTF-8, at least 10,000. Whatever stands in the
    outcome, the result is below that, and every tag, table and fence of it is ended.
    """
    head = _head(outcome, commits)
    return head + within(_parts(outcome, commits), most - size(head))


def _parts(outcome: Outcome, commits: str) -> Iterator[Part]:
    """The most important first."""
    judgement, expected = outcome.judgement, outcome.expected
    shown = [one for one in judgement.raised if one.raised is not None]
    yield _causes(judgement, expected)
    yield listed(next_steps(judgement, expected), _text, "What to do next", sign="1.")
    yield listed(shown, lambda one: _text(describe_raised(one)), "The app's own exception")
    yield _checks(judgement.looked.checks)
    yield _files(judgement.findings, commits)
    yield _origins(judgement.table, commits)
    yield _requirements(judgement.requirements)
    yield _processes(judgement.live)
    yield _remedies(outcome.applied)
    yield _counts(outcome.tally)
    yield _diagram(outcome.timeline)
    yield folded("What this does not speak of", listed(limits(judgement, expected, outcome.replicas), _text))


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
        f"{header('commit', 'stamp', 'badge to expect', 'live after', 'settled after')}\n{row(cells)}\n\n"
    )


def _causes(judgement: Judgement, expected: Expectation) -> Part:
    """Each cause with its own sentence; where it is one or none, the verdict's."""
    if len(judgement.causes) < 2 or judgement.verdict in _WITHOUT_CAUSES:
        return Part(1, [_text(explain(judgement, expected))])
    told = {one: explain(replace(judgement, causes=(one,)), expected) for one in judgement.causes}
    return listed(judgement.causes, lambda one: f"**{one.value}**: {_text(told[one])}")


def _checks(checks: Sequence[CheckResult]) -> Part:
    failed = [one for one in checks if not one.passed]
    title = (
        f"Checks: {len(failed)} of {len(checks)} did not pass" if failed else f"Checks: {len(checks)} passed"
    )
    ordered = sorted(checks, key=lambda one: one.passed)
    return table(title, ("check", "", "expected", "found"), ordered, _check, is_open=bool(failed))


def _check(one: CheckResult) -> list[str]:
    sign = "❔ not seen" if one.unseen else "✅" if one.passed else "❌"
    return [_cell(one.name), sign, _cell(one.expected), _cell(one.found)]


def _files(findings: Sequence[FileFinding], commits: str) -> Part:
    def cells(one: FileFinding) -> list[str]:
        return [*_place(one), *_since(one.origin, commits)]

    names = ("file", "layer", "state", "from commit", "behind", "since")
    title = f"Files that are not the release's: {len(findings)}"
    return table(title, names, findings, cells, is_open=True)


def _place(one: FileFinding) -> list[str]:
    renamed = f" (then {one.origin.path})" if one.origin and one.origin.path else ""
    name = _cell((one.path or "no commit names it") + renamed)
    return [name, one.layer.value, one.state.value]


def _since(origin: Origin | None, commits: str) -> list[str]:
    if origin is None:
        return [_NOTHING] * 3
    return [_commit(origin.commit, commits), str(origin.behind), _day(origin.time)]


def _origins(found: Mapping[Origin, Sequence[str]], commits: str) -> Part:
    """The table commit × file, where the files are of more than one commit."""

    def cells(one: Origin) -> list[str]:
        return [*_since(one, commits), _names(found[one])]

    origins = list(found) if len(found) > 1 else []
    return table(
        f"They come from {len(found)} commits", ("commit", "behind", "since", "files"), origins, cells
    )


def _names(paths: Sequence[str]) -> str:
    rest = len(paths) - _MOST_NAMES
    told = [_cell(one) for one in paths[:_MOST_NAMES]]
    return ", ".join([*told, *([f"… and {rest} more"] if rest > 0 else [])])


def _requirements(found: Sequence[Requirement]) -> Part:
    def cells(one: Requirement) -> list[str]:
        return [_cell(one.line), _cell(one.file), one.state.value]

    title = f"Requirements that are not met: {len(found)}"
    return table(title, ("line", "file", "installed"), found, cells)


def _processes(live: Sequence[Observation]) -> Part:
    names = ("process", "started", "stamp", "holds", "old modules dropped", "still held")
    return table(f"Processes that answer: {len(live)}", names, live, _process)


def _process(one: Observation) -> list[str]:
    told = [_cell(text or "") for text in (one.boot_id, one.started, one.stamp)]
    return [*told, _holds(one), str(one.healed), str(one.lingering)]


def _remedies(applied: Sequence[Applied]) -> Part:
    def cells(one: Applied) -> list[str]:
        verdict = ", ".join(told.value for told in (one.verdict, one.cause) if told)
        return [
            _cell(one.name),
            _cell(" → ".join((one.does, *one.steps))),
            verdict or _NOTHING,
            _seconds(one.seconds),
        ]

    names = ("remedy", "what was done", "verdict after it", "took")
    return table(f"Remedies applied: {len(applied)}", names, applied, cells, is_open=True)


def _counts(counts: Tally) -> Part:
    """What of a wait does not show at its end: that answers ceased, or that what was new became old again."""
    rows = [(name, getattr(counts, name)) for name in ("outages", "flaps") if getattr(counts, name)]
    names = (f"in {counts.asked} questions", "how often")
    return table("Interruptions of the wait", names, rows, lambda one: [one[0], str(one[1])])


def _holds(one: Observation) -> str:
    if one.fresh:
        return "a later commit" if one.superseding else "the release"
    return "something else" if one.reading is not None and one.reading.is_certain else "not known"


def _diagram(events: Sequence[tuple[float, str]]) -> Part:
    """The first and the last events on the axis of time; all of them stand in the log.

    A row's first word is a number, so that no word of an event is taken for one of the language.
    """
    rows = [_milestone(at, f"{at:.1f} s {mermaid(words)}") for at, words in events]
    if (rest := len(rows) - _MOST_EVENTS) > 0:
        half = _MOST_EVENTS // 2
        rows[half:-half] = [_milestone(events[half][0], f"{rest} more events")]
    return Part(min(len(rows), 1), ["\n".join(rows)], _GANTT, "```\n", more="")


def _milestone(at: float, words: str) -> str:
    return f"  {words} :milestone, {max(round(at * 1000), 0)}, 0ms"


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
