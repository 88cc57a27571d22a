"""How much is told. What only ``--verbose`` tells comes through the loggers below ``freshboot``."""

from __future__ import annotations

import logging

from freshboot.commands.printed import terminal
from freshboot.tell.terminal import Loudness

_LOGGER = logging.getLogger("freshboot")


class _Telling(logging.Handler):
    """Tells what is logged as the terminal tells everything: above the line of a wait, and made harmless."""

    def emit(self, record: logging.LogRecord) -> None:
        terminal().detail(record.getMessage())


_TELLING = _Telling()


def be(loudness: str) -> None:
    """Tell as much as is said from now on: ``quiet``, ``normal`` or ``verbose``."""
    terminal(Loudness(loudness))
    _LOGGER.removeHandler(_TELLING)
    if loudness == Loudness.VERBOSE.value:
        _LOGGER.addHandler(_TELLING)
    _LOGGER.setLevel(logging.DEBUG if loudness == Loudness.VERBOSE.value else logging.NOTSET)
