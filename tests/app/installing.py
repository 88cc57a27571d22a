"""An environment that distributions are installed in, for the tests of what a process says of it."""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from freshboot.app import installed
from freshboot.app.packages import Packages
from freshboot.proof import Kind

FUTURE_NS = 3600 * 10**9
COMMIT = "0123456789abcdef0123456789abcdef01234567"
SETUP = '[build-system]\nrequires = []\nbuild-backend = "setuptools.build_meta"\n'
PROJECT = (
    SETUP + '[project]\nname = "mylib"\nversion = "1"\n[tool.setuptools.packages.find]\nwhere = ["src"]\n'
)


@dataclass
class Environment:
    """A repository, and a folder on ``sys.path`` that distributions are installed in."""

    root: Path
    site: Path
    packages: Packages = field(default_factory=Packages)

    def write(self, path: str, text: str | bytes) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_bytes(text if isinstance(text, bytes) else text.encode())

    def install(
        self,
        name: str,
        version: str = "1.0",
        *metadata: str,
        site: Path | None = None,
        files: Mapping[str, str] | None = None,
        direct: Mapping[str, object] | None = None,
    ) -> Path:
        """Lay a distribution down as an installer does."""
        site = site or self.site
        info = site / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir(parents=True)
        lines = (f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}", *metadata)
        (info / "METADATA").write_text("\n".join(lines) + "\n\nRequires-Dist: no-header\n")
        (info / "INSTALLER").write_text("pip\n")
        for path, text in (files or {}).items():
            (site / path).parent.mkdir(parents=True, exist_ok=True)
            (site / path).write_text(text)
        recorded = [*(files or {}), f"{info.name}/METADATA", f"{info.name}/RECORD"]
        (info / "RECORD").write_text("".join(f"{path},,\n" for path in recorded))
        if direct is not None:
            (info / "direct_url.json").write_text(json.dumps(direct))
        return info

    def kinds(self, entrypoint: str = "app.py") -> dict[str, Kind]:
        return {line.text: kind for line, kind in self.packages.kinds(str(self.root), entrypoint).items()}

    def kind(self, text: str, **more: str) -> Kind:
        """How the first line of a requirements file stands."""
        for path, content in {"requirements.txt": text, **more}.items():
            self.write(path, content)
        return next(iter(self.kinds().values()))

    def load(self, name: str) -> None:
        importlib.invalidate_caches()
        importlib.import_module(name)


@contextmanager
def environment_in(folder: Path) -> Iterator[Environment]:
    """Everything in it was installed before the process started."""
    root, site = folder / "repository", folder / "site"
    root.mkdir()
    site.mkdir()
    before = dict(sys.modules)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", [str(site), *sys.path])
        patch.setattr(installed, "_STARTED_NS", time.time_ns() + FUTURE_NS)
        yield Environment(root, site)
    for name in sys.modules.keys() - before.keys():
        del sys.modules[name]
