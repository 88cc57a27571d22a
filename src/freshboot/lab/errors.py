"""What can go wrong with the lab itself: the repository, git, the interpreter, a port."""

from __future__ import annotations

from freshboot.errors import FreshbootError


class LabError(FreshbootError):
    """The lab cannot be started, or was asked for something that it does not have."""


class UnknownFault(LabError):
    """A fault's name or its argument cannot be understood."""


class InstallerFailed(LabError):
    """The host could not install what the dependency file asks for; what it said is in the host's log."""
