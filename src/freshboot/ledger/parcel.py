"""An attempt on its way from a job that may not write to one that may: a text for a workflow's output."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from freshboot.errors import FreshbootError
from freshboot.ledger.attempt import Attempt

MOST = 96 * 1024
"""Characters: what is handed to a process as a variable may not be longer than 128 KiB (Linux)."""
_MOST_BYTES = 4 * 1024 * 1024
_KEPT = ("schema", "verdict", "cause", "exit_code", "expected", "live", "explanation", "timing", "counts")
_LEAST = ("schema", "verdict", "cause", "exit_code")


class NoParcel(FreshbootError):
    """The text is none that :func:`pack` has made."""

    exit_code = 2


def pack(attempt: Attempt) -> str:
    """The attempt as one word of ASCII, no longer than :data:`MOST`; what would make it longer is left out.

    The outcome's lists go first; then all of it but the verdict, the paths, and what people wrote.
    """
    for form in (attempt, _without_lists(attempt)):
        if len(packed := _packed(form)) <= MOST:
            return packed
    return _packed(_bare(attempt))


def unpack(text: str) -> Attempt:
    """The attempt that was packed.

    :raises NoParcel: the text is something else.
    """
    try:
        unzip = zlib.decompressobj()
        line = unzip.decompress(base64.b64decode(text, validate=True), _MOST_BYTES)
        attempt = Attempt.from_json(line.decode()) if unzip.eof and not unzip.unused_data else None
    except (binascii.Error, zlib.error, ValueError):
        attempt = None
    if attempt is None:
        raise NoParcel("that is no record of a rollout", "hand on the output `record` of a confirm step")
    return attempt


def _without_lists(attempt: Attempt) -> Attempt:
    return replace(attempt, result=_only(attempt.result, _KEPT))


def _bare(attempt: Attempt) -> Attempt:
    result = _only(attempt.result, _LEAST)
    return replace(attempt, result=result, changed=(), does="", reason="", run_url="")


def _only(result: dict[str, Any] | None, keys: Collection[str]) -> dict[str, Any] | None:
    return None if result is None else {key: result[key] for key in keys if key in result}


def _packed(attempt: Attempt) -> str:
    return base64.b64encode(zlib.compress(attempt.to_json().encode(), 9)).decode()
