"""A new process runs old bytecode, which Python takes for that of the new source."""

from __future__ import annotations

import os
import struct
import subprocess
from asyncio import create_subprocess_exec
from pathlib import Path
from typing import TYPE_CHECKING

from freshboot.lab.faults.interface import Fault

if TYPE_CHECKING:
    from freshboot.lab.checkout import Landing
    from freshboot.lab.faults.interface import Step
    from freshboot.lab.replica import Replica

# As a build compiles ahead: prints for each source that compiles where its bytecode lies.
_COMPILE = """\
import py_compile, sys
for path in sys.argv[1:]:
    mode = py_compile.PycInvalidationMode.TIMESTAMP
    compiled = py_compile.compile(path, quiet=2, invalidation_mode=mode)
    if compiled:
        print(path, compiled, sep="\\0", end="\\0")
"""
_TIME_AND_SIZE = slice(8, 16)  # of a .pyc, after its magic number and its flags


class Bytecode(Fault):
    """The changed modules land with the time of the old ones, and the process starts anew on these files.

    Python checks time and size only. Where the size is another, the old bytecode gets the new one, so that
    every release can show what by itself happens to those whose size stays.
    """

    name = "bytecode"
    usage = "bytecode"

    async def write(self, replica: Replica, landing: Landing, proceed: Step) -> None:
        """Compile what is about to change, and make it valid for what has landed."""
        folder = replica.checkout.folder
        sources = [path for path in landing.changed if path.endswith(".py") and (folder / path).is_file()]
        times = {path: (folder / path).stat().st_mtime_ns for path in sources}
        compiled = await _compiled(replica, sources)
        await proceed()
        for path, bytecode in compiled.items():
            _make_valid(folder / path, times[path], folder / bytecode)
        await replica.restart()


async def _compiled(replica: Replica, sources: list[str]) -> dict[str, str]:
    """The sources that could be compiled, and where their bytecode lies."""
    command = [replica.environment.interpreter, "-I", "-c", _COMPILE, *sources]
    process = await create_subprocess_exec(*command, cwd=replica.checkout.folder, stdout=subprocess.PIPE)
    output, _ = await process.communicate()
    words = os.fsdecode(output).split("\0")[:-1]
    return dict(zip(words[::2], words[1::2], strict=True))


def _make_valid(source: Path, time_ns: int, bytecode: Path) -> None:
    if not source.is_file():
        return
    os.utime(source, ns=(time_ns, time_ns))
    content = bytearray(bytecode.read_bytes())
    content[_TIME_AND_SIZE] = struct.pack(
        "<II", time_ns // 10**9 & 0xFFFFFFFF, source.stat().st_size & 0xFFFFFFFF
    )
    bytecode.write_bytes(content)
