"""Run the repository's own tests against the live app, in a process of their own.

They are the repository's code, so they are run as its workflow would run them; but with no secret of ours,
within a time, and whatever they print is kept in bounds.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import json
import os
import re
import shutil
import signal
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from freshboot.judge.checks import RanTests, RunsTests
from freshboot.live.errors import printable

# What programs need to run at all. Tokens, keys and the runner's files are not among it.
_HANDED_ON = re.compile(
    r"(PATH|HOME|USER|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|VIRTUAL_ENV|PYTHON\w*|LD_LIBRARY_PATH|SSL_CERT_\w+|CI"
    r"|COLUMNS)\Z"
)
_NEEDED = ("pytest", "streamlit", "aiohttp", "google.protobuf")
_OTHERS = ("python", "python3")
_HAS_ALL = """
import sys
from importlib.metadata import entry_points
from importlib.util import find_spec
ours = [one for one in entry_points(group="pytest11") if one.name == "freshboot"]
sys.exit(not (ours and all(map(find_spec, sys.argv[1:]))))
"""
_ANSWER_SECONDS = 20.0
_LAST_BYTES = 8192
_REPORT_BYTES = 1024 * 1024
_MOST_TESTS = 100
_LONGEST = 300


async def run_tests(check: RunsTests, root: Path, url: str) -> RanTests:
    """Run the tests that a check names against the app at this address.

    Whatever becomes of them, this does not raise; where the caller is cancelled, they are ended.

    :param root: the repository's, where they are run
    """
    environment = _environment(check)
    python = await _python(root, environment)
    if python is None:
        words = f"{_lacking()[0]} is not installed: pip install 'freshboot[live]'"
        return RanTests(trouble=words, lasting=True)
    with tempfile.TemporaryDirectory(prefix="freshboot-tests-") as folder:
        report = Path(folder, "report.json")
        try:
            command = _command(python, check, url, report)
            ended, said = await _run(command, root, environment, check.seconds)
        except OSError as error:
            return RanTests(trouble=f"pytest cannot be started: {printable(str(error))}", lasting=True)
        if ended is None:
            return RanTests(trouble=f"the tests did not end within {check.seconds:g} s", lasting=True)
        return read_report(_read(report), ended, said)


def read_report(told: object, ended: int, said: str) -> RanTests:
    """What the report of a run says that ended with this exit code; ``said`` is the end of what it printed.

    Only a run that pytest itself brought to an end counts: all passed (0), or some failed (1).
    """
    if not isinstance(told, Mapping) or ended not in (0, 1) or told.get("exit") != ended:
        return RanTests(trouble=_why_not(ended, said), lasting=True)
    failed, unmade = _tests(told.get("failed")), _tests(told.get("unmade"))
    passed, runs = told.get("passed"), told.get("runs")
    if not isinstance(passed, int) or not isinstance(runs, int) or (ended == 1) is not bool(failed or unmade):
        return RanTests(trouble="what pytest reports of the tests does not fit together", lasting=True)
    if not (passed or failed or unmade):
        return RanTests(trouble="every test was skipped", lasting=True)
    if not (runs or unmade):
        return RanTests(trouble="no test asked the live app", lasting=True)
    return RanTests(passed, failed, unmade)


def _why_not(ended: int, said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith(("ERROR", "E  ", "Error", "INTERNALERROR"))]
    known = {
        2: "the tests could not be collected",
        3: "pytest itself failed",
        4: "pytest was called wrongly, or the path is not there",
        5: "there are no tests there",
    }
    words = known.get(ended, f"the tests broke off (exit code {ended})")
    last = (errors or lines)[-1:]
    return ": ".join([words, *(printable(line, _LONGEST) for line in last)])


def _tests(told: object) -> tuple[tuple[str, str], ...]:
    entries = told[:_MOST_TESTS] if isinstance(told, list) else []
    return tuple(
        (printable(str(one.get("test", "")), _LONGEST), printable(str(one.get("why", "")), _LONGEST))
        for one in entries
        if isinstance(one, dict)
    )


async def _python(root: Path, environment: Mapping[str, str]) -> str | None:
    """The Python that can run the tests: this one, else the one on the PATH, where the app's packages are."""
    if not _lacking():
        return sys.executable
    found = [shutil.which(name, path=environment.get("PATH", "")) for name in _OTHERS]
    for python in filter(None, found):
        with contextlib.suppress(OSError):
            asking = [python, "-c", _HAS_ALL, *_NEEDED]
            ended, _ = await _run(asking, root, environment, _ANSWER_SECONDS)
            if ended == 0:
                return python
    return None


def _lacking() -> list[str]:
    return [name for name in _NEEDED if not _is_installed(name)]


def _command(python: str, check: RunsTests, url: str, report: Path) -> list[str]:
    return [
        *(python, "-m", "pytest", "-q", "--color=no", "-p", "freshboot", "-p", "no:cacheprovider"),
        *(f"--live-url={url}", f"--live-report={report}", check.path),
    ]


def _environment(check: RunsTests) -> dict[str, str]:
    return {
        name: value for name, value in os.environ.items() if _HANDED_ON.match(name) or name in check.variables
    }


async def _run(
    command: list[str], root: Path, environment: Mapping[str, str], seconds: float
) -> tuple[int | None, str]:
    """The exit code, None where the time was over, and the end of what was printed."""
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=root,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    said = bytearray()
    try:
        await asyncio.wait_for(_listen(process, said), seconds)
    except asyncio.TimeoutError:
        return None, ""
    finally:
        _end(process)
        await process.wait()
    return process.returncode, said.decode("utf-8", "replace")


async def _listen(process: asyncio.subprocess.Process, said: bytearray) -> None:
    """Keep the end of what is printed; what the tests leave running may hold the pipe open."""
    assert process.stdout is not None  # noqa: S101 - it was asked for
    listening = asyncio.ensure_future(_keep_last(process.stdout, said))
    try:
        await process.wait()
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(listening, 1.0)
    finally:
        listening.cancel()


async def _keep_last(stream: asyncio.StreamReader, said: bytearray) -> None:
    while chunk := await stream.read(_LAST_BYTES):
        said += chunk
        del said[:-_LAST_BYTES]


def _end(process: asyncio.subprocess.Process) -> None:
    """End the tests, and whatever they started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _is_installed(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ImportError:
        return False


def _read(report: Path) -> Any:
    try:
        if report.stat().st_size > _REPORT_BYTES:
            return None
        return json.loads(report.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
