"""Runs an installer for names and versions: uv if it is there, else this interpreter's pip."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from freshboot.dependencies.line import without_user

_LAST_BYTES = 4000
# What an installer needs to know of its surroundings. What it builds may run code: no secret of the app's.
_PASSED = re.compile(
    r"PATH|HOME|USER|LOGNAME|LANG|LC_\w+|TZ|TMPDIR|PIP_\w+|UV_\w+|XDG_\w+|VIRTUAL_ENV|CONDA_PREFIX"
    r"|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|(HTTPS?|ALL|NO)_PROXY|LD_LIBRARY_PATH|CC|CXX",
    re.IGNORECASE,
)


class Ran(NamedTuple):
    """What came of it: the exit code (None: it was stopped, its time was up), and its last words."""

    code: int | None
    words: str


def command(asked: Iterable[str], bounds_file: str) -> list[str]:
    """The command line that installs these requirements into the environment that runs."""
    uv = shutil.which("uv")
    own = [sys.executable, "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    tool = [uv, "pip", "install", "--python", sys.executable] if uv else own
    return [*tool, "--constraint", bounds_file, *asked]


def run(argv: Sequence[str], folder: str, seconds: float, environment: Mapping[str, str]) -> Ran:
    """Run it to its end in an empty folder, where neither settings nor modules of the app's lie.

    :param folder: where it runs
    :raises OSError: it cannot be started.
    """
    passed = {name: value for name, value in environment.items() if _PASSED.fullmatch(name)}
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            argv,
            cwd=folder,
            env=passed,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        code = _end(process, seconds)
        output.seek(max(output.seek(0, os.SEEK_END) - _LAST_BYTES, 0))
        words = output.read().decode("utf-8", "replace")
    return Ran(code, without_user(words))


def _end(process: subprocess.Popen[bytes], seconds: float) -> int | None:
    try:
        return process.wait(seconds)
    except BaseException as error:
        with contextlib.suppress(ProcessLookupError):  # whatever it started ends with it
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if isinstance(error, subprocess.TimeoutExpired):
            return None
        raise
