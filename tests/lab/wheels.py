"""Wheels made by hand: a package that shows its version."""

from __future__ import annotations

import zipfile
from pathlib import Path

DESCRIPTION = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def make_wheel(folder: Path, version: str, name: str = "demo-package") -> Path:
    """A wheel of one module, as ``pip`` takes it."""
    module, described = name.replace("-", "_"), f"{name.replace('-', '_')}-{version}.dist-info"
    files = {
        f"{module}/__init__.py": f'VERSION = "{module} {version}"\n',
        f"{described}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{described}/WHEEL": DESCRIPTION,
    }
    record = "".join(f"{path},,\n" for path in [*files, f"{described}/RECORD"])
    folder.mkdir(parents=True, exist_ok=True)
    wheel = folder / f"{module}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in {**files, f"{described}/RECORD": record}.items():
            archive.writestr(path, text)
    return wheel
