"""What the host was told about the app: the branch, the file to run, and how to run it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """On Community Cloud branch and entrypoint are fixed once the app is there: another one is another app.

    ``entrypoint`` is relative to the repository's root; ``flags`` are added to ``streamlit run``.
    """

    branch: str
    entrypoint: str
    flags: tuple[str, ...] = ()
