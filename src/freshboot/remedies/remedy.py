"""What a remedy is: one action that can make a stale app fresh."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from freshboot.errors import FreshbootError


class CannotRemedy(FreshbootError):
    """The remedy can do nothing for this app."""

    exit_code = 2


@dataclass(frozen=True)
class Situation:
    """What a remedy may look at.

    ``marks`` are the configured ones, ``constant`` the file in which the entrypoint's DEPLOYMENT_VERSION is
    bound, None where there is no such constant; ``dependency_file`` is the one that wins on the host.
    """

    entrypoint: str
    marks: tuple[str, ...]
    constant: str | None = None
    dependency_file: str | None = None


@dataclass(frozen=True)
class Action:
    """What a remedy will do.

    ``does`` and ``expect`` tell a person what is done, and what should come of it. ``marks`` are stamped anew
    and pushed, where there are any; ``wakes``: the host is asked to wake the app.
    """

    does: str
    expect: str
    marks: tuple[str, ...] = ()
    wakes: bool = False


class Remedy(ABC):
    """One remedy. ``cures`` are the causes (judge.causes.Cause) that it can help against."""

    name: ClassVar[str]
    cures: ClassVar[frozenset[str]]

    @abstractmethod
    def action(self, situation: Situation) -> Action:
        """What is to be done here; nothing is done yet.

        :raises CannotRemedy: nothing can be done here.
        """
