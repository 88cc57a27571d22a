"""A rehearsal as a JSON document (schema ``rehearsal-v1``) and as lines for a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timezone
from typing import Any

from freshboot.judge.words import describe_raised, short
from freshboot.rehearsal.found import Made, Rehearsal, Subject
from freshboot.tell.document import document as document_of_outcome
from freshboot.tell.safe import command_message, command_property, line

SCHEMA = "rehearsal-v1"


def document(found: Rehearsal) -> dict[str, Any]:
    """Everything that a rehearsal found, in JSON's own types."""
    subject, outcome = found.subject, found.outcome
    return {
        "schema": SCHEMA,
        "verdict": found.verdict.value,
        "cause": found.cause.value if found.cause else None,
        "exit_code": found.exit_code,
        "commit": subject.commit,
        "uncommitted": subject.uncommitted,
        "entrypoint": subject.entrypoint,
        "dependency_file": subject.dependency_file,
        "python": subject.python,
        "packages": [line(one) for one in subject.packages],
        "secrets": subject.secrets,
        "environment": _environment(found.made) if found.made else None,
        "steps": [{**asdict(one), "step": one.step.value, "words": line(one.words)} for one in found.steps],
        "raised": [{"page": line(one.page), "raised": line(str(one.raised))} for one in found.raised],
        "rehearsed": not found.missing,
        "log": [line(one) for one in found.log],
        "explanation": line(found.explanation),
        "next": [line(one) for one in found.next_steps],
        "confirm": document_of_outcome(outcome) if outcome is not None else None,
    }


def heading(subject: Subject) -> Iterator[str]:
    """What is told before it begins: the commit, and what of the work tree and the host is not rehearsed."""
    yield f"rehearsing {short(subject.commit)} {subject.title}: {subject.entrypoint}, Python {subject.python}"
    if subject.uncommitted:
        plural = "s are" if subject.uncommitted > 1 else " is"
        yield f"  {subject.uncommitted} change{plural} not committed, and not rehearsed"
    if subject.packages:
        yield f"  packages.txt is not installed here: {', '.join(subject.packages)}"
    if subject.secrets:
        yield f"  secrets are passed on from {subject.secrets}"


def ending(found: Rehearsal) -> Iterator[str]:
    """The verdict, why, and what next."""
    cause = f" ({found.cause.value})" if found.cause else ""
    word = "not rehearsed" if found.missing else found.verdict.value
    yield f"{word}{cause} commit {short(found.subject.commit)}"
    yield f"  {found.explanation}"
    for one in found.log:
        yield f"  | {one}"
    for one in found.next_steps:
        yield f"  → {one}"


def on_github(found: Rehearsal) -> Iterator[str]:
    """Workflow commands that show on GitHub what went wrong, beside the line of the app that raises."""
    if found.exit_code == 0:
        return
    if not found.raised:
        yield f"::error title=freshboot rehearse::{command_message(found.explanation)}"
    for page in found.raised:
        frame = page.raised.frame if page.raised else None
        place = f"file={command_property(frame.path)},line={frame.line}," if frame else ""
        yield f"::error {place}title=freshboot rehearse::{command_message(describe_raised(page))}"


def _environment(made: Made) -> dict[str, Any]:
    when = datetime.fromtimestamp(made.made, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {**asdict(made), "made": when}
