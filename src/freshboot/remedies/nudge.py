"""A changed constant in the entrypoint: a change of code that Streamlit's watcher reacts to.

It compares contents and watches Python files (FACTS: high): a changed comment in a data file, or a touched
file, reloads nothing.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import ClassVar

from freshboot.remedies.remedy import Action, CannotRemedy, Remedy, Situation


class Nudge(Remedy):
    """Stamps all marks but the dependency file: nothing is installed anew."""

    name: ClassVar[str] = "nudge"
    cures: ClassVar[frozenset[str]] = frozenset({"stale-modules", "hot-reload-race"})
    needs: ClassVar[str] = "old modules in a process whose watcher hears of changed files"

    def action(self, situation: Situation) -> Action:
        if situation.constant is None:
            raise CannotRemedy(
                f"{situation.entrypoint} has no DEPLOYMENT_VERSION, and a plain file nudges nothing: the "
                "watcher looks at Python code",
                f'write DEPLOYMENT_VERSION = "0.0.0" into {situation.entrypoint}, or use the remedy rebuild',
            )
        folder = PurePosixPath(situation.entrypoint).parent
        if unwatched := [one for one in situation.modules if not PurePosixPath(one).is_relative_to(folder)]:
            raise CannotRemedy(
                f"{unwatched[0]} lies outside {folder}, the only folder that Streamlit watches",
                "use the remedy rebuild: a new process imports it anew",
            )
        return Action(
            f"raise DEPLOYMENT_VERSION in {situation.constant} and push it, with a session held open",
            "the watcher hears of the changed entrypoint and drops changed modules; no process restarts",
            marks=tuple(one for one in situation.marks if one != situation.dependency_file),
        )
