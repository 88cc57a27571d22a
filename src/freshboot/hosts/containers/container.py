"""What is particular to a host that runs containers, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

MADE_BY = "Made by `freshboot remedy move"
"""What begins the first comment of each file: with it the file is ours, and is replaced."""
_HEAD_LINES = 3


@dataclass(frozen=True)
class Container:
    """A host.

    ``name`` is what a person gives, ``title`` what the host calls itself. ``port`` is what the container
    listens on where the host sets no ``PORT``. ``rebuild`` and ``commit`` say how a build without cache is
    forced, and how the running process knows its commit. ``deploy`` is the YAML of the workflow's steps that
    deploy the release, which is checked out; ``$RELEASE`` is its commit, ``$REBUILD`` is ``true`` where no
    cache may be used. ``variables`` and ``secrets`` are settings of the repository that the steps read, with
    what they hold; ``signs_in``: GitHub's own identity takes the place of a stored key. ``more`` are other
    files that the host needs. ``before`` is what a person does first, ``minutes`` the longest deployment;
    ``history``: it takes all commits, not the last alone.
    """

    name: str
    title: str
    rebuild: str
    commit: str
    deploy: str
    before: tuple[str, ...]
    variables: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    port: int = 8080
    signs_in: bool = False
    more: Mapping[str, str] = field(default_factory=dict)
    minutes: int = 30
    history: bool = False

    def headed(self, text: str) -> str:
        """A file of ours: with its head, in a format whose comments begin with ``#``."""
        return f"# {MADE_BY} --to {self.name}`, which replaces it while this line stands.\n{text}"


def is_ours(text: str) -> bool:
    """Whether a file was made here, and nobody has taken it over by taking out the line that says so."""
    return any(line.startswith(f"# {MADE_BY}") for line in text.splitlines()[:_HEAD_LINES])
