"""What is known of a whole row of attempts: what stayed the same, what numbers claim, what to learn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from freshboot.judge.verdict import Verdict
from freshboot.judge.words import short
from freshboot.proof import Layer
from freshboot.tell.report.facts import Facts
from freshboot.tell.report.record import Result
from freshboot.tell.report.secrets import clean
from freshboot.tell.report.steps import own
from freshboot.tell.report.words import counted

_SHOWN = 4
_MOST_CLAIMS = 20
_NEVER_HASHED = "never hashed: "


@dataclass(frozen=True)
class Claim:
    """A version number that a file claims, and that was not raised though the file changed.

    ``value`` stood in the file both before and after ``changes``, the commits that changed the rest of it.
    """

    path: str
    name: str
    value: str
    changes: tuple[str, ...]

    @property
    def words(self) -> str:
        """What it means for whoever looks at that number."""
        commits = ", ".join(map(short, self.changes[:_SHOWN]))
        return (
            f"{self.path} says {self.name} = “{self.value}” before and after {commits}, which changed it: "
            "this number tells nothing of what is live."
        )


def claims(commits: Sequence[str], facts: Facts) -> tuple[Claim, ...]:
    """The version numbers that stood still; ``commits`` in their order, before all the one that was there."""
    told = list(dict.fromkeys(one for one in commits if one))
    found: dict[tuple[str, str, str], list[str]] = {}
    for before, after in pairwise(told):
        for path in sorted({path for commit, path in facts.versions if commit == after}):
            claimed = facts.versions[after, path]
            old, new = facts.blobs.get((before, path)), facts.blobs.get((after, path))
            if old and new and old != new and facts.versions.get((before, path)) == claimed:
                found.setdefault((path, *claimed), []).append(after)
    some = list(found.items())[:_MOST_CLAIMS]
    return tuple(
        Claim(clean(path), clean(name), clean(value), tuple(changes)) for (path, name, value), changes in some
    )


def known(
    results: Sequence[Result | None], remedies: Sequence[str], told: Sequence[Claim]
) -> tuple[str, ...]:
    """What is certain of the whole row of attempts, in sentences; of a last one that never ended, nothing."""
    ended = [one for one in results if one is not None]
    last = results[-1] if results else None
    now = (*_of_files(last), *_of_all(ended, remedies)) if last else ()
    return tuple(clean(one) for one in (*now, *(claim.words for claim in told)))


def _of_files(last: Result) -> Iterator[str]:
    old = list(dict.fromkeys(one.path for one in last.old if one.path))
    if last.is_exact:
        of = "a later commit" if last.verdict is Verdict.SUPERSEDED else f"commit {short(last.commit)}"
        holds = "File by file, the app holds" if Layer.DISK in last.asked else "The app runs"
        yield f"{holds} exactly {of}: no file is old, in no layer that was asked for."
    elif old and last.is_definite:
        some = ", ".join(old[:_SHOWN]) + (f" and {len(old) - _SHOWN} more" if len(old) > _SHOWN else "")
        are = "is" if len(old) == 1 else "are"
        if Layer.DISK in last.asked:
            hidden = any(one.startswith(_NEVER_HASHED) for one in last.limits)
            others = "every other file of it is live" + (", but for what is never hashed" if hidden else "")
            yield f"Only {some} {are} not the release's; {others}."
        else:
            asked = ", ".join(one.value for one in Layer if one in last.asked)
            yield f"In what was asked for ({asked}) only {some} {are} not the release's."


def _of_all(ended: Sequence[Result], remedies: Sequence[str]) -> Iterator[str]:
    last = ended[-1]
    alike = 1
    while alike < len(ended) and (ended[-alike - 1].verdict, ended[-alike - 1].cause) == (
        last.verdict,
        last.cause,
    ):
        alike += 1
    if alike > 1 and not last.is_well:
        yield f"It was the same in the last {alike} attempts."
    tried = list(dict.fromkeys(one for one in remedies if one))
    if tried and not last.is_well:
        yield f"Tried without success: {', '.join(tried)}."
    first, latest = ({one.boot_id for one in each.processes} for each in (ended[-alike], last))
    if first and latest and first.isdisjoint(latest) and not last.is_well:
        yield "A process that was started in between showed it as well: a restart did not change it."
    flaps, outages = last.counts.get("flaps", 0), last.counts.get("outages", 0)
    if flaps or outages:
        ceased, turned = counted(outages, "time"), counted(flaps, "time")
        yield f"In the last attempt answers ceased {ceased} and turned old again {turned}."


def lessons(results: Sequence[Result | None], told: Sequence[Claim]) -> tuple[str, ...]:
    """What to do otherwise next time, as far as this record shows it."""
    ended = [one for one in results if one is not None]
    found = []
    wrong = [one for one in ended if one.verdict is Verdict.CODE]
    if len(wrong) > 1:
        found.append(
            f"The first verdict “code” was the answer: {counted(len(wrong) - 1, 'later attempt')} changed "
            "nothing of it. Read the failing check before the next push."
        )
    if told:
        found.append("Do not tell by a number that people raise by hand what is live: ask the process.")
    if ended and not any(own(each.checks) for each in ended):
        found.append(
            "Put the number that matters under checks: (configuration): a wrong one is then told at once."
        )
    if any(one.old for one in ended):
        found.append("Ask which file is old before changing any: freshboot where FILE.")
    return tuple(found)
