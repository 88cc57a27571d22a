"""``confirm``, ``where``, ``rollout`` and ``remedy``: whatever asks the live app."""

from __future__ import annotations

import contextlib
import os
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from freshboot.commands.given import Options, log_of, open_repository, path_in, request_of
from freshboot.commands.printed import print_json, set_outputs, show_change, terminal
from freshboot.commands.recording import parcel
from freshboot.commands.stamping import is_confirmable, tell_publication
from freshboot.commands.telling import tell_outcome
from freshboot.config import AUTO, Config, checked, parse_remedies
from freshboot.errors import FreshbootError

if TYPE_CHECKING:
    from freshboot.judge.outcome import Outcome
    from freshboot.remedies import Action, Remedy
    from freshboot.repository.publishing import Outcome as Publication
    from freshboot.repository.repository import Repository
    from freshboot.rollout.attempts import Attempts
    from freshboot.rollout.publish import Request

_WHERE_PATIENCE = 30.0


def confirm(**options: Any) -> int:
    """Wait for a verdict on a release that is on the remote."""
    from asyncio import run

    from freshboot.rollout.expectation import branch_of, published_commit, releases
    from freshboot.rollout.run import confirm as wait

    repository, config = open_repository(options)
    branch = branch_of(repository, checked(config))
    commit = published_commit(repository, options["commit"], branch)
    log = log_of(options["log"])
    began = _now()
    outcome = run(
        wait(config, releases(repository, commit, branch, config), terminal().event, log, terminal().awaiting)
    )
    code = end(repository, config, outcome, options)
    if "GITHUB_OUTPUT" in os.environ:
        with contextlib.suppress(FreshbootError):  # the verdict is told: a record that fails changes nothing
            set_outputs(record=parcel(repository, config, outcome, began))
    return code


def rollout(**options: Any) -> int:
    """Witness, stamp, publish, confirm; then what the configuration allows, until all is well."""
    from freshboot.rollout.attempts import NothingToConfirm
    from freshboot.rollout.publish import show

    repository, config = open_repository(options)
    checked(config)
    request = request_of(options)
    if options["dry_run"]:
        return show_change(show(repository, config, request), as_json=options["as_json"])
    attempts = attempts_of(repository, config, request)
    try:
        first = attempts.push()
    except NothingToConfirm:
        return 0
    return end(repository, config, mend(attempts, first), options)


def remedy(**options: Any) -> int:
    """Apply one remedy to the live app, or with `auto` those that the evidence is for; and confirm."""
    from freshboot.remedies import named
    from freshboot.rollout.attempts import NothingToConfirm

    repository, config = open_repository(options)
    checked(config)
    attempts = attempts_of(repository, config, request_of(options), dry_run=options["dry_run"])
    if options["name"] == AUTO:
        attempts.config = replace(config, remedies=parse_remedies(AUTO))
        found = attempts.look()
        if options["dry_run"]:
            return _show_smallest(attempts, found, as_json=options["as_json"])
        return end(repository, config, mend(attempts, found), options)
    chosen = named(options["name"], reinstall=options["reinstall"])
    before = attempts.look() if chosen.asks else None
    if before is not None and before.judgement.exit_code == 0:
        terminal().say(f"{chosen.name} has nothing to mend")
        return end(repository, config, before, options)
    if options["dry_run"] or options["no_confirm"]:
        return _without_a_verdict(attempts, chosen, before, options)
    try:
        return end(repository, config, attempts.apply(chosen, before), options)
    except NothingToConfirm:
        return 0


def attempts_of(
    repository: Repository, config: Config, request: Request, *, dry_run: bool = False
) -> Attempts:
    """What a rollout or a remedy may try, told on the terminal and, but for a dry run, kept in the ledger."""
    from freshboot.ledger.journal import Journal
    from freshboot.rollout.attempts import Attempts, Told
    from freshboot.rollout.record import Record
    from freshboot.tell.document import document

    def published(done: Publication) -> bool:
        tell_publication(done, repository, as_json=False)
        return is_confirmable(done)

    said = terminal()
    journal = Journal(repository, None, said.say, _now, keeps=config.ledger and not dry_run)
    record = Record(repository, config, request, journal, document)
    return Attempts(repository, config, request, Told(said.say, said.event, published, said.awaiting), record)


