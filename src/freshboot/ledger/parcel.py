"""An attempt on its way from a job that may not write to one that may: a text for a workflow's output."""

from __future__ import annotations

import base64
import binascii
import zlib
from dataclasses import replace

from freshboot.errors import FreshbootError
from freshboot.ledger.attempt import Attempt

MOST = 96 * 1024
"""Characters: what is handed to a process as a variable may not be longer than 128 KiB (Linux)."""
_MOST_BYTES = 32 * 1024 * 1024
_KEPT = ("schema", "verdict", "cause", "exit_code", "expected", "live", "explanation", "timing", "counts")


class NoParcel(FreshbootError):
    """The text is none that :func:`pack` has made."""

    exit_code = 2


def pack(attempt: Attempt) -> str:
    """The attempt as one word of ASCII; where it would be too long, without the outcome's lists."""
    packed = _packed(attempt)
    if len(packed) <= MOST or attempt.result is None:
        return packed
    result = {key: attempt.result[key] for key in _KEPT if key in attempt.result}
    return _packed(replace(attempt, result=result))


def unpack(text: str) -> Attempt:
    """The attempt that was packed.

    :raises NoParcel: the text is something else.
    """
    try:
        unzip = zlib.decompressobj()
        line = unzip.decompress(base64.b64decode(text, validate=True), _MOST_BYTES)
        attempt = Attempt.from_json(line.decode())
    except (binascii.Error, zlib.error, ValueError):
        attempt = None
    if attempt is None:
        raise NoParcel("that is no record of a rollout", "hand on the output `record` of a confirm step")
    return attempt


def _packed(attempt: Attempt) -> str:
    return base64.b64encode(zlib.compress(attempt.to_json().encode(), 9)).decode()
