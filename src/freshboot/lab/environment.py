"""The Python environment of one replica, which the host fills from the dependency file.

It lies over the interpreter that was given: what that one has installed is there, and what a requirement line
asks for beyond it is installed on top, from a folder of wheels and from paths, without a network.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from freshboot.lab.errors import InstallerFailed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    Run = Callable[[list[str]], Awaitable[int]]

# The pip that comes with Python only where there is no other, as in environments that uv makes: out of its
# archive all of it is compiled anew each time.
_PIP = """\
import importlib.util, runpy, sys
if importlib.util.find_spec("pip") is None:
    import ensurepip, pathlib
    bundled = pathlib.Path(ensurepip.__file__).parent.glob("_bundled/pip-*.whl")
    sys.path[:0] = map(str, bundled)
runpy.run_module("pip", run_name="__main__")
"""
_OFFLINE = ("--isolated", "--disable-pip-version-check", "--no-input", "--no-color")
_MISSING = "freshboot-lab-has-no-such-package"


@dataclass(frozen=True)
class Environment:
    """Lies over the interpreter ``python`` with packages in ``sites``; without ``wheels`` it is that itself.

    ``folder`` is where the environment is made. ``run`` runs a command in the checkout, with its output in
    the host's log, and returns the exit status.
    """

    folder: Path
    python: str
    sites: tuple[str, ...]
    wheels: Path | None
    run: Run

    @property
    def interpreter(self) -> str:
        """What the app runs with."""
        return self.python if self.wheels is None else str(self.folder / "bin" / "python")

    async def make(self) -> None:
        """Make it anew, empty but for what lies below; raises ``InstallerFailed``."""
        if self.wheels is None:
            return
        if await self.run([self.python, "-I", "-m", "venv", "--clear", "--without-pip", str(self.folder)]):
            raise InstallerFailed(f"no environment can be made with {self.python}", "does it have venv?")
        below = "".join(f"import site; site.addsitedir({site!r})\n" for site in self.sites)
        for packages in self.folder.glob("lib/python*/site-packages"):
            (packages / "below.pth").write_text(below)

    async def install(self, file: str) -> None:
        """Install what the dependency file asks for; raises ``InstallerFailed`` as pip ends with an error.

        Only ``requirements.txt`` is understood. Of the others the app finds what lies below.
        """
        if self.wheels is None or not file.endswith(".txt"):
            return
        # Without isolation a path is built by what is installed already; with it an index would be needed.
        offline = ("--no-index", "--no-build-isolation", f"--find-links={self.wheels}")
        await self._pip(*offline, "--requirement", file)

    async def fail(self) -> None:
        """Let pip look for a package that there is not; raises ``InstallerFailed``."""
        await self._pip("--no-index", "--dry-run", _MISSING)

    async def _pip(self, *arguments: str) -> None:
        if await self.run([self.interpreter, "-I", "-c", _PIP, *_OFFLINE, "install", *arguments]):
            raise InstallerFailed("the dependencies cannot be installed", "see the host's log")
