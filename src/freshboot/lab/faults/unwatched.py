"""Streamlit does not watch the app's modules."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from freshboot.lab.faults.interface import Fault, choice_of

if TYPE_CHECKING:
    from freshboot.lab.target import Target

# The folder that every checkout lies in: see Replica. Pages and the entrypoint are watched all the same.
_MODULES = "--server.folderWatchBlacklist=**/mount/src"
_NOTHING = "--server.fileWatcherType=none"


class Unwatched(Fault):
    """No change of an imported module is heard of, whoever is connected; with ``all``, no change at all.

    By itself it happens to modules outside the entrypoint's folder. For an app that is laid out otherwise
    Streamlit is started with the option that leaves folders out of the watch.
    """

    name = "unwatched"
    usage = "unwatched[:all]"

    def __init__(self, argument: str | None) -> None:
        super().__init__(argument)
        self.flag = _NOTHING if choice_of(type(self), argument, "all") else _MODULES

    def target(self, target: Target) -> Target:
        """The same file, run with the option."""
        return replace(target, flags=(*target.flags, self.flag))
