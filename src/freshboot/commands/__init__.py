"""What each command does: the configuration read, the parts called, the result told."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from freshboot.commands.printed import close_terminal, print_text, tell_error, terminal

__all__ = ["close_terminal", "print_text", "tell_error", "terminal"]

_HOME = {
    "board": "boarding",
    "clean": "cleaning",
    "config_schema": "configuring",
    "config_show": "configuring",
    "confirm": "waiting",
    "demo": "serving",
    "doctor": "examining",
    "history": "listing",
    "init": "scaffolding",
    "lab_up": "serving",
    "move": "moving",
    "publish": "stamping",
    "record": "recording",
    "rehearse": "rehearsing",
    "remedy": "waiting",
    "rename": "renaming",
    "report": "reporting",
    "rollout": "waiting",
    "stamp": "stamping",
    "where": "waiting",
}
"""Where each command is. Only the one that is called is imported: `stamp` must not pay for the others."""


def __getattr__(name: str) -> Callable[..., int]:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    command: Callable[..., int] = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = command
    return command
