"""What each command does: the configuration read, the parts called, the result told."""

from __future__ import annotations

from freshboot.commands.cleaning import clean
from freshboot.commands.history import history
from freshboot.commands.moving import move
from freshboot.commands.printed import tell_error, terminal
from freshboot.commands.recording import record
from freshboot.commands.renaming import rename
from freshboot.commands.reporting import report
from freshboot.commands.serving import demo, lab_up
from freshboot.commands.stamping import publish, stamp
from freshboot.commands.waiting import confirm, remedy, rollout, where

__all__ = [
    "clean",
    "confirm",
    "demo",
    "history",
    "lab_up",
    "move",
    "publish",
    "record",
    "remedy",
    "rename",
    "report",
    "rollout",
    "stamp",
    "tell_error",
    "terminal",
    "where",
]
