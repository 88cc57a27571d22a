"""``board``: the record in a browser, served to this machine alone."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import webbrowser
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import FrameType
from typing import Any

from freshboot.commands.printed import print_json, terminal
from freshboot.errors import ConfigurationError, FreshbootError

SCHEMA = "board-v1"
LEAST_STREAMLIT = (1, 58)
_FOLDER = Path(__file__).parent.parent / "board"
_HOST, _PORT = "127.0.0.1", 8501
_START_SECONDS, _STOP_SECONDS, _LOOK_SECONDS = 60.0, 5.0, 0.1
_OPTIONS = (
    "--server.headless=true",  # the browser is opened here; Streamlit would ask for an address to write to
    "--server.fileWatcherType=none",
    "--browser.gatherUsageStats=false",
    "--client.toolbarMode=minimal",
    "--logger.level=warning",
    "--theme.light.primaryColor=#3f5bd8",
    "--theme.dark.primaryColor=#8ea6ff",
)


class NotStarted(FreshbootError):
    """Streamlit ended by itself, or does not answer."""


class _Terminated(BaseException):
    """SIGTERM came: a service is at its end."""


def board(**options: Any) -> int:
    """Serve the board of a repository until a signal comes, and open it in a browser.

    :raises ConfigurationError: there is no Streamlit, or the port is taken.
    :raises NotStarted: Streamlit did not start.
    :raises KeyboardInterrupt: it was ^C.
    """
    from freshboot.repository.repository import Repository

    _require_streamlit()
    root = Repository.open(options["repo"]).root
    port = _port(options["port"])
    url = f"http://{_HOST}:{port}"
    with contextlib.suppress(_Terminated), _served(_command(root, port)) as server:
        _wait_for(server, port)
        if options["as_json"]:
            print_json({"schema": SCHEMA, "url": url, "repository": root})
        terminal().say(f"the board of {root}: {url} (^C ends it)")
        if options["browser"]:
            webbrowser.open(url)
        server.wait()
    return 0


def _require_streamlit() -> None:
    least = ".".join(map(str, LEAST_STREAMLIT))
    try:
        there = version("streamlit")
    except PackageNotFoundError:
        raise ConfigurationError("the board needs Streamlit", "pip install 'freshboot[board]'") from None
    if tuple(int(one) for one in there.split(".")[:2]) < LEAST_STREAMLIT:
        raise ConfigurationError(
            f"the board needs Streamlit {least} or later, and here is {there}",
            "pip install --upgrade 'freshboot[board]'",
        )


def _port(given: int | None) -> int:
    """The port that was given, else Streamlit's own, else any free one.

    :raises ConfigurationError: the one given is taken.
    """
    for one in (_PORT, 0) if given is None else (given,):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((_HOST, one))
            return int(probe.getsockname()[1])
    raise ConfigurationError(f"port {given} is taken", "name another, or leave --port out")


def _command(root: str, port: int) -> list[str]:
    served = ("--server.address", _HOST, "--server.port", str(port))
    return [sys.executable, "-m", "streamlit", "run", "script.py", *_OPTIONS, *served, "--", root]


@contextlib.contextmanager
def _served(command: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run Streamlit, away from the repository, whose settings and secrets are not the board's.

    Its errors are shown. It ends with the block, also where this process is asked to end.
    """
    before = {one: signal.signal(one, handler) for one, handler in _HANDLERS.items()}
    server = subprocess.Popen(
        command, cwd=_FOLDER, env=_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    try:
        yield server
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
        server.terminate()
        with contextlib.suppress(KeyboardInterrupt, subprocess.TimeoutExpired):
            server.wait(_STOP_SECONDS)
        server.kill()
        server.wait()


def _terminated(_number: int, _frame: FrameType | None) -> Any:
    raise _Terminated


_HANDLERS: Mapping[int, Callable[[int, FrameType | None], Any]] = {
    signal.SIGINT: signal.default_int_handler,
    signal.SIGTERM: _terminated,
}
"""What ends it; a job in the background is started with the first one ignored."""


def _environment() -> dict[str, str]:
    """What this process has, without settings of Streamlit that belong to the app."""
    return {name: value for name, value in os.environ.items() if not name.startswith("STREAMLIT_")}


def _wait_for(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection((_HOST, port), 1.0):
            return
        time.sleep(_LOOK_SECONDS)
    raise NotStarted("the board's Streamlit did not start", "see what it says above")
