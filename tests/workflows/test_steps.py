"""What the action's scripts do by themselves: the token for git, the installation."""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.gitrepo import git, make_repository
from tests.workflows.project import ROOT, download, script

SERVER = "https://git.example"
Credentials = Callable[[Mapping[str, str]], dict[str, str]]


@pytest.fixture(scope="module")
def credentials() -> Credentials:
    told: Credentials = script("step").credentials
    return told


def headers(folder: Path, address: str, settings: Mapping[str, str]) -> list[str]:
    """The headers that git sends to an address."""
    ran = git(folder, "config", "--get-urlmatch", "http.extraheader", address, check=False, **settings)
    return ran.splitlines()


def test_git_sends_the_token_to_the_server_and_to_nobody_else(
    credentials: Credentials, tmp_path: Path
) -> None:
    folder = make_repository(tmp_path / "app")
    known = base64.b64encode(b"x-access-token:ghs_secret").decode()
    settings = credentials({"FRESHBOOT_TOKEN": "ghs_secret", "GITHUB_SERVER_URL": SERVER})
    assert headers(folder, f"{SERVER}/acme/demo", settings) == [f"AUTHORIZATION: basic {known}"]
    assert headers(folder, "https://elsewhere.example/acme/demo", settings) == []


def test_settings_that_are_there_stay(credentials: Credentials) -> None:
    given = {"FRESHBOOT_TOKEN": "x", "GITHUB_SERVER_URL": SERVER, "GIT_CONFIG_COUNT": "1"}
    assert credentials(given).keys() == {
        "GIT_CONFIG_COUNT",
        *(f"GIT_CONFIG_{kind}_{number}" for kind in ("KEY", "VALUE") for number in (1, 2)),
    }


def test_without_a_token_git_is_left_alone(credentials: Credentials) -> None:
    assert credentials({"FRESHBOOT_TOKEN": "", "GITHUB_SERVER_URL": SERVER}) == {}


def test_what_the_action_installs_is_what_the_command_asks_for() -> None:
    locked = (ROOT / "scripts" / "action-requirements.txt").read_text("utf-8")
    pins = dict(re.findall(r"^([\w.-]+)==(\S+)", locked, re.M))
    for text in requires("freshboot") or []:
        wanted = Requirement(text)
        if wanted.marker and wanted.marker.evaluate({"extra": "cli"}) and not wanted.extras:
            assert wanted.specifier.contains(pins[wanted.name.lower()]), text


def test_every_file_that_is_installed_is_known_by_its_hash() -> None:
    for name in ("action-requirements.txt", "action-uv.txt"):
        for pin in re.split(r"\n(?=\w)", (ROOT / "scripts" / name).read_text("utf-8"))[1:]:
            assert "--hash=sha256:" in pin, pin


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return download(tmp_path_factory.mktemp("fresh") / "freshboot")


def install(checkout: Path, room: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the first step of the action, of this checkout, on a runner that has ``room``."""
    known = {"RUNNER_TOOL_CACHE": str(room / "tools"), "GITHUB_OUTPUT": str(room / "output")}
    command = [sys.executable, str(checkout / "scripts" / "install-action")]
    everything = {**os.environ, **known, **environment}
    return subprocess.run(command, env=everything, capture_output=True, text=True)


def made(room: Path) -> list[Path]:
    return sorted((room / "tools" / "freshboot").glob("*"))


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Path]:
    """A folder for a runner; what it installs is larger than what pytest should keep."""
    yield tmp_path
    shutil.rmtree(tmp_path)


def test_an_installation_is_used_again_until_the_sources_change(fresh: Path, room: Path) -> None:
    assert install(fresh, room).returncode == 0
    (first,) = made(room)
    began = (first / "pyvenv.cfg").stat().st_mtime_ns
    assert install(fresh, room).returncode == 0
    assert (first / "pyvenv.cfg").stat().st_mtime_ns == began
    assert (room / "output").read_text() == 2 * f"python={first}/bin/python\n"
    (fresh / "src" / "freshboot" / "more.py").write_text("MORE = 1\n")
    assert install(fresh, room).returncode == 0
    (second,) = set(made(room)) - {first}
    subprocess.run([second / "bin" / "python", "-c", "import freshboot.more"], check=True, cwd=room)


def test_an_installation_that_fails_is_one_line_and_leaves_nothing(fresh: Path, tmp_path: Path) -> None:
    nowhere = {"UV_DEFAULT_INDEX": "http://127.0.0.1:9/simple", "UV_CACHE_DIR": str(tmp_path / "cache")}
    ran = install(fresh, tmp_path, UV_FIND_LINKS="", UV_HTTP_RETRIES="0", **nowhere)
    assert ran.returncode == 1
    assert ran.stderr.startswith("::error title=freshboot::it cannot be installed: ")
    assert ran.stderr.count("\n") == 1
    assert made(tmp_path) == []
    assert not (tmp_path / "output").exists()
