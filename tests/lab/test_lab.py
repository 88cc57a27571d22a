"""A lab from its first moment to its last: what it prints, what it refuses, and that nothing of it stays."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from freshboot.lab import Lab, LabError, LabProcess, Options, replica
from tests.lab.developer import Developer, files_of, git, new_repository
from tests.lab.eyes import displayed, see
from tests.lab.processes import alive, wait_until, working_in

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, with nothing else in it."""
    folder = tmp_path / "room"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


@pytest.fixture
def start(repository: Path, room: Path) -> Iterator[Start]:
    """Start a lab as a shell does."""
    started: list[subprocess.Popen[str]] = []

    def started_with(*options: str, folder: Path = repository) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "freshboot.lab", str(folder), *options]
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True)
        started.append(process)
        return process

    yield started_with
    for process in started:
        process.kill()
        process.communicate()


def nothing_left(room: Path) -> bool:
    return not working_in(room) and not list(room.iterdir())


def address_of(lab: subprocess.Popen[str]) -> dict[str, object]:
    assert lab.stdout is not None
    address: dict[str, object] = json.loads(lab.stdout.readline())
    return address


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_and_nothing_is_left(start: Start, room: Path, number: signal.Signals) -> None:
    lab = start("--json")
    address = address_of(lab)
    assert address.keys() == {"url", "remote", "control", "pid"}
    assert address["pid"] == lab.pid
    assert see(str(address["url"])) == ["main 1", "module 1"]
    lab.send_signal(number)
    rest, complaint = lab.communicate(timeout=60)
    assert (lab.returncode, rest, complaint) == (0, "", "")
    assert nothing_left(room)


def test_a_lab_that_is_killed_leaves_nothing(start: Start, room: Path) -> None:
    lab = start("--json", "--replicas=2")
    address_of(lab)
    assert len(working_in(room)) == 2
    lab.kill()
    wait_until(lambda: nothing_left(room))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_lab_that_is_ended_while_it_starts_leaves_nothing(
    start: Start, room: Path, number: signal.Signals
) -> None:
    lab = start("--json")
    wait_until(lambda: any(room.glob("*/replica-1/streamlit.log")))
    wait_until(lambda: bool(working_in(room)))
    lab.send_signal(number)
    wait_until(lambda: nothing_left(room))
    assert lab.communicate()[0] == ""


