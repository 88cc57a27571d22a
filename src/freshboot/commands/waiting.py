"""``confirm``, ``where``, ``rollout`` and ``remedy``: whatever asks the live app."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from freshboot.commands.given import Options, branch_of, log_of, open_repository, path_in, request_of
from freshboot.commands.printed import print_json, show_change, terminal
from freshboot.commands.stamping import is_confirmable, tell_publication
from freshboot.commands.telling import tell_outcome
from freshboot.config import Config, checked

if TYPE_CHECKING:
    from freshboot.judge.outcome import Outcome
    from freshboot.remedies import Action, Remedy
    from freshboot.repository.publishing import Outcome as Publication
    from freshboot.repository.repository import Repository
    from freshboot.rollout.expectation import Releases
    from freshboot.rollout.publish import Request

_WHERE_PATIENCE = 30.0


class _NothingToConfirm(Exception):
    """The push that started this was freshboot's own, or a pull request waits to be merged."""


def confirm(**options: Any) -> int:
    """Wait for a verdict on a release that is on the remote."""
    from asyncio import run

    from freshboot.rollout.expectation import published_commit, releases
    from freshboot.rollout.run import confirm as wait

    repository, config = open_repository(options)
    branch = branch_of(repository, checked(config))
    commit = published_commit(repository, options["commit"], branch)
    log = log_of(options["log"])
    outcome = run(wait(config, releases(repository, commit, branch, config), terminal().event, log))
    return _end(repository, config, outcome, options)


def rollout(**options: Any) -> int:
    """Witness, stamp, publish, confirm."""
    from freshboot.rollout.ladder import climb
    from freshboot.rollout.publish import show

    repository, config = open_repository(options)
    checked(config)
    request = request_of(options)
    if options["dry_run"]:
        return show_change(show(repository, config, request), as_json=options["as_json"])
    try:
        first = _roll_out(repository, config, request)
    except _NothingToConfirm:
        return 0
    apply = partial(_apply, repository, config, request)
    return _end(repository, config, climb(first, config.remedies, apply, terminal().say), options)


def remedy(**options: Any) -> int:
    """Apply one remedy to the live app, and confirm what comes of it."""
    from freshboot.remedies import named
    from freshboot.rollout.ladder import situation

    chosen = named(options["name"])
    repository, config = open_repository(options)
    checked(config)
    request = request_of(options)
    if not (options["dry_run"] or options["no_confirm"]):
        return _end(repository, config, _apply(repository, config, request, chosen), options)
    action = chosen.action(situation(repository, config))
    if options["dry_run"]:
        return _show_action(repository, config, request, chosen, action, as_json=options["as_json"])
    if action.wakes:
        _wake(config)
    if action.marks:
        _publish(repository, *_with(config, request, chosen, action), as_json=options["as_json"])
    return 0


def _roll_out(repository: Repository, config: Config, request: Request) -> Outcome:
    """Open the witness, publish, and wait for a verdict on what was published."""
    from asyncio import run

    from freshboot.repository.publishing import Kind
    from freshboot.rollout.expectation import releases
    from freshboot.rollout.run import rollout as roll_out

    def publish() -> Releases:
        done = _publish(repository, config, request, as_json=False)
        if not is_confirmable(done):
            raise _NothingToConfirm
        commit = done.commit if done.kind is not Kind.NOTHING else repository.fetch(done.branch)
        return releases(repository, commit, done.branch, config)

    return run(roll_out(config, publish, terminal().event))


def _publish(repository: Repository, config: Config, request: Request, *, as_json: bool) -> Publication:
    from freshboot.rollout.publish import publish_stamp

    done = publish_stamp(repository, config, request)
    tell_publication(done, repository, as_json=as_json)
    return done


def _apply(repository: Repository, config: Config, request: Request, chosen: Remedy) -> Outcome:
    """Do what a remedy says, and wait for a verdict."""
    from asyncio import run

    from freshboot.rollout.expectation import published_commit, releases
    from freshboot.rollout.ladder import situation
    from freshboot.rollout.run import confirm as wait

    action = chosen.action(situation(repository, config))
    terminal().say(f"remedy {chosen.name}: {action.does}; {action.expect}")
    if action.wakes:
        _wake(config)
    config, request = _with(config, request, chosen, action)
    if action.marks:
        return _roll_out(repository, config, request)
    branch = branch_of(repository, config)
    commit = published_commit(repository, None, branch)
    return run(wait(config, releases(repository, commit, branch, config), terminal().event))


def _with(config: Config, request: Request, chosen: Remedy, action: Action) -> tuple[Config, Request]:
    """The configuration and the request of a remedy: a witness, and a stamp whatever the tip is."""
    request = replace(request, force=True, reason=request.reason or f"remedy {chosen.name}")
    return replace(config, marks=action.marks or config.marks, witness=True), request


def _wake(config: Config) -> None:
    from asyncio import run

    from freshboot.rollout.run import wake

    terminal().say("the host wakes the app" if run(wake(config)) else "the host cannot be asked to wake it")


def _show_action(
    repository: Repository, config: Config, request: Request, chosen: Remedy, action: Action, *, as_json: bool
) -> int:
    """What a remedy would do: its words, and the change that it would push."""
    from freshboot.rollout.publish import show

    change = show(repository, *_with(config, request, chosen, action)) if action.marks else ""
    terminal().say(f"remedy {chosen.name} would {action.does}; {action.expect}")
    return show_change(change, as_json=as_json)


def where(**options: Any) -> int:
    """Say whether one file is deployed."""
    from asyncio import run

    from freshboot.judge.where import Answer, sentence
    from freshboot.rollout.expectation import published_commit, releases
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
    terminal().say(sentence(found))
    return {Answer.YES: 0, Answer.NO: 1, Answer.UNKNOWN: 3}[found.answer]


def _picture(config: Config, file: str | None) -> None:
    """Take a picture where one is wished for; without one nothing else is different."""
    from asyncio import run

    from freshboot.rollout.run import picture

    if file is not None:
        terminal().say(run(picture(config, Path(file))))


def _end(repository: Repository, config: Config, outcome: Outcome, options: Options) -> int:
    """Take a picture where one is wished for, and tell the outcome."""
    _picture(config, options["screenshot"])
    return tell_outcome(outcome, repository.root, config, as_json=options["as_json"])
