"""The host itself is out of order."""

from __future__ import annotations

from collections.abc import Iterator

from freshboot.doctor.finding import Found, Rule, Severity
from freshboot.doctor.snapshot import Snapshot
from freshboot.doctor.table import Field
from freshboot.hosts.host import State

_WORD = "PLATFORM_ERROR"


def _look(snapshot: Snapshot) -> Iterator[Found]:
    answer = snapshot.host
    if answer is None:
        return
    if answer.condition.state is State.PLATFORM or answer.trouble == _WORD:
        detail = answer.condition.detail or answer.trouble or _WORD
        yield Found(f"the host says that it is out of order: {detail}")


RULE = Rule(
    name="platform-trouble",
    severity=Severity.WARNING,
    field=Field.OUTAGE,
    what="The host, asked for the app's state, says that it is itself out of order.",
    why="A push is not applied while the platform is down, whatever is in it, and no change of the code "
    "helps.",
    fix="wait, look at the host's status page, and push then",
    example="$ freshboot doctor --url https://your-app.streamlit.app",
    look=_look,
)
