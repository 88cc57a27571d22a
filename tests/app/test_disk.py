"""The disk layer names every file as git would, and reads no secret."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from freshboot.app import disk, files
from freshboot.app.disk import DiskScan, TooManyFiles, scan
from freshboot.app.files import FileHashes
from freshboot.proof import Kind, Layer, new_nonce, tag
from tests.app.process import blob
from tests.gitrepo import git, make_repository


def write(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(path)


def scan_of(root: Path) -> DiskScan:
    return scan(str(root), FileHashes())


@pytest.mark.parametrize("options", [(), ("--object-format=sha256",)])
def test_is_what_git_would_commit(tmp_path: Path, options: tuple[str, ...]) -> None:
    root = make_repository(tmp_path / "repository", None, *options)
    write(root, "app.py", "pages/one.py", "data/ä ö.csv", ".streamlit/config.toml", "empty/.keep")
    (root / "empty/.keep").write_text("")
    (root / "link.py").symlink_to("pages/one.py")
    (root / "folder").symlink_to("pages")
    (root / "nowhere").symlink_to("/no/such/place")
    git(root, "add", "--all")
    listed = git(root, "ls-files", "--stage", "-z").rstrip("\0").split("\0")
    expected = {line.split("\t")[1]: line.split()[1] for line in listed}
    found = scan(str(root), FileHashes("sha256" if options else "sha1"))
    assert found.blobs == expected
    assert not found.skipped


@pytest.mark.parametrize(
    "folder", ["__pycache__", "node_modules", "lib/site-packages", "venv", "conda", ".git"]
)
def test_leaves_environments_and_caches_aside(tmp_path: Path, folder: str) -> None:
    write(tmp_path, "app.py", f"{folder}/module.py", "venv/pyvenv.cfg", "conda/conda-meta/history")
    assert scan_of(tmp_path).blobs.keys() == {"app.py"}


def test_leaves_the_interpreters_own_folder_aside(tmp_path: Path) -> None:
    write(tmp_path, "app.py", "python/lib/os.py")
    found = scan(str(tmp_path), FileHashes(), frozenset({str(tmp_path / "python")}))
    assert found.blobs.keys() == {"app.py"}
    assert found.aside == 1


def test_bytecode_that_could_be_imported_is_code(tmp_path: Path) -> None:
    write(tmp_path, "ghost.pyc", "__pycache__/module.cpython-311.pyc", "data.csv")
    nonce = new_nonce()
    answer = disk.answer(scan_of(tmp_path), nonce)
    assert answer.of(Kind.CODE) == (tag(nonce, Layer.DISK, "ghost.pyc", blob("ghost.pyc")),)
    assert answer.of(Kind.DATA) == (tag(nonce, Layer.DISK, "data.csv", blob("data.csv")),)


SECRETS = (".env", ".env.production", ".streamlit/secrets.toml", "key.pem", "id_ed25519")
opened: list[str] = []


def _listen(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" and isinstance(arguments[0], str):
        opened.append(arguments[0])


def test_secrets_are_never_opened_only_counted(tmp_path: Path) -> None:
    write(tmp_path, "app.py", *SECRETS)
    sys.addaudithook(_listen)  # it cannot be taken away again; it only listens
    opened.clear()
    found = scan_of(tmp_path)
    assert found.blobs.keys() == {"app.py"}
    assert found.excluded.keys() == set(SECRETS)
    mine = [path for path in opened if path.startswith(str(tmp_path))]
    assert mine == [str(tmp_path / "app.py")]


def test_what_is_neither_file_nor_link_is_counted(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    found = scan_of(tmp_path)
    assert (found.blobs, found.special) == ({}, 1)


def test_a_file_over_the_budget_is_skipped_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "small.csv", "a-larger-file.csv")
    monkeypatch.setattr(files, "MAX_FILE_BYTES", len("small.csv"))
    found = scan_of(tmp_path)
    assert (found.blobs.keys(), found.skipped) == ({"small.csv"}, {"a-larger-file.csv"})
    nonce = new_nonce()
    expected = tag(nonce, Layer.DISK, "a-larger-file.csv", "skipped")
    assert disk.answer(found, nonce).of(Kind.SKIPPED) == (expected,)


def test_the_next_scan_goes_on_where_the_budget_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "1.csv", "2.csv", "3.csv")
    monkeypatch.setattr(disk, "MAX_READ_BYTES", 2 * len("1.csv"))
    hashes = FileHashes(clock=lambda: 2**62)
    assert len(scan(str(tmp_path), hashes).skipped) == 1
    assert not scan(str(tmp_path), hashes).skipped


def test_too_many_files_are_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "1", "2", "3")
    monkeypatch.setattr(disk, "MAX_FILES", 2)
    with pytest.raises(TooManyFiles):
        scan_of(tmp_path)


def test_a_file_that_keeps_changing_is_skipped(tmp_path: Path) -> None:
    class Changing(FileHashes):
        def _read_once(self, path: str):  # noqa: ANN202
            return None if path.endswith("log") else super()._read_once(path)

    write(tmp_path, "app.py", "log")
    found = scan(str(tmp_path), Changing())
    assert (found.blobs.keys(), found.skipped) == ({"app.py"}, {"log"})


def test_forgets_files_that_are_gone(tmp_path: Path) -> None:
    write(tmp_path, "1", "2")
    hashes = FileHashes(clock=lambda: 2**62)
    scan(str(tmp_path), hashes)
    (tmp_path / "1").unlink()
    scan(str(tmp_path), hashes)
    assert hashes.folders[str(tmp_path)].keys() == {"2"}
