"""The command on real repositories."""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from freshboot.cli import main
from tests.gitrepo import ISOLATION, commit, git, make_repository, write
from tests.lab.wheels import make_wheel
from tests.scaffold.repos import APP

FILES: dict[str, str | bytes] = {
    "streamlit_app.py": b'"""The shop."""\n' + APP,
    "pages/1_Report.py": "import streamlit as st\n\nst.set_page_config(layout='wide')\nst.title('report')",
    "requirements.txt": "streamlit\r\npandas\r\n",
    "README.md": "# Shop\n\nhttps://shop.streamlit.app\n",
}
FROM = ("--from", "freshboot==0.1.0")


class Told:
    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def facts(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No configuration of the user's, and nobody to ask."""
    for name, value in ISOLATION.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdin", io.StringIO())


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "shop", FILES)


def run(capsys: pytest.CaptureFixture[str], folder: Path, *options: str, command: str = "init") -> Told:
    code = main([command, "--repo", str(folder), *options])
    return Told(code, *capsys.readouterr())


def answering(monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
    """Somebody at a terminal."""
    terminal = io.StringIO("".join(f"{one}\n" for one in answers))
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", terminal)


def files_in(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_it_writes_shows_what_it_wrote_and_says_what_comes_next(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = run(capsys, shop, "--yes", *FROM)
    assert told.code == 0
    assert "+freshboot==0.1.0" in told.out
    assert "host: community-cloud, https://shop.streamlit.app" in told.err
    assert "1. freshboot doctor\n  2. git add .github/freshboot.yml" in told.err
    assert "  3. freshboot rehearse\n  4. git push\n" in told.err
    again = run(capsys, shop, "--yes")
    assert (again.code, again.out) == (0, "")
    assert "nothing to change" in again.err


def test_the_app_runs_with_its_lines(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same bytes, in Streamlit: no exception, and the version of the constant in the badge."""
    from streamlit.testing.v1 import AppTest

    run(capsys, shop, "--yes", *FROM)
    app = AppTest.from_file(str(shop / "streamlit_app.py"), default_timeout=60).run()
    assert not app.exception
    assert [title.value for title in app.title] == ["x"]
    assert ">0.1.0<" in app.markdown[0].value
    app.switch_page("pages/1_Report.py").run()
    assert not app.exception
    assert [title.value for title in app.title] == ["report"]


def test_what_was_stamped_and_committed_since_is_undone_to_the_byte(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = files_in(shop)
    run(capsys, shop, "--yes", *FROM)
    git(shop, "add", "--all")
    git(shop, "commit", "--quiet", "--message=Set up")
    stamped = run(capsys, shop, command="stamp")
    assert "requirements.txt, .streamlit/config.toml, streamlit_app.py" in stamped.err
    git(shop, "commit", "--quiet", "--all", "--message=Stamp")
    assert run(capsys, shop, "--remove", "--yes").code == 0
    assert files_in(shop) == before
    assert not (shop / ".github").exists()


def test_a_dry_run_shows_all_and_writes_nothing(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = files_in(shop)
    told = run(capsys, shop, "--dry-run", *FROM)
    assert (told.code, files_in(shop)) == (0, before)
    git(shop, "apply", "--check", "-", input=told.out.encode())
    assert "nothing is written" in told.err


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_no_credentials_of_a_dependency_file_are_shown(
    shop: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...]
) -> None:
    lines = "-i https://ada:S3CRET@i.example/simple\nfreshboot @ git+https://oauth2:S3CRET@git.example/f@v1\n"
    (shop / "requirements.txt").write_text(lines)
    told = run(capsys, shop, "--yes", *options)
    assert told.code == 0
    assert "S3CRET" not in told.out + told.err
    assert "***@i.example/simple" in told.out
    assert lines in (shop / "requirements.txt").read_text()


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_where_nobody_can_say_yes_nothing_is_written(
    shop: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...]
) -> None:
    before = files_in(shop)
    told = run(capsys, shop, *FROM, *options)
    assert (told.code, files_in(shop)) == (2, before)
    assert "nobody to ask" in told.err


def test_somebody_who_says_no_keeps_what_is_there(
    shop: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files_in(shop)
    answering(monkeypatch, "n")
    told = run(capsys, shop, *FROM)
    assert (told.code, files_in(shop)) == (0, before)
    assert "nothing is written" in told.err


def test_only_what_cannot_be_found_is_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_repository(
        tmp_path / "two", {"a/app.py": APP, "b/app.py": APP, "requirements.txt": "streamlit\n"}
    )
    answering(monkeypatch, "2", "no address", "https://b.streamlit.app/?x=1", "y")
    told = run(capsys, folder, *FROM)
    assert told.code == 0
    assert "the address is too long, or has spaces" in told.err
    config = (folder / ".github/freshboot.yml").read_text()
    assert "url: https://b.streamlit.app\nentrypoint: b/app.py\n" in config
    assert (folder / "a/app.py").read_bytes() == APP


def test_an_address_that_nothing_tells_is_left_for_later(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_repository(tmp_path / "shop", {"streamlit_app.py": APP})
    told = run(capsys, folder, "--yes", *FROM)
    assert told.code == 0
    assert "the app's address is left for later: put `url:` into .github/freshboot.yml" in told.err


def test_json_stands_alone(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    facts = run(capsys, shop, "--yes", "--json", *FROM).facts
    assert (facts["schema"], facts["action"], facts["written"]) == ("init-v1", "init", True)
    assert facts["app"] == {
        "entrypoint": "streamlit_app.py",
        "pages": ["pages/1_Report.py"],
        "dependency_file": "requirements.txt",
        "folder": "",
    }
    assert set(facts["changed"]) == {*FILES, *facts["changed"]} - {"README.md"}
    removal = run(capsys, shop, "--remove", "--dry-run", "--json").facts
    assert (removal["action"], removal["written"]) == ("remove", False)
    assert ".github/workflows/rollout.yml" in removal["removed"]


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"a/app.py": APP, "b/app.py": APP}, "there are several apps: a/app.py, b/app.py"),
        ({"story.ipynb": "{}"}, "only notebooks, which no host runs"),
        ({"streamlit_app.py": APP, "requirements.txt": "six==1 --hash=sha256:00\n"}, "asks for hashes"),
        ({"streamlit_app.py": "import streamlit as\n"}, "streamlit_app.py:1: not valid Python"),
    ],
)
def test_what_stops_it_is_a_wrong_call_and_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], files: dict[str, str | bytes], words: str
) -> None:
    folder = make_repository(tmp_path / "odd", files)
    before = files_in(folder)
    told = run(capsys, folder, "--yes", *FROM)
    assert (told.code, files_in(folder)) == (2, before)
    assert words in told.err


@pytest.mark.parametrize("options", [(), ("--entrypoint", "app.py"), ("--entrypoint", "b/app.py")])
def test_who_stands_in_an_app_s_folder_means_that_app(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...]
) -> None:
    folder = make_repository(tmp_path / "two", {"a/app.py": APP, "b/app.py": APP})
    assert run(capsys, folder / "b", "--yes", *FROM, *options).code == 0
    assert "entrypoint: b/app.py" in (folder / ".github/freshboot.yml").read_text()
    assert (folder / "a/app.py").read_bytes() == APP


def test_a_folder_that_is_no_repository_is_set_up_as_well(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "plain", {**FILES, "venv/lib/streamlit_app.py": APP})
    before = files_in(tmp_path / "plain")
    told = run(capsys, tmp_path / "plain", "--yes", *FROM)
    assert told.code == 0
    assert "is no git repository" in told.err
    assert b"freshboot.boot()" in (tmp_path / "plain/streamlit_app.py").read_bytes()
    run(capsys, tmp_path / "plain", "--remove", "--yes")
    assert files_in(tmp_path / "plain") == before


def test_a_page_that_is_a_link_is_told_and_left(
    shop: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "outside.py").write_bytes(APP)
    (shop / "pages/2_Outside.py").symlink_to(tmp_path / "outside.py")
    (shop / "pages/3_Same.py").symlink_to("../streamlit_app.py")
    told = run(capsys, shop, "--yes", *FROM)
    assert told.code == 0
    for page in ("2_Outside", "3_Same"):
        assert f"not touched: pages/{page}.py: it is a link: put boot() into the file" in told.err
    assert (tmp_path / "outside.py").read_bytes() == APP


def test_an_entrypoint_that_is_a_link_stays_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = make_repository(tmp_path / "shop", {"source/main.py": APP, "requirements.txt": "streamlit\n"})
    (folder / "streamlit_app.py").symlink_to("source/main.py")
    before = files_in(folder)
    assert run(capsys, folder, "--yes", *FROM).code == 0
    assert (folder / "streamlit_app.py").is_symlink()
    assert b"freshboot.boot()" in (folder / "source/main.py").read_bytes()
    assert run(capsys, folder, "--remove", "--yes").code == 0
    assert files_in(folder) == before


def test_a_folder_of_settings_that_git_ignores_is_no_mark(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commit(shop, {".gitignore": ".streamlit/\n"})
    told = run(capsys, shop, "--yes", *FROM)
    assert "not touched: .streamlit/config.toml: git ignores it" in told.err
    assert not (shop / ".streamlit").exists()


def test_changes_that_are_not_committed_are_told_and_kept(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (shop / "requirements.txt").write_text("streamlit\nsix\n")
    told = run(capsys, shop, "--yes", *FROM)
    assert "holds changes of yours that are not committed: requirements.txt" in told.err
    assert (shop / "requirements.txt").read_text().endswith("streamlit\nsix\n")


def test_the_workflow_is_for_the_branch_that_the_remote_calls_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    origin = make_repository(tmp_path / "origin", FILES, "--initial-branch=live")
    git(tmp_path, "clone", "--quiet", str(origin), "here")
    git(tmp_path / "here", "switch", "--quiet", "--create", "set-up")
    run(capsys, tmp_path / "here", "--yes", *FROM)
    assert "push: {branches: [live]}" in (tmp_path / "here/.github/workflows/rollout.yml").read_text()


PROJECT = '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.10"\ndependencies = []\n'
LOCK = """\
version = 1
requires-python = ">=3.10"

[[package]]
name = "shop"
version = "1"
source = { virtual = "." }
"""


@pytest.fixture
def locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a lock, and nothing on the way to a network."""
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("UV_PYTHON", sys.executable)
    files: dict[str, str | bytes] = {"streamlit_app.py": APP, "pyproject.toml": PROJECT, "uv.lock": LOCK}
    return make_repository(tmp_path / "locked", files)


def test_a_lock_is_made_anew_before_the_app_is_touched_and_after_it_is_left(
    locked: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    wheel = make_wheel(tmp_path / "wheels", "0.1.0", "freshboot")
    told = run(capsys, locked, "--yes", "--from", str(wheel))
    assert told.code == 0, told.err
    assert "made anew: uv.lock, by uv lock" in told.err
    lock = (locked / "uv.lock").read_text()
    assert lock.startswith("# freshboot: 1.0.0 (freshboot init)\n")
    assert 'name = "freshboot"' in lock
    assert run(capsys, locked, "--yes").out == ""
    assert run(capsys, locked, "--remove", "--yes").code == 0
    left = files_in(locked)
    assert "freshboot" not in left["uv.lock"].decode()
    assert {**left, "uv.lock": b""} == {
        "streamlit_app.py": APP,
        "pyproject.toml": PROJECT.encode(),
        "uv.lock": b"",
    }


@pytest.mark.parametrize(
    ("program", "words"),
    [
        (None, "uv is not installed here: nothing is written"),
        (
            "#!/bin/sh\necho spoilt > uv.lock; echo 'no such index https://u:p@i.example' >&2; exit 2\n",
            "uv lock failed",
        ),
        ("#!/bin/sh\n", "uv.lock still lacks freshboot"),
    ],
)
def test_where_a_lock_cannot_be_made_all_files_are_as_they_were(
    locked: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    program: str | None,
    words: str,
) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("git", "sh"):
        (programs / name).symlink_to(
            next(Path(one) / name for one in os.get_exec_path() if (Path(one) / name).exists())
        )
    if program is not None:
        (programs / "uv").write_text(program)
        (programs / "uv").chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    before = files_in(locked)
    told = run(capsys, locked, "--yes", *FROM)
    assert (told.code, files_in(locked)) == (2, before)
    assert words in told.err
    assert "u:p@" not in told.err
