"""Repairing the environment: real installers in throw-away environments, once, alone, truthful after it."""

from __future__ import annotations

import fcntl
import os
import sys
import sysconfig
import time
import venv
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from freshboot.app import installer
from freshboot.app.installer import command, run
from freshboot.app.once import Busy, Done, once
from freshboot.app.process import look
from freshboot.app.shortfall import Shortfall, shortfall
from freshboot.dependencies import lines
from freshboot.proof import Kind, Layer, tag
from tests.app.apps import App
from tests.gitrepo import commit, make_repository
from tests.streamlit_server import streamlit_server

SCRIPT = """\
import freshboot; freshboot.boot()
import {early}
freshboot.repair_environment(timeout=120)
import streamlit as st
import added, renewed
st.text(f"{{added.VERSION}} {{renewed.VERSION}}")
"""


def make_wheel(folder: Path, name: str, version: str) -> None:
    folder.mkdir(exist_ok=True)
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": f"VERSION = {version!r}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        for path, text in files.items():
            wheel.writestr(path, text)


class Throwaway:
    """An environment of its own, which sees what the tests' own has, and a folder of wheels."""

    def __init__(self, folder: Path) -> None:
        self.wheels = folder / "wheels"
        self.folder = folder / "environment"
        venv.create(self.folder, with_pip=False, symlinks=True)
        self.python = self.folder / "bin" / "python"
        (self.site,) = self.folder.glob("lib/python*/site-packages")
        here = sysconfig.get_path("purelib")
        (self.site / "tests.pth").write_text(f"import site; site.addsitedir({here!r})\n")
        for version in ("1.0", "2.0"):
            make_wheel(self.wheels, "added", version)
            make_wheel(self.wheels, "renewed", version)

    def surroundings(self, path: str) -> dict[str, str]:
        """What an installer finds in the process's environment."""
        return {
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.wheels),
            "UV_OFFLINE": "1",
            "UV_FIND_LINKS": str(self.wheels),
            "UV_CACHE_DIR": f"{self.folder}/cache",
            "PATH": path,
        }

    def install(self, name: str, version: str) -> None:
        """As pip does it, which takes a second longer."""
        with zipfile.ZipFile(self.wheels / f"{name}-{version}-py3-none-any.whl") as wheel:
            wheel.extractall(self.site)
        time.sleep(
            0.1
        )  # a process's start is told in ticks: one that began at once may be the older of the two


@pytest.fixture
def throwaway(tmp_path: Path) -> Throwaway:
    return Throwaway(tmp_path)


def start(throwaway: Throwaway, root: Path, path: str = "/usr/bin:/bin"):  # noqa: ANN201
    return streamlit_server(
        root / "streamlit_app.py",
        python=str(throwaway.python),
        env=throwaway.surroundings(path),
        folder=root,
    )


def states(app: App) -> dict[str, Kind]:
    """How the lines stand in an attestation."""
    answer = app.challenge()
    layer = answer.layers[Layer.PACKAGES.value]
    asked = lines(lambda path: (app.root / path).read_bytes(), "requirements.txt")
    tags = {tag(answer.nonce, Layer.PACKAGES, line.file, line.text): line.text for line in asked}
    return {tags[one]: kind for kind in Kind for one in layer.of(kind) if one in tags}


def test_pip_installs_what_is_missing_and_the_attestation_stays_truthful(
    throwaway: Throwaway, tmp_path: Path
) -> None:
    throwaway.install("renewed", "1.0")
    files = {
        "streamlit_app.py": SCRIPT.format(early="renewed"),
        "requirements.txt": "added==2.0\nrenewed==2.0\n",
    }
    root = make_repository(tmp_path / "r", files)
    with start(throwaway, root) as server:
        app = App(root, server)
        texts = app.shows()
        assert "The environment lacks what this release requires: 2 to install." in texts
        assert any("restart the app" in text for text in texts)
        assert texts[-1] == "2.0 1.0", "what was loaded stays loaded"
        assert not any("added==" in text for text in texts), "names are not for strangers"
        assert states(app)["renewed==2.0"] is Kind.UNRECORDED
        again = app.shows()
        assert "2.0 1.0" in again
        assert any("restart the app" in text for text in again)
        log = server.log.read_text()
        runs = [line for line in log.splitlines() if "repair_environment() runs: " in line]
        assert len(runs) == 1
        assert "-m pip install --no-input" in runs[0]
        assert runs[0].endswith("added==2.0 renewed==2.0")
    with start(throwaway, root) as server:
        app = App(root, server)
        assert app.shows() == ("2.0 2.0",)
        assert states(app) == {"added==2.0": Kind.SATISFIED, "renewed==2.0": Kind.SATISFIED}
        assert "repair_environment" not in server.log.read_text()


