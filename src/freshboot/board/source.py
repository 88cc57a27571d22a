"""The ledger of a repository on this machine, and what the remote has of it."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from freshboot.commands.recalling import facts_of, without_secrets
from freshboot.config import Config, load
from freshboot.errors import FreshbootError
from freshboot.ledger.fold import Folded, fold
from freshboot.repository.notes import REF, Notes
from freshboot.repository.repository import Repository
from freshboot.rollout.expectation import name_on_github

if TYPE_CHECKING:
    from collections.abc import Sequence

    from freshboot.ledger.attempt import Attempt
    from freshboot.tell.report.facts import Facts

_REMOTE_SECONDS = 5.0
"""Limit of each of the two commands that ask the remote: somebody waits before the page."""


def tip(repository: Repository) -> str:
    """The commit that the ledger is at, which is another one whenever a line is added; empty without one.

    :raises GitError: git failed.
    """
    return repository.git.run("rev-parse", "--verify", "--quiet", f"{REF}^{{commit}}", check=False).text


def refresh(repository: Repository) -> str:
    """Bring in what others have recorded; empty, or why that failed. It takes ten seconds at most.

    A host's clone has no notes at all before. Nobody is asked for a password.
    """
    try:
        _notes(repository).fetch()
    except FreshbootError as error:
        return f"{error.message}; {error.remedy}" if error.remedy else error.message
    return ""


def read(repository: Repository) -> Folded:
    """What is recorded here, in the order of time.

    :raises GitError: git failed, or a note is not here.
    """
    return fold(without_secrets(line) for lines in _notes(repository).read().values() for line in lines)


def commits_address(repository: Repository) -> str:
    """The address in front of a commit's id; empty where the remote is none of GitHub's."""
    name = name_on_github(repository)
    return f"https://github.com/{name}/commit/" if name else ""


def facts(repository: Repository, attempts: Sequence[Attempt]) -> Facts:
    """What git says of the attempts' commits and files.

    :raises GitError: git failed.
    """
    return facts_of(repository, _config(repository), attempts)


def _config(repository: Repository) -> Config:
    """Of the app that a record is about, the record tells; the file tells the entrypoint's name."""
    try:
        entrypoint = load(Path(repository.root)).entrypoint
    except (FreshbootError, ModuleNotFoundError):  # a wrong file, or no reader of YAML beside the app
        entrypoint = None
    return Config(entrypoint=entrypoint)


def _notes(repository: Repository) -> Notes:
    return Notes(repository, lambda: datetime.now(timezone.utc), remote_seconds=_REMOTE_SECONDS)
