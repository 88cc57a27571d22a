"""All that the board shows of one app, made once for each state of the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from freshboot.board import rollouts
from freshboot.board.figures import Met, Wait, causes, waits
from freshboot.board.now import Now, now
from freshboot.board.rollouts import Place, Row
from freshboot.ledger.attempt import Attempt
from freshboot.ledger.figures import Figures, figures


@dataclass(frozen=True)
class Board:
    """One app's record in values; ``now`` is None where nothing is recorded, ``attempts`` is how many are."""

    now: Now | None
    attempts: int
    rows: tuple[Row, ...]
    waits: tuple[Wait, ...]
    causes: tuple[Met, ...]
    figures: Figures


def board(attempts: Sequence[Attempt], place: Place | None) -> Board:
    """The record of one app; without one, that of nothing."""
    told = rollouts.of_place(attempts, place)
    shown = rollouts.rows(told)
    latest = now(told, rollouts.of_other_branches(attempts, place))
    return Board(latest, len(told), shown, waits(shown), causes(told), figures(told))
