"""Requirements that a reboot moves to whatever is newest then."""

from __future__ import annotations

import re
from collections.abc import Iterator

from freshboot.dependencies import Line, Sense
from freshboot.doctor.finding import Found, Rule, Severity
from freshboot.doctor.snapshot import Snapshot, name_of
from freshboot.doctor.table import Field

_BOUND = re.compile(r"==|~=|<|===|@|://")
_BOUND_IN_CONDA = re.compile(r"<|(?<![<>!~])=")
_ASKS = (Sense.REQUIREMENT, Sense.CONDA)
# freshboot itself sees to it that no version of it takes an app down; the Python is the host's own.
_HARMLESS = ("", "freshboot", "python", "pip")


def _look(snapshot: Snapshot) -> Iterator[Found]:
    for app in snapshot.apps:
        asked = snapshot.asked(app.dependency_file)
        held = {_constrained(line) for line in asked if line.sense is Sense.CONSTRAINT}
        held |= {name_of(line) for line in asked if _is_bound(line)}
        for line in asked:
            name = name_of(line)
            if line.sense in _ASKS and name not in held and name not in _HARMLESS:
                number = snapshot.line_of(line.file, rf"(?i)^[^#]*?(?<![\w-]){_spelt(name)}(?![\w-])")
                yield Found(f"nothing keeps {name} from its next major version", line.file, number)


def _is_bound(line: Line) -> bool:
    asked = line.asked.partition(";")[0]
    bound = _BOUND_IN_CONDA if line.sense is Sense.CONDA else _BOUND
    return line.sense in _ASKS and bound.search(asked) is not None


def _constrained(line: Line) -> str:
    found = re.match(r"[\w.-]+", line.asked)
    return (
        name_of(Line(line.file, line.asked)) if found and _BOUND.search(line.asked.partition(";")[0]) else ""
    )


def _spelt(name: str) -> str:
    return re.escape(name).replace(r"\-", "[-_.]+")


RULE = Rule(
    name="unpinned",
    severity=Severity.NOTE,
    field=Field.DRIFT,
    what="A requirement of the file that wins has no upper bound, and no lock or constraint holds it.",
    why="A reboot, or waking from sleep, makes a fresh environment and takes what is newest then, Streamlit "
    "included. The app changes, or breaks, on a day when nobody pushed anything.",
    fix="bound it (name>=1.2,<2), pin it (name==1.2.3), or lock all of them",
    example="streamlit\npandas>=2",
    look=_look,
)
