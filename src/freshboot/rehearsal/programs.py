"""Runs the installers: each in a group of its own, which ends with whoever waits for it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from freshboot.lab.guard import Guard

# What would turn an installer to another environment than the one that is made.
_LEFT_OUT = ("VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONPATH", "PYTHONHOME", "UV_PYTHON", "UV_PROJECT_ENVIRONMENT")
_PLAINLY = {
    "NO_COLOR": "1",
    "COLUMNS": "1000",  # each reason in a line of its own, whole
    "UV_NO_PROGRESS": "1",
    "PIP_NO_COLOR": "1",
    "PIP_PROGRESS_BAR": "off",
}


def find(tool: str) -> str | None:
    """The whole path of a program: on the PATH, else beside the Python that runs this."""
    beside = os.path.dirname(sys.executable)
    return shutil.which(tool) or shutil.which(tool, path=beside)


async def run(
    command: Sequence[str], folder: Path, log: Path, guard: Guard, variables: Mapping[str, str] | None = None
) -> int:
    """Run a command to its end, and return its exit status; its output is added to the log.

    If the waiting is cancelled, or this process dies, it is ended with everything that it started.
    """
    kept = {name: one for name, one in os.environ.items() if name not in _LEFT_OUT and not _is_git(name)}
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            *guard.guarded(list(command)),
            cwd=folder,
            env={**kept, **_PLAINLY, **(variables or {})},
            stdin=guard.pipe,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        return await process.wait()
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        guard.release(process.pid)


def _is_git(name: str) -> bool:
    """Set inside hooks, they would lead an installer's git astray; how to reach a remote is kept."""
    return name.startswith("GIT_") and not name.startswith(
        ("GIT_SSH", "GIT_SSL", "GIT_CONFIG_", "GIT_ASKPASS")
    )