def test_uv_does_it_where_it_is_there_and_never_twice_for_one_release(
    throwaway: Throwaway, tmp_path: Path
) -> None:
    throwaway.install("renewed", "2.0")
    asked = "added==1.0\nrenewed<9\nadded-nowhere==3\n"
    root = make_repository(tmp_path / "r")
    commit(root, {"streamlit_app.py": SCRIPT.format(early="sys"), "requirements.txt": asked})
    uv = str(Path(sys.executable).parent)
    with start(throwaway, root, f"{uv}:/usr/bin:/bin") as server:
        assert "2 could not be installed: see the log." in App(root, server).page().texts()
        log = server.log.read_text()
        assert "/uv pip install --python" in log
        assert "the installer failed" in log
    with start(throwaway, root, f"{uv}:/usr/bin:/bin") as server:
        assert any("for this release before" in text for text in App(root, server).page().texts())
        commit(root, {"requirements.txt": "added==1.0\nrenewed<9\n"})
        page = App(root, server).page()
        assert page.texts()[-1] == "1.0 2.0"
        assert server.log.read_text().count("repair_environment() runs: ") == 1


def found(text: str, kinds: Mapping[str, Kind], **more: str) -> Shortfall:
    files = {"requirements.txt": text, **more}

    def read(path: str) -> bytes | None:
        return files[path].encode() if path in files else None

    every = lines(read, "requirements.txt")
    stand = {line: kinds.get(line.text, Kind.SATISFIED) for line in every}
    return shortfall(read, files.__contains__, "app.py", stand)


def test_asks_for_what_is_short_and_bounds_it_by_the_rest() -> None:
    told = found(
        "a==1\nB[x]>=2; python_version > '3'\nc<3\nd\n",
        {"a==1": Kind.MISSING, "B[x]>=2; python_version > '3'": Kind.WRONG},
    )
    assert told.asked == ("a==1", 'B[x]>=2; python_version > "3"')
    assert told.bounds == ("c<3",)
    assert (told.left, told.refused) == ((), "")


def test_a_constraint_that_is_not_kept_is_asked_for() -> None:
    told = found(
        "-r more.txt\n-c c.txt\n", {"constraint: a<2": Kind.WRONG}, **{"c.txt": "a<2", "more.txt": "a"}
    )
    assert told.asked == ("a<2",)


@pytest.mark.parametrize(
    "line",
    ["a @ https://x.org/a-1-py3-none-any.whl", "git+https://x.org/a@v1.0.0", "./lib", "-e ./lib", "${A}==1"],
)
def test_what_is_not_asked_for_by_name_is_left(line: str) -> None:
    every = lines(
        lambda path: f"{line}\n".encode() if path == "requirements.txt" else None, "requirements.txt"
    )
    told = found(f"{line}\n", dict.fromkeys((one.text for one in every), Kind.MISSING))
    assert told.asked == ()
    assert len(told.left) == 1


@pytest.mark.parametrize(
    "option",
    [
        "--index-url https://x.org",
        "--extra-index-url=https://x.org",
        "-i https://x.org",
        "-f https://x.org",
        "--no-index",
        "--trusted-host x.org",
        "--require-hashes",
    ],
)
def test_nothing_is_asked_for_where_the_file_says_where_from(option: str) -> None:
    told = found("-r other.txt\na==1\n", {"a==1": Kind.MISSING}, **{"other.txt": f"{option}\n"})
    assert told.asked == ()
    assert told.left == ("a==1",)
    assert told.refused


def test_nothing_is_asked_for_where_hashes_would_get_lost() -> None:
    assert found("a==1 --hash=sha256:0\n", {"a==1": Kind.MISSING}).refused == "requirements.txt tells hashes"


