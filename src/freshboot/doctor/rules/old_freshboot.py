"""An app with a freshboot that is older than the command."""

from __future__ import annotations

import re
from collections.abc import Iterator

from freshboot.doctor.finding import Found, Rule, Severity
from freshboot.doctor.snapshot import Snapshot, name_of

_PINNED = re.compile(r"(?:===?|@[^@]*@v?)\s*(\d+(?:\.\d+)+\w*)\s*(?:;|\Z)")

_BOUND = re.compile(r"(<=?|~=)\s*(\d+(?:\.\d+)*\w*)")


def _look(snapshot: Snapshot) -> Iterator[Found]:
    agent = snapshot.host.agent if snapshot.host else None
    if agent and _is_older(agent, snapshot.version):
        yield Found(f"the live app answers with freshboot {agent}, and this is {snapshot.version}")
    for app in snapshot.apps:
        for line in snapshot.asked(app.dependency_file):
            told = _older(line.asked, snapshot.version) if name_of(line) == "freshboot" else None
            if told:
                number = snapshot.line_of(line.file, r"^[^#]*\bfreshboot\b")
                words = f"the app asks for freshboot {told}, and this is {snapshot.version}"
                yield Found(words, line.file, number)


def _older(asked: str, ours: str) -> str | None:
    """The version or the bound in a requirement that keeps it below ours; None where none does."""
    pinned = _PINNED.search(asked)
    if pinned:
        return pinned[1] if _is_older(pinned[1], ours) else None
    bounds = _BOUND.findall(asked.partition(";")[0])
    return next((f"{sign}{version}" for sign, version in bounds if _is_below(sign, version, ours)), None)


def _is_below(sign: str, version: str, ours: str) -> bool:
    from packaging.specifiers import InvalidSpecifier, Specifier
    from packaging.version import InvalidVersion

    try:
        is_out = not Specifier(f"{sign}{version}").contains(ours, prereleases=True)
    except (InvalidSpecifier, InvalidVersion):
        return False
    return is_out and not _is_older(ours, version)


def _is_older(theirs: str, ours: str) -> bool:
    from packaging.version import InvalidVersion, Version

    try:
        return Version(theirs).release < Version(ours).release
    except InvalidVersion:
        return False


RULE = Rule(
    name="old-freshboot",
    severity=Severity.WARNING,
    field=None,
    what="The dependency file that wins asks for a freshboot that is older than the command, or the live app "
    "answers with such a one.",
    why="An older one in the app may answer less than is asked for: the verdict is `unproven` "
    "(`agent-too-old`).",
    fix="raise it to the version of the command, and push that",
    example="freshboot==0.0.1",
    look=_look,
)
