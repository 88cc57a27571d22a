"""The lab: a small cloud on one machine, from a repository to an address."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from aiohttp import web

from freshboot.lab.control import Control
from freshboot.lab.edge import Edge
from freshboot.lab.errors import LabError
from freshboot.lab.faults import parse_fault
from freshboot.lab.guard import Guard
from freshboot.lab.host import Host
from freshboot.lab.remote import Remote
from freshboot.lab.replica import LOOPBACK, Program, Replica
from freshboot.lab.target import Target

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from typing_extensions import Self

_GOODBYE_S = 1.0
_PROBE = """\
import site
from importlib.metadata import version

print(version("streamlit"), *site.getsitepackages(), sep="\\n")
"""


@dataclass(frozen=True)
class Options:
    """What a lab is made of.

    ``python`` is the interpreter that has Streamlit; ``port`` that of the edge, 0 for any free one;
    ``faults`` as they are written for ``parse_fault``; ``start_limit_s`` how long one process may take until
    it answers. ``wheels`` is a folder of wheels: with it each replica has an environment of its own, into
    which the host installs from there, and from nowhere else, what requirements.txt asks for. ``comments``: a
    changed comment in the dependency file counts as a change of it, as it may on Community Cloud.
    """

    repository: Path
    entrypoint: str = "streamlit_app.py"
    replicas: int = 1
    python: str = sys.executable
    port: int = 0
    faults: Sequence[str] = field(default=())
    start_limit_s: float = 60.0
    wheels: Path | None = None
    comments: bool = False


@dataclass(frozen=True)
class Address:
    """Where a lab is reached: the app, the git remote, the control server, and the process that runs it."""

    url: str
    remote: str
    control: str
    pid: int


class Lab:
    """Use it as ``async with Lab(options) as lab``: inside, ``lab.address`` answers; after, nothing is left.

    Entering raises ``LabError`` where the repository, the interpreter or the port is not usable, or the app's
    process does not start.
    """

    address: Address

    def __init__(self, options: Options, prepare: Callable[[Path], Awaitable[None]] | None = None) -> None:
        """``prepare`` is given each fresh clone before its process starts; what it raises is raised here."""
        self.options = options
        self._prepare = prepare
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        try:
            await self._start()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def _start(self) -> None:
        options = self.options
        if options.replicas < 1:
            raise LabError(f"an app cannot have {options.replicas} replicas", "ask for one or more")
        faults = [parse_fault(text) for text in options.faults]
        python, entrypoint = _interpreter(options.python), str(PurePosixPath(options.entrypoint))
        version, *sites = await _probe(python)
        wheels = _wheels(options.wheels)
        folder = _new_folder()
        guard = Guard(folder)
        self._stack.push_async_callback(asyncio.to_thread, guard.close)
        remote = await Remote.make(options.repository.resolve(), folder / "remote")
        await remote.require(entrypoint)
        target = Target(remote.branch, entrypoint)
        program = Program(
            python, options.start_limit_s, tuple(sites), wheels, options.comments, self._prepare
        )
        replicas = [
            Replica(remote, folder / f"replica-{number}", program, guard, target)
            for number in range(1, options.replicas + 1)
        ]
        host = Host(remote, replicas, target)
        # The address is there before the app is, and says so: 503.
        url = await self._serve(Edge(host, version).application(), options.port)
        control = await self._serve(Control(host).application(), 0)
        self._stack.push_async_callback(host.close)
        await host.order(faults)
        await host.install()
        host.begin(host.follow())
        self.address = Address(url, str(remote.path), control, os.getpid())

    async def _serve(self, application: web.Application, port: int) -> str:
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=_GOODBYE_S)
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        try:
            await web.TCPSite(runner, LOOPBACK, port).start()
        except (OSError, OverflowError) as error:
            raise LabError(f"port {port} cannot be used: {error}", "choose another, or none") from error
        return f"http://{LOOPBACK}:{runner.addresses[0][1]}"


async def serve(
    options: Options, announce: Callable[[Address], None], *, with_parent: bool = False
) -> signal.Signals | None:
    """Run a lab until SIGINT or SIGTERM, and say which; ``announce`` is called once, when the app answers.

    ``with_parent``: it also ends when standard input does, as it does when whoever started it is gone.
    """
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    if task is None:
        raise RuntimeError("serve() runs in a task")
    stopped: list[signal.Signals | None] = []

    def stop(by: signal.Signals | None = None) -> None:
        # Once only: a second cancellation would cut the cleaning up short.
        if not stopped:
            stopped.append(by)
            task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop, number)
    if with_parent:
        loop.add_reader(sys.stdin, _at_end_of_input, stop)
    try:
        async with Lab(options) as lab:
            if not stopped:  # what waits for the app may have lost the cancellation: see freshboot.tasks
                announce(lab.address)
                await asyncio.Event().wait()
    except asyncio.CancelledError:
        if not stopped:
            raise
    return stopped[0]


def _at_end_of_input(stop: Callable[[], None]) -> None:
    if not os.read(sys.stdin.fileno(), 1 << 12):
        stop()


def _new_folder() -> Path:
    """A folder by its real name, as Streamlit will know it; raises ``LabError`` where it would be hidden."""
    folder = Path(tempfile.mkdtemp(prefix="freshboot-lab-")).resolve()
    if any(part.startswith(".") for part in folder.parts):
        folder.rmdir()
        raise LabError(
            f"Streamlit watches nothing in the hidden folder {folder.parent}", "set TMPDIR to another"
        )
    return folder


def _interpreter(python: str) -> str:
    """Its whole path, since the app runs in another folder; raises ``LabError`` where there is none."""
    found = shutil.which(python)
    if found is None:
        raise LabError(f"there is no program {python}", "give the path of a Python interpreter")
    return os.path.abspath(found)


def _wheels(folder: Path | None) -> Path | None:
    """Its whole path, since pip runs in another folder; raises ``LabError`` where there is none."""
    if folder is not None and not folder.is_dir():
        raise LabError(f"there is no folder {folder}", "make it, and put the wheels there")
    return folder and folder.resolve()


async def _probe(python: str) -> list[str]:
    """The interpreter's Streamlit version and its package folders; ``LabError`` where it has no Streamlit."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(python, "-I", "-c", _PROBE, stdout=pipe, stderr=pipe)
    try:
        output, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise LabError(f"there is no Streamlit in {python}", f"{python} -m pip install streamlit")
    return output.decode().splitlines()
