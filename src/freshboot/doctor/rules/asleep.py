"""An app that sleeps."""

from __future__ import annotations

from collections.abc import Iterator

from freshboot.doctor.finding import Found, Rule, Severity
from freshboot.doctor.snapshot import Snapshot
from freshboot.doctor.table import Field
from freshboot.hosts.host import State


def _look(snapshot: Snapshot) -> Iterator[Found]:
    if snapshot.host is not None and snapshot.host.condition.state is State.ASLEEP:
        yield Found("the app is asleep")


RULE = Rule(
    name="asleep",
    severity=Severity.NOTE,
    field=Field.NOT_APPLIED,
    what="The host has put the app to sleep, as Community Cloud does after 12 hours without a visitor.",
    why="A push is not seen until it wakes. Waking is a fresh clone and a fresh environment, and takes 45 "
    "seconds to 14 minutes; unpinned dependencies come in newer versions.",
    fix="`freshboot rollout` wakes it; or open it in a browser and press the button",
    example="$ freshboot doctor --url https://your-app.streamlit.app",
    look=_look,
)