NEVER_BUILT = """\
import pathlib, time
pathlib.Path("building").touch()
time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_lab_that_is_ended_while_it_installs_leaves_nothing(
    start: Start, room: Path, tmp_path: Path, number: signal.Signals
) -> None:
    described = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    package = {"local/pyproject.toml": described, "local/backend.py": NEVER_BUILT}
    files = files_of(1) | package | {"requirements.txt": "./local\n"}
    folder = new_repository(tmp_path / "building", files)
    lab = start("--json", f"--wheels={folder}", folder=folder)
    wait_until(lambda: any(room.rglob("local/building")))
    assert working_in(room)
    lab.send_signal(number)
    wait_until(lambda: nothing_left(room))


def test_a_terminals_interrupt_reaches_the_whole_group_and_still_all_is_cleaned_up(
    repository: Path, room: Path
) -> None:
    command = [sys.executable, "-m", "freshboot.lab", str(repository), "--json"]
    lab = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    address_of(lab)
    os.killpg(lab.pid, signal.SIGINT)
    lab.communicate(timeout=60)
    assert lab.returncode == 0
    assert nothing_left(room)


def test_it_ends_with_whoever_holds_it(repository: Path, room: Path) -> None:
    holder = (
        "import os, sys; from pathlib import Path; from freshboot.lab import LabProcess, Options\n"
        "with LabProcess(Options(Path(sys.argv[1]))) as lab: os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", holder, str(repository)], check=False)
    wait_until(lambda: nothing_left(room))


def test_it_ends_with_its_block(repository: Path, room: Path) -> None:
    with LabProcess(Options(repository)):
        assert len(working_in(room)) == 1
    assert nothing_left(room)


async def test_it_runs_inside_another_program(repository: Path, room: Path) -> None:
    async with Lab(Options(repository)) as lab:
        assert lab.address.pid == os.getpid()
        assert await displayed(lab.address.url) == ["main 1", "module 1"]
        assert git(repository, "ls-remote", lab.address.remote)
    assert nothing_left(room)
    with pytest.raises(aiohttp.ClientConnectorError):
        await displayed(lab.address.url)


async def refused(options: Options) -> LabError:
    """The error that the lab does not start with."""
    with pytest.raises(LabError) as caught:
        async with Lab(options):
            pass
    return caught.value


async def test_a_taken_port_is_one_clear_error(repository: Path, room: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        error = await refused(Options(repository, port=port))
    assert f"port {port} cannot be used" in error.message
    assert nothing_left(room)


async def test_the_port_can_be_chosen(repository: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    async with Lab(Options(repository, port=port)) as lab:
        assert lab.address.url == f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def python_alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of an environment without Streamlit."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    return folder / "bin"


async def test_an_interpreter_without_streamlit_is_one_clear_error(
    repository: Path, python_alone: Path
) -> None:
    error = await refused(Options(repository, python=str(python_alone / "python")))
    assert "there is no Streamlit in" in error.message
    assert "pip install streamlit" in error.remedy


async def test_a_missing_interpreter_is_one_clear_error(repository: Path, python_alone: Path) -> None:
    error = await refused(Options(repository, python=str(python_alone / "no-such")))
    assert "there is no program" in error.message


@pytest.fixture
def relative_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    return os.path.relpath(sys.executable, tmp_path)


async def test_an_interpreter_may_be_given_relatively(repository: Path, relative_python: str) -> None:
    async with Lab(Options(repository, python=relative_python, entrypoint="./streamlit_app.py")) as lab:
        assert await displayed(lab.address.url) == ["main 1", "module 1"]


@pytest.mark.parametrize("options", [{"replicas": 0}, {"port": 70_000}, {"faults": ["gremlins"]}])
async def test_options_out_of_range_are_one_clear_error(
    repository: Path, room: Path, options: dict[str, Any]
) -> None:
    error = await refused(Options(repository, **options))
    assert str(*options.values()).strip("[]'") in error.message
    assert nothing_left(room)


async def test_a_missing_entrypoint_is_one_clear_error(repository: Path) -> None:
    error = await refused(Options(repository, entrypoint="app.py"))
    assert "has no app.py" in error.message


async def test_a_process_that_ends_while_starting_is_told_with_its_last_lines(
    repository: Path, room: Path
) -> None:
    error = await refused(Options(repository, entrypoint="requirements.txt"))
    assert "the process ended" in error.message
    assert "requires raw Python" in error.message
    assert nothing_left(room)


async def test_a_process_that_does_not_answer_in_time_is_told(repository: Path, room: Path) -> None:
    error = await refused(Options(repository, start_limit_s=0.1))
    assert "did not answer within 0.1 s" in error.message
    assert nothing_left(room)


async def test_a_port_that_is_taken_before_streamlit_has_it_is_exchanged(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ports = iter([taken.getsockname()[1]])
        find = replica._free_port
        monkeypatch.setattr(replica, "_free_port", lambda: next(ports, None) or find())
        async with Lab(Options(repository)) as lab:
            assert await displayed(lab.address.url) == ["main 1", "module 1"]


def test_what_is_wrong_is_one_line_on_stderr(start: Start, tmp_path: Path) -> None:
    lab = start("--json", folder=tmp_path / "missing")
    output, complaint = lab.communicate(timeout=60)
    assert (lab.returncode, output, complaint.count("\n")) == (2, "", 1)
    assert "No such file" in complaint


def test_a_hidden_folder_for_temporary_files_is_refused(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = tmp_path / ".hidden"
    hidden.mkdir()
    monkeypatch.setenv("TMPDIR", str(hidden))
    with (
        pytest.raises(LabError, match="watches nothing in the hidden folder"),
        LabProcess(Options(repository)),
    ):
        pass
    assert not list(hidden.iterdir())


SHOWS_ITS_PROCESS = "import os\nimport streamlit as st\nst.text(os.getpid())\n"


async def test_sessions_are_spread_over_the_replicas_and_a_push_reaches_all(tmp_path: Path) -> None:
    repository = new_repository(tmp_path / "pair", files_of(1) | {"streamlit_app.py": SHOWS_ITS_PROCESS})
    with LabProcess(Options(repository, replicas=2)) as lab:
        first, second = (str(replica["pid"]) for replica in lab.state()["replicas"])
        seen = [(await displayed(lab.url))[0] for _ in range(4)]
        assert seen in ([first, second] * 2, [second, first] * 2)
        release = Developer(lab.remote, tmp_path / "clone").release()
        lab.wait_deployed(release.commit)
        assert [await displayed(lab.url) for _ in range(2)] == [[release.main, release.module]] * 2
        assert all(alive(replica["pid"]) for replica in lab.state()["replicas"])
