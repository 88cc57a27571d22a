"""What git says of the commits and files of a report: values only, read elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Facts:
    """What git and the configuration say. All of it may be missing; paths and ids are as git has them.

    ``repository`` is ``owner/name`` on GitHub, ``commits`` the address in front of a commit's id.
    ``deploy_link`` fills in the host's form for a new app, ``redeploy`` is how a person deploys the app anew
    where the host has words of its own; each is empty where there is none. ``base`` is the commit before the
    first attempt's. ``subjects`` are the first lines of commits' messages, ``times`` when they were committed
    (ISO, UTC). ``blobs`` is (commit, path) → blob id, empty where the commit, which is here, has no such
    file. ``versions`` is (commit, path) → the version that a line of the file claims, with that line's name.
    ``differences`` is (path, live commit, release) → what differs, a line each, with ``-`` before what is
    live and ``+`` before what git has.
    """

    repository: str = ""
    commits: str = ""
    branch: str = ""
    entrypoint: str = ""
    app: str = ""
    deploy_link: str = ""
    redeploy: tuple[str, ...] = ()
    base: str = ""
    subjects: Mapping[str, str] = field(default_factory=dict)
    times: Mapping[str, str] = field(default_factory=dict)
    blobs: Mapping[tuple[str, str], str] = field(default_factory=dict)
    versions: Mapping[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    differences: Mapping[tuple[str, str, str], tuple[str, ...]] = field(default_factory=dict)
