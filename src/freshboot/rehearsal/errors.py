"""What keeps a rehearsal from going on, each with what it means for the verdict."""

from __future__ import annotations

from freshboot.errors import FreshbootError
from freshboot.stamp.entrypoint import EntrypointError


class CannotRehearse(FreshbootError):
    """A tool that the host has is not on this machine: nothing is known of the commit, good or bad."""

    exit_code = 3


class BuildFailed(FreshbootError):
    """The dependencies cannot be installed; ``lines`` of the installer's log say why."""

    exit_code = 3

    def __init__(self, message: str, remedy: str, lines: tuple[str, ...] = ()) -> None:
        super().__init__(message, remedy)
        self.lines = lines


class NoApp(EntrypointError):
    """The commit holds no app at all, and no configuration that speaks of one."""


class HookRefused(FreshbootError):
    """The hook is somebody else's, and stays as it is."""
