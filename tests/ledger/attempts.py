"""Attempts to test with: one minute of one app's life each."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from itertools import count
from typing import Any

from freshboot.ledger.attempt import Attempt, written

ZERO = datetime(2026, 3, 4, 5, 0, 0, tzinfo=timezone.utc)
A, B, C = "a" * 40, "b" * 40, "c" * 40
_NUMBERS = count(1)


def at(minutes: float) -> str:
    """A time, so many minutes after the beginning."""
    return written(ZERO + timedelta(minutes=minutes))


def result(verdict: str, cause: str | None = None, *old: str, **more: Any) -> dict[str, Any]:
    """The outcome of a wait, with the paths that were stale."""
    files = [{"path": path, "layer": "disk", "state": "stale", "live_commit": C, "behind": 1} for path in old]
    return {"schema": "confirm-v1", "verdict": verdict, "cause": cause, "files": files, **more}


def attempt(minutes: float = 0, took: float | None = 1, **facts: Any) -> Attempt:
    """An attempt that began so many minutes after the beginning, and took so many; None: it never ended."""
    began = {
        "id": f"{next(_NUMBERS):032x}",
        "rollout": "d" * 32,
        "number": 1,
        "commit": B,
        "source": A,
        "stamp": "1.0.3+20261121T204300Z.g1a2b3c4.purple",
        "branch": "main",
        "began": at(minutes),
        "ended": None if took is None else at(minutes + took),
        "app": "https://budget.streamlit.app",
    }
    return Attempt(**{**began, **facts})
