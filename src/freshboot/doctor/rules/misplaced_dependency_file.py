"""Dependencies in a place where the host does not look."""

from __future__ import annotations

import re
from collections.abc import Iterator

from freshboot.doctor.finding import Found, Rule, Severity
from freshboot.doctor.snapshot import Snapshot
from freshboot.doctor.table import Field
from freshboot.judge.hidden import is_test

_LIKE = re.compile(
    r"(?i)(?:.*/)?(?:requirements?(?:[._-](?:txt|prod|production|app|streamlit|base))?(?:\.txt)?(?:\.in)?"
    r"|requirements/[\w.-]+\.(?:txt|in)|environment\.ya?ml)\Z"
)


def _look(snapshot: Snapshot) -> Iterator[Found]:
    for app in snapshot.apps:
        if app.dependency_file is not None:
            continue
        other = misplaced(snapshot)
        if other:
            there = f"{app.folder}/ and the root" if app.folder else "the root"
            yield Found(f"no dependency file in {there}, where the host looks, but there is {other}", other)


def misplaced(snapshot: Snapshot) -> str | None:
    """The first file that looks as if somebody took it for a dependency file."""
    return min(filter(_is_like, snapshot.paths), default=None)


def _is_like(path: str) -> bool:
    return _LIKE.match(path) is not None and not is_test(path)


RULE = Rule(
    name="misplaced-dependency-file",
    severity=Severity.ERROR,
    field=Field.DEPENDENCY_FILE,
    what="No dependency file lies where the host looks, and one lies elsewhere, or has another name.",
    why="The host looks in the entrypoint's folder and in the root, for the exact names. It installs "
    "Streamlit alone, and the app raises ModuleNotFoundError.",
    fix="move it beside the entrypoint or into the root, as requirements.txt or environment.yml",
    example="config/Requirements.txt",
    look=_look,
)