def _now() -> datetime:
    return datetime.now(timezone.utc)


def _allowed(attempts: Attempts, outcome: Outcome) -> list[str]:
    """What may be applied yet. What every wait does is applied already: it heals, and holds a witness."""
    from freshboot.remedies import ALWAYS_ON

    config = attempts.config
    done = {name for name in ALWAYS_ON if name != "witness" or config.witness} | attempts.tried(outcome)
    return [name for name in config.remedies if name not in done]


def mend(attempts: Attempts, first: Outcome) -> Outcome:
    """Climb the ladder; where a remedy waits in a pull request, what was found before it stands."""
    from freshboot.rollout.attempts import NothingToConfirm
    from freshboot.rollout.ladder import climb

    found = first

    def apply(remedy: Remedy, before: Outcome) -> Outcome:
        nonlocal found
        found = before
        return attempts.apply(remedy, before)

    try:
        return climb(first, _allowed(attempts, first), apply, attempts.told.say, attempts.left)
    except NothingToConfirm:
        return found


def _show_smallest(attempts: Attempts, before: Outcome, *, as_json: bool) -> int:
    """What `auto` would do first; what comes next depends on what that leads to."""
    from freshboot.rollout.ladder import fitting

    for chosen in fitting(before, _allowed(attempts, before)):
        action = _possible(attempts, chosen, before)
        if action is not None:
            return _show_action(attempts, chosen, action, as_json=as_json)
    terminal().say("no remedy would be applied")
    return show_change("", as_json=as_json)


def _possible(attempts: Attempts, chosen: Remedy, before: Outcome) -> Action | None:
    from freshboot.remedies import CannotRemedy

    try:
        return attempts.action(chosen, before)
    except CannotRemedy as error:
        terminal().say(f"{chosen.name} cannot help: {error.message}")
        return None


def _without_a_verdict(attempts: Attempts, chosen: Remedy, before: Outcome | None, options: Options) -> int:
    """Show what a remedy would do, or do it and wait for nothing."""
    action = attempts.action(chosen, before)
    if options["dry_run"]:
        return _show_action(attempts, chosen, action, as_json=options["as_json"])
    attempts.do(chosen, action)
    for step in action.steps:
        terminal().say(f"  → {step}")
    return 0


def _show_action(attempts: Attempts, chosen: Remedy, action: Action, *, as_json: bool) -> int:
    """What a remedy would do: its words, what a person would do, its pushes and the change in them."""
    from freshboot.rollout.attempts import with_action
    from freshboot.rollout.publish import show

    terminal().say(f"remedy {chosen.name} would {action.does}; {action.expect}")
    for step in action.steps:
        terminal().say(f"  → {step}")
    for push in attempts.pushes(action):
        terminal().say(f"  push: {push}")
    config, request = with_action(attempts.config, attempts.request, chosen, action)
    change = show(attempts.repository, config, request) if action.marks else ""
    return show_change(change, as_json=as_json)


def where(**options: Any) -> int:
    """Say whether one file is deployed."""
    from asyncio import run

    from freshboot.judge.where import Answer, sentence
    from freshboot.rollout.expectation import branch_of, published_commit, releases
    from freshboot.rollout.where import find
    from freshboot.tell.document import where_document

    if options["timeout"] is None:
        options["timeout"] = _WHERE_PATIENCE
    repository, config = open_repository(options)
    branch = branch_of(repository, config)
    commit = published_commit(repository, options["commit"], branch)
    path = path_in(repository, options["file"])
    found = run(find(config, releases(repository, commit, branch, config), path))
    if options["as_json"]:
        print_json(where_document(found))
    terminal().answer(sentence(found))
    return {Answer.YES: 0, Answer.NO: 1, Answer.UNKNOWN: 3}[found.answer]


def _picture(config: Config, file: str | None) -> None:
    """Take a picture where one is wished for; without one nothing else is different."""
    from asyncio import run

    from freshboot.rollout.run import picture

    if file is not None:
        terminal().say(run(picture(config, Path(file))))


def end(repository: Repository, config: Config, outcome: Outcome, options: Options) -> int:
    """Take a picture where one is wished for, and tell the outcome."""
    _picture(config, options["screenshot"])
    return tell_outcome(outcome, repository.root, config, as_json=options["as_json"])
