"""A requirement from git that names no commit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from freshboot.dependencies.fixed import is_fixed
from freshboot.doctor.finding import Found, Rule, Severity
from freshboot.doctor.snapshot import Snapshot, name_of
from freshboot.doctor.table import Field

_GIT = re.compile(
    r"\bgit\+[a-z]+://[^\s;#]+"
    r"|\bhttps?://[^\s;#]+/(?:archive/refs/heads/|archive/(?:main|master|HEAD)\.|(?:zip|tar)ball/)[^\s;#]*"
)
_LOCKED = ("uv.lock", "Pipfile.lock", "poetry.lock")


def _look(snapshot: Snapshot) -> Iterator[Found]:
    for app in snapshot.apps:
        for line in snapshot.asked(app.dependency_file):
            found = _GIT.search(line.text)
            if found is None or line.file.endswith(_LOCKED) or is_fixed(found[0]):
                continue
            name = name_of(line) or found[0].rpartition("/")[2]
            number = snapshot.line_of(line.file, re.escape(found[0].rpartition("/")[2]))
            yield Found(f"{name} is taken from git without a commit", line.file, number)


RULE = Rule(
    name="moving-requirement",
    severity=Severity.WARNING,
    field=Field.NOT_REBUILT,
    what="A requirement is taken from git by a branch, by a tag that moves, or by nothing at all.",
    why="The installer sees that the name is installed and leaves it alone: what is pushed there never "
    "arrives. A reboot then brings all of it at once. With such a line no verdict can be `proven`, since "
    "nobody can tell which commit was meant: a branch moves, and so does the tag of a major version.",
    fix="name a full commit or the tag of one release behind the address: `name @ git+https://…@v1.2.3`",
    example="helpers @ git+https://github.com/acme/helpers@main",
    look=_look,
)
