"""How much is told: quiet, as usual, or every question and answer."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from freshboot.cli import main
from freshboot.errors import FreshbootError
from freshboot.repository.git import Git
from tests.gitrepo import ISOLATION, clone, make_remote

APP = {"streamlit_app.py": "DEPLOYMENT_VERSION = '1.0.0'\n", "requirements.txt": "streamlit\n"}
WAIT = ("--timeout", "1s", "--settle", "0.1s", "--no-witness")


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in ISOLATION.items():
        monkeypatch.setenv(name, value)
    for name in [one for one in os.environ if one.startswith(("FRESHBOOT_", "GITHUB_"))]:
        monkeypatch.delenv(name)
    folder = clone(make_remote(tmp_path / "remote.git", APP), tmp_path / "app")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """A server that knows no page."""

    class Nothing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # as the library calls it
            self.send_error(404)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Nothing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("arguments", [["--quiet", "stamp"], ["stamp", "--quiet"]], ids=" ".join)
def test_quiet_goes_before_the_command_and_after_it(
    arguments: list[str], app: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 0
    assert capsys.readouterr().err == ""


def test_quiet_holds_for_one_command_only(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["stamp", "--quiet"])
    main(["stamp"])
    assert capsys.readouterr().err.startswith("stamp 1.0.0+")


def test_quiet_tells_the_verdict_and_no_event(
    app: Path, site: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["confirm", "--url", site, *WAIT, "--quiet"]) == 3
    assert capsys.readouterr().err.startswith("unproven")


def test_quiet_tells_errors(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["confirm", "--quiet"]) == 2
    assert capsys.readouterr().err.startswith("error: no address of the live app")


def test_quiet_and_verbose_do_not_go_together(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--quiet", "stamp", "--verbose"]) == 2
    assert "do not go together" in capsys.readouterr().err


def test_what_is_typed_comes_before_the_environment(
    app: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FRESHBOOT_QUIET", "1")
    assert main(["--verbose", "stamp"]) == 0
    assert "· git rev-parse" in capsys.readouterr().err


def test_verbose_tells_questions_answers_and_statuses(
    app: Path, site: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["confirm", "--url", site, *WAIT, "--verbose"])
    told = capsys.readouterr().err
    assert f"· GET {site}/" in told
    assert ": 404\n" in told
    assert "· question 2: no attestation" in told
    assert "?freshboot=" not in told


def test_no_secret_of_a_git_command_is_told(
    app: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "freshboot.git")
    with pytest.raises(FreshbootError):
        Git(str(app)).run("-c", "http.extraheader=bearer abc", "fetch", "file://user:secret@localhost/none")
    assert "git -c http.extraheader=… fetch file://***@localhost/none: exit code" in caplog.text
    assert not [one for one in ("abc", "secret") if one in caplog.text]