def test_another_holder_keeps_us_out_until_its_end(tmp_path: Path) -> None:
    path = tmp_path / ".freshboot-repair"
    path.write_text('{"release": "old", "pid": 4711}')
    with path.open("r+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(Busy, match="process 4711"), once("new", str(tmp_path)):
            pass
    with once("new", str(tmp_path)), pytest.raises(Busy), once("newer", str(tmp_path)):
        pass


@pytest.mark.parametrize("left", ["", "not json", "[]", '{"release": "old", "pid": 1}'])
def test_it_is_done_once_for_each_release_even_if_it_fails(tmp_path: Path, left: str) -> None:
    (tmp_path / ".freshboot-repair").write_text(left)
    with pytest.raises(ZeroDivisionError), once("new", str(tmp_path)):
        raise ZeroDivisionError
    with pytest.raises(Done), once("new", str(tmp_path)):
        pass
    with once("newer", str(tmp_path)):
        pass


def test_no_link_is_followed_to_what_somebody_else_wants_written(tmp_path: Path) -> None:
    (tmp_path / "target").write_text("keep")
    (tmp_path / ".freshboot-repair").symlink_to(tmp_path / "target")
    with pytest.raises(OSError, match="symbolic"), once("new", str(tmp_path)):
        pass
    assert (tmp_path / "target").read_text() == "keep"


def test_the_installer_gets_no_secret_and_no_module_path(tmp_path: Path) -> None:
    environment = {
        "SECRET": "hush",
        "PYTHONPATH": "x",
        "FRESHBOOT_KEY": "hush",
        "PIP_INDEX_URL": "u",
        "PATH": "p",
    }
    line = "import os, sys; print(*sorted(os.environ), os.getcwd())"
    ran = run([sys.executable, "-c", line], str(tmp_path), 60, environment)
    words = ran.words.split()
    assert {"PATH", "PIP_INDEX_URL", str(tmp_path)} <= set(words)
    assert not {"SECRET", "PYTHONPATH", "FRESHBOOT_KEY"} & set(words)


def test_it_is_stopped_with_all_that_it_started_when_its_time_is_up(tmp_path: Path) -> None:
    ran = run(["sh", "-c", "sleep 600 & echo $!; wait"], str(tmp_path), 2.0, os.environ)
    assert ran.code is None
    end = time.monotonic() + 30  # a process that was killed may take a moment to end
    while look(int(ran.words)) is not None:
        assert time.monotonic() < end
        time.sleep(0.01)


def test_passwords_in_its_words_are_not_passed_on(tmp_path: Path) -> None:
    ran = run([sys.executable, "-c", "print('at https://me:hush@x.org/simple')"], str(tmp_path), 60, {})
    assert ran.words == "at https://x.org/simple\n"


def test_the_command_is_for_the_interpreter_that_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installer.shutil, "which", lambda name: None)
    pip = [sys.executable, "-m", "pip", "install"]
    assert command(["a==1"], "bounds.txt")[:4] == pip
    assert command(["a==1"], "bounds.txt")[-3:] == ["--constraint", "bounds.txt", "a==1"]
    monkeypatch.setattr(installer.shutil, "which", lambda name: "/bin/uv")
    assert command([], "b")[:5] == ["/bin/uv", "pip", "install", "--python", sys.executable]


def test_another_file_that_wins_is_left_to_its_own_tool() -> None:
    lock = (
        'version = 1\n[[package]]\nname = "app"\nversion = "1"\nsource = { virtual = "." }\n'
        'dependencies = [{ name = "a" }]\n'
        '[[package]]\nname = "a"\nversion = "1"\nsource = { registry = "https://x.org/simple" }\n'
    )
    files = {"uv.lock": lock, "requirements.txt": "a==1\n"}

    def read(path: str) -> bytes | None:
        return files[path].encode() if path in files else None

    stand = dict.fromkeys((*lines(read, "uv.lock"), *lines(read, "requirements.txt")), Kind.MISSING)
    told = shortfall(read, files.__contains__, "app.py", stand)
    assert (told.file, told.asked) == ("uv.lock", ())
    assert told.left
    assert "uv.lock" in told.refused
