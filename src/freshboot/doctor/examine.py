"""All rules over one snapshot: what is found, and what of it somebody has ignored."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from freshboot.config import CONFIG_FILE
from freshboot.doctor.finding import Finding, Found, Rule, Severity
from freshboot.doctor.ignores import Ignore, ignores
from freshboot.doctor.rules import RULES
from freshboot.doctor.rules.ignore_without_reason import RULE as WITHOUT_REASON
from freshboot.doctor.rules.ignore_without_reason import without_reason
from freshboot.doctor.rules.unused_ignore import RULE as UNUSED
from freshboot.doctor.rules.unused_ignore import unused
from freshboot.doctor.snapshot import Snapshot

_ORDER = tuple(Severity)


@dataclass(frozen=True)
class Examination:
    """What was found: ``findings`` stand, the worst first, each rule's together; ``ignored`` has reasons."""

    findings: tuple[Finding, ...]
    ignored: tuple[Finding, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether nothing but notes stands."""
        return all(one.severity is Severity.NOTE for one in self.findings)


def examine(snapshot: Snapshot, rules: Sequence[Rule] = RULES) -> Examination:
    """Look for everything.

    A comment without a reason ignores nothing.
    """
    raw = [Finding(rule, found) for rule in rules for found in dict.fromkeys(rule.look(snapshot))]
    comments = ignores(snapshot, _looked_at(snapshot, raw))
    told = [replace(one, ignored=_reason(one, comments, snapshot)) for one in raw]
    about = [Finding(WITHOUT_REASON, found) for found in without_reason(comments)]
    about += [Finding(UNUSED, found) for found in (*unused(comments, raw), *_unknown(snapshot, rules))]
    standing = sorted((one for one in (*told, *about) if one.ignored is None), key=_place)
    return Examination(tuple(standing), tuple(sorted((one for one in told if one.ignored), key=_place)))


def _unknown(snapshot: Snapshot, rules: Sequence[Rule]) -> Iterator[Found]:
    """What the configuration ignores, and no rule is called."""
    known = {rule.name for rule in rules}
    for name in sorted(snapshot.ignored.keys() - known):
        line = snapshot.line_of(CONFIG_FILE, rf"^\s+[\"']?{re.escape(name)}[\"']?\s*:")
        yield Found(f"no rule is called {name}", CONFIG_FILE if line else None, line)


def _reason(finding: Finding, comments: Sequence[Ignore], snapshot: Snapshot) -> str | None:
    """Why it is ignored: by a comment at its place, or by the configuration; None where it is not."""
    name, found = finding.rule.name, finding.found
    told = (one.reason for one in comments if one.reason and one.means(name, found.path, found.line))
    return next(told, None) or snapshot.ignored.get(name)


def _looked_at(snapshot: Snapshot, raw: Sequence[Finding]) -> frozenset[str]:
    """Where comments are looked for: what the apps run, what installs them, and where something is found."""
    return frozenset(_files(snapshot)) | {one.found.path for one in raw if one.found.path in snapshot.paths}


def _files(snapshot: Snapshot) -> Iterator[str]:
    for app in snapshot.apps:
        yield from snapshot.graph(app).modules
        yield from (line.file for line in snapshot.asked(app.dependency_file))
    yield from (one.path for one in snapshot.workflows if one.uses)


def _place(finding: Finding) -> tuple[int, str, str, int]:
    found = finding.found
    return _ORDER.index(finding.severity), finding.rule.name, found.path or "", found.line or 0
