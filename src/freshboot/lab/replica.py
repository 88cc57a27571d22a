"""One ``streamlit run`` process with its own checkout, kept running as a host keeps it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import shutil
import signal
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp

from freshboot.lab import inotify
from freshboot.lab.checkout import Checkout
from freshboot.lab.environment import Environment
from freshboot.lab.errors import LabError
from freshboot.lab.guard import Guard
from freshboot.tasks import end

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from freshboot.lab.checkout import Dependencies
    from freshboot.lab.remote import Remote
    from freshboot.lab.target import Target

LOOPBACK = "127.0.0.1"
STREAMLIT = str(Path(__file__).with_name("streamlit_run.py"))
"""A script that is Streamlit's command line."""

_LOG = logging.getLogger(__name__)
_POLL_S = 0.05
_STOP_LIMIT_S = 2.0
_ANSWER_LIMIT_S = 1.0
_UNWATCH_LIMIT_S = 5.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.1, 5.0
_PORT_ATTEMPTS = 3
_LOG_LINES = 15

# What a process may know of the machine. PYTHONPATH is not among it: Streamlit would watch the folders there.
_INHERITED = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR")


@dataclass(frozen=True)
class Program:
    """Runs Streamlit: ``python`` with its packages in ``sites``, and with a folder of ``wheels`` to add.

    ``prepare`` is what else is done with each fresh clone before its process starts.
    """

    python: str
    start_limit_s: float
    sites: tuple[str, ...] = ()
    wheels: Path | None = None
    comments: bool = False
    prepare: Callable[[Path], Awaitable[None]] | None = None

    @staticmethod
    def command(python: str, target: Target, port: int) -> list[str]:
        """The command line; what stands there wins over the app's own config.toml."""
        options = {
            "server.port": str(port),
            "server.address": LOOPBACK,
            "server.baseUrlPath": "",
            "server.headless": "true",
            "browser.gatherUsageStats": "false",
            # Community Cloud forces both, whatever the app's config.toml says.
            "server.runOnSave": "true",
            "server.enableXsrfProtection": "true",
        }
        flags = [f"--{name}={value}" for name, value in options.items()]
        # -I: the working directory is not on sys.path, as it is not with a plain `streamlit run`.
        return [python, "-I", "-u", STREAMLIT, "run", target.entrypoint, *flags, *target.flags]


