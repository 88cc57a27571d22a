"""``rehearse``: a commit tried before it is pushed, and the hook that does it."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from freshboot.commands.given import Options, document_of, given
from freshboot.commands.printed import print_json, terminal
from freshboot.config import CONFIG_FILE, Config, Document, from_bytes
from freshboot.errors import ConfigurationError

if TYPE_CHECKING:
    from freshboot.rehearsal.found import Rehearsal
    from freshboot.rehearsal.rehearse import Wishes
    from freshboot.repository.repository import Repository


def rehearse(**options: object) -> int:
    """Rehearse a commit, or see to the hook that does."""
    from freshboot.repository.repository import Repository

    asked: Options = dict(options)
    repository = Repository.open(asked["repo"])
    if asked["install_hook"] or asked["remove_hook"]:
        return _see_to_the_hook(repository, asked)
    if asked["pre_push"]:
        return _before_a_push(repository, asked)
    return _rehearse(repository, repository.resolve(asked["commit"] or "HEAD"), asked).exit_code


def _before_a_push(repository: Repository, options: Options) -> int:
    """What git's hook ends with: 0 lets the push go."""
    from freshboot.rehearsal.errors import NoApp

    commit = _pushed(repository, options)
    if commit is None:
        return 0
    try:
        found = _rehearse(repository, commit, options)
    except NoApp as error:
        terminal().say(f"{error.message}: nothing is rehearsed")
        return 0
    return 0 if found.lets_pass else found.exit_code


def _configured(repository: Repository, commit: str, options: Options) -> tuple[Repository, Config]:
    """The repository and the configuration by which this commit is rehearsed."""
    config = replace(_document_at(repository, commit, options).config, **given(options))
    return replace(repository, remote=config.remote), config


def _document_at(repository: Repository, commit: str, options: Options) -> Document:
    """What the commit's own configuration says, which is pushed with it; or the file that was named.

    :raises ConfigurationError: it cannot be read.
    """
    if options["config"]:
        return document_of(repository, options)
    data = repository.read(commit, CONFIG_FILE)
    try:
        return Document() if data is None else from_bytes(data, f"{CONFIG_FILE} of {commit[:7]}")
    except ConfigurationError as error:
        for one in (error, *error.others):
            if isinstance(one, ConfigurationError):
                one.file = CONFIG_FILE  # where GitHub shows it
        raise


def _rehearse(repository: Repository, commit: str, options: Options) -> Rehearsal:
    from asyncio import run

    from freshboot.rehearsal.document import ending, heading, on_github
    from freshboot.rehearsal.rehearse import rehearse as rehearse_it
    from freshboot.rehearsal.rehearse import subject_of

    said = terminal()
    repository, config = _configured(repository, commit, options)
    wishes = _wishes(repository, config, options)
    subject = subject_of(repository, config, commit, wishes)
    for words in heading(subject):
        said.say(words)
    if options["config"]:
        said.say(f"  the configuration is {options['config']}, in place of the commit's own")
    said.awaiting(f"the rehearsal of {subject.commit[:7]}", wishes.timeout)
    try:
        found = run(rehearse_it(repository, config, subject, wishes, said.say))
    finally:
        said.awaiting("")
    for words in ending(found):
        said.answer(words)
    if os.environ.get("GITHUB_ACTIONS") == "true":
        sys.stderr.writelines(f"{one}\n" for one in on_github(found))
    if options["as_json"]:
        from freshboot.rehearsal.document import document

        print_json(document(found))
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


def _pushed(repository: Repository, options: Options) -> str | None:
    """The commit that a hook is asked about; None, told, where there is nothing to rehearse.

    Which branch the host tracks, each commit says itself.
    """
    from freshboot.rehearsal.hook import branch_to_rehearse, pushed, refs_of_framework

    refs = refs_of_framework(os.environ)
    tracked = None
    for commit, branch in pushed(sys.stdin.read() if refs is None else refs):
        tracked = branch_to_rehearse(*_configured(repository, commit, options))
        if branch == tracked:
            return commit
    terminal().say(
        f"nothing is pushed to {tracked or 'the branch that the host tracks'}: nothing is rehearsed"
    )
    return None


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
