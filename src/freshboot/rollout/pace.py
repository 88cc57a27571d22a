"""The host's limit on updates: more pushes in a minute than it takes, and some of them are not deployed."""

from __future__ import annotations

from collections.abc import Sequence

MOST = 5
"""Updates from GitHub that Community Cloud takes in a minute (official)."""
WITHIN = 60.0


def pause(pushed: Sequence[float], now: float) -> float:
    """Seconds to wait before one more push: no longer than :data:`WITHIN`, whatever another clock said.

    :param pushed: when the earlier ones were made, in any order, in seconds of the same clock as ``now``
    """
    recent = sorted(one for one in pushed if one > now - WITHIN)
    return min(recent[-MOST] + WITHIN - now, WITHIN) if len(recent) >= MOST else 0.0
