"""What GitHub Actions is told in files: outputs for later steps, and a summary. Does nothing elsewhere."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from freshboot.judge.outcome import Outcome
from freshboot.tell.safe import line
from freshboot.tell.summary import summary

_LONGEST_OUTPUT = 100_000


def set_outputs(values: Mapping[str, str], environment: Mapping[str, str] = os.environ) -> None:
    """Write step outputs, one line each between random delimiters, so that no value can end its own."""
    if path := environment.get("GITHUB_OUTPUT"):
        end = secrets.token_hex(16)
        text = "".join(
            f"{name}<<{end}\n{line(value, _LONGEST_OUTPUT)}\n{end}\n" for name, value in values.items()
        )
        _append(path, text)


def add_summary(outcome: Outcome, environment: Mapping[str, str] = os.environ) -> None:
    """Write the outcome to the job's summary page, with links to its repository's commits."""
    if path := environment.get("GITHUB_STEP_SUMMARY"):
        _append(path, summary(outcome, commits=commits_address(environment)) + "\n")


def commits_address(environment: Mapping[str, str] = os.environ) -> str:
    """The address before a commit's id, as Actions tells it; empty elsewhere."""
    server, repository = environment.get("GITHUB_SERVER_URL"), environment.get("GITHUB_REPOSITORY")
    return f"{server}/{repository}/commit/" if server and repository else ""


def _append(path: str, text: str) -> None:
    with Path(path).open("a", encoding="utf-8") as file:
        file.write(text)
