"""The running stamp is found in the source, without running it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from freshboot.app import stamps

STAMP = "1.0.3+20261121T204300Z.g1a2b3c4.purple"


@pytest.mark.parametrize(
    "source",
    [
        'DEPLOYMENT_VERSION = "{stamp}"',
        "DEPLOYMENT_VERSION: str = '{stamp}'",
        'A = DEPLOYMENT_VERSION = "{stamp}"',
        'A, DEPLOYMENT_VERSION = 1, "{stamp}"',
        'A, (B, DEPLOYMENT_VERSION) = 1, (2, "{stamp}")',
        'if True:\n    DEPLOYMENT_VERSION = "{stamp}"',
    ],
)
def test_finds_the_constant(source: str) -> None:
    assert stamps.in_source(source.format(stamp=STAMP).encode()) == STAMP


@pytest.mark.parametrize(
    "source",
    [
        "VERSION = '1.0'",
        "DEPLOYMENT_VERSION = '1.0'\nDEPLOYMENT_VERSION = '2.0'",
        "DEPLOYMENT_VERSION = '1.0'\nDEPLOYMENT_VERSION += 'x'",
        "DEPLOYMENT_VERSION = '1.0'\nprint(DEPLOYMENT_VERSION := '2.0')",
        "DEPLOYMENT_VERSION = open('version').read()",
        "DEPLOYMENT_VERSION = 3",
        "DEPLOYMENT_VERSION: str",
        "A, DEPLOYMENT_VERSION = pair",
        "DEPLOYMENT_VERSION = (",
        "print('DEPLOYMENT_VERSION')",
        "DEPLOYMENT_VERSION = '<script>alert(1)</script>'",
        f"DEPLOYMENT_VERSION = '{'1' * 101}'",
        "DEPLOYMENT_VERSION = 'a secret, by mistake'",
    ],
)
def test_tells_nothing_else(source: str) -> None:
    assert stamps.in_source(source.encode()) is None


def test_reads_a_file_of_that_name(tmp_path: Path) -> None:
    (tmp_path / "DEPLOYMENT_VERSION").write_text(f"{STAMP}\n")
    assert stamps.in_file(str(tmp_path)) == STAMP


@pytest.mark.parametrize("made", ["nothing", "pipe", "prose", "bytes"])
def test_tells_nothing_of_another_file(tmp_path: Path, made: str) -> None:
    path = tmp_path / "DEPLOYMENT_VERSION"
    if made == "pipe":
        os.mkfifo(path)
    elif made == "prose":
        path.write_text("the quick brown fox")
    elif made == "bytes":
        path.write_bytes(b"\xff\xfe")
    assert stamps.in_file(str(tmp_path)) is None
