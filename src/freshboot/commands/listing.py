"""``history``: what the ledger has of rollouts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from freshboot.commands.given import open_repository
from freshboot.commands.printed import print_json, print_text, terminal
from freshboot.errors import FreshbootError

if TYPE_CHECKING:
    from freshboot.ledger.attempt import Attempt
    from freshboot.ledger.fold import Rollout
    from freshboot.repository.notes import Notes

_HEADS = ("when", "release", "version", "verdict", "cause", "remedy", "time to live")
_WIDEST = 40
_NONE = "–"


def history(**options: Any) -> int:
    """Tell the rollouts, the newest first, and the figures of all of them."""
    from freshboot.ledger.document import document
    from freshboot.ledger.figures import figures, times_to_live
    from freshboot.ledger.fold import fold, rollouts
    from freshboot.ledger.words import sentences
    from freshboot.repository.notes import Notes
    from freshboot.tell.safe import line

    repository, _ = open_repository(options)
    notes = Notes(repository, lambda: datetime.now(timezone.utc))
    if options["fetch"]:
        _fetch(notes)
    attempts, unreadable = fold(line for lines in notes.read().values() for line in lines)
    shown = rollouts(attempts)[::-1][: options["limit"]]
    times, counted = times_to_live(attempts), figures(attempts)
    if options["as_json"]:
        print_json(document(shown, times, counted, unreadable))
    elif attempts:
        print_text("\n".join([*_table(shown, times), "", *map(line, sentences(counted))]) + "\n")
    if not attempts:
        terminal().say("no rollout is recorded here yet")
    if unreadable:
        terminal().say(f"lines that cannot be read, perhaps a later freshboot's: {unreadable}")
    return 0


def _fetch(notes: Notes) -> None:
    """Bring in the remote's notes; without them what is here is told."""
    try:
        notes.fetch()
    except FreshbootError as error:
        terminal().say(f"the ledger was not fetched: {error.message}; {error.remedy}")


def _table(shown: Sequence[Rollout], times: Mapping[str, float]) -> list[str]:
    attempts = [attempt for one in shown for attempt in reversed(one.attempts)]
    rows = [_HEADS, *(_row(one, times.get(one.id)) for one in attempts)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]


def _row(attempt: Attempt, time_to_live: float | None) -> tuple[str, ...]:
    from freshboot.ledger.attempt import moment, written
    from freshboot.ledger.words import duration
    from freshboot.tell.safe import line

    verdict = attempt.verdict or ("not ended" if attempt.ended is None else None)
    time = _NONE if time_to_live is None else duration(time_to_live)
    told = (attempt.version, verdict, attempt.cause, attempt.remedy)
    cells = (line(one or "", _WIDEST) or _NONE for one in told)
    return written(moment(attempt.began)), attempt.commit[:7], *cells, time
