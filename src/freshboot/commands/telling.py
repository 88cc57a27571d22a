"""What is told of an outcome: JSON, the terminal, and on GitHub Actions all that people see there."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from freshboot.commands.printed import print_json, set_outputs, terminal
from freshboot.config import CONFIG_FILE, Config
from freshboot.errors import ConfigurationError

if TYPE_CHECKING:
    from freshboot.judge.outcome import Outcome

_REPORT, _BADGE = "freshboot-report.md", "freshboot-badge.json"
_MOST_FILES = 100


def tell_outcome(outcome: Outcome, root: str, config: Config, *, as_json: bool) -> int:
    """Tell it wherever it is read; the exit code."""
    from freshboot.tell.document import document

    if as_json:
        print_json(document(outcome))
    terminal().verdict(outcome)
    if os.environ.get("GITHUB_ACTIONS") == "true":
        _tell_actions(outcome, root, config)
    return outcome.judgement.exit_code


def _tell_actions(outcome: Outcome, root: str, config: Config) -> None:
    from freshboot.tell.annotations import annotations, lines_of_checks
    from freshboot.tell.github import add_summary

    add_summary(outcome)
    set_outputs(**_outputs(outcome), **_files(outcome, root, config))
    for one in annotations(outcome, lines_of_checks(_text(Path(root) / CONFIG_FILE))):
        sys.stderr.write(one + "\n")
    for words in _on_github(outcome, config):
        terminal().say(words)


def _outputs(outcome: Outcome) -> dict[str, str]:
    judgement = outcome.judgement
    stale = list(dict.fromkeys(one.path for one in judgement.findings if one.path and one.is_certain))
    return {
        "verdict": judgement.verdict.value,
        "cause": judgement.cause.value if judgement.cause else "",
        "commit-sha": outcome.expected.commit,
        "stamp": outcome.expected.stamp or "",
        "stale-files": json.dumps(stale[:_MOST_FILES]),
        "detected-seconds": "" if outcome.detected is None else f"{outcome.detected:.1f}",
    }


def _files(outcome: Outcome, root: str, config: Config) -> dict[str, str]:
    """Write the report and the badge where later steps find them; their paths."""
    from freshboot.commands.reporting import report_of
    from freshboot.tell.badge import shield

    folder = os.environ.get("RUNNER_TEMP")
    if not folder:
        return {}
    report, badge = Path(folder) / _REPORT, Path(folder) / _BADGE
    report.write_text(report_of(outcome, root, config), encoding="utf-8")
    badge.write_text(json.dumps(shield(outcome)), encoding="utf-8")
    return {"report-path": str(report), "badge-path": str(badge)}


def _on_github(outcome: Outcome, config: Config) -> list[str]:
    """Tell GitHub by its API what is wished for; a warning for each part that it did not take."""
    from asyncio import run

    from freshboot.github.client import from_environment, http_client
    from freshboot.github.runs import run_url
    from freshboot.tell.github import commits_address
    from freshboot.tell.on_github import tell_github

    async def tell() -> list[str]:
        async with http_client() as http:
            github = from_environment(http, os.environ)
            if github is None or not config.github:
                return []
            return await tell_github(
                outcome,
                github,
                config.github,
                environment=config.environment,
                run_url=run_url(os.environ),
                app_url=config.url or "",
                branch=outcome.expected.target.branch if outcome.expected.target else "",
                commits=commits_address(),
            )

    try:
        return run(tell())
    except ConfigurationError as error:  # the verdict stands, whatever GitHub's variables hold
        return [f"GitHub was told nothing: {error.message}"]


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, ValueError):
        return ""
