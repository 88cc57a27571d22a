"""``freshboot board``: what it needs, and how it begins and ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from freshboot.cli import main
from freshboot.commands import boarding
from tests.board.ledgers import ledger
from tests.gitrepo import ISOLATION, make_repository


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in ISOLATION.items():
        monkeypatch.setenv(name, value)
    return make_repository(tmp_path / "app", {"streamlit_app.py": ""})


def gone(name: str) -> str:
    raise PackageNotFoundError(name)


def test_without_streamlit_it_says_how_to_get_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(boarding, "version", gone)
    assert main(["board", "--repo", str(folder)]) == 2
    assert "pip install 'freshboot[board]'" in capsys.readouterr().err


def test_an_older_streamlit_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(boarding, "version", lambda _: "1.57.1")
    assert main(["board", "--repo", str(folder)]) == 2
    assert "1.58 or later, and here is 1.57.1" in capsys.readouterr().err


def test_a_port_that_is_taken_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["board", "--repo", str(folder), "--port", str(port)]) == 2
    assert f"port {port} is taken" in capsys.readouterr().err


def test_without_a_repository_nothing_is_started(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["board", "--repo", str(tmp_path)]) == 2
    assert "there is no git repository" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("ending", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)], ids=["ctrl-c", "terminated"]
)
def test_it_serves_until_it_is_asked_to_end_and_leaves_nothing(
    tmp_path: Path, ending: signal.Signals, code: int
) -> None:
    folder = ledger(tmp_path / "app", [])
    command = [sys.executable, "-m", "freshboot", "board", "--repo", str(folder), "--no-browser", "--json"]
    environment = {**os.environ, **ISOLATION, "STREAMLIT_SERVER_ADDRESS": "0.0.0.0"}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as served:
        assert served.stdout is not None
        told = json.loads(served.stdout.readline())
        assert told["schema"] == "board-v1"
        assert told["repository"] == str(folder)
        health = f"{told['url']}/_stcore/health"
        with urllib.request.urlopen(health, timeout=30) as answer:
            assert answer.status == 200
        served.send_signal(ending)
        assert served.wait(30) == code
        assert served.stderr is not None
        assert "Traceback" not in served.stderr.read()
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(health, timeout=5)
