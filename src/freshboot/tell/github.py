"""What GitHub Actions is told: outputs for later steps, a summary, one annotation. Does nothing elsewhere."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from freshboot.judge.outcome import Outcome
from freshboot.judge.verdict import Verdict
from freshboot.judge.words import explain, next_steps, short
from freshboot.tell.safe import line, markdown, workflow

_MOST_FILES = 200


def set_outputs(values: Mapping[str, str], environment: Mapping[str, str] = os.environ) -> None:
    """Write step outputs, each between random delimiters, so that no value can end its own."""
    if path := environment.get("GITHUB_OUTPUT"):
        end = secrets.token_hex(16)
        text = "".join(f"{name}<<{end}\n{line(value)}\n{end}\n" for name, value in values.items())
        _append(path, text)


def add_summary(outcome: Outcome, environment: Mapping[str, str] = os.environ) -> None:
    """Write the verdict to the job's summary page."""
    if path := environment.get("GITHUB_STEP_SUMMARY"):
        _append(path, summary(outcome))


def summary(outcome: Outcome) -> str:
    """The verdict as Markdown in which nothing that came from the app has a meaning of its own."""
    judgement, expected = outcome.judgement, outcome.expected
    cause = f" ({judgement.cause.value})" if judgement.cause else ""
    parts = [
        f"### {judgement.verdict.value}{cause}: commit `{short(expected.commit)}`",
        "",
        markdown(explain(judgement, expected)),
        "",
    ]
    if judgement.findings:
        parts += ["| file | layer | state | from commit | behind |", "|---|---|---|---|---|"]
    for one in judgement.findings[:_MOST_FILES]:
        origin = f"`{short(one.origin.commit)}` | {one.origin.behind}" if one.origin else "– | –"
        name = markdown(one.path or "(no commit names it)")
        parts.append(f"| {name} | {one.layer.value} | {one.state.value} | {origin} |")
    parts += [f"- {markdown(step)}" for step in next_steps(judgement, expected)]
    return "\n".join(parts) + "\n\n"


def annotation(outcome: Outcome) -> str | None:
    """A workflow command that shows the verdict on the run's page; None where all is well."""
    judgement = outcome.judgement
    if judgement.verdict in (Verdict.PROVEN, Verdict.SUPERSEDED):
        return None
    kind = "error" if judgement.verdict in (Verdict.STALE, Verdict.CODE) else "warning"
    words = workflow(f"{judgement.verdict.value}: {explain(judgement, outcome.expected)}")
    return f"::{kind} title=freshboot::{words}"


def _append(path: str, text: str) -> None:
    with Path(path).open("a", encoding="utf-8") as file:
        file.write(text)
