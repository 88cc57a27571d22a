"""The disk layer names every file as git would, and reads no secret."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from freshboot.app import disk, reading
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
    mine = [path for path in opened if path.startswith(f"{tmp_path}/") and not os.path.isdir(path)]
    assert mine == [str(tmp_path / "app.py")]


def test_what_is_neither_file_nor_link_is_counted(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    found = scan_of(tmp_path)
    assert (found.blobs, found.special) == ({}, 1)


def test_a_file_over_the_budget_is_skipped_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "small.csv", "a-larger-file.csv")
    monkeypatch.setattr(reading, "MAX_FILE_BYTES", len("small.csv"))
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


def test_a_file_that_keeps_changing_is_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read_once = reading.read_once
    monkeypatch.setattr(
        reading, "read_once", lambda path, *more: None if path.endswith("log") else read_once(path, *more)
    )
    write(tmp_path, "app.py", "log")
    found = scan_of(tmp_path)
    assert (found.blobs.keys(), found.skipped) == ({"app.py"}, {"log"})


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are read from now on."""
    names: list[str] = []

    def read(path: str, object_format: str) -> reading.Read:
        names.append(os.path.basename(path))
        return reading.read(path, object_format)

    monkeypatch.setattr(disk, "read", read)
    return names


def test_only_what_changed_in_a_folder_is_read_anew(tmp_path: Path, read: list[str]) -> None:
    write(tmp_path, "old", "changed", "gone")
    hashes = FileHashes(clock=lambda: 2**62)
    scan(str(tmp_path), hashes)
    read.clear()
    (tmp_path / "changed").write_text("now")
    (tmp_path / "gone").unlink()
    write(tmp_path, "new")
    found = scan(str(tmp_path), hashes)
    assert found.blobs == {"old": blob("old"), "changed": blob("now"), "new": blob("new")}
    assert sorted(read) == ["changed", "new"]
    assert found.signatures == scan_of(tmp_path).signatures


def test_what_changed_just_now_is_read_again(tmp_path: Path, read: list[str]) -> None:
    write(tmp_path, "file")
    hashes = FileHashes(clock=lambda: (tmp_path / "file").stat().st_ctime_ns + 1_000_000_000)
    scan(str(tmp_path), hashes)
    assert scan(str(tmp_path), hashes).blobs == {"file": blob("file")}
    assert read == ["file", "file"]


def test_a_link_is_looked_at_each_time(tmp_path: Path) -> None:
    hashes = FileHashes(clock=lambda: 2**62)
    (tmp_path / "link").symlink_to("one")
    assert scan(str(tmp_path), hashes).blobs == {"link": blob("one")}
    assert not hashes.folders[str(tmp_path)].blobs


def test_a_look_that_fails_midway_leaves_nothing_half_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "settled")
    hashes = FileHashes(clock=lambda: 2**62)
    scan(str(tmp_path), hashes)
    write(tmp_path, "log")

    def interrupt(_: object) -> DiskScan:
        raise KeyboardInterrupt

    hashes._clock = lambda: 0
    monkeypatch.setattr(disk._Walk, "end", interrupt)
    with pytest.raises(KeyboardInterrupt):
        scan(str(tmp_path), hashes)
    assert not hashes.folders


def test_a_file_that_goes_while_its_folder_is_looked_at_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "stays", "goes")
    hashes = FileHashes(clock=lambda: 2**62)
    scan(str(tmp_path), hashes)
    unchanged = disk._unchanged

    def late(*given: object) -> disk.Folder:
        (tmp_path / "goes").unlink()
        return unchanged(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(disk, "_unchanged", late)
    found = scan(str(tmp_path), hashes)
    assert (found.blobs, found.skipped) == ({"stays": blob("stays")}, set())


def test_forgets_files_that_are_gone(tmp_path: Path) -> None:
    write(tmp_path, "1", "2")
    hashes = FileHashes(clock=lambda: 2**62)
    scan(str(tmp_path), hashes)
    (tmp_path / "1").unlink()
    scan(str(tmp_path), hashes)
    assert hashes.folders[str(tmp_path)].blobs.keys() == {"2"}
