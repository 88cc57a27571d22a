"""What sixty-four public reports of "my push does not show" came from: how likely each finding is."""

from __future__ import annotations

from enum import Enum

REPORTS = 64


class Field(Enum):
    """A class of the reports: its name, and how many of them it was."""

    STALE_MODULES = ("stale modules", 15)
    NOT_APPLIED = ("push not applied or late", 9)
    OUTAGE = ("platform outage", 6)
    CACHES = ("Streamlit's caches", 6)
    TARGET = ("wrong branch, entrypoint or renamed repository", 6)
    DEPENDENCY_FILE = ("wrong dependency file or folder", 5)
    BUILD_ERROR = ("build error, old version kept", 4)
    NOT_REBUILT = ("environment not rebuilt", 4)
    RACE = ("hot-reload race", 3)
    DRIFT = ("version drift on rebuild", 3)
    ELSEWHERE = ("private app, missing secret, or the data and the code itself", 3)

    @property
    def title(self) -> str:
        """What the class is called."""
        return self.value[0]

    @property
    def reports(self) -> int:
        """How many of the :data:`REPORTS` it was."""
        return self.value[1]


def likelihood(field: Field | None) -> str:
    """How likely that class is, in words."""
    if field is None:
        return f"none of {REPORTS} reports came from it"
    return f"{field.title}: {field.reports} of {REPORTS} reports"
