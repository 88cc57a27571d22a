"""The forms of a checkout, against git's own checkouts into clones with the server's settings."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freshboot.repository.forms import checkout_forms
from freshboot.repository.repository import Repository
from tests.gitrepo import clone, commit, git, head, make_repository
from tests.repository.pasts import lying, missing_objects

SERVERS = [
    {},
    {"core.autocrlf": "true"},
    {"core.autocrlf": "input"},
    {"core.eol": "crlf"},
    {"core.eol": "lf", "core.autocrlf": "true"},
]
FILES = {
    ".gitattributes": (
        "*.bat text eol=crlf\n*.sh text eol=lf\n*.txt text\n*.auto text=auto\n*.bin -text\n"
        "*.id ident\n*.u16 text working-tree-encoding=UTF-16LE\n*.all text eol=crlf ident\n"
    ),
    "run.bat": "one\ntwo\n",
    "run.sh": "one\ntwo\n",
    "plain.py": "x = 1\n",
    "words.txt": "one\ntwo\n",
    "words.auto": "one\ntwo\n",
    "mixed.auto": "one\r\ntwo\n",
    "raw.bin": "one\ntwo\n",
    "nul.auto": "one\0\ntwo\n",
    "version.id": "$Id$\n",
    "wide.u16": "é\n",
    "every.all": "$Id$\né\n",
    "sub/.gitattributes": "plain.py -text\n",
    "sub/plain.py": "x = 1\n",
    "no line end.py": "x = 1",
    "empty.txt": "",
}


def blob_id(data: bytes, object_format: str = "sha1") -> str:
    return hashlib.new(object_format, b"blob %d\0" % len(data) + data).hexdigest()


def checked_out(folder: Path, room: Path, server: Mapping[str, str]) -> dict[str, bytes]:
    """What a server with these settings has on its disk after a clone."""
    options = [part for name, value in server.items() for part in ("--config", f"{name}={value}")]
    git(folder, "clone", "--quiet", *options, str(folder), str(room))
    return {path: (room / path).read_bytes() for path in lying(folder) if not (room / path).is_symlink()}


def accepted(folder: Path, paths: list[str] | None = None) -> dict[str, set[str]]:
    """Each file's own blob id and its other forms."""
    own = lying(folder)
    forms = checkout_forms(Repository.open(folder), head(folder), paths or list(own))
    return {path: {one, *forms.get(path, ())} for path, one in own.items()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = make_repository(tmp_path / "here")
    git(made, "config", "core.autocrlf", "false")
    git(made, "fast-import", "--quiet", input="".join(imported(FILES)).encode())
    git(made, "reset", "--quiet", "--hard")
    return made


def imported(files: Mapping[str, str]) -> list[str]:
    """A commit of the bytes as they are, past every filter."""
    begin = "commit refs/heads/main\ncommitter Ada <ada@example.org> 1767323045 +0000\ndata 0\n"
    return [
        begin,
        *(f'M 100644 inline "{path}"\ndata {len(text.encode())}\n{text}\n' for path, text in files.items()),
        "\n",
    ]


@pytest.mark.parametrize("server", SERVERS, ids=str)
def test_whatever_a_servers_git_checks_out_is_a_form(
    folder: Path, tmp_path: Path, server: dict[str, str]
) -> None:
    forms = accepted(folder)
    for path, data in checked_out(folder, tmp_path / "server", server).items():
        assert blob_id(data) in forms[path], path


def test_nothing_is_a_form_but_what_some_servers_git_checks_out(folder: Path, tmp_path: Path) -> None:
    seen: dict[str, set[str]] = {path: {one} for path, one in lying(folder).items()}
    for number, server in enumerate(SERVERS):
        for path, data in checked_out(folder, tmp_path / str(number), server).items():
            seen[path].add(blob_id(data))
    assert accepted(folder) == seen


def test_files_without_another_form_are_left_out(folder: Path) -> None:
    forms = checkout_forms(Repository.open(folder), "HEAD", ["raw.bin", "run.sh", "sub/plain.py", "run.bat"])
    assert list(forms) == ["run.bat"]
    assert forms["run.bat"] == (blob_id(b"one\r\ntwo\r\n"),)


def test_only_the_commits_own_attributes_count(folder: Path) -> None:
    asked = head(folder)
    (folder / ".git/info").mkdir(exist_ok=True)
    (folder / ".git/info/attributes").write_text("*.bin text eol=crlf\n")
    (folder / ".gitattributes").write_text("*.bin text eol=crlf\n")
    git(folder, "config", "core.attributesFile", str(folder / ".gitattributes"))
    git(folder, "commit", "--quiet", "--all", "-m", "Other attributes")
    assert checkout_forms(Repository.open(folder), asked, ["raw.bin"]) == {}


@pytest.mark.parametrize("where", ["local", "global", "environment"])
@pytest.mark.parametrize("driver", ["clean", "process"])
def test_no_filter_driver_runs(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, driver: str
) -> None:
    ran = tmp_path / "ran"
    evil = tmp_path / "evil.sh"
    evil.write_text(f"#!/bin/sh\necho ran >> '{ran}'\ncat\n")
    evil.chmod(0o755)
    made = {"filter.evil.smudge": str(evil), "filter.evil.required": "true"}
    made |= {"filter.evil.process": str(evil)} if driver == "process" else {"filter.evil.clean": str(evil)}
    if where == "environment":
        for number, (name, value) in enumerate(made.items()):
            monkeypatch.setenv(f"GIT_CONFIG_KEY_{number}", name)
            monkeypatch.setenv(f"GIT_CONFIG_VALUE_{number}", value)
        monkeypatch.setenv("GIT_CONFIG_COUNT", str(len(made)))
    else:
        monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    commit(folder, {".gitattributes": "*.txt filter=evil text eol=crlf\n"})
    for name, value in made.items() if where != "environment" else ():
        git(folder, "config", f"--{where}", name, value, GIT_CONFIG_GLOBAL=str(tmp_path / "gitconfig"))
    forms = checkout_forms(Repository.open(folder), "HEAD", ["words.txt"])
    assert forms == {"words.txt": (blob_id(b"one\r\ntwo\r\n"),)}
    assert not ran.exists()


def test_the_users_own_settings_change_nothing(folder: Path) -> None:
    plain = accepted(folder)
    for name, value in {"core.autocrlf": "true", "core.eol": "crlf", "core.safecrlf": "true"}.items():
        git(folder, "config", name, value)
    assert accepted(folder) == plain


def test_index_and_work_tree_are_left_alone(folder: Path) -> None:
    index = (folder / ".git/index").read_bytes()
    (folder / "words.txt").write_text("mine\n")
    checkout_forms(Repository.open(folder), "HEAD", ["words.txt", "run.bat"])
    assert (folder / "words.txt").read_text() == "mine\n"
    assert (folder / ".git/index").read_bytes() == index


@pytest.mark.parametrize(
    "name",
    ["a b.py", "line\nbreak.py", "é.py", os.fsdecode(b"caf\xe9.py"), "back\\slash.py", ":(top)x.py", "-z"],
)
def test_odd_names_have_forms(folder: Path, name: str) -> None:
    commit(folder, {f"./{name}": "x = 1\n"})
    forms = checkout_forms(Repository.open(folder), "HEAD", [name])
    assert forms == {name: (blob_id(b"x = 1\r\n"),)}


def test_symlinks_submodules_folders_and_strangers_have_none(folder: Path, tmp_path: Path) -> None:
    other = make_repository(tmp_path / "other", {"x.py": "x\n"})
    (folder / "link.py").symlink_to("run.bat")
    git(folder, "submodule", "--quiet", "add", str(other), "module")
    git(folder, "add", "link.py")
    git(folder, "commit", "--quiet", "-m", "Both")
    asked = ["link.py", "run.bat", "module", "sub", "none.py"]
    assert list(checkout_forms(Repository.open(folder), "HEAD", asked)) == ["run.bat"]


def test_an_encoding_that_is_none_has_no_other_form(folder: Path) -> None:
    commit(folder, {".gitattributes": "*.u16 text working-tree-encoding=nonsense\n"})
    forms = checkout_forms(Repository.open(folder), "HEAD", ["wide.u16", "plain.py"])
    assert forms["plain.py"] == (blob_id(b"x = 1\r\n"),)
    assert set(forms.get("wide.u16", ())) <= {blob_id("é\r\n".encode())}


def test_sha256_repositories_have_forms_of_their_own_ids(tmp_path: Path) -> None:
    folder = make_repository(tmp_path / "here", {"app.py": "x = 1\n"}, "--object-format=sha256")
    forms = checkout_forms(Repository.open(folder), "HEAD", ["app.py"])
    assert forms == {"app.py": (blob_id(b"x = 1\r\n", "sha256"),)}


def test_a_partial_clone_fetches_only_what_is_asked_for(folder: Path, tmp_path: Path) -> None:
    git(folder, "config", "uploadpack.allowFilter", "true")
    partial = clone(folder, tmp_path / "partial", "--filter=blob:none", "--no-checkout")
    left_out = missing_objects(partial)
    forms = checkout_forms(Repository.open(partial), "HEAD", ["run.bat"])
    assert forms == {"run.bat": (blob_id(b"one\r\ntwo\r\n"),)}
    asked = (".gitattributes", "sub/.gitattributes", "run.bat")
    assert left_out - missing_objects(partial) == {lying(folder)[path] for path in asked}


def test_a_clone_that_borrows_its_objects_has_forms(folder: Path, tmp_path: Path) -> None:
    git(folder, "clone", "--quiet", "--shared", str(folder), str(tmp_path / "borrower"))
    assert "run.bat" in checkout_forms(Repository.open(tmp_path / "borrower"), "HEAD", ["run.bat"])


def test_a_linked_work_tree_has_forms(folder: Path, tmp_path: Path) -> None:
    git(folder, "worktree", "add", "--quiet", str(tmp_path / "linked"), "--detach")
    assert "run.bat" in checkout_forms(Repository.open(tmp_path / "linked"), "HEAD", ["run.bat"])


RULES = ["text", "-text", "text=auto", "eol=crlf", "eol=lf", "ident", "crlf", "-crlf", "crlf=input", "binary"]


@given(
    st.lists(st.sampled_from(RULES), max_size=3),
    st.text(st.sampled_from("a\r\n\0$"), max_size=12),
    st.sampled_from(SERVERS),
)
@settings(max_examples=30, deadline=None)
def test_any_attributes_of_any_file_are_as_a_server_checks_it_out(
    tmp_path_factory: pytest.TempPathFactory, rules: list[str], text: str, server: dict[str, str]
) -> None:
    room = tmp_path_factory.mktemp("room")
    folder = make_repository(room / "here")
    files = {".gitattributes": f"*.py {' '.join(rules)}\n", "app.py": text}
    git(folder, "fast-import", "--quiet", input="".join(imported(files)).encode())
    assert blob_id(checked_out(folder, room / "server", server)["app.py"]) in accepted(folder)["app.py"]
