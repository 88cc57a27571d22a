"""``record``: the ledger's entry of a rollout, from the job that confirmed it."""

from __future__ import annotations

import os
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from freshboot.commands.given import open_repository
from freshboot.commands.printed import terminal

if TYPE_CHECKING:
    from freshboot.config import Config
    from freshboot.judge.outcome import Outcome
    from freshboot.repository.repository import Repository


def record(**options: Any) -> int:
    """Write down what a confirm step has handed on; a ledger that cannot be written is one line."""
    from freshboot.ledger.journal import Journal
    from freshboot.ledger.parcel import unpack

    attempt = unpack(options["record"])
    repository, config = open_repository(options)
    repository.require(attempt.commit)  # a note on what the remote does not have would be nobody's
    journal = Journal(repository, None, terminal().say, _now, keeps=config.ledger)
    journal.write(attempt)
    return 0


def parcel(repository: Repository, config: Config, outcome: Outcome, began: datetime) -> str:
    """A look at a release as a step hands it on: the push itself was made by another job."""
    from freshboot.ledger.parcel import pack
    from freshboot.rollout.record import entry
    from freshboot.tell.document import document

    return pack(entry(repository, config, os.environ, document(outcome), began=began, ended=_now()))


def _now() -> datetime:
    return datetime.now(timezone.utc)
