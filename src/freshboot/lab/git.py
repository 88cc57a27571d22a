"""The lab's one door to git."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

from freshboot.lab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# A server knows nothing of the developer's settings: hooks, line endings, templates, signing.
_NO_CONFIGURATION = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


def _environment(variables: Mapping[str, str]) -> dict[str, str]:
    # GIT_DIR and its like are set inside git hooks and would point every command at the wrong repository.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return {**kept, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C", **variables}


async def git(
    *arguments: str,
    folder: Path,
    users_configuration: bool = False,
    variables: Mapping[str, str] | None = None,
    stdin: str = "",
) -> str:
    """Run ``git ARGUMENTS`` in ``folder`` and return what it printed, bytes that are no UTF-8 escaped.

    ``users_configuration`` lets the user's own settings count, as ``safe.directory`` must where the user's
    own repository is read. Raises ``LabError`` with git's words when git fails.
    """
    settings = {} if users_configuration else _NO_CONFIGURATION
    pipe = asyncio.subprocess.PIPE
    environment = _environment({**settings, **(variables or {})})
    try:
        process = await asyncio.create_subprocess_exec(
            "git", *arguments, cwd=folder, env=environment, stdin=pipe, stdout=pipe, stderr=pipe
        )
    except OSError as error:
        raise LabError(
            f"git cannot be run in {folder}: {error.strerror}", "see to the folder and to git"
        ) from error
    try:
        output, complaint = await process.communicate(os.fsencode(stdin))
    finally:
        if process.returncode is None:  # nobody waits for it any more
            process.kill()
            await process.wait()
    if process.returncode:
        words = os.fsdecode(complaint).strip() or f"exit status {process.returncode}"
        raise LabError(
            f"git {arguments[0]} failed in {folder}: {words}", "try the same command there by hand"
        )
    return os.fsdecode(output)
