"""A new process runs old bytecode, which Python takes for that of the new source."""

from __future__ import annotations

import os
import struct
from glob import escape
from typing import TYPE_CHECKING

from freshboot.lab.faults.interface import Fault

if TYPE_CHECKING:
    from pathlib import Path

    from freshboot.lab.checkout import Landing
    from freshboot.lab.faults.interface import Step
    from freshboot.lab.replica import Replica

# As a build compiles ahead; what does not compile has no bytecode.
_COMPILE = """\
import py_compile, sys
for path in sys.argv[1:]:
    py_compile.compile(path, quiet=2, invalidation_mode=py_compile.PycInvalidationMode.TIMESTAMP)
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
        sources = [folder / path for path in landing.changed if path.endswith(".py")]
        times = {source: source.stat().st_mtime_ns for source in sources if source.is_file()}
        await replica.run([replica.environment.interpreter, "-I", "-c", _COMPILE, *map(str, times)])
        await proceed()
        for source, time_ns in times.items():
            if source.is_file():
                _make_valid(source, time_ns)
        await replica.restart()


def _make_valid(source: Path, time_ns: int) -> None:
    """Give the source the time, and its bytecode the time and the source's size."""
    os.utime(source, ns=(time_ns, time_ns))
    told = struct.pack("<II", time_ns // 10**9 & 0xFFFFFFFF, source.stat().st_size & 0xFFFFFFFF)
    for bytecode in (source.parent / "__pycache__").glob(f"{escape(source.stem)}.*.pyc"):
        content = bytearray(bytecode.read_bytes())
        content[_TIME_AND_SIZE] = told
        bytecode.write_bytes(content)
