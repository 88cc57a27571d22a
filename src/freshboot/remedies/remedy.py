"""What a remedy is: one action that can make a stale app fresh."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from freshboot.errors import FreshbootError
from freshboot.hosts.chores import ANYWHERE, Chore, Instruction
from freshboot.hosts.host import Rebuilding


class CannotRemedy(FreshbootError):
    """The remedy can do nothing for this app."""

    exit_code = 2


@dataclass(frozen=True)
class Situation:
    """What a remedy may look at.

    ``marks`` are the configured ones, ``constant`` the file in which the entrypoint's DEPLOYMENT_VERSION is
    bound, None where there is no such constant; ``dependency_file`` is the one that wins on the host.
    ``causes`` is what the evidence shows, the one to mend first first (empty where nobody has asked);
    ``files`` are those that are stale on disk, ``modules`` those that are in memory alone. ``release`` is the
    commit that should be live, ``branch`` the one that the host tracks on ``remote``. ``instruct`` says how a
    person does a chore at this host, for a branch, ``rebuilding`` what the host's own rebuild would be;
    ``read`` gives the bytes of a file of the commit that is
    checked out, None where there is none.
    """

    entrypoint: str
    marks: tuple[str, ...]
    constant: str | None = None
    dependency_file: str | None = None
    causes: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    release: str = ""
    branch: str = ""
    remote: str = "origin"
    instruct: Callable[[Chore, str], Instruction] = lambda chore, _branch: ANYWHERE[chore]
    rebuilding: Callable[[], Rebuilding] = Rebuilding
    read: Callable[[str], bytes | None] = lambda _path: None


@dataclass(frozen=True)
class Action:
    """What a remedy will do.

    ``does`` and ``expect`` tell a person what is done, and what should come of it. ``marks`` are stamped anew
    and pushed, where there are any; ``wakes``: the host is asked to wake the app, ``rebuilds``: to build the
    commit ``release`` without cache; ``branch``: the commit
    ``release`` is pushed to this new branch, which the host is to follow; ``files`` are written into the work
    tree, by their paths, and not pushed; ``steps`` are what a person does.
    """

    does: str
    expect: str
    marks: tuple[str, ...] = ()
    wakes: bool = False
    rebuilds: bool = False
    branch: str | None = None
    release: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[str, ...] = ()


class Remedy(ABC):
    """One remedy. ``cures`` are the causes (judge.causes.Cause) that it can help against.

    ``needs`` says in words which evidence it takes; ``asks``: it does nothing before the app was asked;
    ``by_name``: only a person's word applies it, never `auto`.
    """

    name: ClassVar[str]
    cures: ClassVar[frozenset[str]]
    needs: ClassVar[str]
    asks: ClassVar[bool] = False
    by_name: ClassVar[bool] = False

    @abstractmethod
    def action(self, situation: Situation) -> Action:
        """What is to be done here; nothing is done yet.

        :raises CannotRemedy: nothing can be done here.
        """
