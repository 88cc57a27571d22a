"""The run of a workflow, as its environment tells of it."""

from __future__ import annotations

from collections.abc import Mapping

_PARTS = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")


def run_url(environment: Mapping[str, str]) -> str:
    """The page of the run; empty where this is none."""
    values = [environment.get(name, "") for name in _PARTS]
    return "{}/{}/actions/runs/{}".format(*values) if all(values) else ""
