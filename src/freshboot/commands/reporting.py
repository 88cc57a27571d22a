"""``report``: what is on record, for people; or what a log of the host tells."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from freshboot.commands.given import Options, log_of, open_repository
from freshboot.commands.printed import print_, print_json, print_text, terminal
from freshboot.errors import ConfigurationError, FreshbootError

if TYPE_CHECKING:
    from freshboot.config import Config
    from freshboot.judge.outcome import Outcome
    from freshboot.tell.report.story import Story

FORMATS = {"md": (".md", ".markdown"), "html": (".html", ".htm"), "json": (".json",)}
"""The forms of a report, with the ends of the names of their files."""
_OF_A_REPORT = ("documents", "format", "outputs", "commit", "since", "screenshots", "picture")
"""Options that ask for a report; with a log alone it is the log that is told of."""


def report(**options: Any) -> int:
    """Tell the last incident from the record, or what a host's log says."""
    from freshboot.tell.report.words import recorded_at

    if options["log"] is not None and not any(options[name] for name in _OF_A_REPORT):
        return _tell_log(options)
    written = [(Path(one), _form(one, options["format"])) for one in options["outputs"]]
    story = _story(options)
    for path, form in written:
        path.write_text(_rendered(story, form), encoding="utf-8")
        terminal().say(f"wrote {path}")
    if options["as_json"] or not written:
        _print(story, "json" if options["as_json"] else options["format"] or "md")
    recorded = f", as {recorded_at(story.recorded, story.made)}" if story.recorded else ""
    terminal().answer(f"{story.verdict}{recorded}: {story.conclusion} {story.sentence}".rstrip())
    return 0


def report_of(outcome: Outcome, root: str, config: Config) -> str:
    """The report, in Markdown, of the incident that an outcome is the latest of; nothing new is asked.

    Where git or its notes cannot be read it is the summary of the outcome alone: it never raises for that.
    """
    from freshboot.commands.recalling import attempts_with, facts_of
    from freshboot.repository.repository import Repository
    from freshboot.tell.github import commits_address
    from freshboot.tell.report.story import tell
    from freshboot.tell.summary import summary

    try:
        repository = Repository.open(root)
        attempts = attempts_with(repository, config, outcome)
        facts = facts_of(repository, config, attempts)
    except (FreshbootError, OSError):
        return summary(outcome, commits=commits_address())
    return _rendered(tell(attempts, facts, datetime.now(timezone.utc), just_now=True), "md")


def _form(file: str, given: str | None) -> str:
    """In which form a file is written: the one given, else by its name."""
    found = given or next((one for one, ends in FORMATS.items() if file.lower().endswith(ends)), None)
    if found is None:
        raise ConfigurationError(
            f"{file} does not say its form", "end it in .md, .html or .json, or give --format"
        )
    return found


def _story(options: Options) -> Story:
    from freshboot.commands.recalling import attempts_of, facts_of, pictures_of
    from freshboot.tell.report.story import tell

    log = log_of(options["log"])
    repository, config = open_repository(options)
    with tempfile.TemporaryDirectory(prefix="freshboot-") as folder:
        taken = _taken(config, Path(folder)) if options["picture"] else []
        pictures = pictures_of([*options["screenshots"], *taken])
    attempts = attempts_of(repository, config, options)
    facts = facts_of(repository, config, attempts)
    return tell(attempts, facts, datetime.now(timezone.utc), log, pictures)


def _taken(config: Config, folder: Path) -> list[str]:
    """A picture of the live app; none where there is no browser, and then that is said."""
    from asyncio import run

    from freshboot.rollout.run import picture

    file = folder / "live-app.png"
    terminal().say(run(picture(config, file)))
    return [str(file)] if file.exists() else []


def _rendered(story: Story, form: str) -> str:
    from freshboot.commands.recalling import without_secrets
    from freshboot.tell.report.document import to_document
    from freshboot.tell.report.html import to_html
    from freshboot.tell.report.markdown import to_markdown

    forms: Mapping[str, Callable[[Story], str]] = {
        "md": to_markdown,
        "html": to_html,
        "json": lambda one: json.dumps(to_document(one), indent=2) + "\n",
    }
    return without_secrets(forms[form](story))


def _print(story: Story, form: str) -> None:
    text = _rendered(story, form)
    if form == "json":
        print_json(json.loads(text))
    elif form == "md":
        print_text(text)
    else:
        print_(text)


def _tell_log(options: Options) -> int:
    """What a host's log tells by itself."""
    from freshboot.judge.causes import causes_of_log
    from freshboot.judge.sentences import NEXT
    from freshboot.rollout.expectation import releases
    from freshboot.tell.document import log_document

    repository, config = open_repository(options)
    log = log_of(options["log"])
    if log is None or not log.is_log:
        raise ConfigurationError(
            "that is no log of a host known here", "paste the log panel's lines as they are"
        )
    branch = config.branch or repository.branch or ""
    expected = releases(repository, repository.head, branch, config).expected
    causes = causes_of_log(log, expected)
    if options["as_json"]:
        print_json(log_document(log, expected, causes))
    for line in log.failing_lines:
        terminal().answer(line)
    build = "the build failed" if log.build_failed else "no failed build"
    file, winner = log.dependency_file or "not told", expected.dependency_file or "none"
    terminal().answer(f"{build}; dependency file: {file}, {winner} should win")
    for step in dict.fromkeys(step for cause in causes for step in NEXT[cause]):
        terminal().answer(f"  → {step}")
    return 0
