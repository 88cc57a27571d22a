"""The command starts quickly: nothing is imported that is not used, and the table of commands is true."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest

from freshboot.cli import cli
from freshboot.cli.root import TABLE
from tests.gitrepo import make_repository

SLOW = {"aiohttp", "asyncio", "git", "importlib.metadata", "rich", "yaml", "google.protobuf"}


def imported_by(*arguments: str, cwd: Path = Path()) -> set[str]:
    code = "import sys; from freshboot.__main__ import main; main(); print(*sys.modules, file=sys.stderr)"
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=True)
    return set(done.stderr.splitlines()[-1].split())


def test_help_imports_no_command_and_nothing_slow() -> None:
    found = imported_by("--help")
    assert not found & {*SLOW, "logging", "tempfile", "freshboot.config", "freshboot.cli.pushing"}


def test_stamping_imports_nothing_slow(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "app", {"requirements.txt": "streamlit\n"})
    found = imported_by("stamp", "--dry-run", cwd=root)
    assert not found & {*SLOW, "freshboot.cli.recalling", "freshboot.commands.waiting"}


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_the_table_tells_each_command_s_file_and_first_sentence(name: str) -> None:
    command = cli.commands[name]
    file, sentence = TABLE[name]
    assert sentence == command.get_short_help_str(300)
    first = command
    while isinstance(first, click.Group):
        first = next(iter(first.commands.values()))
    assert first.callback is not None
    assert first.callback.__module__ == f"freshboot.cli.{file}"


def test_the_table_names_no_command_that_is_not_there() -> None:
    assert TABLE.keys() == cli.commands.keys()
