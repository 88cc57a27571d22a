"""``doctor``: what will keep a push from showing, found before the push."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from freshboot.commands.given import open_repository
from freshboot.commands.printed import diff_to_show, print_json, print_text, terminal
from freshboot.config import CONFIG_FILE, Config

if TYPE_CHECKING:
    from freshboot.doctor import Examination, Finding, Snapshot
    from freshboot.doctor.answers import GitHubAnswer, HostAnswer
    from freshboot.repository.repository import Repository
    from freshboot.stamp.plan import Edit

ANSWERED, NOT_ASKED, SILENT = "answered", "not asked", "no answer"
_STYLES = {"error": "bold red", "warning": "bold yellow", "note": "bold"}
_MOST = 100
_UNANSWERED = 3

Asked = dict[str, str]
"""What became of each question, with why in words where nobody answered."""


def doctor(**options: Any) -> int:
    """Look at the repository, ask the host and GitHub, tell what is found, and mend what is safe."""
    from freshboot.doctor import examine, mended

    repository, config = open_repository(options)
    snapshot, asked = _snapshot(repository, config, offline=options["offline"])
    _refuse_nothing(snapshot)
    edits = mended(snapshot) if options["fix"] else ()
    is_written = bool(edits) and not options["dry_run"]
    if is_written:
        snapshot = _written(repository, snapshot, edits)
    examination = examine(snapshot)
    change = diff_to_show(edits) if options["fix"] else None
    if options["as_json"]:
        from freshboot.doctor.document import document

        fixed = [one.path for one in edits] if is_written else []
        print_json(document(snapshot.apps, examination, asked, fixed, change))
    elif change:
        print_text(change)
    _tell(examination, asked, edits, is_written=is_written)
    return _exit_code(examination, asked)


def _snapshot(repository: Repository, config: Config, *, offline: bool) -> tuple[Snapshot, Asked]:
    from asyncio import run

    from freshboot.doctor.gather import gather

    snapshot = gather(repository, config, time.time())
    if offline:
        return snapshot, {"host": f"{NOT_ASKED}: --offline", "github": f"{NOT_ASKED}: --offline"}
    host, github, asked = run(_ask(config, snapshot.branch, os.environ))
    return replace(snapshot, host=host, github=github), asked


async def _ask(
    config: Config, branch: str | None, environment: Mapping[str, str]
) -> tuple[HostAnswer | None, GitHubAnswer | None, Asked]:
    """Ask what there is an address for."""
    host, github = None, None
    asked = {
        "host": f"{NOT_ASKED}: no --url, and no url in {CONFIG_FILE}",
        "github": f"{NOT_ASKED}: no GITHUB_TOKEN, or it is not known which repository this is",
    }
    if config.url is None and not environment.get("GITHUB_REPOSITORY"):
        return host, github, asked
    from freshboot.doctor.asking import ask_github, ask_host
    from freshboot.github.errors import GitHubError

    if config.url is not None:
        host = await ask_host(config, environment.get("FRESHBOOT_KEY"))
        asked["host"] = ANSWERED if host else f"{SILENT}: nothing can be reached at the app's address"
    try:
        github = await ask_github(environment, branch) if branch else None
        asked["github"] = ANSWERED if github else asked["github"]
    except GitHubError as error:
        asked["github"] = f"{SILENT}: {error.message}"
    return host, github, asked


def _written(repository: Repository, snapshot: Snapshot, edits: tuple[Edit, ...]) -> Snapshot:
    """Write the edits; the repository as it is then."""
    from freshboot.doctor.gather import reader
    from freshboot.stamp.write import write

    write(repository.root, edits)
    return replace(snapshot, read=reader(repository.root))


def _exit_code(examination: Examination, asked: Asked) -> int:
    if not examination.is_sound:
        return 1
    return _UNANSWERED if any(words.startswith(SILENT) for words in asked.values()) else 0


def _refuse_nothing(snapshot: Snapshot) -> None:
    """Where there is no app, nothing that was found would mean that it is sound."""
    from freshboot.stamp.entrypoint import EntrypointError

    if not snapshot.apps and snapshot.config.entrypoint is None:
        remedy = "name the file that the host runs with --entrypoint, and see that git tracks it"
        raise EntrypointError("there is no app among the files that git tracks", remedy)


def _tell(examination: Examination, asked: Asked, edits: tuple[Edit, ...], *, is_written: bool) -> None:
    """All of it in prose; of each rule why and how likely once."""
    shown = examination.findings[:_MOST]
    for _, some in groupby(shown, key=lambda one: (one.severity, one.rule.name)):
        _tell_findings(list(some))
    if len(examination.findings) > _MOST:
        terminal().say(f"… and {len(examination.findings) - _MOST} more: --json tells all of them")
    for one in examination.ignored:
        terminal().say(f"ignored: {_place(one)}{one.rule.name}: {one.ignored}", "dim")
    for who, words in asked.items():
        if words != ANSWERED:
            terminal().say(f"{'the host' if who == 'host' else 'GitHub'}: {words}", "dim")
    if edits:
        names = ", ".join(edit.path for edit in edits)
        terminal().say(f"{'mended' if is_written else 'would be mended'}: {names}")
    terminal().answer(_sum(examination))
    if os.environ.get("GITHUB_ACTIONS") == "true":
        _annotate(examination)


def _tell_findings(findings: Sequence[Finding]) -> None:
    """Those of one rule, with the fix behind each where they are not all mended in the same way."""
    first = findings[0]
    fixes = dict.fromkeys(map(_fix, findings))
    for one in findings:
        terminal().answer(f"{one.severity.value}: {_place(one)}{one.rule.name}", _STYLES[one.severity.value])
        terminal().answer(f"  {one.found.words}")
        if len(fixes) > 1:
            terminal().answer(f"  → {_fix(one)}")
    terminal().say(f"  why: {first.rule.why}")
    terminal().say(f"  how likely: {first.likely}")
    if len(fixes) == 1:
        terminal().answer(f"  → {_fix(first)}")


def _fix(finding: Finding) -> str:
    return finding.fix + (" (--fix does it)" if finding.is_fixable else "")


def _place(finding: Finding) -> str:
    found = finding.found
    if found.path is None:
        return ""
    return f"{found.path}: " if found.line is None else f"{found.path}:{found.line}: "


def _sum(examination: Examination) -> str:
    counts = dict.fromkeys(_STYLES, 0)
    for one in examination.findings:
        counts[one.severity.value] += 1
    told = [f"{count} {word}{'s' if count > 1 else ''}" for word, count in counts.items() if count]
    return ", ".join(told) if told else "nothing found"


def _annotate(examination: Examination) -> None:
    from freshboot.tell.annotations import Note, commands_of

    notes = (
        Note(
            one.severity.value == "error",
            one.rule.name,
            f"{one.found.words}. {one.fix}",
            one.found.path,
            one.found.line,
            is_notice=one.severity.value == "note",
        )
        for one in examination.findings
    )
    for command in commands_of(notes):
        sys.stderr.write(command + "\n")
