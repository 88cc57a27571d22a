"""Stamps and trees that the tests of the stamp share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path

from freshboot.stamp.stamp import Stamp

AT = datetime(2026, 11, 21, 20, 43, tzinfo=timezone.utc)
SOURCE = "1a2b3c4"
NEW = Stamp("1.0.3", AT, SOURCE, "purple")
OLD = Stamp("1.0.2", datetime(2026, 11, 20, 8, 0, 1, tzinfo=timezone.utc), "0123456", "teal")
MARKS = ("requirements.txt", ".streamlit/config.toml", "DEPLOYMENT_VERSION")


def make_tree(root: Path, files: Mapping[str, bytes]) -> Path:
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    return root


def tree_of(root: Path) -> dict[str, bytes]:
    """Every file below the root with its bytes; folders end in a slash."""
    return {
        str(path.relative_to(root)) + "/" * path.is_dir(): b"" if path.is_dir() else path.read_bytes()
        for path in root.rglob("*")
    }
