"""A changed dependency file: the host installs it and starts a new process.

That the change of a comment is enough is known with medium confidence only: the wait that follows proves it.
"""

from __future__ import annotations

from typing import ClassVar

from freshboot.remedies.remedy import Action, CannotRemedy, Remedy, Situation


class Rebuild(Remedy):
    """Stamps the dependency file that wins on the host, beside the other marks."""

    name: ClassVar[str] = "rebuild"
    cures: ClassVar[frozenset[str]] = frozenset({"stale-packages", "stale-modules", "not-applied"})
    needs: ClassVar[str] = "old packages, old modules that nothing watches, or a push that never arrived"

    def action(self, situation: Situation) -> Action:
        file = situation.dependency_file
        if file is None:
            raise CannotRemedy(
                "there is no dependency file, so no change of one can make the host rebuild",
                f"write a requirements.txt beside {situation.entrypoint} or into the root, and push it",
            )
        return Action(
            f"stamp {file}, which wins on the host, and push it",
            "the host installs the dependencies and starts a new process, normally within two minutes",
            marks=tuple(dict.fromkeys((*situation.marks, file))),
        )
