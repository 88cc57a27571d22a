"""What can be wrong with a repository, its remote, or a push; each with the way out."""

from __future__ import annotations

from freshboot.errors import FreshbootError


class RepositoryError(FreshbootError):
    """The repository is not one that can be worked with."""


class NoRepositoryError(RepositoryError):
    """There is no repository here."""


class BareRepositoryError(RepositoryError):
    """The repository has no work tree."""


class EmptyRepositoryError(RepositoryError):
    """There is no commit yet."""


class UnknownRevisionError(RepositoryError):
    """A revision that the repository has not got."""


class ObjectFormatError(RepositoryError):
    """GitPython cannot read the commits of a SHA-256 repository."""


class NoRemoteError(RepositoryError):
    """There is no remote, or none that it is clear to mean."""


class NoBranchError(RepositoryError):
    """HEAD is detached and no branch was named, or HEAD is on another branch than the one named."""


class ForeignChangesError(RepositoryError):
    """A mark's file holds changes that are not a stamp, and would be published or lost."""


class UnstampableError(RepositoryError):
    """A mark's path is no plain file in the commit."""


class RemoteError(FreshbootError):
    """The remote did not do what it was asked to."""

    exit_code = 5


class ProtectedBranchError(RemoteError):
    """The branch is protected against this push."""


class NoPermissionError(RemoteError):
    """The remote knows who asks, and does not allow it."""


class NotAuthenticatedError(RemoteError):
    """The remote does not know who asks."""


class RemoteGoneError(RemoteError):
    """There is no such repository, or it is out of reach."""


class RejectedError(RemoteError):
    """The remote refused for a reason of its own."""


class HookRefusedError(RemoteError):
    """The pre-push hook of the local repository refused."""


class DivergedError(RemoteError):
    """The remote branch does not hold the commit that was to be stamped."""


class LostRaceError(RemoteError):
    """Somebody else pushed first, every time."""


class ForeignCommitError(RemoteError):
    """A branch that is freshboot's alone holds somebody else's commit, which publishing would undo."""


class LoopError(RemoteError):
    """Stamps follow one another without a person's commit between them."""


class AlteredCommitError(RemoteError):
    """The commit that the remote made is not the one that was asked for."""
