"""``rehearse``: a commit tried before it is pushed, and the hook that does it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from freshboot.commands.given import Options, open_repository
from freshboot.commands.printed import print_json, terminal
from freshboot.config import Config
from freshboot.errors import ConfigurationError

if TYPE_CHECKING:
    from freshboot.rehearsal.found import Rehearsal
    from freshboot.rehearsal.rehearse import Wishes
    from freshboot.repository.repository import Repository


def rehearse(**options: object) -> int:
    """Rehearse a commit, or see to the hook that does."""
    repository, config = open_repository(dict(options))
    if options["install_hook"] or options["remove_hook"]:
        return _see_to_the_hook(repository, dict(options))
    commit = options["commit"]
    if options["pre_push"]:
        commit = _pushed(repository, config)
        if commit is None:
            return 0
    found = _rehearse(repository, config, str(commit or "HEAD"), dict(options))
    if options["as_json"]:
        from freshboot.rehearsal.document import document

        print_json(document(found))
    return 0 if options["pre_push"] and found.lets_pass else found.exit_code


def _rehearse(repository: Repository, config: Config, revision: str, options: Options) -> Rehearsal:
    from asyncio import run

    from freshboot.rehearsal.document import ending, heading, on_github
    from freshboot.rehearsal.rehearse import rehearse as rehearse_it
    from freshboot.rehearsal.rehearse import subject_of

    said = terminal()
    wishes = _wishes(repository, config, options)
    subject = subject_of(repository, config, repository.resolve(revision), wishes)
    for words in heading(subject):
        said.say(words)
    said.awaiting(f"the rehearsal of {subject.commit[:7]}", wishes.timeout)
    try:
        found = run(rehearse_it(repository, config, subject, wishes, said.say))
    finally:
        said.awaiting("")
    for words in ending(found):
        said.answer(words)
    if os.environ.get("GITHUB_ACTIONS") == "true":
        sys.stderr.writelines(f"{one}\n" for one in on_github(found))
    return found


def _wishes(repository: Repository, config: Config, options: Options) -> Wishes:
    from freshboot.rehearsal.environment import cache_folder, python_of
    from freshboot.rehearsal.rehearse import Wishes

    return Wishes(
        python=python_of(options["python"] or sys.executable),
        cache=cache_folder(options["cache"]),
        timeout=config.timeout,
        secrets=_secrets(repository, options["secrets"]),
        fresh=options["fresh"],
    )


def _secrets(repository: Repository, given: str | None) -> Path | None:
    """The file that was named, else that of the work tree.

    :raises ConfigurationError: the one named is no file.
    """
    from freshboot.rehearsal.rehearse import SECRETS

    if given is None:
        found = Path(repository.root, SECRETS)
        return found if found.is_file() else None
    if given == os.devnull:
        return None
    if not Path(given).is_file():
        raise ConfigurationError(f"there is no file {given}", "name the file of secrets, or leave it out")
    return Path(given).absolute()


def _pushed(repository: Repository, config: Config) -> str | None:
    """The commit that a hook is asked about; None, told, where there is nothing to rehearse."""
    from freshboot.rehearsal.hook import branch_to_rehearse, pushed, refs_of_framework

    branch = branch_to_rehearse(repository, config)
    refs = refs_of_framework(os.environ)
    commit = pushed(sys.stdin.read() if refs is None else refs, branch) if branch else None
    if commit is None:
        terminal().say(
            f"nothing is pushed to {branch or 'the branch that the host tracks'}: nothing is rehearsed"
        )
    return commit


def _see_to_the_hook(repository: Repository, options: Options) -> int:
    from freshboot.rehearsal.hook import install, remove, text_of

    dry_run = options["dry_run"]
    if options["remove_hook"]:
        gone = remove(repository, dry_run=dry_run)
        told = "would remove" if dry_run else "removed"
        terminal().say(f"{told} {gone}" if gone else "there is no hook")
        return 0
    path = install(repository, dry_run=dry_run)
    terminal().say(f"{'would write' if dry_run else 'wrote'} {path}: each push is rehearsed before it leaves")
    if dry_run:
        terminal().say(text_of())
    return 0
