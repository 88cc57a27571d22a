"""A real Streamlit server for tests."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from freshboot.lab.replica import STREAMLIT

_OPTIONS = ("--server.address=127.0.0.1", "--server.headless=true", "--browser.gatherUsageStats=false")
_START_SECONDS = 180.0  # an import of Streamlit on a busy machine
_STOP_SECONDS = 5.0


@dataclass
class StreamlitServer:
    """A running ``streamlit run``. ``url`` is where a browser would go; ``log`` is what it printed."""

    port: int
    process: subprocess.Popen[bytes] = field(repr=False)
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def websocket(self) -> str:
        return f"ws://127.0.0.1:{self.port}/_stcore/stream"

    def stop(self) -> None:
        """End the server as a host does; whatever it started ends with it."""
        self._signal(signal.SIGTERM)
        try:
            self.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            pass
        finally:
            self.kill()

    def kill(self) -> None:
        """End the server and whatever it started at once: quicker, where nobody asks how it ends."""
        self._signal(signal.SIGKILL)
        self.process.wait()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)


@contextlib.contextmanager
def streamlit_server(
    script: Path,
    *options: str,
    python: str = sys.executable,
    env: dict[str, str] | None = None,
    port: int | None = None,
    folder: Path | None = None,
) -> Iterator[StreamlitServer]:
    """Run the script's app on a free port until the block ends.

    :param options: more of ``streamlit run``'s, such as ``--server.baseUrlPath=/app``
    :param python: the interpreter of an environment that has Streamlit
    :param folder: where to run it from, and to put the log: the script's own folder unless told otherwise
    """
    port = port or free_port()
    folder = folder or script.parent
    log = folder / f"streamlit-{port}.log"
    command = [
        python,
        STREAMLIT,
        "run",
        str(script.relative_to(folder)),
        f"--server.port={port}",
        *_OPTIONS,
        *options,
    ]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, "HOME": str(folder), **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    server = StreamlitServer(port, process, log)
    try:
        _wait_until_healthy(server)
        yield server
    finally:
        server.kill()


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_healthy(server: StreamlitServer) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not _listens(server.port):
        if server.process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"Streamlit did not start:\n{server.log.read_text(errors='replace')}")
        time.sleep(0.05)


def _listens(port: int) -> bool:
    """Any path below the base path would do: whatever answers HTTP has started."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1) as answer:
            return answer.status == 200
    except urllib.error.HTTPError as error:
        return error.code != 503
    except OSError:
        return False
