"""An examination as JSON: the schema ``doctor-v1``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from freshboot.doctor.examine import Examination
from freshboot.doctor.finding import Finding
from freshboot.doctor.table import REPORTS
from freshboot.survey import App

SCHEMA = "doctor-v1"


def document(
    apps: Iterable[App],
    examination: Examination,
    asked: Mapping[str, str],
    fixed: Iterable[str],
    diff: str | None,
) -> dict[str, Any]:
    """What ``freshboot doctor --json`` prints.

    :param asked: what became of each question, ``host`` and ``github``
    :param fixed: the files that were written
    :param diff: what ``--fix`` changes, if it was asked for
    """
    return {
        "schema": SCHEMA,
        "sound": examination.is_sound,
        "apps": [asdict(one) for one in apps],
        "findings": [_finding(one) for one in examination.findings],
        "ignored": [{**_finding(one), "reason": one.ignored} for one in examination.ignored],
        "asked": dict(asked),
        "fixed": list(fixed),
        "diff": diff,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    rule, found = finding.rule, finding.found
    field = rule.field
    seen = None if field is None else {"class": field.title, "reports": field.reports, "of": REPORTS}
    return {
        "rule": rule.name,
        "severity": finding.severity.value,
        "path": found.path,
        "line": found.line,
        "found": found.words,
        "why": rule.why,
        "likely": seen,
        "fix": finding.fix,
        "fixable": finding.is_fixable,
    }
