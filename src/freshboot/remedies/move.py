"""Another host, where this one is beyond help: its files are written, and pushed by nobody but a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from freshboot.hosts.containers import CONTAINERS, files, is_ours, project_of, steps
from freshboot.remedies.options import refuse_options
from freshboot.remedies.remedy import Action, CannotRemedy, Remedy, Situation


@dataclass(frozen=True)
class Move(Remedy):
    """Describes the app's container, and the workflow that deploys it to the host ``to``."""

    name: ClassVar[str] = "move"
    cures: ClassVar[frozenset[str]] = frozenset()
    needs: ClassVar[str] = "a person's decision"
    by_name: ClassVar[bool] = True

    to: str = ""

    def action(self, situation: Situation) -> Action:
        host = CONTAINERS.get(self.to)
        if host is None:
            wrong = f"there is no host {self.to!r}" if self.to else "no host is named to move to"
            raise CannotRemedy(wrong, f"give --to, one of {', '.join(CONTAINERS)}")
        if situation.dependency_file is None:
            raise CannotRemedy(
                "there is no dependency file, so nothing says what to install",
                "write a requirements.txt into the root, and commit it",
            )
        refuse_options(situation, situation.dependency_file)
        project = project_of(
            situation.read, situation.entrypoint, situation.dependency_file, situation.branch
        )
        return Action(
            f"write what {host.title} needs: a container with Python {project.python} that installs "
            f"{project.dependency_file}, and a workflow",
            "nothing is pushed; a person looks through the files and goes on",
            files=files(host, project),
            steps=steps(host),
        )


def others(there: Mapping[str, bytes | None]) -> list[str]:
    """Which files were not made by a move: nobody but their owner replaces them. None: it is not there."""
    return [
        path
        for path, data in there.items()
        if data is not None and not is_ours(data.decode(errors="replace"))
    ]
