"""An app whose viewers must sign in."""

from __future__ import annotations

from collections.abc import Iterator

from freshboot.doctor.finding import Found, Rule, Severity
from freshboot.doctor.snapshot import Snapshot
from freshboot.doctor.table import Field
from freshboot.hosts.host import State


def _look(snapshot: Snapshot) -> Iterator[Found]:
    answer = snapshot.host
    if answer is not None and (answer.private or answer.condition.state is State.PRIVATE):
        yield Found("the app is private: its viewers must sign in")


RULE = Rule(
    name="private-app",
    severity=Severity.WARNING,
    field=Field.ELSEWHERE,
    what="The host says that viewers of the app must sign in.",
    why="Nobody who is not signed in gets an answer: neither the colleague who says that the push does not "
    "show, nor freshboot, which says `unproven`.",
    fix="make it public (Settings, Sharing), or take the verdicts of freshboot.route() by another way",
    example="$ freshboot doctor --url https://your-app.streamlit.app",
    look=_look,
)
