"""One entry of the ledger: one attempt to bring one release live, as a line of JSON (``attempt-v1``)."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from typing import Any

SCHEMA = "attempt-v1"

_ID = re.compile(r"(?:[0-9a-f]{40}|[0-9a-f]{64})\Z")
_LONGEST_NAME = 64
"""Twice what :func:`new_id` makes."""
_YEARS = range(2000, 2101)
"""Of any other year a clock was wrong, and such a time could be added to nothing."""


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One attempt; the push itself is the first of its run (``number`` 1), each remedy is one more.

    ``id`` is its own, ``rollout`` that of the run. ``commit`` is the release, ``source`` the commit that was
    stamped: the first one behind the release that carries no stamp, so that all attempts for one piece of
    work share it. ``does`` tells in words what was done, ``changed`` which paths the release changes against
    what was pushed before. Times are UTC (see :func:`written`): ``pushed`` is None where nothing was pushed,
    ``ended`` where the attempt was never ended, as after a kill. ``trigger`` is ``push``, ``manual``,
    ``schedule`` or ``local``. ``app`` is the live app's address, ``result`` the outcome (``confirm-v1``).
    """

    id: str
    rollout: str
    number: int
    commit: str
    source: str
    stamp: str
    branch: str
    remedy: str | None = None
    does: str = ""
    changed: tuple[str, ...] = ()
    pushed: str | None = None
    began: str
    ended: str | None = None
    trigger: str = "local"
    reason: str = ""
    run_url: str = ""
    app: str = ""
    result: dict[str, Any] | None = None

    def to_json(self) -> str:
        """The line of the ledger: one line of ASCII, the same for the same attempt."""
        return json.dumps({"schema": SCHEMA, **asdict(self)}, separators=(",", ":"), sort_keys=True)

    @classmethod
    def from_json(cls, line: str) -> Attempt | None:
        """Read a line of the ledger; None where it is none that can be read. Unknown keys do not matter."""
        try:
            told = json.loads(line)
        except (ValueError, RecursionError):
            return None
        if not isinstance(told, dict) or told.get("schema") != SCHEMA:
            return None
        values = {name: told[name] for name in _FITS if name in told}
        if not (values.keys() >= _REQUIRED and all(_FITS[name](value) for name, value in values.items())):
            return None
        return cls(**{**values, "changed": tuple(values.get("changed", ()))})

    @property
    def verdict(self) -> str | None:
        """How it ended; None where it did not, or without a verdict."""
        return self._told("verdict")

    @property
    def cause(self) -> str | None:
        """Why the verdict is what it is; None where there is no cause."""
        return self._told("cause")

    @property
    def version(self) -> str:
        """The project's own version, out of the stamp."""
        return self.stamp.partition("+")[0]

    def _told(self, key: str) -> str | None:
        value = (self.result or {}).get(key)
        return value if isinstance(value, str) else None


def new_id() -> str:
    """An id that nobody else has made."""
    return uuid.uuid4().hex


def written(time: datetime) -> str:
    """A time as the ledger writes it: ``2026-11-21T20:43:00Z``."""
    return time.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(text: str) -> datetime:
    """A time of the ledger.

    :raises ValueError: it is none; no attempt that was read from the ledger has such a one.
    """
    time = datetime.fromisoformat(text.removesuffix("Z") + "+00:00" if text.endswith("Z") else text)
    if time.tzinfo is None:
        raise ValueError(f"{text!r} has no zone")
    if time.year not in _YEARS:
        raise ValueError(f"{text!r} is of no year that a ledger is of")
    return time.astimezone(timezone.utc)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_word(value: object) -> bool:
    """Whether it is a text that can be encoded, as what tells places and runs apart has to be.

    The bytes of a path may be no text at all, and those are kept in what is told of the paths.
    """
    return isinstance(value, str) and not any("\ud800" <= one <= "\udfff" for one in value)


def _is_name(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_NAME and _is_word(value)


def _is_commit(value: object) -> bool:
    return isinstance(value, str) and _ID.match(value) is not None


def _is_time(value: object) -> bool:
    try:
        return isinstance(value, str) and moment(value) is not None
    except (ValueError, OverflowError):
        return False


def _is_none_or(fits: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: value is None or fits(value)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


_FITS: Mapping[str, Callable[[object], bool]] = {
    **dict.fromkeys(("id", "rollout"), _is_name),
    **dict.fromkeys(("commit", "source"), _is_commit),
    **dict.fromkeys(("stamp", "branch", "trigger", "run_url", "app"), _is_word),
    **dict.fromkeys(("does", "reason"), _is_text),
    "number": _is_count,
    "changed": _is_texts,
    "remedy": _is_none_or(_is_word),
    "began": _is_time,
    "pushed": _is_none_or(_is_time),
    "ended": _is_none_or(_is_time),
    "result": _is_none_or(lambda value: isinstance(value, dict)),
}
_REQUIRED = {"id", "rollout", "number", "commit", "source", "stamp", "branch", "began"}
