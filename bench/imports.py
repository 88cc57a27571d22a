"""Import of 50 modules in a fresh interpreter, with warm code caches: by our loader, and without it."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from sample import LINES, MODULES, names, write_modules
from timing import report

RUNS = 41
PLAIN, HOOKED = "plain import", "import by the recording loader"
CHILD = """
import sys, time
sys.path.insert(0, {root!r})
from freshboot.app import hook, places, state
if {hooked}:
    state.state().places = places.Places({root!r})
    hook.install()
began = time.perf_counter()
{imports}
print(time.perf_counter() - began)
recorded = getattr(sys.modules["part_00"].__spec__.loader, "record", None)
assert (recorded is not None) is {hooked}
"""


def seconds(root: Path, *, hooked: bool) -> float:
    """What the imports take in a process of their own, by its own clock."""
    imports = "\n".join(f"import {name}" for name in names())
    code = CHILD.format(root=str(root), hooked=hooked, imports=imports)
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True
    )
    return float(done.stdout)


def main() -> bool:
    took: dict[str, list[float]] = {PLAIN: [], HOOKED: []}
    with tempfile.TemporaryDirectory() as room:
        roots = {name: Path(room).resolve() / name.split()[0] for name in took}
        for root in roots.values():
            root.mkdir()
            write_modules(root)
        for _ in range(RUNS + 1):
            for name, root in roots.items():
                took[name].append(seconds(root, hooked=name == HOOKED))
    medians = {name: statistics.median(some[1:]) for name, some in took.items()}  # the first fills the caches
    return report(f"Import of {MODULES} modules, {MODULES * LINES:,} lines", medians, PLAIN, {HOOKED: 1.15})


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
