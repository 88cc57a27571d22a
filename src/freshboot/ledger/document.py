"""The ledger as a JSON document (schema ``history-v1``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from freshboot.ledger.attempt import SCHEMA as ATTEMPT_SCHEMA
from freshboot.ledger.figures import Figures, Spell
from freshboot.ledger.fold import Rollout

SCHEMA = "history-v1"


def document(
    shown: Sequence[Rollout], times: Mapping[str, float], counted: Figures, unreadable: int
) -> dict[str, Any]:
    """Rollouts with all that is recorded of them, and the figures of the whole ledger.

    :param times: the times to live, by the ids of the attempts
    """
    return {
        "schema": SCHEMA,
        "rollouts": [_rollout(one, times) for one in shown],
        "figures": _figures(counted),
        "unreadable": unreadable,
    }


def _rollout(one: Rollout, times: Mapping[str, float]) -> dict[str, Any]:
    proof = next((times[attempt.id] for attempt in one.attempts if attempt.id in times), None)
    return {
        "rollout": one.id,
        "verdict": one.verdict,
        "cause": one.cause,
        "time_to_live_s": proof,
        "attempts": [{"schema": ATTEMPT_SCHEMA, **asdict(attempt)} for attempt in one.attempts],
    }


def _figures(counted: Figures) -> dict[str, Any]:
    causes = {name: _share(count, counted.releases) for name, count in counted.stale.items()}
    return {
        "releases": counted.releases,
        "proven": counted.proven,
        "proven_at_first": counted.at_first,
        "superseded": counted.superseded,
        "unfinished_attempts": counted.unfinished,
        "time_to_live_s": counted.time_to_live._asdict() if counted.time_to_live else None,
        "stale": {**_share(sum(counted.stale.values()), counted.releases), "by_cause": causes},
        "remedies": {name: one._asdict() for name, one in counted.remedies.items()},
        "spells": [_spell(one) for one in counted.spells],
    }


def _share(count: int, releases: int) -> dict[str, Any]:
    return {"releases": count, "share": round(count / releases, 4) if releases else 0.0}


def _spell(one: Spell) -> dict[str, Any]:
    return {**one._asdict(), "seconds": one.seconds}
