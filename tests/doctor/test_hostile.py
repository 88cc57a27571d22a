"""A repository by somebody who means harm, or by nobody: no rule raises, and nothing takes long."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from freshboot.config import Config
from freshboot.doctor import Snapshot, examine, mended
from freshboot.doctor.gather import gather, reader
from freshboot.doctor.snapshot import LARGEST_BYTES, STREAMLIT_CONFIG
from freshboot.repository.repository import Repository
from tests.doctor.layouts import PAGES
from tests.gitrepo import commit, git, make_repository

KINDS = (
    *(
        "streamlit_app.py",
        "helpers.py",
        "pages/one.py",
        "requirements.txt",
        "pyproject.toml",
        "uv.lock",
        "Pipfile",
    ),
    *("environment.yml", "packages.txt", STREAMLIT_CONFIG, ".gitattributes", ".github/freshboot.yml"),
    *(".github/workflows/a.yml", ".streamlit/secrets.example.toml"),
)
NASTY = {
    "nothing": b"",
    "zeros": b"\0" * 100,
    "no text": bytes(range(256)) * 4,
    "one line": b"freshboot " * 5_000,
    "blanks": b" \t" * 20_000 + b"x",
    "empty lines": b"\n" * 40_000,
    "brackets": b"(" * 5_000,
    "nested": b"x = " + b"[" * 3_000 + b"]" * 3_000,
    "deep": b"a" + b".b" * 3_000,
    "minus": b"-" * 5_000,
    "a long sum": b"import importlib, helpers\nf("
    + b"1 + " * 700
    + b"1)\nimportlib.reload(helpers"
    + b".a" * 700
    + b")\n",
    "indents": b"".join(b" " * depth + b"if x:\n" for depth in range(90)),
    "yaml aliases": b"a: &a [x, x]\nb: [*a, *a]\nfreshboot: *a\n",
    "lists where mappings belong": b"[server]\njobs = []\n",
    "jobs of nothing": b"on: [push]\n"
    b"jobs: {freshboot: [], a: {steps: {b: c}}, c: {steps: [d, {uses: {e: f}}]}}\n",
    "includes itself": b"-r requirements.txt\n-c requirements.txt\n",
    "tables of other kinds": b'server = "x"\ntool = 5\nproject = ["a"]\ntheme = 1\n',
    "numbers": b"[project]\nname = 5\ndependencies = 7\n[tool.uv]\ncache-keys = 3\n[server]\nrunOnSave = 0\n",
}


def snapshot_with(path: str, data: bytes) -> Snapshot:
    files = {**{name: text.encode() for name, text in PAGES.items()}, path: data}
    return Snapshot(frozenset(files), files.get, Config(), branch="main", version="1.0")


@pytest.mark.parametrize("data", NASTY.values(), ids=NASTY.keys())
def test_no_rule_raises_whatever_is_in_a_file(data: bytes) -> None:
    for path in KINDS:
        snapshot = snapshot_with(path, data)
        examine(snapshot)
        mended(snapshot)


def test_names_of_any_bytes_are_read_and_told() -> None:
    files = {
        "streamlit_app.py": b"import streamlit as st\nst.title('x')\n",
        "pages/a\x1b[2J\n::error::.py": b"x",
    }
    found = examine(Snapshot(frozenset(files), files.get)).findings
    assert "no-boot" in [one.rule.name for one in found]


def test_nothing_that_is_no_plain_file_of_a_readable_size_is_read(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "out").symlink_to("/etc/hostname")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    with open(tmp_path / "huge", "wb") as file:
        file.truncate(LARGEST_BYTES + 1)
    read = reader(str(tmp_path))
    assert [read(name) for name in ("loop", "out", "pipe", "folder", "huge", "absent", "a\0b")] == [None] * 7


def test_a_link_to_a_file_of_the_repository_is_that_file(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "requirements.txt").write_text("streamlit")
    (tmp_path / "app" / "requirements.txt").symlink_to("../requirements.txt")
    assert reader(str(tmp_path))("app/requirements.txt") == b"streamlit"


def test_a_tracked_link_leads_nowhere(tmp_path: Path) -> None:
    folder = make_repository(tmp_path / "app", PAGES)
    (folder / "secret.py").symlink_to("/etc/hostname")
    (folder / "helpers.py").unlink()
    (folder / "helpers.py").symlink_to("helpers.py")
    git(folder, "add", "--all")
    examine(gather(Repository.open(folder), Config(), 0.0))


def test_a_name_that_is_no_utf_8_is_one_of_the_files(tmp_path: Path) -> None:
    folder = make_repository(tmp_path / "app", PAGES)
    name = os.fsdecode(b"pages/caf\xe9.py")
    commit(folder, {name: "import streamlit as st\nst.title('x')\n"})
    found = examine(gather(Repository.open(folder), Config(), 0.0)).findings
    assert [(one.rule.name, one.found.path) for one in found] == [("page-without-boot", name)]