class Replica:
    """A checkout and the process that serves it; whatever ends by itself is started again."""

    def __init__(self, remote: Remote, folder: Path, program: Program, guard: Guard, target: Target) -> None:
        self.program = program
        self.target = target
        self.log = folder / "streamlit.log"
        self.ready = False
        self.port = 0
        self.starts = 0
        self.pulls = 0
        self._always_watches = False
        # Everything that a new container would not have: replaced by a clean one on waking.
        self._container = folder / "container"
        self.checkout = Checkout(remote, self._container / "mount" / "src" / remote.name, self.say)
        home = self._container / "home"
        self.environment = Environment(home / "venv", program.python, program.sites, program.wheels, self.run)
        self.provided: Dependencies = None
        """What the dependency file said when it was installed last."""
        self._guard = guard
        self._process: asyncio.subprocess.Process | None = None
        self._keeper: asyncio.Task[None] | None = None
        folder.mkdir(parents=True)

    @property
    def pid(self) -> int | None:
        """The process, which leads a group of its own; None while there is none."""
        running = self._process is not None and self._process.returncode is None
        return self._process.pid if running and self._process else None

    @property
    def dependencies(self) -> Dependencies:
        """The dependency file that wins, and its requirement lines as they are on disk now."""
        return self.checkout.dependencies(self.target.entrypoint, comments=self.program.comments)

    def say(self, words: str) -> None:
        """Write a line into the log, as the host does beside what the app itself prints."""
        with self.log.open("a", encoding="utf-8") as log:
            log.write(f"[{time.strftime('%H:%M:%S', time.gmtime())}] {words}\n")

    async def install(self, target: Target) -> None:
        """An empty home, a fresh clone of the newest commit, its dependencies, a process that answers."""
        self.target = target
        await asyncio.to_thread(shutil.rmtree, self._container, ignore_errors=True)
        for folder in ("home", "tmp"):
            (self._container / folder).mkdir(parents=True)
        self.say("Cloning repository...")
        await self.checkout.clone(target.branch)
        await self.environment.make()
        await self.provide()
        if self.program.prepare is not None:
            await self.program.prepare(self.checkout.folder)
        await self.start()

    async def provide(self) -> None:
        """Install the dependencies; raises ``InstallerFailed``, and what there was stays."""
        wanted = self.dependencies
        if wanted is not None:
            await self.environment.install(wanted[0])
        self.provided = wanted

    async def run(self, command: list[str]) -> int:
        """Run a command in the checkout, as one of the host's own; its output is in the log."""
        process = await self._execute(command)
        try:
            return await process.wait()
        finally:
            _signal_group(process.pid, signal.SIGKILL)
            await process.wait()
            self._guard.release(process.pid)

    async def start(self) -> None:
        """Start the process and wait until it answers; raises ``LabError`` with the log's last lines.

        A process that did not start is tried again in the background until ``stop``, as one that ended is.
        """
        try:
            await self._launch()
        finally:
            self._keeper = asyncio.create_task(self._keep())

    async def stop(self, limit_s: float = _STOP_LIMIT_S) -> None:
        """End the process and all of its group: first asked and then, after ``limit_s``, killed."""
        if self._keeper is not None:
            await end(self._keeper)
            self._keeper = None
        self.ready = False
        await self._end(limit_s)

    async def restart(self) -> None:
        """A new process on the same files."""
        await self.stop()
        await self.start()

    async def unwatched(self) -> None:
        """Wait until Streamlit watches the app's folder no more, as it does once nobody is connected.

        Older versions watch it for new pages all the time. There the end of the sessions is waited for: it
        has been dealt with when Streamlit's one loop has answered the next request.
        """
        if self._always_watches:
            await self._answers()
            return
        waited = 0.0
        while self._watches():
            if waited > _UNWATCH_LIMIT_S:
                raise LabError(
                    "Streamlit still watches the app's folder, although nobody is connected",
                    "restart the lab",
                )
            await asyncio.sleep(_POLL_S)
            waited += _POLL_S

    def _watches(self) -> bool:
        folder = (self.checkout.folder / self.target.entrypoint).parent
        return self.pid is not None and inotify.watches(self.pid, folder)

    async def _keep(self) -> None:
        """Start again what ended by itself, a little later each time."""
        pause = _FIRST_PAUSE_S
        while True:
            if self._process is not None:
                await self._process.wait()
            self.ready = False
            await self._end()
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_S)
            try:
                await self._launch()
            except LabError as error:
                _LOG.warning("%s", error.message)

    async def _launch(self) -> None:
        for attempt in range(1, _PORT_ATTEMPTS + 1):
            offset = self.log.stat().st_size if self.log.exists() else 0
            await self._spawn()
            try:
                await asyncio.wait_for(self._answers(), self.program.start_limit_s)
                break
            except (LabError, asyncio.TimeoutError) as error:
                await self._end()
                lines = _tail(self.log, offset)
                # Somebody else may have taken the port between the moment it was found free and now.
                if attempt == _PORT_ATTEMPTS or f"Port {self.port} is " not in lines:
                    raise self._failure(error, lines) from None
        self._always_watches = self._watches()
        self.ready = True

    async def _spawn(self) -> None:
        self.starts += 1
        self.port = _free_port()
        python = self.environment.interpreter
        self._process = await self._execute(self.program.command(python, self.target, self.port))

    async def _execute(self, command: list[str]) -> asyncio.subprocess.Process:
        environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        # Its own, so that nothing of a process that is killed stays in the machine's.
        environment |= {"HOME": str(self._container / "home"), "TMPDIR": str(self._container / "tmp")}
        with self.log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *Guard.guarded(command),
                cwd=self.checkout.folder,
                env=environment,
                stdin=self._guard.pipe,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    async def _answers(self) -> None:
        """Wait for the health check's 200; raises ``LabError`` as soon as the process has ended."""
        url = f"http://{LOOPBACK}:{self.port}/_stcore/health"
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_ANSWER_LIMIT_S)) as client:
            while self.pid is not None:
                with contextlib.suppress(aiohttp.ClientError, asyncio.TimeoutError):
                    async with client.get(url) as response:
                        if response.status == 200:
                            return
                await asyncio.sleep(_POLL_S)
        raise LabError("the process ended", "")

    async def _end(self, limit_s: float = _STOP_LIMIT_S) -> None:
        process = self._process
        if process is None:
            return
        if process.returncode is None:
            _signal_group(process.pid, signal.SIGTERM)
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(process.wait(), limit_s)
        # The process may be gone and its children still there.
        _signal_group(process.pid, signal.SIGKILL)
        await process.wait()
        self._guard.release(process.pid)
        self._process = None

    def _failure(self, error: Exception, lines: str) -> LabError:
        seconds = f"{self.program.start_limit_s:g}"
        why = error.message if isinstance(error, LabError) else f"it did not answer within {seconds} s"
        message = f"`{self.program.python} -m streamlit run {self.target.entrypoint}` did not start: {why}"
        return LabError(
            f"{message}; its last lines:\n{lines}" if lines else message, "run it by hand to see more"
        )


def _signal_group(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, number)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def _tail(log: Path, offset: int) -> str:
    with log.open("rb") as file:
        file.seek(offset)
        lines = file.read().decode(errors="replace").strip().splitlines()
    return "\n".join(lines[-_LOG_LINES:])
